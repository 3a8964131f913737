// SPDX-License-Identifier: Apache-2.0
#include "engine/filter_set.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "engine/fact_rows.h"
#include "engine/judge.h"
#include "engine/names.h"
#include "engine/row_values.h"

namespace twofold::engine {
namespace {

using model::Value;

/// Whether a number is taken of the customer, or of a user within it.
bool measures_unit(const plan::Expression& expression) {
    if (const auto* measure = std::get_if<plan::Measure>(&expression.node)) {
        return measure->about != plan::About::kUser;
    }
    const auto* node = std::get_if<plan::Arithmetic>(&expression.node);
    return node != nullptr && (measures_unit(*node->left) || measures_unit(*node->right));
}

std::unexpected<Error> cannot_tell(const plan::Condition& condition) {
    return fail(ErrorCode::kInvalid,
                "this version does not answer, event by event: " + condition.text);
}

At at_row(std::uint32_t user, TimeMs time) {
    At at;
    at.user = user;
    at.moment = plan::Moment::including(time);
    return at;
}

/// The event's own facts that are no property.
Value built_in_value(const plan::Fact& fact, const Zone& zone, const plan::Catalog* names,
                     const frame::Snapshot& frames, const RowFacts& row) {
    if (fact.kind == plan::FactKind::kEventTime) return Value::of_int(row.time);
    if (fact.kind == plan::FactKind::kEventHour) return Value::of_int(local_hour(zone, row.time));
    if (fact.kind == plan::FactKind::kEventWeekday) {
        return Value::of_string(local_weekday(zone, row.time));
    }
    if (fact.kind == plan::FactKind::kEventActing && row.acting) {
        return Value::of_string(frames.directory().id(*row.acting));
    }
    if (fact.kind == plan::FactKind::kEventName && names != nullptr) {
        return Value::of_string(names->event_text(row.name));
    }
    return Value::null();
}

Value fact_value(const plan::Fact& fact, const Zone& zone, const frame::Snapshot& frames,
                 const FactRow& row) {
    if (fact.kind == plan::FactKind::kSent) return row.property(fact.name);
    if (fact.kind == plan::FactKind::kEventName) return Value::of_string(row.name);
    RowFacts facts;
    facts.time = row.time;
    facts.acting = model::CustomerOrdinal{row.customer};
    return built_in_value(fact, zone, nullptr, frames, facts);
}

/// A condition on fact rows, compiled once.
using FactCondition = std::function<bool(const FactRow&, std::uint32_t user)>;

class FactCompiler {
public:
    FactCompiler(Run& run, Judge& judge) : run_(run), judge_(judge) {}

    Result<FactCondition> compile(const plan::Condition& condition) {
        if (!plan::mentions(condition).event) return of_unit(condition);
        if (const auto* all = std::get_if<plan::All>(&condition.node)) {
            return parts(all->parts, true);
        }
        if (const auto* any = std::get_if<plan::Any>(&condition.node)) {
            return parts(any->parts, false);
        }
        if (const auto* inverted = std::get_if<plan::Not>(&condition.node)) {
            TF_ASSIGN(FactCondition part, compile(*inverted->part));
            return FactCondition(
                [part](const FactRow& row, std::uint32_t user) { return !part(row, user); });
        }
        return of_event(condition);
    }

private:
    Result<FactCondition> of_unit(const plan::Condition& condition) {
        TF_ASSIGN(PointCondition compiled, PointCondition::compile(condition, run_, judge_));
        auto shared = std::make_shared<const PointCondition>(std::move(compiled));
        return FactCondition([shared](const FactRow& row, std::uint32_t user) {
            At at = at_row(user, row.time);
            at.customer = row.customer;
            return shared->holds(at, row.customer);
        });
    }

    Result<FactCondition> parts(const std::vector<plan::Condition>& conditions, bool all) {
        std::vector<FactCondition> compiled;
        for (const plan::Condition& condition : conditions) {
            TF_ASSIGN(FactCondition part, compile(condition));
            compiled.push_back(std::move(part));
        }
        return FactCondition([compiled, all](const FactRow& row, std::uint32_t user) {
            const auto holds = [&](const FactCondition& part) { return part(row, user); };
            return all ? std::ranges::all_of(compiled, holds)
                       : std::ranges::any_of(compiled, holds);
        });
    }

