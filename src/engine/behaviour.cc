// SPDX-License-Identifier: Apache-2.0
#include "engine/behaviour.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/judge.h"
#include "engine/names.h"
#include "engine/unit_rows.h"
#include "engine/unit_sinks.h"
#include "kernel/funnel.h"

namespace twofold::engine {
namespace {

using kernel::BitSet;
using model::Value;

/// Whose rows are looked at before it is asked whether to end: each may have thousands.
constexpr std::uint32_t kPointsAtOnce = 256;

UnitKind kind_of(plan::About about) {
    switch (about) {
        case plan::About::kUser:
            return UnitKind::kUser;
        case plan::About::kCustomer:
            return UnitKind::kCustomer;
        case plan::About::kPair:
            return UnitKind::kEdge;
        case plan::About::kEvent:
            break;
    }
    return UnitKind::kNone;
}

const std::vector<std::uint32_t>& units_of(plan::About about, const Points& points) {
    switch (about) {
        case plan::About::kCustomer:
            return points.customers;
        case plan::About::kPair:
            return points.edges;
        case plan::About::kUser:
        case plan::About::kEvent:
            break;
    }
    return points.users;
}

BitSet bits_of(const std::vector<std::uint32_t>& units, std::uint32_t count) {
    BitSet bits(count);
    for (const std::uint32_t unit : units)
        if (unit < count) bits.set(unit);
    return bits;
}

/// Whether one number per unit does.
bool is_quick(const plan::Selector& selector, const plan::Window& window, const Points& points) {
    return points.one_moment() && !window.anchored() && selector.first == ask::Selector::First::kNo;
}

Value time_or_null(TimeMs time) {
    return time == UnitTimes::kNone ? Value::null() : Value::of_int(time);
}

}  // namespace

Behaviour::Stretch Behaviour::resolve(const plan::Window& window, const plan::Moment& moment) {
    if (window.kind == plan::Window::Kind::kLast) {
        const TimeMs to = window.skip == 0 ? moment.before : moment.nominal - window.skip;
        return {moment.nominal - window.reach, std::min(to, moment.before)};
    }
    return {window.from, std::min(window.to, moment.before)};
}

Behaviour::Stretch Behaviour::reach(const plan::Window& window, const Points& points,
                                    bool from_the_beginning) {
    Stretch all{kEndOfTime, kBeginningOfTime};
    for (const plan::Moment& moment : points.moments) {
        const Stretch one = resolve(window, moment);
        all.from = std::min(all.from, one.from);
        all.to = std::max(all.to, one.to);
    }
    if (from_the_beginning || window.anchored()) all.from = kBeginningOfTime;
    return all;
}

Result<std::vector<std::int64_t>> Behaviour::count_quickly(
    const plan::Selector& selector, Stretch stretch, UnitKind kind,
    const std::vector<std::uint32_t>& units) {
    const std::uint32_t count = unit_count(kind, run_.frames());
    const BitSet asked = bits_of(units, count);
    FilterSet filters(run_, judge_, kind);
    TF_TRY(filters.add(selector, stretch.from, stretch.to));
    TF_ASSIGN(Scan scan, filters.scan());
    scan.units = &asked;
    std::vector<std::uint32_t> counts(count);
    TF_TRY(run_.scan<UnitCounts>(std::move(scan),
                                 [&] { return std::make_unique<UnitCounts>(counts); }));
    std::vector<std::int64_t> result;
    for (const std::uint32_t unit : units)
        result.push_back(unit < count ? counts[unit] : 0);
    return result;
}

Result<std::vector<Value>> Behaviour::time_quickly(const plan::Selector& selector, Stretch stretch,
                                                   UnitKind kind,
                                                   const std::vector<std::uint32_t>& units,
                                                   bool last) {
    const std::uint32_t count = unit_count(kind, run_.frames());
    const BitSet asked = bits_of(units, count);
    FilterSet filters(run_, judge_, kind);
    TF_TRY(filters.add(selector, stretch.from, stretch.to));
    TF_ASSIGN(Scan scan, filters.scan());
    scan.units = &asked;
    std::vector<TimeMs> times(count, UnitTimes::kNone);
    TF_TRY(run_.scan<UnitTimes>(std::move(scan),
                                [&] { return std::make_unique<UnitTimes>(times, last); }));
    std::vector<Value> result;
    for (const std::uint32_t unit : units)
        result.push_back(unit < count ? time_or_null(times[unit]) : Value::null());
    return result;
}

Result<std::vector<std::int64_t>> Behaviour::distinct_quickly(
    const plan::Selector& selector, Stretch stretch, UnitKind kind,
    const std::vector<std::uint32_t>& units, bool days) {
    const std::uint32_t count = unit_count(kind, run_.frames());
    const BitSet asked = bits_of(units, count);
    FilterSet filters(run_, judge_, kind);
    TF_TRY(filters.add(selector, stretch.from, stretch.to));
    TF_ASSIGN(Scan scan, filters.scan());
    scan.units = &asked;
    scan.want_persons = !days;
    std::vector<std::uint32_t> counts(count);
    const Zone& zone = run_.plan().calendar.zone();
    TF_TRY(run_.scan<UnitDistinct>(std::move(scan), [&] {
        return std::make_unique<UnitDistinct>(counts, days ? &zone : nullptr);
    }));
    std::vector<std::int64_t> result;
    for (const std::uint32_t unit : units)
        result.push_back(unit < count ? counts[unit] : 0);
    return result;
}

Result<std::vector<std::int64_t>> Behaviour::counts(const plan::Selector& selector,
                                                    const plan::Window& window, plan::About about,
                                                    const Points& points) {
    if (is_quick(selector, window, points)) {
        return count_quickly(selector, resolve(window, points.moments[0]), kind_of(about),
                             units_of(about, points));
    }
    plan::Measure measure;
    measure.about = about;
    measure.selector = selector;
    measure.window = window;
    TF_ASSIGN(const std::vector<Value> numbers, look(measure, points));
    std::vector<std::int64_t> result;
    for (const Value& number : numbers)
        result.push_back(number.integer);
    return result;
}

Result<std::vector<Value>> Behaviour::numbers(const plan::Measure& measure, const Points& points) {
    if (!is_quick(measure.selector, measure.window, points)) return look(measure, points);
    const Stretch stretch = resolve(measure.window, points.moments[0]);
    const UnitKind kind = kind_of(measure.about);
    const auto& units = units_of(measure.about, points);
    std::vector<std::int64_t> counts;
    switch (measure.aggregate) {
        case ask::Aggregate::kEvents: {
            TF_ASSIGN(counts, count_quickly(measure.selector, stretch, kind, units));
            break;
        }
        case ask::Aggregate::kFirstTime:
        case ask::Aggregate::kLastTime:
            return time_quickly(measure.selector, stretch, kind, units,
                                measure.aggregate == ask::Aggregate::kLastTime);
        case ask::Aggregate::kUsers:
        case ask::Aggregate::kDays: {
            const bool days = measure.aggregate == ask::Aggregate::kDays;
            // A dated fact of a customer has no person of its own: those rows are looked at.
            const bool facts =
                std::ranges::any_of(measure.selector.parts, [](const plan::EventFilter& part) {
                    return part.names == plan::EventFilter::Names::kFact;
                });
            if (facts && !days) return look(measure, points);
            TF_ASSIGN(counts, distinct_quickly(measure.selector, stretch, kind, units, days));
            break;
        }
        case ask::Aggregate::kCustomers:
        case ask::Aggregate::kSessions:
        case ask::Aggregate::kSum:
        case ask::Aggregate::kAverage:
        case ask::Aggregate::kMedian:
        case ask::Aggregate::kMin:
        case ask::Aggregate::kMax:
        case ask::Aggregate::kP90:
        case ask::Aggregate::kDistinct:
        case ask::Aggregate::kFirst:
        case ask::Aggregate::kLast:
            return look(measure, points);
    }
    std::vector<Value> result;
    for (const std::int64_t count : counts)
        result.push_back(Value::of_int(count));
    return result;
}

Result<std::vector<Value>> Behaviour::look(const plan::Measure& measure, const Points& points) {
    const UnitKind kind = kind_of(measure.about);
    const auto& units = units_of(measure.about, points);
    const BitSet asked = bits_of(units, unit_count(kind, run_.frames()));
    const bool first = measure.selector.first != ask::Selector::First::kNo;
    const Stretch stretch = reach(measure.window, points, first);

    FilterSet filters(run_, judge_, kind);
    UnitRows::Bits bits;
    TF_ASSIGN(bits.selector, filters.add(measure.selector, stretch.from, stretch.to));
    if (measure.window.anchor) {
        TF_ASSIGN(bits.anchor, filters.add(*measure.window.anchor, kBeginningOfTime, kEndOfTime));
    }
    if (measure.window.kind == plan::Window::Kind::kInTheFirst) {
        TF_ASSIGN(bits.anything, filters.add_anything(kBeginningOfTime, kEndOfTime));
    }
    const plan::Fact* property = measure.property ? &*measure.property : nullptr;
    const UnitRows::Needs needs = UnitRows::needs(measure.aggregate);
    ValueTable* values = nullptr;
    if (needs.cell) {
        const bool counted = measure.aggregate == ask::Aggregate::kDistinct;
        const auto same = counted ? ValueTable::Same::kPrinted : ValueTable::Same::kTyped;
        values = tables_.emplace_back(std::make_unique<ValueTable>(same)).get();
    }
    const std::span cells(&property, needs.cell ? 1 : 0);
    TF_ASSIGN(Scan scan, filters.scan(needs.number ? property : nullptr, cells, values));
    scan.units = &asked;
    scan.want_persons = needs.person;
    scan.want_acting = needs.acting;
    scan.values = values;
    if (needs.cell) scan.cells = {{Fetch::What::kProperty, property->columns, bits.selector.match}};
    if (needs.number) {
        scan.numbers = {{Fetch::What::kProperty, property->columns, bits.selector.match}};
    }
    TF_ASSIGN(const Gathered gathered, Gathered::gather(run_, std::move(scan)));

    UnitRows rows(run_, measure, bits, values);
    std::vector<Value> result(points.size());
    std::uint32_t current = kNobody;
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        if (i % kPointsAtOnce == 0) TF_TRY(run_.check_cancelled());
        if (units[i] != current || i == 0) rows.begin(gathered.of(units[i]));
        current = units[i];
        const Stretch window = resolve(measure.window, points.moment(i));
        result[i] = rows.number(window.from, window.to, points.moment(i).before);
    }
    return result;
}

