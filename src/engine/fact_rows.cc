// SPDX-License-Identifier: Apache-2.0
#include "engine/fact_rows.h"

#include <algorithm>

#include "base/check.h"
#include "frame/snapshot.h"
#include "money/timeline.h"

namespace twofold::engine {
namespace {

using model::Value;

constexpr std::string_view kRelationStarted = "relation.started";
constexpr std::string_view kRelationEnded = "relation.ended";

bool wanted(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

void money_facts(const Run& run, const std::vector<std::string>& names, TimeMs from, TimeMs to,
                 double scale, const std::function<void(const FactRow&)>& take) {
    const frame::Snapshot& frames = run.frames();
    for (std::uint32_t customer = 0; customer < frames.customer_count(); ++customer) {
        const auto& money = frames.money(model::CustomerOrdinal{customer});
        for (const money::Fact& fact : money.facts) {
            const std::string_view name = money::fact_name(fact.kind);
            if (fact.time < from || fact.time >= to || !wanted(names, name)) continue;
            FactRow row;
            row.name = name;
            row.time = fact.time;
            row.customer = customer;
            const bool payment =
                fact.kind == money::FactKind::kPaid || fact.kind == money::FactKind::kRefunded;
            row.add("amount", Value::of_double(static_cast<double>(fact.amount) / scale));
            row.add("plan", text_or_null(money.text(fact.plan)));
            row.add("plan_before", text_or_null(money.text(fact.plan_before)));
            row.add("product", text_or_null(money.text(fact.product)));
            row.add("reason", text_or_null(money.text(fact.reason)));
            if (payment) {
                row.add("currency", text_or_null(money.text(fact.currency)));
                row.add("kind", Value::of_string(money::name_of(fact.payment_kind)));
            } else {
                row.add("currency", text_or_null(frames.currency()));
            }
            take(row);
        }
    }
}

void relation_facts(const Run& run, const std::vector<std::string>& names, TimeMs from, TimeMs to,
                    const std::function<void(const FactRow&)>& take) {
    const frame::Snapshot& frames = run.frames();
    const auto give = [&](std::string_view name, TimeMs time, FactRow row) {
        if (time < from || time >= to || !wanted(names, name)) return;
        row.name = name;
        row.time = time;
        take(row);
    };
    std::vector<frame::RelationInterval> scratch;
    for (std::uint32_t user = 0; user < frames.user_count(); ++user) {
        const auto edges = frames.edges_of(model::UserOrdinal{user});
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            const model::CustomerOrdinal customer = edges.customer(i);
            const auto of_customer = frames.edges_of(customer);
            FactRow row;
            row.user = user;
            row.customer = model::index(customer);
            row.edge = frames.first_edge(customer) + of_customer.find(model::UserOrdinal{user});
            for (const auto& relation :
                 frames.relations(model::UserOrdinal{user}, i, run.plan().at, scratch)) {
                FactRow dated = row;
                dated.add("role", Value::of_string(frames.roles()[relation.role].name));
                dated.add("source", Value::of_string(frames.source_of(relation)));
                give(kRelationStarted, relation.since, dated);
                if (relation.until != kEndOfTime) give(kRelationEnded, relation.until, dated);
            }
        }
    }
}

}  // namespace

Value FactRow::property(std::string_view wanted_name) const {
    for (std::uint32_t i = 0; i < property_count_; ++i) {
        if (properties_[i].first == wanted_name) return properties_[i].second;
    }
    return Value::null();
}

void FactRow::add(std::string_view property_name, Value value) {
    TF_CHECK(property_count_ < properties_.size());
    properties_[property_count_++] = {property_name, value};
}

bool knows_fact(std::string_view name) {
    if (name == kRelationStarted || name == kRelationEnded) return true;
    for (std::size_t kind = 0; kind < money::kFactKindCount; ++kind) {
        if (money::fact_name(static_cast<money::FactKind>(kind)) == name) return true;
    }
    return false;
}

void each_fact(const Run& run, const std::vector<std::string>& names, TimeMs from, TimeMs to,
               const std::function<void(const FactRow&)>& take) {
    const auto begins = [&](std::string_view prefix) {
        return std::ranges::any_of(
            names, [&](const std::string& name) { return name.starts_with(prefix); });
    };
    to = std::min(to, run.hidden_from());
    const double scale = FactReader(run).money_scale();
    if (begins("money.")) money_facts(run, names, from, to, scale, take);
    if (begins("relation.")) relation_facts(run, names, from, to, take);
}

void units_of_fact(const FactReader& facts, const FactRow& row, UnitKind unit,
                   std::vector<std::pair<std::uint32_t, std::uint32_t>>& units_and_users) {
    units_and_users.clear();
    if (unit == UnitKind::kNone) {
        units_and_users.emplace_back(0, row.user);
        return;
    }
    if (unit == UnitKind::kCustomer) {
        units_and_users.emplace_back(row.customer, row.user);
        return;
    }
    if (row.user != kNobody) {
        units_and_users.emplace_back(unit == UnitKind::kUser ? row.user : row.edge, row.user);
        return;
    }
    const frame::Snapshot& frames = facts.frames();
    const auto edges = frames.edges_of(model::CustomerOrdinal{row.customer});
    if (edges.empty()) return;
    const std::uint32_t first = frames.first_edge(model::CustomerOrdinal{row.customer});
    const plan::Moment moment = plan::Moment::including(row.time);
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        if (!facts.inside(edges, i, moment)) continue;
        const std::uint32_t user = model::index(edges.user(i));
        units_and_users.emplace_back(unit == UnitKind::kUser ? user : first + i, user);
    }
}

}  // namespace twofold::engine
