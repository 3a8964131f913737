// SPDX-License-Identifier: Apache-2.0
#include "frame/relation_facts.h"

#include <algorithm>
#include <tuple>

namespace twofold::frame {
namespace {

auto place(const StatedFact& fact) {
    return std::tuple(fact.customer, fact.role, fact.from);
}
auto place(const ActFact& fact) {
    return std::tuple(fact.customer, fact.role, fact.source, fact.time);
}
auto place(const ChoiceFact& fact) {
    return std::tuple(fact.time, fact.sequence);
}

// Where the fact is, or would go.
template <typename Fact>
auto find_place(std::vector<Fact>& facts, const Fact& fact) {
    return std::lower_bound(facts.begin(), facts.end(), fact,
                            [](const Fact& a, const Fact& b) { return place(a) < place(b); });
}

template <typename Fact>
void sort_by_place(std::vector<Fact>& facts) {
    std::sort(facts.begin(), facts.end(),
              [](const Fact& a, const Fact& b) { return place(a) < place(b); });
}

bool same_day(const ActFact& a, const ActFact& b) {
    return a.customer == b.customer && a.role == b.role && a.source == b.source &&
           a.time / kDayMs == b.time / kDayMs;
}

}  // namespace

void RelationFacts::clear() noexcept {
    stated.clear();
    acts.clear();
    choices.clear();
    standing.clear();
    first_fact = kEndOfTime;
}

void RelationFacts::take(const StatedFact& fact, bool removed) {
    const auto at = find_place(stated, fact);
    const bool there = at != stated.end() && place(*at) == place(fact);
    if (removed) {
        if (there) stated.erase(at);
    } else if (there) {
        at->until = fact.until;
    } else {
        stated.insert(at, fact);
    }
}

void RelationFacts::take(const ActFact& fact) {
    auto at = find_place(acts, fact);
    if (at != acts.end() && *at == fact) return;
    at = acts.insert(at, fact);
    if (fact.source != RelationSource::kNaming) return;
    // At most two of a day were there: of three neighbours the middle one goes.
    auto first = at;
    while (first != acts.begin() && same_day(*(first - 1), fact))
        --first;
    auto last = at;
    while (last + 1 != acts.end() && same_day(*(last + 1), fact))
        ++last;
    if (last - first > 1) acts.erase(first + 1, last);
}

void RelationFacts::take(const ChoiceFact& fact) {
    const auto at = find_place(choices, fact);
    if (at != choices.end() && place(*at) == place(fact)) {
        *at = fact;
    } else {
        choices.insert(at, fact);
    }
}

void RelationFacts::sort() {
    sort_by_place(stated);
    sort_by_place(acts);
    sort_by_place(choices);
}

}  // namespace twofold::frame
