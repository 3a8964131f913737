// SPDX-License-Identifier: Apache-2.0
#include "demo/tally.h"

#include <algorithm>

#include "base/check.h"

namespace twofold::demo {
namespace {

World make_world(const Options& options) {
    Result<World> made = World::make(options);
    TF_CHECK(made.has_value());
    return std::move(*made);
}

}  // namespace

Tally::Tally(const Options& options) : world(make_world(options)), now(world.now()) {
    bound = now - 30 * kDayMs;
    const Status status = world.each_batch([this](std::string_view lines) {
        recount.read(lines);
        return Status();
    });
    TF_CHECK(status.has_value());
    count();
}

void Tally::count() {
    recount.settle();
    const std::size_t count = recount.companies.size();
    inside.assign(count, {});
    companies.assign(count, {});
    first_event.assign(count, kEndOfTime);
    persons.assign(recount.person_count(), {});
    signups.assign(recount.person_count(), {});
    for (const Person person : recount.persons()) {
        for (const Recount::Edge& edge : recount.edges(person)) {
            if (recount.inside(person, edge.company, now)) inside[edge.company][person];
        }
    }
    const std::uint8_t signed_up = recount.name("Signed Up");
    year_start = kEndOfTime;
    for (const Recount::Event& event : recount.events) {
        year_start = std::min(year_start, event.time);
        persons[event.person].see(event);
        if (event.name == signed_up) signups[event.person].push_back(event.time);
        for (const Company company : recount.belongs(event)) {
            companies[company].see(event);
            first_event[company] = std::min(first_event[company], event.time);
            const auto at = inside[company].find(event.person);
            if (at != inside[company].end()) at->second.see(event);
        }
    }
}

std::vector<Tally::Company> Tally::all() const {
    std::vector<Company> found(recount.companies.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        found[i] = static_cast<Company>(i);
    return found;
}

std::vector<Tally::Company> Tally::silent(bool use) const {
    std::vector<Company> found = all();
    std::erase_if(found, [&](Company company) {
        return !pays(company) || std::ranges::any_of(inside[company], [&](const auto& entry) {
            return (use ? entry.second.use : entry.second.event) >= bound;
        });
    });
    return found;
}

std::vector<Tally::Company> Tally::silent_naively(bool use) const {
    std::vector<bool> alive(recount.companies.size());
    for (const Person person : recount.persons()) {
        const Last& last = persons[person];
        if ((use ? last.use : last.event) < bound) continue;
        for (const Recount::Edge& edge : recount.edges(person)) {
            const bool member = std::ranges::any_of(
                edge.relations, [](const auto& relation) { return !relation.outside(); });
            if (member) alive[edge.company] = true;
        }
    }
    std::vector<Company> found = all();
    std::erase_if(found, [&](Company company) { return !pays(company) || alive[company]; });
    return found;
}

std::int64_t Tally::mrr_cents(const std::vector<Company>& some) const {
    constexpr std::int64_t kScale = 10'000;
    std::int64_t sum = 0;
    for (const Company company : some)
        sum += recount.mrr(company, now);
    TF_CHECK(sum % kScale == 0);
    return sum / kScale;
}

std::set<std::string> Tally::ids(const std::vector<Company>& some) const {
    std::set<std::string> found;
    for (const Company company : some)
        found.insert(recount.companies[company]);
    return found;
}

int Tally::active(Company company) const {
    return static_cast<int>(std::ranges::count_if(
        inside[company], [&](const auto& entry) { return entry.second.use >= bound; }));
}

int Tally::used_between(TimeMs from, TimeMs until) {
    std::set<Company> used;
    for (const Recount::Event& event : recount.events) {
        if (event.automatic || event.time < from || event.time >= until) continue;
        for (const Company company : recount.belongs(event))
            used.insert(company);
    }
    return static_cast<int>(used.size());
}

}  // namespace twofold::demo
