// SPDX-License-Identifier: Apache-2.0
#include "frame/edge_builder.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/check.h"

namespace twofold::frame {
namespace {

using model::CustomerOrdinal;
using model::UserOrdinal;

/// Facts that wait are sorted into their chunks when there are so many.
constexpr std::size_t kPendingMax = 1U << 20;
/// Fewer are not worth copying chunks for before they must be.
constexpr std::size_t kPendingMin = 1U << 16;

template <typename Fact>
void append(FactsChunk::Lists<Fact>& lists, std::uint32_t i, std::span<const Fact> facts) {
    lists.facts.insert(lists.facts.end(), facts.begin(), facts.end());
    lists.begin[i + 1] = static_cast<std::uint32_t>(lists.facts.size());
}

template <typename Fact>
void load(const FactsChunk::Lists<Fact>& lists, std::uint32_t i, std::vector<Fact>& out) {
    const auto facts = lists.of(i);
    out.assign(facts.begin(), facts.end());
}

bool equal(std::span<const Span> a, std::span<const Span> b) {
    return std::ranges::equal(a, b);
}

// Sorts numbers below `end` and drops those that come again.
void sort_once(std::vector<std::uint32_t>& numbers, std::uint32_t end) {
    if (numbers.size() < end / 16) {
        std::ranges::sort(numbers);
        numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
        return;
    }
    std::vector<bool> there(end);
    for (std::uint32_t number : numbers)
        there[number] = true;
    numbers.clear();
    for (std::uint32_t number = 0; number < end; ++number) {
        if (there[number]) numbers.push_back(number);
    }
}

bool same(const UserEdges& edges, std::span<const DerivedEdge> derived) {
    if (edges.size() != derived.size()) return false;
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        if (model::index(edges.customer(i)) != derived[i].customer ||
            !std::ranges::equal(edges[i].relations, derived[i].relations)) {
            return false;
        }
    }
    return true;
}

}  // namespace

void UserEdgesChunk::add(std::uint32_t i, const UserEdges& more, TimeMs settled) {
    for (std::uint32_t e = 0; e < more.size(); ++e) {
        add_edge(more.customer(e), more[e].relations);
    }
    finish(i, settled);
}

void UserEdgesChunk::add(std::uint32_t i, std::span<const DerivedEdge> more, TimeMs settled) {
    for (const DerivedEdge& edge : more) {
        add_edge(CustomerOrdinal{edge.customer}, edge.relations);
    }
    finish(i, settled);
}

void UserEdgesChunk::add_edge(CustomerOrdinal customer, std::span<const RelationInterval> more) {
    relations.insert(relations.end(), more.begin(), more.end());
    edges.push_back({customer, static_cast<std::uint32_t>(relations.size())});
}

void UserEdgesChunk::finish(std::uint32_t i, TimeMs settled) {
    edges_begin[i + 1] = static_cast<std::uint32_t>(edges.size());
    settled_from[i] = settled;
    settled_from_max = std::max(settled_from_max, settled);
}

void CustomerEdgesBlock::add(UserOrdinal user, TimeMs first_relation,
                             std::span<const Span> inside_spans,
                             std::span<const Span> belonging_spans) {
    Place place{.first = first_relation};
    place.inside_begin = static_cast<std::uint32_t>(spans.size());
    place.inside_count = static_cast<std::uint32_t>(inside_spans.size());
    spans.insert(spans.end(), inside_spans.begin(), inside_spans.end());
    place.belonging_begin = place.inside_begin;
    place.belonging_count = static_cast<std::uint32_t>(belonging_spans.size());
    if (!equal(inside_spans, belonging_spans)) {
        place.belonging_begin = static_cast<std::uint32_t>(spans.size());
        spans.insert(spans.end(), belonging_spans.begin(), belonging_spans.end());
    }
    users.push_back(user);
    places.push_back(place);
    first = std::min(first, first_relation);
    if (!inside_spans.empty()) first_inside = std::min(first_inside, inside_spans.front().from);
}

void CustomerEdgesChunk::count_edges() {
    for (std::uint32_t i = 0; i < kEdgeChunk; ++i) {
        const std::size_t count = blocks[i] == nullptr ? 0 : blocks[i]->users.size();
        edges_before[i + 1] = edges_before[i] + static_cast<std::uint32_t>(count);
    }
}

void EdgeLists::count_edges() {
    edges_before.assign(1, 0);
    for (const auto& chunk : customers) {
        const std::uint32_t count = chunk == nullptr ? 0 : chunk->edges_before[kEdgeChunk];
        edges_before.push_back(edges_before.back() + count);
    }
}

