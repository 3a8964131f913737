// SPDX-License-Identifier: Apache-2.0
#include "engine/list.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include "engine/answer_cells.h"
#include "engine/facts.h"
#include "engine/in_order.h"

namespace twofold::engine {
namespace {

using model::Value;

/// Where a value stands in a sorted column: numbers, then booleans, then text; missing is last
/// whichever way the column is sorted.
int kind_rank(const Value& value) {
    if (value.is_number()) return 0;
    if (value.type == model::ValueType::kBool) return 1;
    return value.is_null() ? 3 : 2;
}

/// Negative, zero or positive.
int compare(const Value& left, const Value& right, bool descending) {
    const int left_kind = kind_rank(left);
    const int right_kind = kind_rank(right);
    if (left_kind == 3 || right_kind == 3) return left_kind - right_kind;
    int order = left_kind - right_kind;
    if (order == 0 && left_kind == 0) {
        order = left.number() < right.number() ? -1 : left.number() > right.number() ? 1 : 0;
    } else if (order == 0 && left_kind == 1) {
        order = static_cast<int>(left.boolean()) - static_cast<int>(right.boolean());
    } else if (order == 0) {
        order = left.text.compare(right.text);
    }
    return descending ? -order : order;
}

/// What ties are broken by, so that the order never depends on how the data lie.
struct Identity {
    std::string_view first;
    std::string_view second;
    TimeMs since = 0;
    std::uint16_t role = 0;
    auto operator<=>(const Identity&) const = default;
};

Identity identity_of(const Points& points, std::uint32_t i, const directory::View& directory) {
    Identity identity;
    if (points.side == Points::Side::kCustomers) {
        identity.first = directory.id(model::CustomerOrdinal{points.customers[i]});
        return identity;
    }
    identity.first = directory.id(model::UserOrdinal{points.users[i]});
    if (points.side == Points::Side::kPairs) {
        identity.second = directory.id(model::CustomerOrdinal{points.customers[i]});
        identity.since = points.relations[i].since;
        identity.role = points.relations[i].role;
    }
    return identity;
}

Points pick(const Points& points, std::span<const std::uint32_t> order) {
    Points picked;
    picked.side = points.side;
    picked.moments = points.moments;
    for (const std::uint32_t i : order) {
        if (!points.users.empty()) picked.users.push_back(points.users[i]);
        if (!points.customers.empty()) picked.customers.push_back(points.customers[i]);
        if (!points.edges.empty()) picked.edges.push_back(points.edges[i]);
        if (!points.relations.empty()) picked.relations.push_back(points.relations[i]);
    }
    return picked;
}

}  // namespace

Result<Points> List::relations() const {
    // Every relation that holds, with everyone in it: outside roles are named by asking for
    // relations at all.
    const plan::Moment moment = run_.plan().moment;
    const frame::Snapshot& frames = run_.frames();
    Points points;
    points.side = Points::Side::kPairs;
    points.moments = {moment};
    std::vector<frame::RelationInterval> relations;
    TF_ASSIGN(const std::vector<std::uint32_t> users,
              users_existing(run_, moment.instant(), false));
    TF_TRY(run_.for_each(users.size(), [&](std::size_t at) {
        const std::uint32_t user = users[at];
        const auto edges = frames.edges_of(model::UserOrdinal{user});
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            const model::CustomerOrdinal customer = edges.customer(i);
            judge_.facts().relations(user, model::index(customer), moment, {.every = true},
                                     relations);
            const std::uint32_t edge = frames.first_edge(customer) +
                                       frames.edges_of(customer).find(model::UserOrdinal{user});
            for (const frame::RelationInterval& relation : relations) {
                points.users.push_back(user);
                points.customers.push_back(model::index(customer));
                points.edges.push_back(edge);
                points.relations.push_back(relation);
            }
        }
    }));
    return points;
}

