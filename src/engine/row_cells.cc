// SPDX-License-Identifier: Apache-2.0
#include "engine/row_cells.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "engine/judge.h"
#include "engine/row_values.h"
#include "engine/value_math.h"
#include "store/snapshot.h"

namespace twofold::engine {
namespace {

using model::OwnedValue;
using model::Value;

void add_once(std::vector<std::uint32_t>& ids, std::uint32_t id) {
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
}

std::unexpected<Error> cannot_break_down(const plan::Breakdown& breakdown) {
    return fail(ErrorCode::kInvalid, "this version does not answer: by " + breakdown.text);
}

}  // namespace

Result<RowCells> RowCells::make(Run& run, Judge& judge, const plan::By& by, UnitKind unit,
                                FilterSet& filters, const plan::Selector& selector, TimeMs from,
                                TimeMs to) {
    RowCells made(run);
    made.unit_ = unit;
    for (const plan::Breakdown& breakdown : by.items) {
        TF_ASSIGN(Item item, made.make_item(judge, breakdown, filters, selector, from, to));
        made.of_customers_ |= of_customer(item);
        made.items_.push_back(std::move(item));
    }
    return made;
}

Result<RowCells::Item> RowCells::make_item(Judge& judge, const plan::Breakdown& breakdown,
                                           FilterSet& filters, const plan::Selector& selector,
                                           TimeMs from, TimeMs to) {
    if (breakdown.bin_count) return cannot_break_down(breakdown);
    Item item;
    item.breakdown = &breakdown;
    switch (breakdown.kind) {
        case plan::Breakdown::Kind::kValue:
            return make_value(judge, breakdown);
        case plan::Breakdown::Kind::kUser:
            item.kind = Item::Kind::kWholeUser;
            persons_ = true;
            return item;
        case plan::Breakdown::Kind::kCustomer:
            item.kind = Item::Kind::kWholeCustomer;
            persons_ = acting_ = true;
            return item;
        case plan::Breakdown::Kind::kSegments:
            return make_conditions(judge, breakdown);
        case plan::Breakdown::Kind::kCondition:
            break;
    }
    if (!plan::mentions(*breakdown.condition).event) return make_conditions(judge, breakdown);
    // A condition on the event itself is one more filter: the selector's rows that fulfil it.
    item.kind = Item::Kind::kEventCondition;
    FilterSet::Narrowed narrowed{*breakdown.condition, selector, from, to};
    TF_ASSIGN(item.bits, filters.add_narrowed(narrowed));
    return item;
}

Result<RowCells::Item> RowCells::make_value(Judge& judge, const plan::Breakdown& breakdown) {
    Item item;
    item.breakdown = &breakdown;
    const plan::Expression& expression = *breakdown.expression;
    const plan::Mentions found = plan::mentions(expression);
    if (found.event) {
        const auto* fact = std::get_if<plan::Fact>(&expression.node);
        if (fact == nullptr) return cannot_break_down(breakdown);
        if (fact->kind == plan::FactKind::kSent || fact->kind == plan::FactKind::kEventName) {
            const bool name = fact->kind == plan::FactKind::kEventName;
            item.kind = name ? Item::Kind::kEventName : Item::Kind::kEventColumn;
            item.tape_column = fetches_.size();
            fetches_.push_back(
                {name ? Fetch::What::kName : Fetch::What::kProperty, fact->columns, 0xffff'ffff});
            return item;
        }
        item.kind = Item::Kind::kEventBuiltIn;
        acting_ |= fact->kind == plan::FactKind::kEventActing;
        return item;
    }
    persons_ = true;
    by_relation_ |= speaks_of_relation(expression);
    item.kind = speaks_of_customer(expression) ? Item::Kind::kCustomer : Item::Kind::kUser;
    acting_ |= item.kind == Item::Kind::kCustomer;
    item.steady = CustomerTruth::keeps_its_value(expression);
    if (found.behaviour) TF_TRY(look_up(judge, item));
    return item;
}

Status RowCells::look_up(Judge& judge, Item& item) {
    const auto* measure = std::get_if<plan::Measure>(&item.breakdown->expression->node);
    if (measure == nullptr) return cannot_break_down(*item.breakdown);
    const bool customers = measure->about == plan::About::kCustomer;
    if (!customers && measure->about != plan::About::kUser) {
        return cannot_break_down(*item.breakdown);
    }
    item.kind = customers ? Item::Kind::kCustomer : Item::Kind::kUser;
    const frame::Snapshot& frames = run_->frames();
    Points points;
    points.moments = {run_->plan().moment};
    auto& ordinals = customers ? points.customers : points.users;
    points.side = customers ? Points::Side::kCustomers : Points::Side::kUsers;
    TF_ASSIGN(ordinals, customers ? customers_existed(*run_, run_->plan().at)
                                  : users_existing(*run_, run_->plan().at, false));
    TF_ASSIGN(const std::vector<Value> values, judge.values(*item.breakdown->expression, points));
    auto by_ordinal = std::make_shared<std::vector<Value>>(customers ? frames.customer_count()
                                                                     : frames.user_count());
    for (std::size_t i = 0; i < ordinals.size(); ++i)
        (*by_ordinal)[ordinals[i]] = values[i];
    item.looked_up = std::move(by_ordinal);
    return {};
}

Result<RowCells::Item> RowCells::make_conditions(Judge& judge, const plan::Breakdown& breakdown) {
    Item item;
    item.kind = Item::Kind::kConditions;
    item.breakdown = &breakdown;
    persons_ = true;
    acting_ = true;
    if (breakdown.kind == plan::Breakdown::Kind::kCondition) {
        TF_ASSIGN(PointCondition compiled,
                  PointCondition::compile(*breakdown.condition, *run_, judge));
        item.conditions.push_back(std::move(compiled));
        item.labels.emplace_back(Value::of_string("yes"));
        item.none = OwnedValue(Value::of_string("no"));
        return item;
    }
    for (std::size_t i = 0; i < breakdown.segments.size(); ++i) {
        TF_ASSIGN(PointCondition compiled,
                  PointCondition::compile(breakdown.segments[i], *run_, judge));
        item.conditions.push_back(std::move(compiled));
        item.labels.emplace_back(Value::of_string(breakdown.segment_names[i]));
    }
    return item;
}

std::optional<std::size_t> RowCells::only_column() const {
    const bool alone = items_.size() == 1 && items_[0].kind == Item::Kind::kEventColumn &&
                       !items_[0].breakdown->bin_width;
    return alone ? std::optional(items_[0].tape_column) : std::nullopt;
}

void RowCells::set_up(Scan& scan) const {
    scan.cells.insert(scan.cells.end(), fetches_.begin(), fetches_.end());
    scan.want_persons |= persons_;
    scan.want_acting |= acting_;
}

std::vector<const plan::Fact*> RowCells::fact_cells() const {
    std::vector<const plan::Fact*> cells(fetches_.size(), nullptr);
    for (const Item& item : items_) {
        if (item.kind == Item::Kind::kEventColumn) {
            cells[item.tape_column] = std::get_if<plan::Fact>(&item.breakdown->expression->node);
        }
    }
    return cells;
}

void RowCells::find(const Block& block, const Tape& tape, std::size_t i, Scratch& scratch) const {
    Row row;
    row.time = tape.rows[i].time;
    row.mask = tape.rows[i].mask;
    row.unit = block.first + tape.rows[i].unit;
    if (persons_) row.person = tape.persons[i];
    if (acting_ && tape.acting[i] != 0) row.acting = tape.acting[i] - 1;
    for (std::size_t k = 0; k < items_.size(); ++k) {
        scratch.ids[k].clear();
        if (of_customer(items_[k])) continue;
        find_item(items_[k], row, tape, i, scratch, scratch.ids[k]);
        if (scratch.ids[k].empty()) scratch.ids[k].push_back(0);
    }
    scratch.cells.clear();
    if (!of_customers_) {
        add_cells(scratch);
        return;
    }
    // Items that speak of a customer speak of the same one, and of the same relation to it.
    customers_of_row(row, scratch);
    if (scratch.customers.empty()) {
        add_binding(row, kNobody, nullptr, scratch);
        return;
    }
    for (const std::uint32_t customer : scratch.customers) {
        scratch.relations.clear();
        if (by_relation_ && row.person != kNobody) {
            facts_.relations(row.person, customer, plan::Moment::including(row.time), {},
                             scratch.relations);
        }
        if (scratch.relations.empty()) add_binding(row, customer, nullptr, scratch);
        for (const frame::RelationInterval& relation : scratch.relations)
            add_binding(row, customer, &relation, scratch);
    }
}

bool RowCells::of_customer(const Item& item) {
    return item.kind == Item::Kind::kCustomer || item.kind == Item::Kind::kWholeCustomer;
}

void RowCells::add_cells(Scratch& scratch) const {
    for (const std::uint32_t first : scratch.ids[0]) {
        if (items_.size() == 1) {
            add_once(scratch.cells, scratch.finder.cell({first, 0}));
            continue;
        }
        for (const std::uint32_t second : scratch.ids[1])
            add_once(scratch.cells, scratch.finder.cell({first, second}));
    }
}

/// The id of a value of the customer's own facts, which lasts until the customer changes.
std::uint32_t RowCells::steady_id(std::size_t item, const At& at, Scratch& scratch) const {
    constexpr std::uint32_t kUntold = 0xffff'ffff;
    const frame::Snapshot& frames = run_->frames();
    std::vector<Scratch::Steady>& all = scratch.steady[item];
    if (all.empty()) all.resize(frames.customer_count());
    Scratch::Steady& steady = all[at.customer];
    if (steady.ids.empty()) {
        steady.changes = frames.changes(model::CustomerOrdinal{at.customer});
        steady.ids.assign(steady.changes.size() + 1, kUntold);
    }
    const auto after = std::ranges::upper_bound(steady.changes, at.moment.instant());
    std::uint32_t& id = steady.ids[static_cast<std::size_t>(after - steady.changes.begin())];
    if (id == kUntold) {
        const plan::Expression& expression = *items_[item].breakdown->expression;
        id = value_id(items_[item], facts_value(facts_, expression, at), scratch);
    }
    return id;
}

void RowCells::add_binding(const Row& row, std::uint32_t customer,
                           const frame::RelationInterval* relation, Scratch& scratch) const {
    At at;
    at.user = row.person;
    at.customer = customer;
    at.relation = relation;
    at.moment = plan::Moment::including(row.time);
    for (std::size_t k = 0; k < items_.size(); ++k) {
        const Item& item = items_[k];
        if (!of_customer(item)) continue;
        std::uint32_t id = 0;
        if (item.kind == Item::Kind::kWholeCustomer) {
            if (customer != kNobody) {
                id = scratch.finder.value_id(Value::of_string(
                    run_->frames().directory().id(model::CustomerOrdinal{customer})));
            }
        } else if (item.looked_up) {
            if (customer != kNobody) id = value_id(item, (*item.looked_up)[customer], scratch);
        } else if (item.steady && customer != kNobody) {
            id = steady_id(k, at, scratch);
        } else {
            id = value_id(item, facts_value(facts_, *item.breakdown->expression, at), scratch);
        }
        scratch.ids[k].assign(1, id);
    }
    add_cells(scratch);
}

void RowCells::find_item(const Item& item, const Row& row, const Tape& tape, std::size_t i,
                         Scratch& scratch, std::vector<std::uint32_t>& ids) const {
    switch (item.kind) {
        case Item::Kind::kEventColumn:
            ids.push_back(column_id(item, tape.cells[item.tape_column][i], scratch));
            return;
        case Item::Kind::kEventName: {
            const std::uint32_t code = tape.cells[item.tape_column][i];
            if (code == kNoCell) return;
            const auto& names = *run_->world().input.events->names;
            ids.push_back(scratch.finder.value_id(Value::of_string(names.event(code - 1).text)));
            return;
        }
        case Item::Kind::kEventBuiltIn:
            ids.push_back(event_id(item, row, scratch));
            return;
        case Item::Kind::kUser: {
            if (row.person == kNobody) return;
            At at;
            at.user = row.person;
            at.moment = plan::Moment::including(row.time);
            const Value value = item.looked_up
                                    ? (*item.looked_up)[row.person]
                                    : facts_value(facts_, *item.breakdown->expression, at);
            ids.push_back(value_id(item, value, scratch));
            return;
        }
        case Item::Kind::kWholeUser: {
            if (row.person == kNobody) return;
            const model::UserOrdinal user{row.person};
            ids.push_back(
                scratch.finder.value_id(Value::of_string(run_->frames().directory().id(user))));
            return;
        }
        case Item::Kind::kWholeCustomer:
        case Item::Kind::kCustomer:
            return;  // by binding
        case Item::Kind::kConditions:
            condition_ids(item, row, scratch, ids);
            return;
        case Item::Kind::kEventCondition: {
            const bool holds = (row.mask & item.bits) != 0;
            ids.push_back(scratch.finder.value_id(Value::of_string(holds ? "yes" : "no")));
            return;
        }
    }
}

void RowCells::customers_of_row(const Row& row, Scratch& scratch) const {
    if (unit_ == UnitKind::kCustomer) {
        scratch.customers.assign(1, row.unit);
    } else if (row.person == kNobody) {
        // A dated fact of a customer.
        scratch.customers.clear();
        if (row.acting != kNobody) scratch.customers.push_back(row.acting);
    } else {
        customers_.of(row.person, row.acting, row.time, scratch.person, scratch.customers);
    }
}

void RowCells::condition_ids(const Item& item, const Row& row, Scratch& scratch,
                             std::vector<std::uint32_t>& ids) const {
    At at;
    at.user = row.person;
    at.customer = unit_ == UnitKind::kCustomer ? row.unit : kNobody;
    at.moment = plan::Moment::including(row.time);
    for (std::size_t k = 0; k < item.conditions.size(); ++k) {
        if (item.conditions[k].holds(at, row.acting)) {
            ids.push_back(scratch.finder.value_id(item.labels[k].view()));
        }
    }
    if (ids.empty() && item.none) ids.push_back(scratch.finder.value_id(item.none->view()));
}

std::uint32_t RowCells::event_id(const Item& item, const Row& row, Scratch& scratch) const {
    const auto& fact = std::get<plan::Fact>(item.breakdown->expression->node);
    const Zone& zone = run_->plan().calendar.zone();
    Value value;
    if (fact.kind == plan::FactKind::kEventHour) {
        value = Value::of_int(local_hour(zone, row.time));
    } else if (fact.kind == plan::FactKind::kEventWeekday) {
        value = Value::of_string(local_weekday(zone, row.time));
    } else if (fact.kind == plan::FactKind::kEventTime) {
        value = Value::of_int(row.time);
    } else if (fact.kind == plan::FactKind::kEventActing && row.acting != kNobody) {
        value = Value::of_string(run_->frames().directory().id(model::CustomerOrdinal{row.acting}));
    }
    return value_id(item, value, scratch);
}

std::uint32_t RowCells::value_id(const Item& item, const Value& value, Scratch& scratch) const {
    const Value shown =
        comparable(value, item.breakdown->expression->meaning(), facts_.money_scale());
    return scratch.finder.value_id(
        item.breakdown->bin_width ? bin_of(shown, *item.breakdown->bin_width) : shown);
}

std::uint32_t RowCells::column_id(const Item& item, std::uint32_t id, Scratch& scratch) const {
    if (id == kNoCell || id == ValueTable::kOverflowId || !item.breakdown->bin_width) return id;
    if (id >= scratch.binned.size()) scratch.binned.resize(id + 1);
    if (scratch.binned[id] == 0) {
        const Value bin = bin_of(scratch.finder.values().value(id), *item.breakdown->bin_width);
        scratch.binned[id] = scratch.finder.value_id(bin) + 1;
    }
    return scratch.binned[id] - 1;
}

}  // namespace twofold::engine