void gather_facts(const EdgeLists& lists, const directory::View& view, UserOrdinal person,
                  RelationFacts& out) {
    out.clear();
    bool mixed = false;
    const auto canonical = [&](std::uint32_t customer) {
        const std::uint32_t key = model::index(view.canonical(CustomerOrdinal{customer}));
        mixed = mixed || key != customer;
        return key;
    };
    for (UserOrdinal member : view.members(person)) {
        const FactsChunk* chunk = chunk_at(lists.facts, model::index(member) / kEdgeChunk);
        const std::uint32_t i = model::index(member) % kEdgeChunk;
        if (chunk == nullptr || !chunk->has(i)) continue;
        mixed = mixed || !out.empty();
        for (StatedFact fact : chunk->stated.of(i)) {
            fact.customer = canonical(fact.customer);
            out.stated.push_back(fact);
        }
        for (ActFact fact : chunk->acts.of(i)) {
            fact.customer = canonical(fact.customer);
            out.acts.push_back(fact);
        }
        for (ChoiceFact fact : chunk->choices.of(i)) {
            fact.customer = canonical(fact.customer);
            out.choices.push_back(fact);
        }
    }
    if (mixed) out.sort();
    out.first_fact = view.seen(person).first_fact;
    const StandingChunk* chunk = chunk_at(lists.standing, model::index(person) / kEdgeChunk);
    if (chunk == nullptr) return;
    const auto standing = chunk->of(model::index(person) % kEdgeChunk);
    out.standing.assign(standing.begin(), standing.end());
}

void EdgeBuilder::add(UserOrdinal user, const StatedFact& fact, bool removed) {
    add({model::index(user), removed ? Kind::kRemoved : Kind::kStated, RelationSource::kStated,
         fact.role, fact.customer, fact.from, static_cast<std::uint64_t>(fact.until)});
}

void EdgeBuilder::add(UserOrdinal user, const ActFact& fact) {
    add({model::index(user), Kind::kAct, fact.source, fact.role, fact.customer, fact.time, 0});
}

void EdgeBuilder::add(UserOrdinal user, const ChoiceFact& fact) {
    add({model::index(user), Kind::kChoice, RelationSource::kGroup, 0, fact.customer, fact.time,
         fact.sequence});
}

void EdgeBuilder::add(const Pending& fact) {
    // When a frame is made facts come by user, kind after kind: then nothing need be sorted.
    const bool starts_over = pending_.size() >= kPendingMin && fact.user < pending_.back().user;
    if (starts_over || pending_.size() == kPendingMax) take_pending();
    pending_.push_back(fact);
}

// Sorts what waits into the chunks of facts.
void EdgeBuilder::take_pending() {
    const auto by_user = [](const Pending& a, const Pending& b) { return a.user < b.user; };
    if (!std::is_sorted(pending_.begin(), pending_.end(), by_user)) {
        std::stable_sort(pending_.begin(), pending_.end(), by_user);
    }
    for (auto begin = pending_.begin(); begin != pending_.end();) {
        const std::size_t chunk = begin->user / kEdgeChunk;
        const auto end = std::find_if(begin, pending_.end(), [&](const Pending& fact) {
            return fact.user / kEdgeChunk != chunk;
        });
        rebuild_facts(chunk, {begin, end});
        begin = end;
    }
    pending_.clear();
}

void EdgeBuilder::rebuild_facts(std::size_t chunk, std::span<const Pending> facts) {
    if (lists_.facts.size() <= chunk) lists_.facts.resize(chunk + 1);
    static const FactsChunk kNothing;
    const FactsChunk& before = lists_.facts[chunk] ? *lists_.facts[chunk] : kNothing;
    auto after = std::make_shared<FactsChunk>();
    auto next = facts.begin();
    for (std::uint32_t i = 0; i < kEdgeChunk; ++i) {
        const std::uint32_t user = static_cast<std::uint32_t>(chunk) * kEdgeChunk + i;
        if (next == facts.end() || next->user != user) {
            append(after->stated, i, before.stated.of(i));
            append(after->acts, i, before.acts.of(i));
            append(after->choices, i, before.choices.of(i));
            continue;
        }
        load(before.stated, i, facts_.stated);
        load(before.acts, i, facts_.acts);
        load(before.choices, i, facts_.choices);
        for (; next != facts.end() && next->user == user; ++next) {
            switch (next->kind) {
                case Kind::kStated:
                case Kind::kRemoved:
                    facts_.take(StatedFact{next->time, static_cast<TimeMs>(next->other),
                                           next->customer, next->role},
                                next->kind == Kind::kRemoved);
                    break;
                case Kind::kAct:
                    facts_.take(ActFact{next->time, next->customer, next->role, next->source});
                    break;
                case Kind::kChoice:
                    facts_.take(ChoiceFact{next->time, next->other, next->customer});
                    break;
            }
        }
        append(after->stated, i, std::span<const StatedFact>(facts_.stated));
        append(after->acts, i, std::span<const ActFact>(facts_.acts));
        append(after->choices, i, std::span<const ChoiceFact>(facts_.choices));
        changed_users_.push_back(user);
    }
    lists_.facts[chunk] = std::move(after);
}

