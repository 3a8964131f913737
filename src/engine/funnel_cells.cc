// SPDX-License-Identifier: Apache-2.0
//
// What a funnel is broken down by. Values of events are looked up once it is decided whose events
// count: most rows that pass are not of a deepest attempt.
#include <algorithm>
#include <numeric>
#include <optional>

#include "engine/funnel.h"
#include "engine/in_order.h"
#include "engine/listed_rows.h"
#include "engine/point_condition.h"
#include "engine/row_values.h"
#include "store/snapshot.h"

namespace twofold::engine {

/// What a part of the breakdown that is no event's says of each unit: ids of values.
struct Funnel::UnitValues {
    std::vector<std::vector<std::uint32_t>> all;
    std::vector<std::uint32_t> first;  ///< By label.
    std::vector<std::uint32_t> of(std::size_t unit, bool every) const {
        return every ? all[unit] : std::vector{first[unit]};
    }
};

/// Of one unit: its cells, and the ids of values of each part.
struct Funnel::FoundCells {
    std::vector<std::uint32_t> cells;
    std::array<std::vector<std::uint32_t>, 2> ids;
};

/// The event property that an item breaks down by, if it is one.
const plan::Fact* Funnel::event_property(const plan::Breakdown& item) {
    if (!item.expression) return nullptr;
    const auto* fact = std::get_if<plan::Fact>(&item.expression->node);
    return fact != nullptr && fact->about == plan::About::kEvent ? fact : nullptr;
}

Result<Points> Funnel::entries_of(const UnitOutcomes& outcomes) {
    std::vector<FunnelEntry> found;
    for (const UnitOutcome& outcome : outcomes.units)
        found.push_back({outcome.unit, outcomes.time(outcome, 0), 0});
    // Whose customers are meant is told by the event of the entry, where users are counted.
    const bool lowered = std::ranges::any_of(plan_.by.items, [](const plan::Breakdown& item) {
        return item.kind == plan::Breakdown::Kind::kCustomer ||
               (item.expression && speaks_of_customer(*item.expression)) ||
               (item.condition && plan::mentions(*item.condition).lower);
    });
    if (lowered && unit() == UnitKind::kUser) {
        TF_ASSIGN(const std::vector<FunnelEntry> all, entries());
        for (FunnelEntry& entry : found) {
            const auto place = std::ranges::lower_bound(all, entry);
            const bool there =
                place != all.end() && place->unit == entry.unit && place->time == entry.time;
            if (there) entry.acting = place->acting;
        }
    }
    return points_of(found);
}

/// A unit counts under one value: of several customers' values the first by name.
std::uint32_t Funnel::first_by_label(std::span<const std::uint32_t> cells,
                                     const CellTable& table) const {
    std::uint32_t best = 0;
    std::string best_label;
    for (const std::uint32_t cell : cells) {
        const std::uint32_t id = table.key(cell).first;
        if (id == 0 || id == ValueTable::kOverflowId) continue;
        std::string label = value_label(values_.value(id));
        if (best != 0 && best_label <= label) continue;
        best = id;
        best_label = std::move(label);
    }
    return best;
}

/// The value that a step's event has for a part of the breakdown; 0: none.
std::uint32_t Funnel::id_at_step(std::size_t item, const UnitOutcomes& outcomes,
                                 const UnitOutcome& unit, std::uint32_t step) {
    const plan::Breakdown& breakdown = plan_.by.items[item];
    const plan::Fact& fact = *event_property(breakdown);
    const Zone& zone = run_.plan().calendar.zone();
    if (fact.kind == plan::FactKind::kEventHour) {
        const int hour = local_hour(zone, outcomes.time(unit, step));
        if (!breakdown.bin_width) return values_.id(model::Value::of_int(hour));
        return values_.id(bin_of(model::Value::of_int(hour), *breakdown.bin_width));
    }
    if (fact.kind == plan::FactKind::kEventWeekday) {
        const auto day = local_weekday(zone, outcomes.time(unit, step));
        return values_.id(model::Value::of_string(day));
    }
    if (fact.kind == plan::FactKind::kEventTime) {
        return values_.id(model::Value::of_int(outcomes.time(unit, step)));
    }
    const std::uint32_t id = cell_of_column(outcomes.cells[unit.times_begin + step],
                                            column_of_item_[item], columns_.size(), tuples_);
    if (id == 0 || id == ValueTable::kOverflowId) return id;
    if (fact.kind == plan::FactKind::kEventName) {
        const auto& names = *run_.world().input.events->names;
        return values_.id(model::Value::of_string(names.event(id - 1).text));
    }
    return breakdown.bin_width ? values_.id(bin_of(values_.value(id), *breakdown.bin_width)) : id;
}

/// The first touch is the first value on any step's event.
std::uint32_t Funnel::touched_id(std::size_t item, const UnitOutcomes& outcomes,
                                 const UnitOutcome& unit) {
    const ask::Touch& touch = plan_.by.touch;
    if (touch.kind == ask::Touch::Kind::kStep) {
        const auto step = static_cast<std::uint32_t>(touch.step - 1);
        return step < unit.depth ? id_at_step(item, outcomes, unit, step) : 0;
    }
    const bool last = touch.kind == ask::Touch::Kind::kLast;
    for (std::uint32_t i = 0; i < unit.depth; ++i) {
        const std::uint32_t step = last ? unit.depth - 1 - i : i;
        const std::uint32_t id = id_at_step(item, outcomes, unit, step);
        if (id != 0) return id;
    }
    return 0;
}

/// The cells of one unit, each once, into `found`.
void Funnel::find_cells(const UnitOutcomes& outcomes, std::size_t place,
                        const std::vector<UnitValues>& of_units, CellFinder& finder,
                        FoundCells& found) {
    const UnitOutcome& unit = outcomes.units[place];
    const bool every = plan_.by.touch.kind == ask::Touch::Kind::kEveryValue;
    auto& [cells, ids] = found;
    cells.clear();
    for (std::vector<std::uint32_t>& of_item : ids)
        of_item.assign(1, 0);
    for (std::uint32_t step = 0; step < (every ? unit.depth : 1); ++step) {
        for (std::size_t k = 0; k < plan_.by.items.size(); ++k) {
            if (event_property(plan_.by.items[k]) == nullptr) {
                ids[k] = of_units[k].of(place, every);
            } else {
                ids[k].assign(
                    1, every ? id_at_step(k, outcomes, unit, step) : touched_id(k, outcomes, unit));
            }
        }
        for (const std::uint32_t first : ids[0]) {
            for (const std::uint32_t second : ids[1]) {
                const std::uint32_t cell = finder.cell({first, second});
                if (std::ranges::find(cells, cell) == cells.end()) cells.push_back(cell);
            }
        }
    }
}

/// Whether rows need not carry values through the funnel: nothing is held, and all of them are
/// events of the store.
bool Funnel::looks_up_cells(const Set& set) const {
    return !columns_.empty() && !plan_.holding && !set.filters.has_facts() &&
           can_number_rows(*run_.world().input.events);
}

std::vector<Fetch> Funnel::fetches() const {
    std::vector<Fetch> all;
    for (const plan::Fact* column : columns_) {
        const bool name = column->kind == plan::FactKind::kEventName;
        all.push_back(
            {name ? Fetch::What::kName : Fetch::What::kProperty, column->columns, 0xffff'ffff});
    }
    return all;
}

/// In place of each row's number what it carries, for the steps that touched_id() and find_cells()
/// ask for; 0 for others.
Status Funnel::look_up_cells(UnitOutcomes& outcomes) {
    std::vector<std::uint32_t> numbers(outcomes.cells.size(), 0);
    numbers.swap(outcomes.cells);
    const ask::Touch& touch = plan_.by.touch;
    const auto steps = static_cast<std::uint32_t>(plan_.steps.size());
    std::vector<std::size_t> places;
    if (touch.kind == ask::Touch::Kind::kEveryValue) {
        for (std::size_t place = 0; place < numbers.size(); ++place)
            places.push_back(place);
        TF_TRY(look_up(places, numbers, outcomes.cells));
        return {};
    }
    // The first or the last value: from step to step until all parts have one.
    std::vector<std::uint32_t> open(outcomes.units.size());
    std::iota(open.begin(), open.end(), 0);
    const bool of_step = touch.kind == ask::Touch::Kind::kStep;
    for (std::uint32_t round = 0; round < (of_step ? 1 : steps) && !open.empty(); ++round) {
        places.clear();
        std::erase_if(open, [&](std::uint32_t i) {
            const UnitOutcome& unit = outcomes.units[i];
            std::uint32_t step = round;
            if (of_step) step = static_cast<std::uint32_t>(touch.step - 1);
            if (step >= unit.depth) return true;
            if (touch.kind == ask::Touch::Kind::kLast) step = unit.depth - 1 - round;
            places.push_back(unit.times_begin + step);
            return false;
        });
        TF_ASSIGN(const std::vector<bool> whole, look_up(places, numbers, outcomes.cells));
        std::size_t i = 0;
        std::erase_if(open, [&](std::uint32_t /*unit*/) { return whole[i++]; });
    }
    return {};
}

/// Fills in the cells of places, numbers[place] being each one's row. Of which all columns have a
/// value.
Result<std::vector<bool>> Funnel::look_up(std::span<const std::size_t> places,
                                          std::span<const std::uint32_t> numbers,
                                          std::span<std::uint32_t> cells) {
    // The row, then which of the places: numbers are put in order much faster than pairs.
    std::vector<std::uint64_t> order;
    order.reserve(places.size());
    for (std::uint32_t i = 0; i < places.size(); ++i)
        order.push_back(std::uint64_t{numbers[places[i]] - 1} << 32 | i);
    TF_TRY(sort_all(run_, order));
    std::vector<std::uint32_t> rows;
    rows.reserve(order.size());
    for (const std::uint64_t one : order)
        rows.push_back(static_cast<std::uint32_t>(one >> 32));
    const std::vector<Fetch> all = fetches();
    TF_ASSIGN(const auto columns, cells_of_rows(run_, rows, all, values_));
    CellFinder finder(values_, tuples_);
    std::array<std::uint32_t, kTapeColumnsMax> values{};
    std::vector<bool> whole(places.size());
    TF_TRY(run_.for_each(order.size(), [&](std::size_t i) {
        for (std::size_t column = 0; column < columns.size(); ++column)
            values[column] = columns[column][i];
        const auto own = std::span(values).first(columns.size());
        const auto place = static_cast<std::uint32_t>(order[i]);
        cells[places[place]] = join_cells(own, finder);
        whole[place] = std::ranges::find(own, kNoCell) == own.end();
    }));
    return whole;
}

Status Funnel::break_down(Outcomes& outcomes) {
    const auto& units = outcomes.reached.units;
    if (plan_.by.items.empty()) {
        outcomes.ranked.labels = {{}};
        return {};
    }
    // Facts of units are judged at their entries; what an event carries came with the rows.
    std::vector<UnitValues> of_units(plan_.by.items.size());
    Points entries;
    if (!std::ranges::all_of(plan_.by.items, event_property)) {
        TF_ASSIGN(entries, entries_of(outcomes.reached));
    }
    for (std::size_t k = 0; k < plan_.by.items.size(); ++k) {
        if (event_property(plan_.by.items[k]) != nullptr) continue;
        plan::By alone;
        alone.items = {plan_.by.items[k]};
        CellTable single;
        TF_ASSIGN(const CellLists lists, cells_of_points(judge_, alone, entries, values_, single));
        TF_TRY(run_.for_each(units.size(), [&](std::size_t i) {
            std::vector<std::uint32_t>& all = of_units[k].all.emplace_back();
            for (const std::uint32_t cell : lists.of(i))
                all.push_back(single.key(cell).first);
            of_units[k].first.push_back(first_by_label(lists.of(i), single));
        }));
    }
    CellFinder finder(values_, cells_);
    std::vector<std::optional<double>> ranks;
    FoundCells found;
    TF_TRY(run_.for_each(units.size(), [&](std::size_t i) {
        find_cells(outcomes.reached, i, of_units, finder, found);
        outcomes.cells.begins.push_back(static_cast<std::uint32_t>(outcomes.cells.cells.size()));
        for (const std::uint32_t cell : found.cells) {
            outcomes.cells.cells.push_back(cell);
            if (cell >= ranks.size()) ranks.resize(cell + 1);
            ranks[cell] = ranks[cell].value_or(0) + 1;
        }
    }));
    outcomes.cells.begins.push_back(static_cast<std::uint32_t>(outcomes.cells.cells.size()));
    TF_ASSIGN(outcomes.ranked, rank_cells(run_, ranks, plan_.by, values_, cells_));
    outcomes.units_of_group.resize(outcomes.ranked.count());
    return run_.for_each(units.size(), [&](std::size_t at) {
        const auto i = static_cast<std::uint32_t>(at);
        for (const std::uint32_t cell : outcomes.cells.of(i)) {
            auto& group = outcomes.units_of_group[outcomes.ranked.of_cell[cell]];
            // Several values of one unit may fall into one row, the rest.
            if (group.empty() || group.back() != i) group.push_back(i);
        }
    });
}

}  // namespace twofold::engine
