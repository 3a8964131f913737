// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/run.h"
#include "frame/edges.h"
#include "frame/snapshot.h"
#include "model/types.h"
#include "plan/condition.h"
#include "plan/timeline.h"

namespace twofold::engine {

inline constexpr std::uint32_t kNobody = 0xffff'ffff;

/// Of whom and when a fact is asked. What is not at hand is kNobody, and its facts are missing.
struct At {
    std::uint32_t user = kNobody;
    std::uint32_t customer = kNobody;
    /// Null, or with role kNoRole: none is at hand.
    const frame::RelationInterval* relation = nullptr;
    plan::Moment moment;
    std::uint32_t row_mask = 0;  ///< Of the row that is asked about, if one is.
};

/// Which relations count: of inside roles, and of those that are named.
struct Roles {
    std::vector<std::string> only = {};  ///< `with role`: these alone, outside ones too.
    std::vector<std::string> named =
        {};              ///< `role is guest`: these too, although they are outside.
    bool every = false;  ///< All, outside ones too.
    bool take(const frame::Role& role) const;
};

/// Whether the mode of the question (`relations as of now`) moves the moment of looking: for whom
/// events belong to and lowers it does; the users of a lift are those at the moment of judging.
enum class Look : std::uint8_t { kAsAsked, kAtTheMoment };

/// Null for an empty text. The text must stay where it is as long as the value.
model::Value text_or_null(std::string_view text);

/// Facts of users, customers and relations out of the frames. Texts live as long as the frames.
/// Immutable; any thread.
class FactReader {
public:
    explicit FactReader(const Run& run);

    const frame::Snapshot& frames() const { return frames_; }

    /// The value as of at.moment; kNull when missing. Times are ms since 1970; money is in
    /// 1/10,000 of a minor unit (plan::Meaning says which is which). REQUIRES: not of an event.
    model::Value value(const plan::Fact& fact, const At& at) const;

    /// Digits of the currency's minor unit as a factor: how many of the units above make one major
    /// unit.
    double money_scale() const noexcept { return money_scale_; }

    /// Whether the user is inside the customer at the moment.
    bool inside(std::uint32_t user, std::uint32_t customer, const plan::Moment& moment,
                Look look = Look::kAsAsked) const;
    /// The same for position `i` of the customer's edges.
    bool inside(const frame::CustomerEdges& edges, std::uint32_t i, const plan::Moment& moment,
                Look look = Look::kAsAsked) const;
    /// Whether the user was ever inside by then.
    bool ever_inside(const frame::CustomerEdges& edges, std::uint32_t i,
                     const plan::Moment& moment) const;

    /// The relations of the pair that hold at the moment. While the first one reaches back, it
    /// holds.
    void relations(std::uint32_t user, std::uint32_t customer, const plan::Moment& moment,
                   const Roles& roles, std::vector<frame::RelationInterval>& out,
                   Look look = Look::kAsAsked) const;

private:
    model::Value of_user(const plan::Fact& fact, model::UserOrdinal user,
                         const plan::Moment& moment) const;
    model::Value of_customer(const plan::Fact& fact, model::CustomerOrdinal customer,
                             TimeMs instant) const;
    model::Value of_money(const plan::Fact& fact, model::CustomerOrdinal customer,
                          TimeMs instant) const;
    model::Value of_relation(const plan::Fact& fact, const frame::RelationInterval& relation) const;
    model::Value trial_until(model::CustomerOrdinal customer, TimeMs instant) const;
    bool counts(const frame::RelationInterval& relation, const plan::Moment& moment,
                Look look) const;
    ask::RelationsAsOf mode(Look look) const;

    const Run& run_;
    const frame::Snapshot& frames_;
    double money_scale_ = 1;
};

/// Every canonical user (customer) that exists at the moment, ascending; of customers that are
/// rolled up those that are part of no other then.
/// Errors: as Run::check_cancelled().
Result<std::vector<std::uint32_t>> users_existing(const Run& run, TimeMs instant, bool known_only);
Result<std::vector<std::uint32_t>> customers_existing(const Run& run, TimeMs instant);
/// Likewise every one that existed by then: also what has become part of another. What happened
/// before asks about it still.
Result<std::vector<std::uint32_t>> customers_existed(const Run& run, TimeMs instant);

}  // namespace twofold::engine