// Ordinals whose edges must be made anew; those that are not canonical (any more) lose theirs.
std::vector<std::uint32_t> EdgeBuilder::changed_people(const directory::Publication& publication,
                                                       std::span<const UserOrdinal> more) const {
    const directory::View& view = *publication.view;
    std::vector<std::uint32_t> people;
    if (all_changed_) {
        for (std::uint32_t user = 0; user < view.user_count(); ++user)
            people.push_back(user);
        return people;
    }
    const auto add = [&](UserOrdinal user) {
        TF_CHECK(model::index(user) < view.user_count());
        people.push_back(model::index(user));
        people.push_back(model::index(view.canonical(user)));
    };
    for (std::uint32_t user : changed_users_)
        add(UserOrdinal{user});
    for (UserOrdinal user : publication.changed_users)
        add(user);
    for (UserOrdinal user : more)
        add(user);
    for (CustomerOrdinal customer : publication.changed_customers) {
        const auto* chunk = chunk_at(lists_.customers, model::index(customer) / kEdgeChunk);
        if (chunk == nullptr) continue;
        const auto& block = chunk->blocks[model::index(customer) % kEdgeChunk];
        if (block == nullptr) continue;
        for (UserOrdinal user : block->users)
            add(user);
    }
    sort_once(people, view.user_count());
    return people;
}

const EdgeLists& EdgeBuilder::publish(const directory::Publication& publication,
                                      const RelationRules& rules, std::span<const UserOrdinal> more,
                                      const FindStanding& find) {
    take_pending();
    const std::vector<std::uint32_t> people = changed_people(publication, more);
    lists_.users.resize((publication.view->user_count() + kEdgeChunk - 1) / kEdgeChunk);
    changes_.clear();
    change_spans_.clear();
    for (auto begin = people.begin(); begin != people.end();) {
        const std::size_t chunk = *begin / kEdgeChunk;
        const auto end = std::find_if(
            begin, people.end(), [&](std::uint32_t user) { return user / kEdgeChunk != chunk; });
        derive_standing(chunk, {begin, end}, *publication.view, find);
        derive_chunk(chunk, {begin, end}, *publication.view, rules);
        begin = end;
    }
    apply_changes(publication.view->customer_count());
    changed_users_.clear();
    all_changed_ = false;
    // Everyone changes at once when a setting does: hundreds of bytes a user, for a moment.
    if (changes_.capacity() > kPendingMin) {
        changes_ = {};
        change_spans_ = {};
    }
    return lists_;
}

// Finds the standing facts of `people`, all of one chunk, which is made anew if any changed.
void EdgeBuilder::derive_standing(std::size_t chunk, std::span<const std::uint32_t> people,
                                  const directory::View& view, const FindStanding& find) {
    const StandingChunk* old = chunk_at(lists_.standing, chunk);
    if (old == nullptr && !find) return;
    static const StandingChunk kNothing;
    const StandingChunk& before = old != nullptr ? *old : kNothing;
    auto after = std::make_shared<StandingChunk>();
    bool changed = false;
    auto next = people.begin();
    for (std::uint32_t i = 0; i < kEdgeChunk; ++i) {
        const std::uint32_t user = static_cast<std::uint32_t>(chunk) * kEdgeChunk + i;
        const bool again = next != people.end() && *next == user;
        if (!again) {
            after->add(i, before.of(i));
            continue;
        }
        ++next;
        facts_.clear();
        if (find && view.canonical(UserOrdinal{user}) == UserOrdinal{user}) {
            gather_facts(lists_, view, UserOrdinal{user}, facts_);
            facts_.standing.clear();
            find(UserOrdinal{user}, facts_);
            std::ranges::sort(facts_.standing, {}, [](const StandingFact& fact) {
                return std::tuple(fact.customer, fact.known_from, fact.source, fact.rule);
            });
        }
        changed = changed || !std::ranges::equal(before.of(i), facts_.standing);
        after->add(i, facts_.standing);
    }
    if (!changed) return;
    if (lists_.standing.size() <= chunk) lists_.standing.resize(chunk + 1);
    lists_.standing[chunk] = after->facts.empty() ? nullptr : std::move(after);
}