Result<Points> List::points() const {
    const plan::Moment moment = run_.plan().moment;
    Points points;
    points.moments = {moment};
    if (plan_.counted == ask::Counted::kRelations) return relations();
    if (plan_.counted == ask::Counted::kCustomers) {
        points.side = Points::Side::kCustomers;
        TF_ASSIGN(points.customers, customers_existing(run_, moment.instant()));
    } else {
        TF_ASSIGN(points.users, users_existing(run_, moment.instant(), plan_.known_only));
    }
    return points;
}

Result<ask::Answer> List::answer(const ask::AskOptions& options) {
    TF_ASSIGN(Points all, points());
    if (plan_.where) {
        TF_ASSIGN(const kernel::BitSet held, judge_.holds(*plan_.where, all));
        all = all.pick(held);
    }
    return show(std::move(all), options);
}

Result<ask::Answer> List::answer(const Opened& opened, const ask::AskOptions& options) {
    Points points;
    points.moments = {run_.plan().moment};
    const bool customers = opened.unit == plan::Unit::kCustomers;
    if (customers) points.side = Points::Side::kCustomers;
    auto& ordinals = customers ? points.customers : points.users;
    opened.units.each([&](std::uint32_t ordinal) { ordinals.push_back(ordinal); });
    return show(std::move(points), options);
}

Result<std::vector<std::uint32_t>> List::order(const Points& points, std::size_t wanted) {
    std::vector<std::vector<Value>> keys;
    for (const plan::ListSort& sort : plan_.sort) {
        TF_ASSIGN(std::vector<Value> values, judge_.values(sort.value, points));
        keys.push_back(std::move(values));
    }
    const auto& directory = run_.frames().directory();
    std::vector<Identity> identities;
    identities.reserve(points.size());
    TF_TRY(run_.for_each(points.size(), [&](std::size_t i) {
        identities.push_back(identity_of(points, static_cast<std::uint32_t>(i), directory));
    }));
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        for (std::size_t k = 0; k < keys.size(); ++k) {
            const int compared = compare(keys[k][a], keys[k][b], plan_.sort[k].descending);
            if (compared != 0) return compared < 0;
        }
        return identities[a] < identities[b];
    };
    std::vector<std::uint32_t> numbers(points.size());
    std::iota(numbers.begin(), numbers.end(), 0U);
    return first_in_order(run_, std::move(numbers), wanted, before);
}

Result<ask::Answer> List::show(Points points, const ask::AskOptions& options) {
    const auto clamp = [](std::uint64_t value, std::uint64_t most) {
        return std::min(value, most);
    };
    std::uint64_t count = points.size();
    if (plan_.limit) count = clamp(count, static_cast<std::uint64_t>(*plan_.limit));
    const std::uint64_t begin = clamp(options.offset, count);
    const std::uint64_t length =
        options.limit ? clamp(*options.limit, count - begin) : count - begin;
    TF_ASSIGN(const std::vector<std::uint32_t> sorted, order(points, begin + length));
    const Points page = pick(points, std::span(sorted).subspan(begin, length));

    ask::Answer answer;
    answer.row_count = count;
    answer.rows.resize(length);
    const Zone& zone = run_.plan().calendar.zone();
    const std::string& currency = run_.frames().currency();
    bool money = false;
    for (const plan::ListColumn& column : plan_.columns) {
        TF_ASSIGN(const std::vector<Value> values, judge_.values(column.value, page));
        const plan::Meaning meaning = column.value.meaning();
        money |= meaning == plan::Meaning::kMoney;
        answer.columns.push_back({column.name, cell_type(column.value),
                                  meaning == plan::Meaning::kMoney ? currency : std::string()});
        TF_TRY(run_.for_each(length, [&](std::size_t row) {
            answer.rows[row].push_back(value_cell(values[row], meaning, zone, currency));
        }));
    }
    if (money) note_foreign_money(run_.frames(), answer.notes);
    return answer;
}

}  // namespace twofold::engine
