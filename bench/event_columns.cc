// SPDX-License-Identifier: Apache-2.0
#include "event_columns.h"

#include <algorithm>

namespace twofold::bench {

EventColumns::Rows EventColumns::rows_of(std::uint32_t user) const {
    const std::uint64_t begin = user == 0 ? 0 : ends[user - 1];
    const std::uint64_t count = ends[user] - begin;
    return {.seconds = std::span(seconds).subspan(begin, count),
            .codes = std::span(codes).subspan(begin, count),
            .times = {seconds.data() + begin, millis.data() + begin}};
}

Result<EventColumns> columns_of(const World& world) {
    // Of each event its user, and its time and name in one number.
    std::vector<std::uint32_t> users;
    std::vector<std::uint64_t> events;
    EventColumns columns;
    columns.ends.resize(world.users());
    TF_TRY(world.each_event([&](const World::Event& event) -> Status {
        users.push_back(event.user);
        events.push_back(static_cast<std::uint64_t>(event.time - kYear2000Ms) << 8 | event.name);
        ++columns.ends[event.user];
        return {};
    }));
    std::vector<std::uint64_t> places;
    std::uint64_t end = 0;
    for (std::uint64_t& count : columns.ends) {
        places.push_back(end);
        count = end += count;
    }
    std::vector<std::uint64_t> sorted(events.size());
    for (std::size_t i = 0; i < events.size(); ++i)
        sorted[places[users[i]]++] = events[i];
    std::uint64_t begin = 0;
    for (const std::uint64_t user_end : columns.ends) {
        std::ranges::sort(std::span(sorted).subspan(begin, user_end - begin));
        begin = user_end;
    }
    for (const std::uint64_t event : sorted) {
        columns.seconds.push_back(static_cast<std::uint32_t>((event >> 8) / kSecondMs));
        columns.millis.push_back(static_cast<std::uint16_t>((event >> 8) % kSecondMs));
        columns.codes.push_back(static_cast<std::uint8_t>(event));
    }
    return columns;
}

}  // namespace twofold::bench
