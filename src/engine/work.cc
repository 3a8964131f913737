// SPDX-License-Identifier: Apache-2.0
#include "engine/work.h"

#include <variant>

#include "frame/snapshot.h"
#include "store/snapshot.h"

namespace twofold::engine {
namespace {

/// What the parts of a plan read.
struct Reads {
    std::uint64_t row_columns = 0;   ///< Of the rows in the range.
    std::uint64_t past_columns = 0;  ///< Of all rows: behaviour reaches back as far as it likes.
    std::uint64_t unit_facts = 0;    ///< Of all units.

    Reads& operator+=(const Reads& other) {
        row_columns += other.row_columns;
        past_columns += other.past_columns;
        unit_facts += other.unit_facts;
        return *this;
    }
};

Reads of(const plan::Condition& condition);
Reads of(const plan::Expression& expression);

template <typename T, typename Read>
Reads of_each(const std::vector<T>& items, const Read& read) {
    Reads sum;
    for (const T& item : items)
        sum += read(item);
    return sum;
}

/// Name and time are two columns.
Reads of_rows(const plan::Selector& selector) {
    Reads reads{.row_columns = 2};
    for (const plan::EventFilter& part : selector.parts) {
        if (part.where) reads += of(*part.where);
    }
    return reads;
}

/// A scan of its own.
Reads of_past(const plan::Selector& selector) {
    const Reads rows = of_rows(selector);
    return {.past_columns = rows.row_columns + rows.past_columns,
            .unit_facts = rows.unit_facts + 1};
}

struct ReadsOfNode {
    Reads operator()(const plan::All& all) const {
        return of_each(all.parts, [](const plan::Condition& part) { return of(part); });
    }
    Reads operator()(const plan::Any& any) const {
        return of_each(any.parts, [](const plan::Condition& part) { return of(part); });
    }
    Reads operator()(const plan::Not& negated) const { return of(*negated.part); }
    Reads operator()(const plan::FactTest& test) const { return of(test.left); }
    Reads operator()(const plan::Compare& compare) const {
        Reads reads = of(compare.left);
        return reads += of(compare.right);
    }
    Reads operator()(const plan::NearMoment& near) const { return of(near.left); }
    Reads operator()(const plan::HasRole&) const { return {.unit_facts = 1}; }
    Reads operator()(const plan::RelatedTo&) const { return {.unit_facts = 1}; }
    Reads operator()(const plan::Did& did) const { return of_past(did.selector); }
    Reads operator()(const plan::Chain& chain) const { return of_each(chain.steps, of_past); }
    // Asked of every pair, of which there are some for each unit.
    Reads operator()(const plan::Lift& lift) const { return pairs(lift.condition); }
    Reads operator()(const plan::Lower& lower) const { return pairs(lower.condition); }

