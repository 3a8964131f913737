// SPDX-License-Identifier: Apache-2.0
#include "engine/point_cells.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "engine/in_order.h"
#include "engine/point_condition.h"
#include "engine/value_math.h"

namespace twofold::engine {
namespace {

using model::Value;

/// Numbers of values, by place; none: missing.
using IdLists = std::vector<std::vector<std::uint32_t>>;

std::unexpected<Error> cannot_break_points_down(const plan::Breakdown& breakdown) {
    return fail(ErrorCode::kInvalid, "this version does not answer: by " + breakdown.text);
}

/// Whether the value is one of a customer, of which a user may have several.
bool is_of_customer(const plan::Breakdown& item) {
    return item.kind == plan::Breakdown::Kind::kCustomer ||
           (item.expression && speaks_of_customer(*item.expression));
}

bool is_of_relation(const plan::Breakdown& item) {
    return item.expression && speaks_of_relation(*item.expression);
}

/// One item's values at some points.
class ItemReader {
public:
    ItemReader(Judge& judge, const plan::Breakdown& breakdown, const Points& points,
               CellFinder& finder)
        : judge_(judge),
          breakdown_(breakdown),
          points_(points),
          finder_(finder),
          ids_(points.size()) {}

    Result<IdLists> read() {
        if (breakdown_.bin_count) return cannot_break_points_down(breakdown_);
        switch (breakdown_.kind) {
            case plan::Breakdown::Kind::kValue:
                TF_TRY(read_value());
                break;
            case plan::Breakdown::Kind::kUser:
            case plan::Breakdown::Kind::kCustomer:
                TF_TRY(read_whole());
                break;
            case plan::Breakdown::Kind::kCondition:
                TF_TRY(read_condition(*breakdown_.condition, "yes", "no"));
                break;
            case plan::Breakdown::Kind::kSegments:
                for (std::size_t i = 0; i < breakdown_.segments.size(); ++i) {
                    TF_TRY(read_condition(breakdown_.segments[i], breakdown_.segment_names[i], {}));
                }
                break;
        }
        return std::move(ids_);
    }

private:
    Status read_value() {
        const plan::Expression& expression = *breakdown_.expression;
        TF_ASSIGN(const std::vector<Value> values, judge_.values(expression, points_));
        const double scale = judge_.facts().money_scale();
        return judge_.run().for_each(values.size(), [&](std::size_t i) {
            Value shown = comparable(values[i], expression.meaning(), scale);
            if (breakdown_.bin_width) shown = bin_of(shown, *breakdown_.bin_width);
            ids_[i].push_back(finder_.value_id(shown));
        });
    }

    Status read_whole() {
        const auto& directory = judge_.frames().directory();
        const bool user = breakdown_.kind == plan::Breakdown::Kind::kUser;
        const auto& ordinals = user ? points_.users : points_.customers;
        if (ordinals.empty() && points_.size() > 0) return cannot_break_points_down(breakdown_);
        return judge_.run().for_each(ordinals.size(), [&](std::size_t i) {
            if (ordinals[i] == kNobody) return;
            const std::string_view id = user ? directory.id(model::UserOrdinal{ordinals[i]})
                                             : directory.id(model::CustomerOrdinal{ordinals[i]});
            ids_[i].push_back(finder_.value_id(Value::of_string(id)));
        });
    }

    Status read_condition(const plan::Condition& condition, std::string_view yes,
                          std::string_view no) {
        TF_ASSIGN(const kernel::BitSet held, judge_.holds(condition, points_));
        return judge_.run().for_each(points_.size(), [&](std::size_t i) {
            const std::string_view label = held.test(static_cast<std::uint32_t>(i)) ? yes : no;
            if (!label.empty()) ids_[i].push_back(finder_.value_id(Value::of_string(label)));
        });
    }