// Derives `people`, all of one chunk, and makes the chunk anew if any of them changed.
void EdgeBuilder::derive_chunk(std::size_t chunk, std::span<const std::uint32_t> people,
                               const directory::View& view, const RelationRules& rules) {
    static const UserEdgesChunk kNothing;
    const UserEdgesChunk* old = chunk_at(lists_.users, chunk);
    const UserEdgesChunk& before = old != nullptr ? *old : kNothing;
    auto after = std::make_shared<UserEdgesChunk>();
    bool changed = false;
    auto next = people.begin();
    for (std::uint32_t i = 0; i < kEdgeChunk; ++i) {
        const std::uint32_t user = static_cast<std::uint32_t>(chunk) * kEdgeChunk + i;
        const UserEdges edges = before.of(i);
        const bool again = next != people.end() && *next == user;
        if (!again) {
            after->add(i, edges, before.settled_from[i]);
            continue;
        }
        ++next;
        derive(user, view, rules);
        const TimeMs settled_from = derived_.empty() ? kBeginningOfTime : deriver_.settled_from();
        changed = changed || settled_from != before.settled_from[i] || !same(edges, derived_);
        note_changes(user, edges);
        after->add(i, derived_, settled_from);
    }
    if (changed) lists_.users[chunk] = std::move(after);
}

// Nothing for who has no relations of its own: nobody, or joined to another.
void EdgeBuilder::derive(std::uint32_t user, const directory::View& view,
                         const RelationRules& rules) {
    const UserOrdinal person{user};
    derived_ = {};
    if (user >= view.user_count() || view.canonical(person) != person) return;
    gather_facts(lists_, view, person, facts_);
    if (facts_.empty()) return;
    derived_ = deriver_.derive(facts_, view.seen(person).first_event, rules);
}

// Compares what was derived with the edges before, for the customers' side.
void EdgeBuilder::note_changes(std::uint32_t user, const UserEdges& before) {
    std::uint32_t old = 0;
    for (const DerivedEdge& edge : derived_) {
        for (; old < before.size() && model::index(before.customer(old)) < edge.customer; ++old) {
            changes_.push_back({model::index(before.customer(old)), user, false, 0, 0, 0, 0});
        }
        const bool was_there =
            old < before.size() && model::index(before.customer(old)) == edge.customer;
        if (was_there) ++old;
        if (was_there && same_spans(user, edge)) continue;
        changes_.push_back({edge.customer, user, true,
                            static_cast<std::uint32_t>(change_spans_.size()),
                            static_cast<std::uint32_t>(edge.inside.size()),
                            static_cast<std::uint32_t>(edge.belonging.size()), edge.first});
        change_spans_.insert(change_spans_.end(), edge.inside.begin(), edge.inside.end());
        change_spans_.insert(change_spans_.end(), edge.belonging.begin(), edge.belonging.end());
    }
    for (; old < before.size(); ++old) {
        changes_.push_back({model::index(before.customer(old)), user, false, 0, 0, 0, 0});
    }
}

bool EdgeBuilder::same_spans(std::uint32_t user, const DerivedEdge& edge) const {
    const auto* chunk = chunk_at(lists_.customers, edge.customer / kEdgeChunk);
    const auto& block = chunk->blocks[edge.customer % kEdgeChunk];
    const auto at = std::ranges::lower_bound(block->users, UserOrdinal{user});
    const auto i = static_cast<std::uint32_t>(at - block->users.begin());
    return block->places[i].first == edge.first && equal(block->inside(i), edge.inside) &&
           equal(block->belonging(i), edge.belonging);
}

// By customer. Stable: of one customer they come by user already.
void EdgeBuilder::sort_changes(std::uint32_t customer_count) {
    if (changes_.size() < customer_count) {
        std::ranges::stable_sort(changes_, {}, &Change::customer);
        return;
    }
    std::vector<std::uint32_t> places(customer_count + 1);
    for (const Change& change : changes_) {
        TF_CHECK(change.customer < customer_count);
        ++places[change.customer + 1];
    }
    for (std::size_t i = 1; i < places.size(); ++i)
        places[i] += places[i - 1];
    std::vector<Change> sorted(changes_.size());
    for (const Change& change : changes_)
        sorted[places[change.customer]++] = change;
    changes_ = std::move(sorted);
}