    Reads operator()(const model::OwnedValue&) const { return {}; }
    Reads operator()(const plan::Fact& fact) const {
        if (fact.about == plan::About::kEvent) return {.row_columns = 1};
        return fact.needs_events() ? Reads{.past_columns = 2} : Reads{.unit_facts = 1};
    }
    Reads operator()(const plan::Measure& measure) const {
        Reads reads = of_past(measure.selector);
        if (measure.property) ++reads.past_columns;
        return reads;
    }
    Reads operator()(const plan::Arithmetic& node) const {
        Reads reads = of(*node.left);
        return reads += of(*node.right);
    }

private:
    /// Without a condition it is asked whether there are any.
    static Reads pairs(const ask::Nested<plan::Condition>& condition) {
        Reads reads = condition ? of(*condition) : Reads();
        reads.unit_facts = 2 * reads.unit_facts + 2;
        return reads;
    }
};

Reads of(const plan::Condition& condition) {
    return std::visit(ReadsOfNode(), condition.node);
}
Reads of(const plan::Expression& expression) {
    return std::visit(ReadsOfNode(), expression.node);
}

Reads of(const plan::By& by) {
    Reads reads;
    for (const plan::Breakdown& item : by.items) {
        if (item.expression) reads += of(*item.expression);
        if (item.condition) reads += of(*item.condition);
        reads += of_each(item.segments, [](const plan::Condition& one) { return of(one); });
        ++reads.unit_facts;
    }
    return reads;
}

Reads of(const plan::Where& where) {
    Reads reads;
    const auto one = [](const plan::Condition& part) { return of(part); };
    reads += of_each(where.of_events, one);
    return reads += of_each(where.of_units, one);
}

Reads of(const plan::CellMeasure& measure) {
    Reads reads = of_rows(measure.selector);
    if (measure.property) ++reads.row_columns;
    if (measure.unit != plan::Unit::kEvents) ++reads.row_columns;
    return reads;
}

Reads of(const plan::TrendPlan& trend) {
    Reads reads = of(trend.where_of_users);
    reads += of(trend.by_of_users);
    for (const plan::TrendColumn& column : trend.columns) {
        reads += of(column.measure);
        if (column.divided_by) reads += of(*column.divided_by);
    }
    return reads;
}

Reads of(const plan::CountPlan& count) {
    Reads reads{.unit_facts = 1};
    if (count.among) reads += of(*count.among);
    if (count.where) reads += of(*count.where);
    for (const plan::UnitAggregate& aggregate : count.aggregates)
        reads += of(aggregate.number);
    return reads += of(count.by);
}

Reads of(const plan::ListPlan& list) {
    Reads reads{.unit_facts = 4};  // sorted by their ids
    if (list.where) reads += of(*list.where);
    for (const plan::ListColumn& column : list.columns)
        reads += of(column.value);
    for (const plan::ListSort& sort : list.sort)
        reads += of(sort.value);
    return reads;
}

Reads of(const plan::FunnelPlan& funnel) {
    Reads reads = of_each(funnel.steps, of_rows);
    for (const plan::FunnelExclusion& exclusion : funnel.excluding)
        reads += of_rows(exclusion.selector);
    reads += of(funnel.where);
    return reads += of(funnel.by);
}

Reads of(const plan::RetentionPlan& retention) {
    Reads reads = of_rows(retention.start);
    reads += of_rows(retention.back);
    reads += of(retention.where);
    return reads += of(retention.by);
}

Reads of(const plan::SidesPlan& sides) {
    Reads reads = of_rows(sides.used);
    reads.unit_facts += 4;  // status, money, and who is inside
    if (sides.has_free_users) reads += of_rows(sides.used_by_users);
    reads += of(sides.where);
    return reads += of(sides.by);
}

Reads of(const plan::OverlapPlan& overlap) {
    Reads reads{.unit_facts = 4};  // all relations of each
    if (overlap.where_of_users) reads += of(*overlap.where_of_users);
    if (overlap.where_of_customers) reads += of(*overlap.where_of_customers);
    return reads;
}

/// When the last row of the question may be: a funnel's steps and a retention's periods lie behind
/// the range.
TimeMs end_of(const plan::Plan& plan) {
    if (const auto* funnel = std::get_if<plan::FunnelPlan>(&plan.kind)) {
        return plan.range.to + funnel->within;
    }
    if (std::holds_alternative<plan::RetentionPlan>(plan.kind)) return kEndOfTime;
    return plan.range.to;
}

std::uint64_t rows_between(const store::Snapshot& events, TimeMs from, TimeMs to) {
    std::uint64_t rows = 0;
    for (const auto& part : events.parts) {
        if (part->info().min_time < to && part->info().max_time >= from) rows += part->row_count();
    }
    return rows;
}

}  // namespace

std::uint64_t work_of(const plan::Plan& plan, const ScanInput& input) {
    const Reads reads = std::visit([](const auto& kind) { return of(kind); }, plan.kind);
    const std::uint64_t in_range = rows_between(*input.events, plan.range.from, end_of(plan));
    // A count over periods judges every unit in each of them, and sides looks at it.
    const bool per_period =
        plan.range.every && ((std::holds_alternative<plan::CountPlan>(plan.kind) && !plan.judged) ||
                             std::holds_alternative<plan::SidesPlan>(plan.kind) ||
                             std::holds_alternative<plan::OverlapPlan>(plan.kind));
    const std::uint64_t times = per_period ? plan.range.buckets() : 1;
    const std::uint64_t units = plan.unit == plan::Unit::kCustomers ? input.frames->customer_count()
                                                                    : input.frames->user_count();
    return in_range * reads.row_columns +
           times * (input.events->rows * reads.past_columns + units * reads.unit_facts);
}

}  // namespace twofold::engine
