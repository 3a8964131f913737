// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "money/mrr.h"

namespace twofold::money {

/// What a project may change about the rules.
struct Rules {
    /// Amounts in other currencies are left out of sums (MRR, revenue) and reported by
    /// CustomerMoney::foreign; they still make a customer paying. Empty: every currency counts as
    /// if it were one.
    std::string currency;
    /// How long one payment makes a customer paying that has no subscription.
    DurationMs payment_counts_ms = 90 * kDayMs;
};

inline constexpr std::uint32_t kNoText = 0xffff'ffff;

/// What holds from `from` until the next step.
struct Step {
    TimeMs from = kBeginningOfTime;
    Mrr mrr = 0;                   ///< Outside trials, in the project's currency.
    std::int64_t seats = 0;        ///< See derive().
    std::uint32_t plan = kNoText;  ///< Index into CustomerMoney::texts; kNoText = none runs.
    std::uint32_t product = kNoText;
    bool paying = false;
    bool in_trial = false;    ///< A trial runs. Can be true while paying for something else.
    bool subscribed = false;  ///< There is or was a subscription (plan is then the ledger's).
    bool has_paid = false;    ///< Is paying or was.
    bool operator==(const Step&) const = default;
};

/// Net revenue up to and with `time`.
struct RevenuePoint {
    TimeMs time = 0;
    Amount total = 0;
    bool operator==(const RevenuePoint&) const = default;
};

enum class FactKind : std::uint8_t {
    kStarted,      ///< First payment or first MRR above zero, whichever is earlier.
    kExpanded,     ///< MRR rose from above zero.
    kContracted,   ///< MRR fell, and stayed above zero.
    kChurned,      ///< Stopped paying.
    kReactivated,  ///< Pays again.
    kTrialStarted,
    kTrialEnded,  ///< The last trial that ran ended, converted or not.
    kPaid,
    kRefunded,
};
/// "money.started", …
std::string_view fact_name(FactKind kind) noexcept;
inline constexpr std::size_t kFactKindCount = 9;

/// A dated fact, which stands in questions where an event can.
struct Fact {
    FactKind kind;
    TimeMs time = 0;
    /// kPaid, kRefunded: minor units × kMrrScale. Others: MRR gained or lost, never negative.
    Mrr amount = 0;
    std::uint32_t plan = kNoText;  ///< From that time on.
    std::uint32_t plan_before = kNoText;
    std::uint32_t product = kNoText;
    std::uint32_t currency = kNoText;  ///< kPaid and kRefunded.
    std::uint32_t reason = kNoText;    ///< kChurned: the endReason of what ended, see derive().
    PaymentKind payment_kind = PaymentKind::kRecurring;
    bool operator==(const Fact&) const = default;
};

/// One customer's money over all time. Immutable once made.
struct CustomerMoney {
    std::vector<std::string> texts;  ///< Plans, products, currencies, reasons; each once.
    std::vector<Step> steps;         ///< By `from`, neighbours differ; before the first: nothing.
    std::vector<RevenuePoint> revenue;
    std::vector<Fact> facts;         ///< By time; at one time in the order of FactKind.
    bool foreign = false;            ///< Something was left out because of its currency.
    TimeMs first_fact = kEndOfTime;  ///< Earliest segment start or payment.

    /// The step that holds at `time`; one with nothing before the first.
    const Step& at(TimeMs time) const noexcept;
    Amount revenue_at(TimeMs time) const noexcept;
    /// Start of the latest stretch of paying that began at or before `time`; kEndOfTime: none.
    TimeMs paying_since(TimeMs time) const noexcept;
    std::string_view text(std::uint32_t index) const noexcept {
        return index == kNoText ? std::string_view() : std::string_view(texts[index]);
    }
};

/// Derives everything from a customer's segments and payments, in any order.
///
/// - Segments of one (id, item) follow each other: each ends at its `until` or where the next one
///   starts, whichever is earlier. One that is empty by that is ignored.
///   What ends it with a status that names no plan (canceled) may give the reason of its end.
/// - *paying*: a segment with MRR above zero runs outside its trial; or, as long as the customer
/// has
///   never had such a one, a payment (recurring or one_off, above zero) lies at most
///   `payment_counts_ms` back.
/// - *plan*: of the segments that run (in trial or not) the one with the largest MRR, then the
///   smallest id, then the smallest item. A status that doesn't count still names the plan, except
///   canceled, incomplete and incomplete_expired.
/// - *seats*: the quantities of the running, recurring, unmetered segments added up; where some of
///   them have the item "seat" or "seats", of those alone.
/// - *revenue*: payments less refunds and disputes.
CustomerMoney derive(std::span<const Segment> segments, std::span<const Payment> payments,
                     const Rules& rules);

enum class Status : std::uint8_t { kProspect, kTrial, kFree, kPaying, kPast };
/// "prospect", "trial", "free", "paying", "past".
std::string_view status_name(Status status) noexcept;

/// Paying if it pays; else in trial if one runs; else past if it ever paid; else free from
/// `free_since` on (when its first user came, it first acted, or its first subscription, even a
/// free one, began); else a prospect.
Status status_at(const CustomerMoney& money, TimeMs free_since, TimeMs time) noexcept;

}  // namespace twofold::money
