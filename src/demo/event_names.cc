// SPDX-License-Identifier: Apache-2.0
#include "demo/event_names.h"

namespace twofold::demo {
namespace {

struct Entry {
    std::string_view text;
    int weight;  ///< Of 1,000 fillers.
};
constexpr std::array<Entry, kEventNameCount> kEntries = {{
    {"Page Viewed", 260},     {"Document Edited", 190},    {"Task Completed", 95},
    {"Comment Added", 85},    {"Task Created", 75},        {"Board Viewed", 75},
    {"Document Created", 35}, {"Search Performed", 45},    {"File Uploaded", 30},
    {"Timeline Viewed", 30},  {"Notification Opened", 25}, {"Filter Applied", 20},
    {"Time Logged", 15},      {"Label Added", 10},         {"Report Viewed", 6},
    {"Template Used", 3},     {"Add-on Ordered", 1},       {"Signed Up", 0},
    {"Project Created", 0},   {"Invite Sent", 0},          {"Dark Mode Turned On", 0},
    {"Emoji Reacted", 0},     {"Report Exported", 0},      {"Limit Reached", 0},
    {"Page Viewed", 0},       {"Digest Sent", 0},          {"Sync Completed", 0},
}};

constexpr std::array<std::uint8_t, 1'000> fillers() {
    std::array<std::uint8_t, 1'000> table{};
    std::size_t next = 0;
    for (std::size_t name = 0; name < kEntries.size(); ++name) {
        for (int i = 0; i < kEntries[name].weight; ++i) {
            table[next++] = static_cast<std::uint8_t>(name);
        }
    }
    return table;
}
constexpr std::array<std::uint8_t, 1'000> kFillers = fillers();
static_assert(kFillers.back() == static_cast<std::uint8_t>(EventName::kAddOnOrdered));

}  // namespace

std::string_view event_text(EventName name) noexcept {
    return kEntries[static_cast<std::size_t>(name)].text;
}

EventName filler(std::uint64_t number) noexcept {
    return static_cast<EventName>(kFillers[number % kFillers.size()]);
}

}  // namespace twofold::demo