    Result<FactCondition> of_event(const plan::Condition& condition) {
        const plan::Mentions found = plan::mentions(condition);
        if (found.dated || found.behaviour || found.person) return cannot_tell(condition);
        const Zone& zone = run_.plan().calendar.zone();
        const frame::Snapshot& frames = run_.frames();
        return FactCondition([&condition, &zone, &frames](const FactRow& row, std::uint32_t) {
            return row_test(
                condition, plan::Moment::including(row.time),
                [&](const plan::Fact& fact) { return fact_value(fact, zone, frames, row); });
        });
    }

    Run& run_;
    Judge& judge_;
};

}  // namespace

bool FilterSet::is_of_unit(const plan::Condition& condition) {
    const auto any = [](const std::vector<plan::Condition>& parts) {
        return std::ranges::any_of(parts,
                                   [](const plan::Condition& part) { return is_of_unit(part); });
    };
    if (const auto* all = std::get_if<plan::All>(&condition.node)) return any(all->parts);
    if (const auto* either = std::get_if<plan::Any>(&condition.node)) return any(either->parts);
    if (const auto* inverted = std::get_if<plan::Not>(&condition.node)) {
        return is_of_unit(*inverted->part);
    }
    if (const auto* did = std::get_if<plan::Did>(&condition.node)) {
        return did->about != plan::About::kUser;
    }
    if (const auto* chain = std::get_if<plan::Chain>(&condition.node)) {
        return chain->about != plan::About::kUser;
    }
    if (const auto* test = std::get_if<plan::FactTest>(&condition.node)) {
        if (measures_unit(test->left)) return true;
    } else if (const auto* compare = std::get_if<plan::Compare>(&condition.node)) {
        if (measures_unit(compare->left) || measures_unit(compare->right)) return true;
    } else if (const auto* near = std::get_if<plan::NearMoment>(&condition.node)) {
        if (measures_unit(near->left)) return true;
    }
    return speaks_of_customer(condition);
}

bool FilterSet::is_of_unit(const plan::Selector& selector) {
    return std::ranges::any_of(selector.parts, [](const plan::EventFilter& part) {
        return part.where && is_of_unit(*part.where);
    });
}

Status FilterSet::split(const plan::Condition& condition, Split& split) {
    if (const auto* all = std::get_if<plan::All>(&condition.node)) {
        for (const plan::Condition& part : all->parts)
            TF_TRY(this->split(part, split));
        return {};
    }
    if (counts_customers() && is_of_unit(condition)) {
        split.of_unit.parts.push_back(condition);
        return {};
    }
    TF_ASSIGN(RowCondition row, compile(condition));
    split.rows.push_back(std::move(row));
    return {};
}

Status FilterSet::require(const plan::Condition& condition) {
    TF_TRY(split(condition, required_split_));
    required_.push_back(&condition);
    return {};
}

Result<std::uint32_t> FilterSet::add_filter(RowFilter filter) {
    if (filters_.size() >= kFiltersMax) {
        return fail(ErrorCode::kTooLarge, "a question may name at most " +
                                              std::to_string(kFiltersMax) +
                                              " kinds of events at once");
    }
    filters_.push_back(std::move(filter));
    return 1U << (filters_.size() - 1);
}

/// Facts of the event within such a condition are filters of their own, of the same rows.
Status FilterSet::refine(RowFilter filter, std::uint32_t bit, std::vector<plan::All> of_unit) {
    const auto bits_of = [&](const plan::Condition& leaf) -> Result<std::uint32_t> {
        TF_ASSIGN(RowCondition row, compile(leaf));
        std::vector<RowCondition> all;
        if (filter.condition) all.push_back(*filter.condition);
        all.push_back(std::move(row));
        RowFilter narrowed = filter;
        narrowed.condition = RowCondition::all(std::move(all));
        TF_ASSIGN(const std::uint32_t hidden, add_filter(std::move(narrowed)));
        hidden_ |= hidden;
        return hidden;
    };
    Refinement refinement;
    refinement.bit = bit;
    for (plan::All& together : of_unit) {
        if (together.parts.empty()) continue;
        const plan::Condition& all = kept_.emplace_back(plan::Condition{std::move(together), {}});
        TF_ASSIGN(PointCondition compiled, PointCondition::compile(all, run_, judge_, bits_of));
        refinement.conditions.push_back(std::move(compiled));
    }
    if (!refinement.conditions.empty()) refinements_.push_back(std::move(refinement));
    return {};
}

Result<RowCondition> FilterSet::compile_parts(const std::vector<plan::Condition>& parts, bool all) {
    std::vector<RowCondition> compiled;
    for (const plan::Condition& part : parts) {
        TF_ASSIGN(RowCondition row, compile(part));
        compiled.push_back(std::move(row));
    }
    return all ? RowCondition::all(std::move(compiled)) : RowCondition::any(std::move(compiled));
}

Result<RowCondition> FilterSet::compile(const plan::Condition& condition) {
    if (const auto* all = std::get_if<plan::All>(&condition.node)) {
        return compile_parts(all->parts, true);
    }
    if (const auto* any = std::get_if<plan::Any>(&condition.node)) {
        return compile_parts(any->parts, false);
    }
    if (const auto* inverted = std::get_if<plan::Not>(&condition.node)) {
        TF_ASSIGN(RowCondition part, compile(*inverted->part));
        return RowCondition::negation(std::move(part));
    }
    return plan::mentions(condition).event ? compile_event(condition) : compile_person(condition);
}

Result<RowCondition> FilterSet::compile_event(const plan::Condition& condition) {
    const plan::Mentions found = plan::mentions(condition);
    if (found.dated || found.behaviour || found.person) return cannot_tell(condition);
    const std::vector<const plan::Fact*> facts = event_facts(condition);
    const auto is_property = [](const plan::Fact* fact) {
        return fact->kind == plan::FactKind::kSent;
    };
    const bool one_property =
        is_property(facts.front()) && std::ranges::all_of(facts, [&](const plan::Fact* fact) {
            return is_property(fact) && fact->name == facts.front()->name;
        });
    const plan::Moment now = run_.plan().moment;
    if (one_property) {
        // One value decides: once per entry of a dictionary, not once per row.
        const auto accepts = [&condition, now](const Value& value) {
            return row_test(condition, now, [&](const plan::Fact&) { return value; });
        };
        RowCondition made =
            RowCondition::property(facts.front()->columns, accepts, accepts(Value::null()));
        const auto* test = std::get_if<plan::FactTest>(&condition.node);
        const bool as_sent = test != nullptr && std::holds_alternative<plan::Fact>(test->left.node);
        if (as_sent) made.order = test->test.order();
        return made;
    }
    if (std::ranges::any_of(facts, is_property)) {
        return fail(ErrorCode::kInvalid,
                    "this version does not compare two properties of an event: " + condition.text);
    }
    const Zone& zone = run_.plan().calendar.zone();
    const frame::Snapshot& frames = run_.frames();
    auto names = std::make_shared<const WorldNames>(run_.world());
    const bool acting = std::ranges::any_of(
        facts, [](const plan::Fact* fact) { return fact->kind == plan::FactKind::kEventActing; });
    return RowCondition::row(
        [&condition, &zone, &frames, names](const RowFacts& row) {
            return row_test(condition, plan::Moment::including(row.time),
                            [&](const plan::Fact& fact) {
                                return built_in_value(fact, zone, names.get(), frames, row);
                            });
        },
        acting);
}

Result<RowCondition> FilterSet::compile_person(const plan::Condition& condition) {
    if (speaks_of_customer(condition)) {
        return fail(ErrorCode::kInvalid,
                    "this version takes a fact of the counted customer in where, not inside "
                    "brackets or beside a property of the event: " +
                        condition.text);
    }
    const plan::Mentions found = plan::mentions(condition);
    if ((!found.dated && !found.lower && !found.lift) || run_.plan().judged) {
        TF_ASSIGN(const std::shared_ptr<const kernel::BitSet> bits,
                  judge_.everyone(condition, Points::Side::kUsers));
        return RowCondition::row(
            [bits](const RowFacts& row) { return bits->test(model::index(row.person)); }, false);
    }
    TF_ASSIGN(PointCondition compiled, PointCondition::compile(condition, run_, judge_));
    if (std::optional<RowSpans> spans = compiled.spans()) {
        return RowCondition::within(*std::move(spans));
    }
    auto shared = std::make_shared<const PointCondition>(std::move(compiled));
    return RowCondition::row(
        [shared](const RowFacts& row) {
            const std::uint32_t acting = row.acting ? model::index(*row.acting) : kNobody;
            return shared->holds(at_row(model::index(row.person), row.time), acting);
        },
        shared->needs_acting());
}

Result<std::uint32_t> FilterSet::add_part(const plan::EventFilter& part,
                                          const PartOptions& options) {
    RowFilter filter;
    filter.from = options.from;
    filter.to = options.to;
    const plan::Condition* where = options.where && part.where ? &*part.where : nullptr;
    if (part.names == plan::EventFilter::Names::kFact) {
        if (!knows_fact(part.fact)) {
            return fail(ErrorCode::kInvalid, "this version does not answer: " + part.fact);
        }
        // The filter takes no event; it only keeps the bit for the facts.
        filter.names = RowFilter::Names::kListed;
        TF_ASSIGN(const std::uint32_t bit, add_filter(std::move(filter)));
        facts_.push_back(
            {bit, options.required, part.fact, where, options.also, options.from, options.to});
        return bit;
    }
    filter.names = part.names == plan::EventFilter::Names::kAnything ? RowFilter::Names::kAnything
                                                                     : RowFilter::Names::kListed;
    filter.codes = part.codes;
    Split own;
    if (where != nullptr) TF_TRY(split(*where, own));
    Split also;
    if (options.also != nullptr) TF_TRY(split(*options.also, also));
    std::vector<RowCondition> conditions = std::move(own.rows);
    std::ranges::copy(also.rows, std::back_inserter(conditions));
    std::vector<plan::All> of_unit{std::move(own.of_unit), std::move(also.of_unit)};
    if (options.required) {
        std::ranges::copy(required_split_.rows, std::back_inserter(conditions));
        of_unit.push_back(required_split_.of_unit);
    }
    if (conditions.size() == 1) {
        filter.condition = std::move(conditions.front());
    } else if (!conditions.empty()) {
        filter.condition = RowCondition::all(std::move(conditions));
    }
    TF_ASSIGN(const std::uint32_t bit, add_filter(filter));
    TF_TRY(refine(std::move(filter), bit, std::move(of_unit)));
    return bit;
}

Result<SelectorBits> FilterSet::add(const plan::Selector& selector, TimeMs from, TimeMs to) {
    SelectorBits bits;
    for (const plan::EventFilter& part : selector.parts) {
        TF_ASSIGN(const std::uint32_t bit, add_part(part, {.from = from, .to = to}));
        bits.match |= bit;
    }
    if (selector.first == ask::Selector::First::kNo) return bits;
    looks_for_first_ = true;
    const bool matching = selector.first == ask::Selector::First::kFirstMatching;
    for (const plan::EventFilter& part : selector.parts) {
        TF_ASSIGN(
            const std::uint32_t bit,
            add_part(part,
                     {.where = matching, .required = false, .from = kBeginningOfTime, .to = to}));
        bits.track |= bit;
    }
    return bits;
}

Result<std::uint32_t> FilterSet::add_narrowed(const Narrowed& narrowed) {
    std::uint32_t bits = 0;
    for (const plan::EventFilter& part : narrowed.selector.parts) {
        TF_ASSIGN(const std::uint32_t bit, add_part(part, {.also = &narrowed.condition,
                                                           .from = narrowed.from,
                                                           .to = narrowed.to}));
        bits |= bit;
    }
    return bits;
}

Result<std::uint32_t> FilterSet::add_anything(TimeMs from, TimeMs to) {
    return add_part(plan::EventFilter{},
                    {.where = false, .required = false, .from = from, .to = to});
}

Status FilterSet::make_fact_rows(const plan::Fact* number, std::span<const plan::Fact* const> cells,
                                 ValueTable* values) {
    FactCompiler compiler(run_, judge_);
    std::vector<FactCondition> required;
    for (const plan::Condition* condition : required_) {
        TF_ASSIGN(FactCondition compiled, compiler.compile(*condition));
        required.push_back(std::move(compiled));
    }
    std::vector<std::string> names;
    std::vector<FactCondition> wheres;
    for (const FactSelector& fact : facts_) {
        names.push_back(fact.fact);
        FactCondition where = [](const FactRow&, std::uint32_t) { return true; };
        if (fact.where != nullptr) {
            TF_ASSIGN(where, compiler.compile(*fact.where));
        }
        if (fact.also != nullptr) {
            TF_ASSIGN(const FactCondition also, compiler.compile(*fact.also));
            where = [where, also](const FactRow& row, std::uint32_t user) {
                return where(row, user) && also(row, user);
            };
        }
        wheres.push_back(std::move(where));
    }
    bool too_many = false;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> units;
    const Zone& zone = run_.plan().calendar.zone();
    each_fact(run_, names, kBeginningOfTime, kEndOfTime, [&](const FactRow& row) {
        units_of_fact(judge_.facts(), row, unit_, units);
        for (const auto& [unit, user] : units) {
            const bool complete = std::ranges::all_of(
                required, [&](const FactCondition& condition) { return condition(row, user); });
            ExtraRow extra;
            for (std::size_t i = 0; i < facts_.size(); ++i) {
                const FactSelector& fact = facts_[i];
                const bool takes = fact.fact == row.name && row.time >= fact.from &&
                                   row.time < fact.to && (complete || !fact.required) &&
                                   wheres[i](row, user);
                if (takes) extra.mask |= fact.bit;
            }
            if (extra.mask == 0) continue;
            extra.unit = unit;
            extra.time = row.time;
            extra.person = user;
            extra.acting = row.customer + 1;
            if (number != nullptr) {
                const Value value = fact_value(*number, zone, run_.frames(), row);
                if (value.type == model::ValueType::kInt) {
                    extra.number = kernel::Number::of(value.integer);
                } else if (value.type == model::ValueType::kDouble) {
                    extra.number = kernel::Number::of(value.real);
                }
            }
            for (std::size_t c = 0; c < cells.size() && values != nullptr; ++c) {
                if (cells[c] == nullptr) continue;
                extra.cells[c] = values->id(fact_value(*cells[c], zone, run_.frames(), row));
            }
            derived_ |= row.user == kNobody && unit_ == UnitKind::kUser;
            too_many |= extra_.size() >= kFactRowsMax;
            if (!too_many) extra_.push_back(extra);
        }
    });
    if (too_many) {
        return fail(ErrorCode::kTooLarge, "more dated facts than one question may look at: " +
                                              std::to_string(kFactRowsMax));
    }
    std::ranges::stable_sort(extra_, [](const ExtraRow& a, const ExtraRow& b) {
        return std::pair(a.unit, a.time) < std::pair(b.unit, b.time);
    });
    return {};
}

Result<Scan> FilterSet::scan(const plan::Fact* number, std::span<const plan::Fact* const> cells,
                             ValueTable* values) {
    if (!facts_.empty()) TF_TRY(make_fact_rows(number, cells, values));
    Scan scan;
    scan.unit = unit_;
    scan.filters = filters_;
    scan.ordered = looks_for_first_;
    scan.extra = extra_;
    if (refinements_.empty()) return scan;
    for (const Refinement& refinement : refinements_)
        scan.refined |= refinement.bit;
    scan.refine = [this](const Scan::UnitRow& row) {
        At at = at_row(row.person, row.time);
        at.customer = row.customer;
        at.row_mask = row.mask;
        const std::uint32_t acting = row.acting == 0 ? kNobody : row.acting - 1;
        std::uint32_t left = row.mask & ~hidden_;
        for (const Refinement& refinement : refinements_) {
            if ((row.mask & refinement.bit) == 0) continue;
            const bool holds = std::ranges::all_of(
                refinement.conditions,
                [&](const PointCondition& condition) { return condition.holds(at, acting); });
            if (!holds) left &= ~refinement.bit;
        }
        return left;
    };
    return scan;
}

}  // namespace twofold::engine
