// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/time.h"

namespace twofold::intake {

/// When something held in Stripe, and what that is worth against what else is said of the same.
struct StripeMoment {
    TimeMs from = 0;  ///< The second of it.
    /// The time of the records: that second, and in its thousandths the place within it.
    TimeMs time = 0;
    bool first = false;     ///< Said when the object was made.
    bool exported = false;  ///< An object as it is now, not an event.
};

/// Stripe's times are whole seconds, and much happens within one: a subscription is made and paid,
/// its events all say the same time. So the thousandths of a record's time hold an order that the
/// events themselves give, whatever way they come: first what an export says, then `….created`,
/// then other events by how far the subscription's status has gone (incomplete, trialing, active,
/// past_due, unpaid, paused, incomplete_expired, canceled), `….deleted` last; of equal ones the
/// hash of the event's id decides, which is arbitrary but always the same.
StripeMoment stripe_moment(TimeMs created, std::string_view type, std::string_view status,
                           std::string_view event_id) noexcept;

}  // namespace twofold::intake
