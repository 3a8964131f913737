// SPDX-License-Identifier: Apache-2.0
#include "engine/funnel.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "engine/in_order.h"
#include "engine/point_condition.h"
#include "engine/row_values.h"
#include "store/snapshot.h"

namespace twofold::engine {
namespace {

/// Whether rows bring it along; the others follow from a step's time.
bool is_carried(const plan::Fact& fact) {
    return fact.kind == plan::FactKind::kSent || fact.kind == plan::FactKind::kEventName;
}

std::unexpected<Error> not_answered(const std::string& what) {
    return fail(ErrorCode::kInvalid, "this version does not answer: " + what);
}

std::string step_label(const plan::Plan& plan, const plan::FunnelPlan& funnel, std::size_t step) {
    if (funnel.order == ask::FunnelOrder::kAny) {
        return fmt::format("{} of {}", step + 1, funnel.steps.size());
    }
    const ask::Selector& written = std::get<ask::Funnel>(plan.question.kind).steps[step];
    const bool plain = written.kind == ask::Selector::Kind::kNamed && !written.where &&
                       written.first == ask::Selector::First::kNo;
    return plain ? written.name : funnel.steps[step].text;
}

ask::Cell share(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return std::monostate();
    return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::vector<const plan::Fact*> Funnel::sent_columns() const {
    std::vector<const plan::Fact*> sent = columns_;
    for (const plan::Fact*& column : sent)
        if (column->kind != plan::FactKind::kSent) column = nullptr;
    return sent;
}

UnitKind Funnel::unit() const {
    return run_.plan().unit == plan::Unit::kCustomers ? UnitKind::kCustomer : UnitKind::kUser;
}

TimeMs Funnel::steps_until() const {
    const TimeMs to = run_.plan().range.to;
    // A window's end counts: the last step of an entry in the last instant may lie just there.
    return plan_.entries_only ? std::min(to + plan_.within, run_.hidden_from()) : to;
}

kernel::FunnelRules Funnel::rules() const {
    kernel::FunnelRules rules;
    rules.steps = static_cast<std::uint32_t>(plan_.steps.size());
    rules.window_ms = plan_.within;
    rules.strict = plan_.order == ask::FunnelOrder::kStrict;
    rules.any_order = plan_.order == ask::FunnelOrder::kAny;
    rules.holding = plan_.holding.has_value();
    for (std::size_t i = 0; i < plan_.excluding.size(); ++i) {
        const plan::FunnelExclusion& exclusion = plan_.excluding[i];
        rules.exclusions.push_back({1U << (plan_.steps.size() + i), exclusion.from_step,
                                    exclusion.to_step, exclusion.ends_attempt});
    }
    return rules;
}

Status Funnel::refuse_what_is_left() const {
    if (plan_.times) return not_answered("times from … to …");
    for (const plan::Breakdown& item : plan_.by.items) {
        const bool of_event = (item.condition && plan::mentions(*item.condition).event) ||
                              (item.expression && plan::mentions(*item.expression).event);
        const plan::Fact* fact = event_property(item);
        const bool acting = fact != nullptr && fact->kind == plan::FactKind::kEventActing;
        if ((of_event && fact == nullptr) || acting || item.bin_count) {
            return not_answered("by " + item.text + " in a funnel");
        }
    }
    return {};
}

/// What is held comes first, then what the breakdown asks of events; a property comes once.
void Funnel::choose_columns() {
    const auto column_of = [this](const plan::Fact& fact) {
        const auto same = [&](const plan::Fact* known) {
            return known->kind == fact.kind && known->name == fact.name;
        };
        const auto found = std::ranges::find_if(columns_, same);
        if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
        columns_.push_back(&fact);
        return columns_.size() - 1;
    };
    if (plan_.holding) column_of(*plan_.holding);
    for (std::size_t k = 0; k < plan_.by.items.size(); ++k) {
        const plan::Fact* fact = event_property(plan_.by.items[k]);
        if (fact != nullptr && is_carried(*fact)) column_of_item_[k] = column_of(*fact);
    }
}

Status Funnel::restrict(Set& set, std::vector<const plan::Condition*>& at_entry) {
    for (const plan::Condition& condition : plan_.where.of_events)
        TF_TRY(set.filters.require(condition));
    const auto side =
        unit() == UnitKind::kCustomer ? Points::Side::kCustomers : Points::Side::kUsers;
    for (const plan::Condition& condition : plan_.where.of_units) {
        const plan::Mentions found = plan::mentions(condition);
        const bool once = run_.plan().judged || (!found.dated && !found.behaviour && !found.lift);
        if (!once) {
            at_entry.push_back(&condition);
            continue;
        }
        TF_ASSIGN(const auto bits, judge_.everyone(condition, side));
        if (set.asked.size() == 0) {
            set.asked = *bits;
        } else {
            set.asked &= *bits;
        }
    }
    if (!at_entry.empty() && plan_.order == ask::FunnelOrder::kAny) {
        return not_answered("in any order with a condition judged at the entry: " +
                            at_entry.front()->text);
    }
    return {};
}

Status Funnel::fill(Set& set, bool entries_alone) {
    const plan::Timeline& range = run_.plan().range;
    if (entries_alone) {
        // In any order an attempt begins with any step.
        const bool any = plan_.order == ask::FunnelOrder::kAny;
        for (std::size_t step = 0; step < (any ? plan_.steps.size() : 1); ++step) {
            TF_ASSIGN(const SelectorBits entry,
                      set.filters.add(plan_.steps[step], range.from, range.to));
            set.steps.push_back(entry);
        }
        return {};
    }
    for (const plan::Selector& step : plan_.steps) {
        TF_ASSIGN(const SelectorBits bits, set.filters.add(step, range.from, steps_until()));
        set.steps.push_back(bits);
    }
    for (const plan::FunnelExclusion& exclusion : plan_.excluding) {
        TF_ASSIGN(const SelectorBits bits,
                  set.filters.add(exclusion.selector, range.from, steps_until()));
        set.exclusions.push_back(bits);
    }
    if (plan_.order == ask::FunnelOrder::kStrict) {
        TF_TRY(set.filters.add_anything(range.from, steps_until()));
    }
    return {};
}

Result<std::vector<FunnelEntry>> Funnel::entries() {
    Set set(run_, judge_, unit());
    std::vector<const plan::Condition*> at_entry;
    TF_TRY(restrict(set, at_entry));
    TF_TRY(fill(set, true));
    TF_ASSIGN(Scan scan, set.filters.scan());
    if (set.asked.size() != 0) scan.units = &set.asked;
    scan.want_acting = unit() == UnitKind::kUser;
    TF_ASSIGN(const auto sinks, run_.scan<EntrySink>(std::move(scan), [&set] {
        return std::make_unique<EntrySink>(set.steps);
    }));
    std::vector<FunnelEntry> entries;
    bool too_many = false;
    for (const auto& sink : sinks) {
        too_many |= sink->too_many();
        const std::vector<FunnelEntry> taken = sink->take();
        entries.insert(entries.end(), taken.begin(), taken.end());
    }
    if (too_many || entries.size() > kEntriesMax) {
        return fail(ErrorCode::kTooLarge,
                    "more entries than one funnel judges: " + std::to_string(kEntriesMax));
    }
    TF_TRY(sort_all(run_, entries));
    const auto repeated = std::ranges::unique(entries);
    entries.erase(repeated.begin(), repeated.end());
    return entries;
}

Points Funnel::points_of(const std::vector<FunnelEntry>& entries) const {
    Points points;
    const bool customers = unit() == UnitKind::kCustomer;
    points.side = customers ? Points::Side::kCustomers : Points::Side::kUsers;
    for (const FunnelEntry& entry : entries) {
        (customers ? points.customers : points.users).push_back(entry.unit);
        if (!customers) points.acting.push_back(entry.acting == 0 ? kNobody : entry.acting - 1);
        points.moments.push_back(plan::Moment::including(entry.time));
    }
    if (run_.plan().judged) {
        points.moments = {run_.plan().moment};
        points.acting.clear();
    }
    return points;
}

Result<std::vector<FunnelEntry>> Funnel::allowed_entries(
    const std::vector<const plan::Condition*>& at_entry) {
    TF_ASSIGN(std::vector<FunnelEntry> allowed, entries());
    for (const plan::Condition* condition : at_entry) {
        TF_ASSIGN(const kernel::BitSet held, judge_.holds(*condition, points_of(allowed)));
        std::vector<FunnelEntry> left;
        held.each([&](std::uint32_t i) { left.push_back(allowed[i]); });
        allowed = std::move(left);
    }
    return allowed;
}

Result<Funnel::Outcomes> Funnel::decide() {
    TF_TRY(refuse_what_is_left());
    Set set(run_, judge_, unit());
    std::vector<const plan::Condition*> at_entry;
    TF_TRY(restrict(set, at_entry));
    TF_TRY(fill(set, false));
    std::vector<FunnelEntry> allowed;
    if (!at_entry.empty()) {
        TF_ASSIGN(allowed, allowed_entries(at_entry));
    }
    choose_columns();
    TF_ASSIGN(Scan scan, set.filters.scan(nullptr, sent_columns(), &values_));
    scan.ordered = true;
    scan.values = &values_;
    if (set.asked.size() != 0) scan.units = &set.asked;
    const bool looked_up = looks_up_cells(set);
    scan.cells = looked_up ? std::vector<Fetch>{{Fetch::What::kRow, {}, 0xffff'ffff}} : fetches();
    scan.count_unattached = unit() == UnitKind::kCustomer;

    FunnelTask task;
    task.rules = rules();
    task.steps = set.steps;
    task.exclusions = set.exclusions;
    const plan::Timeline& range = run_.plan().range;
    task.entry_from = range.from;
    task.entry_to = std::min(range.to, run_.hidden_from());
    if (!at_entry.empty()) task.allowed = &allowed;
    task.columns = scan.cells.size();
    task.tuples = &tuples_;
    task.values = &values_;
    if (task.rules.holding && task.columns > 1) {
        task.rules.held_of = [this](std::uint32_t cell) {
            return cell_of_column(cell, 0, columns_.size(), tuples_);
        };
    }
    task.bound_any_order = task.rules.any_order && plan_.entries_only;
    task.direct = !plan_.entries_only && at_entry.empty() && task.exclusions.empty() &&
                  !task.rules.strict && !set.filters.looks_for_first();
    for (std::size_t step = 0; step < task.steps.size(); ++step)
        task.direct &= task.steps[step].match == 1U << step;
    if (task.direct && !task.rules.any_order) scan.instants = Scan::Instants::kByLowest;
    TF_ASSIGN(const auto sinks, run_.scan<FunnelSink>(std::move(scan), [&task] {
        return std::make_unique<FunnelSink>(task);
    }));
    Outcomes outcomes;
    for (const auto& sink : sinks)
        outcomes.reached.append(sink->take());
    if (looked_up) TF_TRY(look_up_cells(outcomes.reached));
    if (tuples_.overflowed()) {
        return fail(ErrorCode::kTooLarge, "more combinations of values than one funnel keeps: " +
                                              std::to_string(CellTable::kCellsMax));
    }
    outcomes.derived = set.filters.derived();
    TF_TRY(break_down(outcomes));
    return outcomes;
}

template <typename Take>
Status Funnel::each_of_group(const Outcomes& outcomes, std::uint32_t group,
                             const Take& take) const {
    const auto& reached = outcomes.reached.units;
    if (plan_.by.items.empty()) {
        return run_.for_each(reached.size(), [&](std::size_t i) { take(reached[i]); });
    }
    const auto& units = outcomes.units_of_group[group];
    return run_.for_each(units.size(), [&](std::size_t i) { take(reached[units[i]]); });
}

/// By step; one more than there are, the last being nobody.
Result<std::vector<Funnel::StepTally>> Funnel::tally(const Outcomes& outcomes,
                                                     std::uint32_t group) const {
    std::vector<StepTally> steps(plan_.steps.size() + 1);
    TF_TRY(each_of_group(outcomes, group,
                         [&](const UnitOutcome& one) { ++steps[one.depth - 1].count; }));
    for (std::size_t step = plan_.steps.size(); step-- > 0;) {
        steps[step].count += steps[step + 1].count;
        if (step > 0) steps[step].seconds.reserve(steps[step].count);
    }
    TF_TRY(each_of_group(outcomes, group, [&](const UnitOutcome& one) {
        for (std::uint32_t step = 1; step < one.depth; ++step) {
            const DurationMs took =
                outcomes.reached.time(one, step) - outcomes.reached.time(one, step - 1);
            steps[step].total_ms += took;
            steps[step].seconds.add(static_cast<double>(took) / 1000.0);
        }
    }));
    return steps;
}

Result<ask::Answer> Funnel::steps_answer(const Outcomes& outcomes) const {
    ask::Answer answer;
    const std::string unit(plan::unit_name(run_.plan().unit));
    answer.columns = {{"step", ask::CellType::kInteger, ""}, {"event", ask::CellType::kText, ""}};
    for (const plan::Breakdown& item : plan_.by.items)
        answer.columns.push_back({item.text, ask::CellType::kText, ""});
    answer.columns.push_back({"count", ask::CellType::kInteger, unit});
    for (const char* name : {"of_first", "of_previous"})
        answer.columns.push_back({name, ask::CellType::kNumber, "share"});
    for (const char* name : {"median_seconds", "average_seconds"})
        answer.columns.push_back({name, ask::CellType::kNumber, "seconds"});
    std::vector<std::vector<StepTally>> groups;
    for (std::uint32_t group = 0; group < outcomes.ranked.count(); ++group) {
        TF_ASSIGN(std::vector<StepTally> done, tally(outcomes, group));
        groups.push_back(std::move(done));
    }
    for (std::uint32_t step = 0; step < plan_.steps.size(); ++step) {
        for (std::uint32_t group = 0; group < outcomes.ranked.count(); ++group) {
            StepTally& done = groups[group][step];
            std::vector<ask::Cell> row{std::int64_t{step} + 1,
                                       step_label(run_.plan(), plan_, step)};
            for (const std::string& label : outcomes.ranked.labels[group])
                row.emplace_back(label);
            row.emplace_back(static_cast<std::int64_t>(done.count));
            row.push_back(share(done.count, groups[group][0].count));
            row.push_back(step == 0 ? ask::Cell()
                                    : share(done.count, groups[group][step - 1].count));
            const bool timed = done.seconds.size() > 0;
            row.push_back(timed ? ask::Cell(done.seconds.median()) : ask::Cell());
            row.push_back(timed ? ask::Cell(static_cast<double>(done.total_ms) / 1000.0 /
                                            static_cast<double>(done.count))
                                : ask::Cell());
            answer.rows.push_back(std::move(row));
        }
    }
    return answer;
}

Result<ask::Answer> Funnel::entering_answer(const Outcomes& outcomes) const {
    const plan::Plan& plan = run_.plan();
    const Zone& zone = plan.calendar.zone();
    ask::Answer answer;
    const std::string unit(plan::unit_name(plan.unit));
    answer.columns = {{"time", ask::CellType::kTime, ""}};
    for (const plan::Breakdown& item : plan_.by.items)
        answer.columns.push_back({item.text, ask::CellType::kText, ""});
    answer.columns.push_back({"entered", ask::CellType::kInteger, unit});
    answer.columns.push_back({"completed", ask::CellType::kInteger, unit});
    const TimeMs end = std::min(plan.range.to, run_.hidden_from());
    TimeMs start = zone.floor(*plan_.entering, plan.range.from, plan.calendar.week_start());
    std::vector<TimeMs> starts;
    for (; start < end; start = zone.advance(*plan_.entering, start, 1))
        starts.push_back(start);
    struct Entered {
        std::int64_t entered = 0;
        std::int64_t completed = 0;
    };
    const std::uint32_t groups = outcomes.ranked.count();
    std::vector<Entered> counts(starts.size() * groups);  // by period, then by group
    for (std::uint32_t group = 0; group < groups; ++group) {
        TF_TRY(each_of_group(outcomes, group, [&](const UnitOutcome& one) {
            const TimeMs entry = outcomes.reached.time(one, 0);
            const auto after = std::ranges::upper_bound(starts, entry);
            if (after == starts.begin() || entry >= start) return;
            const auto period = static_cast<std::size_t>(after - starts.begin()) - 1;
            Entered& count = counts[period * groups + group];
            ++count.entered;
            count.completed += one.depth == plan_.steps.size() ? 1 : 0;
        }));
    }
    TF_TRY(run_.for_each(counts.size(), [&](std::size_t i) {
        const auto label = zone.label(*plan_.entering, starts[i / groups]);
        std::vector<ask::Cell> row{ask::TimeLabel{label}};
        for (const std::string& of_group : outcomes.ranked.labels[i % groups])
            row.emplace_back(of_group);
        row.emplace_back(counts[i].entered);
        row.emplace_back(counts[i].completed);
        answer.rows.push_back(std::move(row));
    }));
    return answer;
}

Result<ask::Answer> Funnel::answer() {
    TF_ASSIGN(const Outcomes outcomes, decide());
    TF_ASSIGN(ask::Answer answer,
              plan_.entering ? entering_answer(outcomes) : steps_answer(outcomes));
    if (outcomes.derived) {
        answer.notes.push_back("Users do the facts of customers they are inside: derived.");
    }
    if (unit() == UnitKind::kUser) {
        const auto& units = outcomes.reached.units;
        const auto& directory = run_.frames().directory();
        const auto unknown = std::ranges::count_if(units, [&](const UnitOutcome& one) {
            return !directory.known(model::UserOrdinal{one.unit});
        });
        if (unknown > 0) {
            answer.notes.push_back(fmt::format(
                "{} of {} users ({:.1f} %) are not known by a user id.", unknown, units.size(),
                100.0 * static_cast<double>(unknown) / static_cast<double>(units.size())));
        }
    }
    return answer;
}

Result<Opened> Funnel::open(const OpenRequest& request) {
    const auto steps = static_cast<std::int64_t>(plan_.steps.size());
    if (!request.step || *request.step < 1 || *request.step > steps) {
        return fail(ErrorCode::kInvalid, fmt::format("say which step to open, 1 to {}", steps));
    }
    if (request.time) return not_answered("opening a period of entry");
    const auto step = static_cast<std::uint32_t>(*request.step);
    if (request.dropped && step == 1) {
        return fail(ErrorCode::kInvalid, "nobody drops before step 1");
    }
    TF_ASSIGN(const Outcomes outcomes, decide());
    Opened opened;
    opened.unit = run_.plan().unit;
    opened.what = fmt::format("step {}{}", step, request.dropped ? ", dropped" : "");
    opened.units = kernel::BitSet(unit_count(unit(), run_.frames()));
    const auto take = [&](const UnitOutcome& one) {
        const bool inside = request.dropped ? one.depth == step - 1 : one.depth >= step;
        if (inside) opened.units.set(one.unit);
    };
    if (!request.by) {
        std::ranges::for_each(outcomes.reached.units, take);
        return opened;
    }
    const auto found = std::ranges::find(outcomes.ranked.labels, *request.by);
    if (plan_.by.items.empty() || found == outcomes.ranked.labels.end()) {
        return fail(ErrorCode::kNotFound, "the answer has no such cell: " + request.by->front());
    }
    const auto group = static_cast<std::uint32_t>(found - outcomes.ranked.labels.begin());
    TF_TRY(each_of_group(outcomes, group, take));
    for (const std::string& label : *request.by)
        opened.what += ", " + label;
    return opened;
}

}  // namespace twofold::engine
