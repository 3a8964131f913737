// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "intake/json_value.h"
#include "intake/refusal.h"

/// What Stripe says, as Twofold's own records. docs/stripe.md has the mapping from the outside.
///
/// Nothing is remembered from one object to the next: an event holds the whole object as it was at
/// one moment, so it becomes records of that moment, which replace one another by what they are
/// about (id, item, from) and by Stripe's time. So any order, and any repetition, gives the same.
namespace twofold::intake {

struct StripeRecords {
    std::string lines;  ///< Own records as JSON lines, each with its messageId.
    std::size_t count = 0;
    std::vector<std::string> notes;  ///< What could not be told, with the object's id.
    bool ignored = false;            ///< A kind of event or object that is not read, or no news.
};

/// Appends the records of one event or one exported object; which it is stands in its `object`.
/// `fingerprint`: of its JSON, so that an exported object that changed counts again.
/// Refusals: kNotAnObject, kUnknownType (no kind of object that Stripe has by name), kMissingId,
/// kMissingGroup (money of no customer), kBadTime.
Checked<void> append_stripe_records(JsonValue object, std::uint64_t fingerprint,
                                    StripeRecords& out);

}  // namespace twofold::intake