    Judge& judge_;
    const plan::Breakdown& breakdown_;
    const Points& points_;
    CellFinder& finder_;
    IdLists ids_;
};

/// The customers of each user, each with its relation where that is asked for; of a user without
/// any, nobody: so that all items of one cell speak of the same customer.
Result<Judge::Pairs> bindings_of(const Judge& judge, const Points& points, bool by_relation) {
    TF_ASSIGN(Judge::Pairs found, judge.customers_of(points, {}, by_relation));
    std::vector<bool> has(points.size());
    for (const std::uint32_t owner : found.owners)
        has[owner] = true;
    TF_TRY(judge.run().for_each(points.size(), [&](std::size_t at) {
        if (has[at]) return;
        const auto i = static_cast<std::uint32_t>(at);
        found.owners.push_back(i);
        found.points.users.push_back(points.users[i]);
        found.points.customers.push_back(kNobody);
        found.points.edges.push_back(kNobody);
        if (by_relation) {
            found.points.relations.push_back({});
            found.points.relations.back().role = frame::kNoRole;
        }
        if (!points.one_moment()) found.points.moments.push_back(points.moments[i]);
    }));
    return found;
}

std::optional<double> rank_of(std::span<const std::optional<double>> ranks, std::uint32_t cell) {
    return cell < ranks.size() ? ranks[cell] : std::nullopt;
}

/// All cells that are not smaller than the top-th: they alone need labels, though of a million
/// users all may rank alike.
Result<std::vector<std::uint32_t>> biggest_cells(const Run& run,
                                                 std::span<const std::optional<double>> ranks,
                                                 std::uint32_t cell_count, std::uint32_t top) {
    std::vector<std::uint32_t> cells(cell_count);
    std::iota(cells.begin(), cells.end(), 0U);
    if (top == 0 || top == cell_count) return cells;
    TF_ASSIGN(const std::vector<std::uint32_t> first,
              first_in_order(run, cells, top, [&](std::uint32_t a, std::uint32_t b) {
                  return rank_of(ranks, a) > rank_of(ranks, b);
              }));
    const std::optional<double> least = rank_of(ranks, first.back());
    std::erase_if(cells, [&](std::uint32_t cell) { return rank_of(ranks, cell) < least; });
    return cells;
}

std::string label_of(std::uint32_t id, const ValueTable& values) {
    if (id == ValueTable::kOverflowId) return std::string(kOtherLabel);
    return id == 0 ? std::string(kNoneLabel) : value_label(values.value(id));
}

}  // namespace

Result<CellLists> cells_of_points(Judge& judge, const plan::By& by, const Points& points,
                                  ValueTable& values, CellTable& cells) {
    CellFinder finder(values, cells);
    const bool lowered =
        points.side == Points::Side::kUsers && std::ranges::any_of(by.items, is_of_customer);
    Judge::Pairs bindings;
    if (lowered) {
        TF_ASSIGN(bindings,
                  bindings_of(judge, points, std::ranges::any_of(by.items, is_of_relation)));
    } else {
        bindings.owners.resize(points.size());
        std::iota(bindings.owners.begin(), bindings.owners.end(), 0U);
    }
    std::vector<IdLists> items;
    for (const plan::Breakdown& breakdown : by.items) {
        const bool of_customer = lowered && is_of_customer(breakdown);
        TF_ASSIGN(
            IdLists ids,
            ItemReader(judge, breakdown, of_customer ? bindings.points : points, finder).read());
        items.push_back(std::move(ids));
    }
    const std::vector<std::uint32_t> missing{0};
    const auto ids_of = [&](std::size_t item, std::size_t binding) -> const auto& {
        const bool of_customer = lowered && is_of_customer(by.items[item]);
        const auto& ids = items[item][of_customer ? binding : bindings.owners[binding]];
        return ids.empty() ? missing : ids;
    };
    std::vector<std::vector<std::uint32_t>> by_owner(points.size());
    TF_TRY(judge.run().for_each(bindings.owners.size(), [&](std::size_t binding) {
        auto& found = by_owner[bindings.owners[binding]];
        for (const std::uint32_t first : ids_of(0, binding)) {
            for (const std::uint32_t second : items.size() == 2 ? ids_of(1, binding) : missing) {
                const std::uint32_t cell = finder.cell({first, second});
                if (std::ranges::find(found, cell) == found.end()) found.push_back(cell);
            }
        }
    }));
    CellLists lists;
    TF_TRY(judge.run().for_each(by_owner.size(), [&](std::size_t i) {
        lists.begins.push_back(static_cast<std::uint32_t>(lists.cells.size()));
        lists.cells.insert(lists.cells.end(), by_owner[i].begin(), by_owner[i].end());
    }));
    lists.begins.push_back(static_cast<std::uint32_t>(lists.cells.size()));
    return lists;
}

std::vector<std::uint32_t> RankedCells::rows_of(std::span<const std::uint32_t> cells) const {
    std::vector<std::uint32_t> rows;
    for (const std::uint32_t cell : cells) {
        const std::uint32_t row = of_cell[cell];
        if (std::ranges::find(rows, row) == rows.end()) rows.push_back(row);
    }
    return rows;
}

Result<RankedCells> rank_cells(const Run& run, std::span<const std::optional<double>> ranks,
                               const plan::By& by, const ValueTable& values,
                               const CellTable& cells) {
    const std::uint32_t cell_count = cells.size();
    const auto top = static_cast<std::uint32_t>(
        std::min<std::int64_t>(std::min(by.top, ask::kTopMax), cell_count));
    TF_ASSIGN(const std::vector<std::uint32_t> biggest, biggest_cells(run, ranks, cell_count, top));
    const bool two = by.items.size() == 2;
    std::vector<std::array<std::string, 2>> labels(biggest.size());
    TF_TRY(run.for_each(biggest.size(), [&](std::size_t i) {
        const CellTable::Key key = cells.key(biggest[i]);
        labels[i][0] = label_of(key.first, values);
        if (two) labels[i][1] = label_of(key.second, values);
    }));
    std::vector<std::uint32_t> places(biggest.size());
    std::iota(places.begin(), places.end(), 0U);
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        const std::optional<double> left = rank_of(ranks, biggest[a]);
        const std::optional<double> right = rank_of(ranks, biggest[b]);
        return left == right ? labels[a] < labels[b] : left > right;
    };
    TF_ASSIGN(const std::vector<std::uint32_t> order,
              first_in_order(run, std::move(places), top, before));
    RankedCells ranked;
    ranked.of_cell.assign(cell_count, top);
    for (const std::uint32_t place : order) {
        ranked.of_cell[biggest[place]] = ranked.count();
        ranked.labels.emplace_back(labels[place].begin(), labels[place].begin() + (two ? 2 : 1));
    }
    ranked.has_other = cell_count > top;
    if (ranked.has_other) {
        ranked.labels.push_back(std::vector(by.items.size(), std::string(kOtherLabel)));
    }
    return ranked;
}

}  // namespace twofold::engine
