// SPDX-License-Identifier: Apache-2.0
#include "engine/joined.h"

#include <algorithm>
#include <tuple>

#include "base/memory_account.h"

namespace twofold::engine {

JoinedPersons::JoinedPersons(const frame::Snapshot& frames)
    : away_(frames.user_count()), heads_(frames.user_count()) {
    for (std::uint32_t ordinal = 0; ordinal < frames.user_count(); ++ordinal) {
        const std::uint32_t canonical = model::index(frames.canonical(model::UserOrdinal{ordinal}));
        if (canonical == ordinal) continue;
        members_.push_back({canonical, ordinal});
        away_.set(ordinal);
        heads_.set(canonical);
    }
    std::ranges::sort(members_, {}, [](const Member& member) {
        return std::tuple(member.canonical, member.ordinal);
    });
}

std::span<const JoinedPersons::Member> JoinedPersons::of_range(std::uint32_t lo,
                                                               std::uint32_t hi) const {
    const auto begin = std::ranges::lower_bound(members_, lo, {}, &Member::canonical);
    const auto end = std::ranges::lower_bound(begin, members_.end(), hi, {}, &Member::canonical);
    return {begin, end};
}

std::shared_ptr<const JoinedPersons> JoinedPersonsCache::get(
    const std::shared_ptr<const frame::Snapshot>& frames) {
    // All questions share it: it is nobody's.
    const Charging none(nullptr);
    {
        const std::scoped_lock lock(mutex_);
        if (joined_ != nullptr && of_.lock() == frames) return joined_;
    }
    auto made = std::make_shared<const JoinedPersons>(*frames);
    const std::scoped_lock lock(mutex_);
    of_ = frames;
    joined_ = made;
    return made;
}

}  // namespace twofold::engine
