// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/types.h"

namespace twofold::directory {

/// When somebody was seen. kEndOfTime / kBeginningOfTime where there is nothing.
struct Seen {
    TimeMs first_fact = kEndOfTime;   ///< Earliest record of any kind.
    TimeMs first_event = kEndOfTime;  ///< Earliest event, automatic ones too.
    TimeMs first_use = kEndOfTime;    ///< Earliest event that was not automatic.
    TimeMs last_use = kBeginningOfTime;
    bool operator==(const Seen&) const = default;
};

enum class IdKind : std::uint8_t { kUser = 1, kAnonymous = 2, kCustomer = 3 };

struct Id {
    IdKind kind;
    std::string text;
    bool operator==(const Id&) const = default;
};

class Lookup;      // texts to ordinals, shared by all views; in lookup.h
struct UserChunk;  // 4,096 ordinals; in chunks.h
struct CustomerChunk;

/// The directory as it was when it was published. Immutable, any thread; keeps alive what it needs,
/// also beyond the Directory. An ordinal here is any that was given before; those given later are
/// nobody.
class View {
public:
    View();
    ~View();

    /// Ordinals given so far, joined ones included: 0 to count - 1.
    std::uint32_t user_count() const noexcept { return user_count_; }
    std::uint32_t customer_count() const noexcept { return customer_count_; }

    /// The smallest ordinal of the person (customer) that this one is joined to; itself when it is
    /// joined to none.
    model::UserOrdinal canonical(model::UserOrdinal user) const noexcept;
    model::CustomerOrdinal canonical(model::CustomerOrdinal customer) const noexcept;
    /// All ordinals of one person, ascending. REQUIRES: canonical.
    std::span<const model::UserOrdinal> members(model::UserOrdinal canonical) const noexcept;
    std::span<const model::CustomerOrdinal> members(
        model::CustomerOrdinal canonical) const noexcept;

    /// Of the whole person. REQUIRES: canonical.
    bool known(model::UserOrdinal canonical) const noexcept;  ///< Has a user id.
    Seen seen(model::UserOrdinal canonical) const noexcept;
    /// Of a customer: records and events that name it; use by people who belong to it is not here.
    Seen seen(model::CustomerOrdinal canonical) const noexcept;
    /// What one ordinal was seen for, without those it is joined to.
    const Seen& seen_alone(model::UserOrdinal user) const noexcept;

    /// What to show: the first user id, else the first anonymous id; of a customer the first id of
    /// its own, else the first key. Valid as long as the view. REQUIRES: canonical.
    std::string_view id(model::UserOrdinal canonical) const noexcept;
    std::string_view id(model::CustomerOrdinal canonical) const noexcept;
    /// All ids. Takes a lock; not for every row of a long answer.
    std::vector<Id> ids(model::UserOrdinal canonical) const;
    std::vector<Id> ids(model::CustomerOrdinal canonical) const;

    /// The canonical ordinal behind an id; a user id before an anonymous id. Takes a lock.
    std::optional<model::UserOrdinal> find_user(std::string_view id) const;
    /// Own id or key ("stripe:cus_1").
    std::optional<model::CustomerOrdinal> find_customer(std::string_view id) const;

private:
    friend class Directory;
    friend class ViewBuilder;
    std::vector<std::shared_ptr<const UserChunk>> users_;
    std::vector<std::shared_ptr<const CustomerChunk>> customers_;
    std::shared_ptr<const Lookup> lookup_;
    std::uint32_t user_count_ = 0;
    std::uint32_t customer_count_ = 0;
};

}  // namespace twofold::directory
