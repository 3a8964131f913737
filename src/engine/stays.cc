// SPDX-License-Identifier: Apache-2.0
#include "engine/stays.h"

#include <algorithm>

namespace twofold::engine {

/// The first moment that is not before the time.
std::uint32_t Stays::first_from(TimeMs time) const {
    const auto found = std::ranges::lower_bound(moments_, time, {}, &plan::Moment::instant);
    return static_cast<std::uint32_t>(found - moments_.begin());
}

void Stays::add(const Run& run, const FactReader& facts, const frame::CustomerEdges& edges,
                std::uint32_t i) {
    const frame::Snapshot& frames = run.frames();
    const model::UserOrdinal user = edges.user(i);
    if (!frames.directory().known(user)) return;
    const auto count = static_cast<std::uint32_t>(moments_.size());
    const std::uint32_t exists = first_from(frames.exists_from(user));
    const bool shared = frames.edges_of(user).size() > 1;
    const auto take = [&](std::uint32_t first, std::uint32_t end) {
        first = std::max(first, exists);
        if (first >= end) return;
        stays_.push_back({model::index(edges.customer()), model::index(user), first, end, shared});
    };
    if (run.plan().relations != ask::RelationsAsOf::kEvent) {
        // The same at all moments.
        if (facts.inside(edges, i, moments_.back())) take(0, count);
        return;
    }
    for (const frame::Span& span : run.belonging().inside(edges, i))
        take(first_from(span.from), first_from(span.until));
}

Result<Stays> Stays::read(const Run& run, const FactReader& facts,
                          std::span<const plan::Moment> moments) {
    Stays stays;
    stays.moments_.assign(moments.begin(), moments.end());
    if (moments.empty()) return stays;
    const frame::Snapshot& frames = run.frames();
    TF_TRY(run.for_each(frames.customer_count(), [&](std::size_t i) {
        const model::CustomerOrdinal customer{static_cast<std::uint32_t>(i)};
        if (frames.canonical(customer) != customer) return;
        const frame::CustomerEdges edges = frames.edges_of(customer);
        for (std::uint32_t edge = 0; edge < edges.size(); ++edge)
            stays.add(run, facts, edges, edge);
    }));
    TF_ASSIGN(const std::vector<std::uint32_t> users,
              users_existing(run, moments.back().instant(), true));
    stays.people_.reserve(users.size());
    TF_TRY(run.for_each(users.size(), [&](std::size_t i) {
        const TimeMs from = frames.exists_from(model::UserOrdinal{users[i]});
        stays.people_.push_back({users[i], stays.first_from(from)});
    }));
    return stays;
}

Result<kernel::BitSet> Stays::free_users(const Run& run, std::uint32_t moment) const {
    kernel::BitSet free(run.frames().user_count());
    TF_TRY(run.for_each(people_.size(), [&](std::size_t i) {
        if (people_[i].first <= moment) free.set(people_[i].user);
    }));
    TF_TRY(run.for_each(stays_.size(), [&](std::size_t i) {
        if (stays_[i].holds(moment)) free.reset(stays_[i].user);
    }));
    return free;
}

Result<kernel::BitSet> Stays::perhaps_free(const Run& run) const {
    kernel::BitSet free(run.frames().user_count());
    TF_TRY(run.for_each(people_.size(), [&](std::size_t i) { free.set(people_[i].user); }));
    TF_TRY(run.for_each(stays_.size(), [&](std::size_t i) {
        const Stay& stay = stays_[i];
        if (stay.end < moments_.size()) return;
        const TimeMs exists = run.frames().exists_from(model::UserOrdinal{stay.user});
        if (stay.first <= first_from(exists)) free.reset(stay.user);
    }));
    return free;
}

}  // namespace twofold::engine
