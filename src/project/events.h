// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/types.h"
#include "project/project.h"

namespace twofold::project {

/// The session that a client names (context.sessionId) is kept as this property of the event.
inline constexpr std::string_view kSessionField = "sessionId";
inline constexpr std::string_view kSessionProperty = "$session_id";

/// One event as it is kept. Texts are borrowed until the callback returns.
struct Event {
    model::UserOrdinal user{};  ///< As it came, not canonical.
    TimeMs time = 0;
    std::string_view name;
    bool automatic = false;
    std::optional<model::CustomerOrdinal> acting;
    struct Property {
        std::string_view name;
        model::Value value;
    };
    std::vector<Property> properties;
};
using OnEvent = std::function<Status(const Event&)>;

/// The latest events of one person, newest first, at most `limit` (kRecentEventsMax). `user` is
/// canonical. Errors: kCorrupt, kIo, what `each` returns.
Status each_recent_event(const World& world, model::UserOrdinal user, std::size_t limit,
                         const OnEvent& each);
inline constexpr std::size_t kRecentEventsMax = 1'000;

/// Every event, part by part; within a part by person and time. Errors: as above.
Status each_event(const World& world, const OnEvent& each);

}  // namespace twofold::project
