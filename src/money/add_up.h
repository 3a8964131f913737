// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "money/timeline.h"

namespace twofold::money {

/// A customer that is part of a greater one from `from` until `until`. Borrows both.
struct Part {
    std::string_view id;
    const CustomerMoney* money = nullptr;
    TimeMs from = kBeginningOfTime;
    TimeMs until = kEndOfTime;  ///< Exclusive.
};

/// The money of a customer that is made of others, at each moment of its parts of that moment:
///
/// - MRR, seats and revenue so far are added up; it pays, is in a trial, has paid and is subscribed
///   if any of them does or is.
/// - *plan* and product: of those on a plan the one with the largest MRR, then the smallest id.
/// - Payments are its own while the payer is part of it. What else happens follows from the sums: a
///   part that begins to pay where others pay already, or that comes and pays, is a rise.
///
/// O(n log n) in all steps, points and facts of the parts.
CustomerMoney add_up(std::span<const Part> parts);

}  // namespace twofold::money
