// SPDX-License-Identifier: Apache-2.0
#include "intake/stripe_moment.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/checksum.h"

namespace twofold::intake {

namespace {

constexpr std::array<std::string_view, 8> kStatuses{"incomplete",         "trialing", "active",
                                                    "past_due",           "unpaid",   "paused",
                                                    "incomplete_expired", "canceled"};
constexpr TimeMs kCreated = 1;
constexpr TimeMs kFirstOther = 2;
constexpr TimeMs kPlacesEach = 124;
constexpr TimeMs kDeleted = 999;
static_assert(kFirstOther + static_cast<TimeMs>(kStatuses.size()) * kPlacesEach < kDeleted);

TimeMs place_in_second(std::string_view type, std::string_view status, std::string_view event_id) {
    if (type.ends_with(".created")) return kCreated;
    if (type.ends_with(".deleted")) return kDeleted;
    const auto found = std::ranges::find(kStatuses, status);
    const TimeMs rank = found == kStatuses.end() ? 0 : found - kStatuses.begin();
    const auto hash = static_cast<TimeMs>(checksum(as_bytes(event_id)) % kPlacesEach);
    return kFirstOther + rank * kPlacesEach + hash;
}

}  // namespace

StripeMoment stripe_moment(TimeMs created, std::string_view type, std::string_view status,
                           std::string_view event_id) noexcept {
    return {created, created + place_in_second(type, status, event_id), type.ends_with(".created"),
            false};
}

}  // namespace twofold::intake
