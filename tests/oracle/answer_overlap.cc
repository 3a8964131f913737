// SPDX-License-Identifier: Apache-2.0
// overlap: who only uses, who only buys, and who does both.
#include <algorithm>
#include <array>
#include <set>

#include "oracle/answers.h"
#include "oracle/money.h"

namespace twofold::oracle {
namespace {

struct Area {
    const char* group;
    const char* how;
};
constexpr std::array<Area, 4> kAreas = {
    {{"users only", ""}, {"customers only", ""}, {"both", "self"}, {"both", "roles"}}};

/// The kinds of roles of all relations that hold and fit: "self", "buying", "using".
template <typename Fits>
std::set<std::string> kinds_of(const Asked& asked, TimeMs moment, const Fits& fits) {
    static const std::set<std::string> buying = {"buyer", "billing", "decision_maker"};
    Looking looking{moment, asked.judge.mode == ask::RelationsAsOf::kEver};
    if (asked.judge.mode == ask::RelationsAsOf::kNow) looking.moment = asked.world.at;
    std::set<std::string> kinds;
    for (const Relation& relation : asked.world.relations) {
        if (!relation.inside || !fits(relation) || !asked.world.holds(relation, looking)) continue;
        const bool buys = buying.contains(relation.role);
        kinds.insert(relation.role == "self" ? "self" : buys ? "buying" : "using");
    }
    return kinds;
}

std::size_t area_of(const std::set<std::string>& kinds, bool customer) {
    if (kinds.contains("self")) return 2;
    if (kinds.empty()) return customer ? 1 : 0;
    if (kinds.size() == 2) return 3;
    return kinds.contains("buying") ? 1 : 0;
}

std::string currency_of_all(const World& world) {
    for (const Customer& customer : world.customers) {
        if (!customer.segments.empty()) return customer.segments.front().currency;
        if (!customer.payments.empty()) return customer.payments.front().currency;
    }
    return "";
}

struct Counts {
    std::array<std::size_t, 4> users{};
    std::array<std::size_t, 4> customers{};
    std::array<double, 4> mrr{};
};

Counts counts_at(const Asked& asked, const Period& period) {
    const World& world = asked.world;
    const TimeMs moment = period.included ? period.moment : period.moment - 1;
    const auto& where = asked.question.where;
    const ask::Predicate* condition = where ? &*where : nullptr;
    const auto& unit = asked.question.unit;
    Counts counts;
    if (!unit || unit->kind == ask::Unit::Kind::kUsers) {
        for (const Subject& one :
             counted(asked, false, period.moment, period.included, condition)) {
            // Known or not is no question here.
            if (!world.people[static_cast<std::size_t>(one.user)].known) continue;
            const auto kinds = kinds_of(asked, moment, [&](const Relation& relation) {
                return relation.person == one.user;
            });
            ++counts.users[area_of(kinds, false)];
        }
    }
    if (unit && unit->kind != ask::Unit::Kind::kCustomers) return counts;
    for (const Subject& one : counted(asked, true, period.moment, period.included, condition)) {
        const auto kinds = kinds_of(asked, moment, [&](const Relation& relation) {
            const Person& person = world.people[static_cast<std::size_t>(relation.person)];
            return relation.customer == one.customer && person.known &&
                   person.exists_from <= moment;
        });
        const std::size_t area = area_of(kinds, true);
        const TimeMs when = asked.judge.facts == ask::FactsAsOf::kNow ? world.at : moment;
        ++counts.customers[area];
        counts.mrr[area] += mrr_at(world.customers[static_cast<std::size_t>(one.customer)], when);
    }
    return counts;
}

}  // namespace

std::optional<ask::Answer> overlap(const Asked& asked) {
    const ask::Question& question = asked.question;
    const bool every = question.every && std::holds_alternative<Interval>(*question.every);
    const bool users = !question.unit || question.unit->kind == ask::Unit::Kind::kUsers;
    const bool customers = !question.unit || question.unit->kind == ask::Unit::Kind::kCustomers;
    std::vector<Period> periods{{"", {}, asked.world.at, true}};
    if (every) {
        periods = periods_of(question, asked.judge, std::get<Interval>(*question.every));
        std::erase_if(periods, [&](const Period& one) { return one.range.from > asked.world.at; });
    }
    ask::Answer answer;
    if (every) add_column(answer, "time");
    add_column(answer, "group");
    add_column(answer, "how");
    if (users) add_column(answer, "users");
    if (customers) add_column(answer, "customers");
    if (customers) add_column(answer, "mrr");
    for (const Period& period : periods) {
        const Counts counts = counts_at(asked, period);
        for (std::size_t i = 0; i < kAreas.size(); ++i) {
            std::vector<ask::Cell> row;
            if (every) row.emplace_back(ask::TimeLabel{period.label});
            row.emplace_back(std::string(kAreas[i].group));
            const std::string how = kAreas[i].how;
            row.push_back(how.empty() ? ask::Cell{} : ask::Cell{how});
            if (users) row.push_back(whole(counts.users[i]));
            if (customers) row.push_back(whole(counts.customers[i]));
            if (customers) {
                row.push_back(cell(Value{Amount{counts.mrr[i], currency_of_all(asked.world)}}));
            }
            answer.rows.push_back(std::move(row));
        }
    }
    return answer;
}

}  // namespace twofold::oracle
