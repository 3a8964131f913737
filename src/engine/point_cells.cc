// SPDX-License-Identifier: Apache-2.0
#include "engine/point_cells.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/point_condition.h"
#include "engine/value_math.h"

namespace twofold::engine {
namespace {

using model::Value;

/// Numbers of values per point, each once; none: missing.
using IdLists = std::vector<std::vector<std::uint32_t>>;

std::unexpected<Error> cannot_break_down(const plan::Breakdown& breakdown) {
    return fail(ErrorCode::kInvalid, "this version does not answer: by " + breakdown.text);
}

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
        if (breakdown_.bin_count) return cannot_break_down(breakdown_);
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
    void add(std::size_t point, std::uint32_t id) {
        auto& ids = ids_[point];
        if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
    }

    Status read_values(const Points& points, const std::vector<std::uint32_t>* owners) {
        const plan::Expression& expression = *breakdown_.expression;
        TF_ASSIGN(const std::vector<Value> values, judge_.values(expression, points));
        const double scale = judge_.facts().money_scale();
        for (std::size_t i = 0; i < values.size(); ++i) {
            Value shown = comparable(values[i], expression.meaning(), scale);
            if (breakdown_.bin_width) shown = bin_of(shown, *breakdown_.bin_width);
            add(owners == nullptr ? i : (*owners)[i], finder_.value_id(shown));
        }
        return {};
    }

    Status read_value() {
        const plan::Expression& expression = *breakdown_.expression;
        if (points_.side != Points::Side::kUsers || !speaks_of_customer(expression)) {
            return read_values(points_, nullptr);
        }
        const Judge::Pairs pairs =
            judge_.customers_of(points_, {}, {}, speaks_of_relation(expression));
        return read_values(pairs.points, &pairs.owners);
    }

    Status read_whole() {
        const auto& directory = judge_.frames().directory();
        const bool user = breakdown_.kind == plan::Breakdown::Kind::kUser;
        if (user != (points_.side == Points::Side::kUsers)) {
            if (user) return cannot_break_down(breakdown_);
            const Judge::Pairs pairs = judge_.customers_of(points_, {}, {}, false);
            for (std::size_t i = 0; i < pairs.owners.size(); ++i) {
                const model::CustomerOrdinal customer{pairs.points.customers[i]};
                add(pairs.owners[i], finder_.value_id(Value::of_string(directory.id(customer))));
            }
            return {};
        }
        for (std::uint32_t i = 0; i < points_.size(); ++i) {
            const std::string_view id =
                user ? directory.id(model::UserOrdinal{points_.users[i]})
                     : directory.id(model::CustomerOrdinal{points_.customers[i]});
            add(i, finder_.value_id(Value::of_string(id)));
        }
        return {};
    }

    Status read_condition(const plan::Condition& condition, std::string_view yes,
                          std::string_view no) {
        TF_ASSIGN(const kernel::BitSet held, judge_.holds(condition, points_));
        for (std::uint32_t i = 0; i < points_.size(); ++i) {
            const std::string_view label = held.test(i) ? yes : no;
            if (!label.empty()) add(i, finder_.value_id(Value::of_string(label)));
        }
        return {};
    }

    Judge& judge_;
    const plan::Breakdown& breakdown_;
    const Points& points_;
    CellFinder& finder_;
    IdLists ids_;
};

std::string label_of(std::uint32_t id, const ValueTable& values) {
    if (id == ValueTable::kOverflowId) return std::string(kOtherLabel);
    return id == 0 ? std::string(kNoneLabel) : value_label(values.value(id));
}

}  // namespace

Result<CellLists> cells_of_points(Judge& judge, const plan::By& by, const Points& points,
                                  ValueTable& values, CellTable& cells) {
    CellFinder finder(values, cells);
    std::vector<IdLists> items;
    for (const plan::Breakdown& breakdown : by.items) {
        TF_ASSIGN(IdLists ids, ItemReader(judge, breakdown, points, finder).read());
        items.push_back(std::move(ids));
    }
    const std::vector<std::uint32_t> missing{0};
    const auto ids_of = [&](std::size_t item,
                            std::uint32_t i) -> const std::vector<std::uint32_t>& {
        return items[item][i].empty() ? missing : items[item][i];
    };
    CellLists lists;
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        lists.begins.push_back(static_cast<std::uint32_t>(lists.cells.size()));
        for (const std::uint32_t first : ids_of(0, i)) {
            if (items.size() == 1) {
                lists.cells.push_back(finder.cell({first, 0}));
                continue;
            }
            for (const std::uint32_t second : ids_of(1, i))
                lists.cells.push_back(finder.cell({first, second}));
        }
    }
    lists.begins.push_back(static_cast<std::uint32_t>(lists.cells.size()));
    return lists;
}

RankedCells rank_cells(std::span<const std::optional<double>> ranks, const plan::By& by,
                       const ValueTable& values, const CellTable& cells) {
    const std::uint32_t cell_count = cells.size();
    std::vector<std::vector<std::string>> labels(cell_count);
    for (std::uint32_t cell = 0; cell < cell_count; ++cell) {
        const CellTable::Key key = cells.key(cell);
        labels[cell].push_back(label_of(key.first, values));
        if (by.items.size() == 2) labels[cell].push_back(label_of(key.second, values));
    }
    const auto rank_of = [&](std::uint32_t cell) {
        return cell < ranks.size() ? ranks[cell] : std::nullopt;
    };
    std::vector<std::uint32_t> order(cell_count);
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
        const std::optional<double> left = rank_of(a);
        const std::optional<double> right = rank_of(b);
        if (left != right) return left.has_value() && (!right || *left > *right);
        return labels[a] < labels[b];
    });
    const auto top = static_cast<std::uint32_t>(
        std::min<std::int64_t>(std::min(by.top, ask::kTopMax), cell_count));
    RankedCells ranked;
    ranked.of_cell.assign(cell_count, top);
    for (std::uint32_t place = 0; place < top; ++place) {
        ranked.of_cell[order[place]] = place;
        ranked.labels.push_back(labels[order[place]]);
    }
    ranked.has_other = cell_count > top;
    if (ranked.has_other) {
        ranked.labels.push_back(std::vector(by.items.size(), std::string(kOtherLabel)));
    }
    return ranked;
}

}  // namespace twofold::engine
