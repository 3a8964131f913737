// SPDX-License-Identifier: Apache-2.0
#include "frame/edges.h"

#include <algorithm>

#include "frame/derive_relations.h"
#include "frame/edge_chunks.h"
#include "frame/roll_up.h"
#include "frame/snapshot.h"

namespace twofold::frame {

using model::CustomerOrdinal;
using model::UserOrdinal;

namespace {

constexpr Span kAlways{kBeginningOfTime, kEndOfTime};

bool holds(std::span<const Span> spans, TimeMs time) noexcept {
    return std::ranges::any_of(spans, [time](const Span& span) { return span.holds(time); });
}

}  // namespace

std::string_view name_of(RelationSource source) noexcept {
    switch (source) {
        case RelationSource::kStated:
            return "stated";
        case RelationSource::kGroup:
            return "group";
        case RelationSource::kNaming:
            return "event";
        case RelationSource::kSelf:
            return "self";
        case RelationSource::kRule:
            return "rule";
    }
    return "";
}

std::uint32_t CustomerEdges::size() const noexcept {
    return block_ == nullptr ? 0 : static_cast<std::uint32_t>(block_->users.size());
}

std::span<const UserOrdinal> CustomerEdges::users() const noexcept {
    return block_ == nullptr ? std::span<const UserOrdinal>() : block_->users;
}

std::uint32_t CustomerEdges::find(UserOrdinal user) const noexcept {
    const auto all = users();
    const auto at = std::ranges::lower_bound(all, user);
    const bool there = at != all.end() && *at == user;
    return there ? static_cast<std::uint32_t>(at - all.begin()) : size();
}

std::span<const Span> CustomerEdges::inside(std::uint32_t i) const noexcept {
    return block_->inside(i);
}

std::span<const Span> CustomerEdges::belonging(std::uint32_t i) const noexcept {
    return block_->belonging(i);
}

/// A user's edges as they were known at the moment of the question.
struct Belonging::Derived {
    std::vector<DerivedEdge> edges;  // by customer

    const DerivedEdge* find(CustomerOrdinal customer) const noexcept {
        const auto at =
            std::ranges::lower_bound(edges, model::index(customer), {}, &DerivedEdge::customer);
        return at != edges.end() && at->customer == model::index(customer) ? &*at : nullptr;
    }
};

Belonging::Belonging(const Snapshot& snapshot, Mode mode, TimeMs at)
    : snapshot_(&snapshot), mode_(mode), at_(at) {
    RelationFacts facts;
    RelationDeriver deriver;
    const auto& chunks = snapshot.edges_.users;
    for (std::size_t number = 0; number < chunks.size(); ++number) {
        if (chunks[number] == nullptr || chunks[number]->settled_from_max <= at) continue;
        for (std::uint32_t i = 0; i < kEdgeChunk; ++i) {
            if (chunks[number]->settled_from[i] <= at) continue;
            const UserOrdinal user{static_cast<std::uint32_t>(number) * kEdgeChunk + i};
            gather_facts(snapshot.edges_, snapshot.directory(), user, facts);
            const TimeMs first_event = snapshot.directory().seen(user).first_event;
            const auto edges = deriver.derive(facts, first_event, snapshot.relation_rules_, at);
            auto derived = std::make_unique<Derived>();
            derived->edges.assign(edges.begin(), edges.end());
            if (snapshot.rolled_up() != nullptr) {
                derived->edges =
                    roll_up(derived->edges, snapshot.rolled_up()->roots, snapshot.roles());
            }
            overrides_.emplace(model::index(user), std::move(derived));
        }
    }
}

Belonging::~Belonging() = default;
Belonging::Belonging(Belonging&&) noexcept = default;
Belonging& Belonging::operator=(Belonging&&) noexcept = default;

const Belonging::Derived* Belonging::derived(UserOrdinal user) const noexcept {
    if (overrides_.empty()) return nullptr;
    const auto at = overrides_.find(model::index(user));
    return at == overrides_.end() ? nullptr : at->second.get();
}

std::span<const Span> Belonging::inside(const CustomerEdges& edges,
                                        std::uint32_t i) const noexcept {
    std::span<const Span> spans;
    if (const Derived* derived_anew = derived(edges.user(i)); derived_anew != nullptr) {
        const DerivedEdge* edge = derived_anew->find(edges.customer());
        if (edge != nullptr) spans = edge->inside;
    } else {
        spans = edges.inside(i);
    }
    // What begins after `at` is not known yet.
    while (!spans.empty() && spans.back().from > at_)
        spans = spans.first(spans.size() - 1);
    return spans;
}

TimeMs Belonging::exists_from(CustomerOrdinal customer) const noexcept {
    const TimeMs from = snapshot_->exists_from(customer);
    // Rolled up, it was made from what is known at `at`.
    if (snapshot_->rolled_dates(customer) != nullptr) return from;
    if (overrides_.empty()) return from;
    const CustomerEdgesBlock* block = snapshot_->block_of(customer);
    if (block == nullptr) return from;
    TimeMs known = snapshot_->exists_by_itself(customer);
    // What was implied before a later relation was stated may reach back further than that does, or
    // be all there was.
    const auto take = [&](const Derived& derived_anew) {
        const DerivedEdge* edge = derived_anew.find(customer);
        if (edge != nullptr) known = std::min(known, edge->first);
    };
    if (known <= from && overrides_.size() < block->users.size()) {
        for (const auto& [user, derived_anew] : overrides_)
            take(*derived_anew);
        return known;
    }
    for (std::uint32_t i = 0; i < block->users.size(); ++i) {
        if (const Derived* derived_anew = derived(block->users[i]); derived_anew != nullptr) {
            take(*derived_anew);
        } else {
            known = std::min(known, block->places[i].first);
        }
    }
    return known;
}

bool Belonging::is_inside(const CustomerEdges& edges, std::uint32_t i, TimeMs time) const noexcept {
    return holds(inside(edges, i), time);
}

std::span<const Span> Belonging::spans(const CustomerEdges& edges, std::uint32_t i) const noexcept {
    switch (mode_) {
        case Mode::kAsOfEvent: {
            const Derived* derived_anew = derived(edges.user(i));
            if (derived_anew == nullptr) return edges.belonging(i);
            const DerivedEdge* edge = derived_anew->find(edges.customer());
            return edge == nullptr ? std::span<const Span>() : edge->belonging;
        }
        case Mode::kNow:
            return holds(inside(edges, i), at_) ? std::span(&kAlways, 1) : std::span<const Span>();
        case Mode::kEver:
            return inside(edges, i).empty() ? std::span<const Span>() : std::span(&kAlways, 1);
    }
    return {};
}

void Belonging::of_user(UserOrdinal user, std::vector<OfUser>& out) const {
    out.clear();
    const UserEdges mine = snapshot_->edges_of(user);
    for (std::uint32_t i = 0; i < mine.size(); ++i) {
        const CustomerEdges edges = snapshot_->edges_of(mine.customer(i));
        out.push_back({mine.customer(i), spans(edges, edges.find(user))});
    }
}

}  // namespace twofold::frame