Result<BitSet> Behaviour::chain(const plan::Chain& chain, const Points& points) {
    const UnitKind kind = kind_of(chain.about);
    const auto& units = units_of(chain.about, points);
    const BitSet asked = bits_of(units, unit_count(kind, run_.frames()));
    const Stretch stretch = reach(chain.window, points, false);
    FilterSet filters(run_, judge_, kind);
    std::vector<SelectorBits> steps;
    for (const plan::Selector& step : chain.steps) {
        TF_ASSIGN(const SelectorBits bits, filters.add(step, stretch.from, stretch.to));
        steps.push_back(bits);
    }
    UnitRows::Bits anchors;
    if (chain.window.anchor) {
        TF_ASSIGN(anchors.anchor, filters.add(*chain.window.anchor, kBeginningOfTime, kEndOfTime));
    }
    if (chain.window.kind == plan::Window::Kind::kInTheFirst) {
        TF_ASSIGN(anchors.anything, filters.add_anything(kBeginningOfTime, kEndOfTime));
    }
    TF_ASSIGN(Scan scan, filters.scan());
    scan.units = &asked;
    TF_ASSIGN(const Gathered gathered, Gathered::gather(run_, std::move(scan)));

    kernel::FunnelRules rules;
    rules.steps = static_cast<std::uint32_t>(steps.size());
    rules.window_ms = chain.within;
    plan::Measure measure;
    measure.window = chain.window;
    UnitRows rows(run_, measure, anchors, nullptr);
    BitSet done(points.size());
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        if (i % kPointsAtOnce == 0) TF_TRY(run_.check_cancelled());
        const Gathered::Rows of_unit = gathered.of(units[i]);
        rows.begin(of_unit);
        const Stretch resolved = resolve(chain.window, points.moment(i));
        const auto [from, to] = rows.window(resolved.from, resolved.to, points.moment(i).before);
        std::vector<kernel::Row> walk;
        for (const GatheredRow& row : of_unit.rows) {
            kernel::Row step{row.time, 0, 0};
            for (std::size_t k = 0; k < steps.size(); ++k)
                if ((row.mask & steps[k].match) != 0) step.mask |= 1U << k;
            if (step.mask != 0 && row.time >= from && row.time < to) walk.push_back(step);
        }
        done.assign(i, kernel::funnel_of_unit(rules, walk, {}).depth == rules.steps);
    }
    return done;
}

Result<std::vector<Value>> Behaviour::seen(const plan::Fact& fact, const Points& points) {
    const bool customer = fact.about == plan::About::kCustomer;
    const bool last = fact.kind == plan::FactKind::kCustomerLastSeen ||
                      fact.kind == plan::FactKind::kUserLastSeen;
    const WorldNames names(run_.world());
    plan::Measure measure;
    measure.about = customer ? plan::About::kCustomer : plan::About::kUser;
    measure.aggregate = last ? ask::Aggregate::kLastTime : ask::Aggregate::kFirstTime;
    plan::EventFilter use;
    use.names = plan::EventFilter::Names::kListed;
    use.codes = plan::use_codes(names, *run_.world().settings);
    measure.selector.parts.push_back(std::move(use));
    return numbers(measure, points);
}

}  // namespace twofold::engine
