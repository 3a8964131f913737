// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace twofold::intake {

/// How far the time in a signature may lie from the receipt, before or after.
inline constexpr DurationMs kStripeToleranceMs = 5 * kMinuteMs;

/// Checks the header `Stripe-Signature` ("t=<seconds>,v1=<hex>[,v1=…]") of a body exactly as it was
/// received: HMAC-SHA256 of "<t>.<body>" under the whole secret ("whsec_" included). Any one of
/// several v1 will do (Stripe signs with both secrets while one is rolled); other schemes are
/// ignored. Takes as long for a wrong signature as for a right one.
///
/// Errors: kInvalid, which says what is wrong and nothing of what would be right.
Status check_stripe_signature(std::string_view body, std::string_view header,
                              std::string_view secret, TimeMs received);

}  // namespace twofold::intake