void EdgeBuilder::apply_changes(std::uint32_t customer_count) {
    lists_.customers.resize((customer_count + kEdgeChunk - 1) / kEdgeChunk);
    sort_changes(customer_count);
    for (std::size_t begin = 0; begin < changes_.size();) {
        const std::size_t number = changes_[begin].customer / kEdgeChunk;
        TF_CHECK(number < lists_.customers.size());
        std::size_t end = begin;
        while (end < changes_.size() && changes_[end].customer / kEdgeChunk == number)
            ++end;
        lists_.customers[number] = changed_chunk(lists_.customers[number].get(),
                                                 std::span(changes_).subspan(begin, end - begin));
        begin = end;
    }
    lists_.count_edges();
}

std::shared_ptr<const CustomerEdgesChunk> EdgeBuilder::changed_chunk(
    const CustomerEdgesChunk* before, std::span<const Change> changes) const {
    auto chunk = before != nullptr ? std::make_shared<CustomerEdgesChunk>(*before)
                                   : std::make_shared<CustomerEdgesChunk>();
    for (std::size_t begin = 0; begin < changes.size();) {
        const std::uint32_t customer = changes[begin].customer;
        std::size_t end = begin;
        while (end < changes.size() && changes[end].customer == customer)
            ++end;
        auto& block = chunk->blocks[customer % kEdgeChunk];
        block = changed_block(block.get(), changes.subspan(begin, end - begin));
        begin = end;
    }
    chunk->count_edges();
    return chunk;
}

// The block with the changes merged in; null when nobody is left.
std::shared_ptr<const CustomerEdgesBlock> EdgeBuilder::changed_block(
    const CustomerEdgesBlock* before, std::span<const Change> changes) const {
    static const CustomerEdgesBlock kNobody;
    const CustomerEdgesBlock& old = before != nullptr ? *before : kNobody;
    auto after = std::make_shared<CustomerEdgesBlock>();
    after->users.reserve(old.users.size() + changes.size());
    after->places.reserve(old.users.size() + changes.size());
    after->spans.reserve(old.spans.size() + changes.size());
    std::uint32_t i = 0;
    const auto keep_until = [&](std::uint32_t user) {
        for (; i < old.users.size() && model::index(old.users[i]) < user; ++i) {
            after->add(old.users[i], old.places[i].first, old.inside(i), old.belonging(i));
        }
    };
    for (const Change& change : changes) {
        keep_until(change.user);
        if (i < old.users.size() && model::index(old.users[i]) == change.user) ++i;
        if (!change.there) continue;
        const std::span<const Span> spans(change_spans_);
        after->add(UserOrdinal{change.user}, change.first,
                   spans.subspan(change.spans_begin, change.inside_count),
                   spans.subspan(change.spans_begin + change.inside_count, change.belonging_count));
    }
    keep_until(0xffff'ffff);
    if (after->users.empty()) return nullptr;
    return after;
}

std::uint64_t EdgeBuilder::memory_bytes() const noexcept {
    std::uint64_t bytes = pending_.capacity() * sizeof(Pending);
    for (const auto& chunk : lists_.facts) {
        if (chunk == nullptr) continue;
        bytes += sizeof(FactsChunk) + chunk->stated.facts.capacity() * sizeof(StatedFact) +
                 chunk->acts.facts.capacity() * sizeof(ActFact) +
                 chunk->choices.facts.capacity() * sizeof(ChoiceFact);
    }
    for (const auto& chunk : lists_.standing) {
        if (chunk == nullptr) continue;
        bytes += sizeof(StandingChunk) + chunk->facts.capacity() * sizeof(StandingFact);
    }
    for (const auto& chunk : lists_.users) {
        if (chunk == nullptr) continue;
        bytes += sizeof(UserEdgesChunk) + chunk->edges.capacity() * sizeof(UserEdges::Stored) +
                 chunk->relations.capacity() * sizeof(RelationInterval);
    }
    for (const auto& chunk : lists_.customers) {
        if (chunk == nullptr) continue;
        bytes += sizeof(CustomerEdgesChunk);
        for (const auto& block : chunk->blocks) {
            if (block == nullptr) continue;
            bytes += sizeof(CustomerEdgesBlock) + block->users.capacity() * 4 +
                     block->places.capacity() * sizeof(CustomerEdgesBlock::Place) +
                     block->spans.capacity() * sizeof(Span);
        }
    }
    return bytes;
}

}  // namespace twofold::frame
