// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <string>
#include <variant>

#include "ask/print.h"
#include "plan/binder.h"

namespace twofold::plan {
namespace {

const char* relations_text(ask::RelationsAsOf relations) {
    switch (relations) {
        case ask::RelationsAsOf::kEvent:
            return "relations as of the event";
        case ask::RelationsAsOf::kNow:
            return "relations as of now";
        case ask::RelationsAsOf::kEver:
            return "relations as of ever";
    }
    return "";
}

struct Spoken {
    bool behaviour = false;
    bool dated = false;
    bool lift = false;
    bool plan = false;
};

bool speaks_of_plan(std::string_view text) {
    return text.find("customer.plan") != std::string_view::npos;
}

void look(const Condition& condition, Spoken& spoken) {
    const Mentions found = mentions(condition);
    spoken.behaviour |= found.behaviour;
    spoken.dated |= found.dated;
    spoken.lift |= found.lift;
    spoken.plan |= speaks_of_plan(condition.text);
}

void look(const Where& where, Spoken& spoken) {
    for (const Condition& condition : where.of_events)
        look(condition, spoken);
    for (const Condition& condition : where.of_units)
        look(condition, spoken);
    spoken.plan |= speaks_of_plan(where.text);
}

void look(const By& by, Spoken& spoken) {
    for (const Breakdown& item : by.items) {
        if (item.condition) look(*item.condition, spoken);
        if (item.expression) {
            const Mentions found = mentions(*item.expression);
            spoken.behaviour |= found.behaviour;
            spoken.dated |= found.dated;
        }
        spoken.plan |= speaks_of_plan(item.text);
    }
}

class Sentence {
public:
    explicit Sentence(const Plan& plan) : plan_(plan) {}

    void say(std::string part) {
        if (!text_.empty()) text_ += "; ";
        text_ += part;
    }
    void say_where(const std::string& where) {
        if (!where.empty()) say("where " + where);
    }
    void say_by(const By& by) {
        if (by.items.empty()) return;
        std::string text = "by ";
        for (std::size_t i = 0; i < by.items.size(); ++i)
            text += (i == 0 ? "" : ", ") + by.items[i].text;
        say(text + fmt::format(", top {}", by.top));
    }
    void say_moment(std::string_view what) {
        say(fmt::format("{} at {}", what,
                        moment_text(plan_.calendar.zone(), plan_.moment.nominal)));
    }
    void say_plan(const Spoken& spoken) {
        if (spoken.plan) {
            say("customer.plan is the subscription's where there ever was one, else the trait");
        }
    }
    std::string finish() {
        text_ += '.';
        return std::move(text_);
    }

private:
    const Plan& plan_;
    std::string text_;
};

std::string per(const Plan& plan) {
    if (!plan.range.every) return "in the whole range";
    return fmt::format("per {}", ask::print(*plan.range.every));
}

std::string trend_measure(const Plan& plan, const TrendColumn& column) {
    std::string text = column.text;
    if (column.measure.unit != Unit::kEvents) {
        text += fmt::format(", each counted once {}", per(plan));
    } else {
        text += ' ' + per(plan);
    }
    return text;
}

void describe_trend(const TrendPlan& trend, Plan& plan) {
    Sentence sentence(plan);
    Spoken spoken;
    for (const TrendColumn& column : trend.columns)
        sentence.say(trend_measure(plan, column));
    const bool customers = plan.unit == Unit::kCustomers;
    const Where& where = customers ? trend.where_of_customers : trend.where_of_users;
    sentence.say_where(where.text);
    sentence.say_by(customers ? trend.by_of_customers : trend.by_of_users);
    look(trend.where_of_users, spoken);
    look(trend.where_of_customers, spoken);
    look(trend.by_of_users, spoken);
    look(trend.by_of_customers, spoken);
    sentence.say(relations_text(plan.relations));
    if (spoken.dated && plan.judged) {
        sentence.say_moment("conditions judged");
    } else if (spoken.dated) {
        sentence.say(plan.facts_now ? "facts as of now" : "facts as of the event");
    }
    if (spoken.behaviour || spoken.lift) {
        if (!plan.judged) sentence.say_moment("what units did is judged");
        if (plan.moment.nominal > plan.range.from) {
            plan.notes.push_back(
                "What units did is judged after events that it may be meant to explain.");
        }
    }
    sentence.say_plan(spoken);
    plan.rule = sentence.finish();
}

void describe_count(const CountPlan& count, Plan& plan) {
    Sentence sentence(plan);
    Spoken spoken;
    std::string who(unit_name(plan.unit));
    if (plan.unit == Unit::kUsers) who = count.known_only ? "known users" : "users, also unknown";
    sentence.say(who);
    if (count.where) {
        sentence.say_where(count.where->text);
        look(*count.where, spoken);
    }
    if (count.among) {
        sentence.say(fmt::format("among {} where {}", unit_name(plan.unit), count.among->text));
        look(*count.among, spoken);
    } else if (count.has_among) {
        sentence.say(fmt::format("among all {}", unit_name(plan.unit)));
    }
    for (const UnitAggregate& aggregate : count.aggregates) {
        sentence.say(aggregate.text + " over them");
        spoken.plan |= speaks_of_plan(aggregate.text);
    }
    sentence.say_by(count.by);
    look(count.by, spoken);
    if (plan.range.every && !plan.judged) {
        sentence.say(fmt::format("judged at the end of each {}, or at {} if earlier",
                                 ask::print(*plan.range.every),
                                 moment_text(plan.calendar.zone(), plan.at)));
    } else {
        sentence.say_moment("judged");
    }
    sentence.say(relations_text(plan.relations));
    sentence.say_plan(spoken);
    plan.rule = sentence.finish();
}

void describe_list(const ListPlan& list, Plan& plan) {
    Sentence sentence(plan);
    Spoken spoken;
    std::string who(ask::print(list.counted));
    if (list.counted == ask::Counted::kUsers) {
        who = list.known_only ? "Known users" : "Users, also unknown";
    } else {
        who[0] = static_cast<char>(who[0] - 'a' + 'A');
    }
    sentence.say(who);
    if (list.where) {
        sentence.say_where(list.where->text);
        look(*list.where, spoken);
    }
    for (const ListColumn& column : list.columns)
        spoken.plan |= speaks_of_plan(column.value.text);
    sentence.say_moment("judged");
    sentence.say(relations_text(plan.relations));
    sentence.say_plan(spoken);
    plan.rule = sentence.finish();
}

const char* order_text(ask::FunnelOrder order) {
    switch (order) {
        case ask::FunnelOrder::kLoose:
            return "steps in order";
        case ask::FunnelOrder::kStrict:
            return "steps in order with no other event in between";
        case ask::FunnelOrder::kAny:
            return "steps in any order";
    }
    return "";
}

std::string window_text(DurationMs within) {
    if (within % kDayMs == 0) return fmt::format("{} days", within / kDayMs);
    if (within % kHourMs == 0) return fmt::format("{} hours", within / kHourMs);
    return fmt::format("{} seconds", within / kSecondMs);
}

void describe_funnel(const FunnelPlan& funnel, Plan& plan) {
    Sentence sentence(plan);
    Spoken spoken;
    const bool any = funnel.order == ask::FunnelOrder::kAny;
    sentence.say(fmt::format("{} who did {} in the range",
                             plan.unit == Unit::kCustomers ? "Customers" : "Users",
                             any ? "a step" : "step 1"));
    sentence.say_where(funnel.where.text);
    look(funnel.where, spoken);
    sentence.say(fmt::format("all steps within {} of entry{}", window_text(funnel.within),
                             funnel.entries_only ? ", also after the range" : " and in the range"));
    sentence.say(order_text(funnel.order));
    if (!funnel.excluding.empty()) {
        std::string text = "excluding";
        for (const FunnelExclusion& exclusion : funnel.excluding)
            text += fmt::format(" {} between steps {} and {}", exclusion.selector.text,
                                exclusion.from_step + 1, exclusion.to_step + 1);
        sentence.say(text);
    }
    if (funnel.holding) {
        sentence.say(fmt::format("all steps with the same event.{}", funnel.holding->name));
    }
    sentence.say("deepest attempt");
    sentence.say_by(funnel.by);
    look(funnel.by, spoken);
    if (spoken.behaviour || spoken.dated || spoken.lift) {
        if (plan.judged) {
            sentence.say_moment("conditions judged");
        } else {
            sentence.say("conditions judged at the entry");
        }
    }
    sentence.say(relations_text(plan.relations));
    sentence.say_plan(spoken);
    plan.rule = sentence.finish();
}

std::string start_text(const RetentionPlan& retention, Interval every) {
    if (retention.every_start) {
        return fmt::format("in each {} with {}", ask::print(every), retention.start.text);
    }
    // What the selector itself calls the first needs not be called so twice.
    const bool says_first = retention.start.first != ask::Selector::First::kNo;
    return fmt::format("by the {} of their {}{} in the range", ask::print(every),
                       says_first ? "" : "first ", retention.start.text);
}

std::string back_text(const RetentionPlan& retention, Interval every) {
    std::string text = fmt::format("back with {}", retention.back.text);
    if (retention.times > 1) text += fmt::format(" at least {} times", retention.times);
    text += fmt::format(" in the {}", ask::print(every));
    return retention.on_or_after ? text + " or a later one" : text;
}

void describe_retention(const RetentionPlan& retention, Plan& plan) {
    Sentence sentence(plan);
    Spoken spoken;
    const Interval every = plan.range.every.value_or(Interval::kDay);
    sentence.say(fmt::format("{} {}", plan.unit == Unit::kCustomers ? "Customers" : "Users",
                             start_text(retention, every)));
    sentence.say(back_text(retention, every));
    if (retention.rolling > 0) {
        const std::string length = retention.rolling > kDayMs ? window_text(retention.rolling)
                                   : every == Interval::kDay  ? "24 hours"
                                                              : "60 minutes";
        sentence.say(fmt::format("a{} {} is {} from the start", every == Interval::kHour ? "n" : "",
                                 ask::print(every), length));
    } else {
        sentence.say(fmt::format("whole {}s of the calendar", ask::print(every)));
    }
    sentence.say_where(retention.where.text);
    look(retention.where, spoken);
    sentence.say_by(retention.by);
    look(retention.by, spoken);
    if (spoken.behaviour || spoken.dated || spoken.lift || !retention.by.items.empty()) {
        if (plan.judged) {
            sentence.say_moment("conditions judged");
        } else {
            sentence.say("judged at the start");
        }
    }
    sentence.say(fmt::format("averages over cohorts whose {} is over", ask::print(every)));
    sentence.say(relations_text(plan.relations));
    sentence.say_plan(spoken);
    plan.rule = sentence.finish();
}

void describe_sides(const SidesPlan& sides, Plan& plan) {
    Sentence sentence(plan);
    Spoken spoken;
    const std::string period =
        plan.range.every ? std::string(ask::print(*plan.range.every)) : "range";
    sentence.say(fmt::format("{} {}", sides.flows ? "Customers that moved" : "Customers",
                             plan.range.every ? "per " + period : "in the whole range"));
    sentence.say(
        fmt::format("uses: {} that belongs to them lies in the {}", sides.used.text, period));
    sentence.say(
        fmt::format("pays: paying at the end of the {}, or at {} if earlier; past: paid "
                    "before and no longer",
                    period, moment_text(plan.calendar.zone(), plan.at)));
    if (!sides.flows) sentence.say("users: known ones inside them then, each once in a row");
    sentence.say_where(sides.where.text);
    look(sides.where, spoken);
    sentence.say_by(sides.by);
    look(sides.by, spoken);
    if (spoken.behaviour || spoken.dated || spoken.lift || !sides.by.items.empty()) {
        if (plan.judged) {
            sentence.say_moment("conditions judged");
        } else {
            sentence.say("conditions judged then");
        }
    }
    sentence.say(relations_text(plan.relations));
    if (plan.facts_now) sentence.say("facts as of now");
    sentence.say_plan(spoken);
    plan.rule = sentence.finish();
    if (!sides.flows && !sides.has_free_users) {
        plan.notes.push_back(
            fmt::format("Users inside no customer are left out: {} speaks of customers.",
                        sides.by.items.empty() ? "`where`" : "`by`"));
    }
}

void describe_overlap(const OverlapPlan& overlap, Plan& plan) {
    Sentence sentence(plan);
    Spoken spoken;
    const char* who =
        overlap.of_users && overlap.of_customers
            ? "Known users by their roles inside customers, and customers by those of "
              "the known users inside them"
        : overlap.of_users ? "Known users by their roles inside customers"
                           : "Customers by the roles of the known users inside them";
    sentence.say(who);
    sentence.say("users only: no buying role");
    sentence.say(overlap.of_customers ? "customers only: buying roles alone, or nobody inside"
                                      : "customers only: buying roles alone");
    sentence.say("both: the role self, else a using and a buying role");
    sentence.say_where(overlap.where_text);
    for (const auto* where : {&overlap.where_of_users, &overlap.where_of_customers}) {
        if (*where) look(**where, spoken);
    }
    if (plan.range.every && !plan.judged) {
        sentence.say(fmt::format("at the end of each {}, or at {} if earlier",
                                 ask::print(*plan.range.every),
                                 moment_text(plan.calendar.zone(), plan.at)));
    } else {
        sentence.say_moment("looked");
    }
    sentence.say(relations_text(plan.relations));
    if (plan.facts_now) sentence.say("facts as of now");
    sentence.say_plan(spoken);
    plan.rule = sentence.finish();
}

struct Describe {
    Plan& plan;
    void operator()(const TrendPlan& kind) const { describe_trend(kind, plan); }
    void operator()(const CountPlan& kind) const { describe_count(kind, plan); }
    void operator()(const ListPlan& kind) const { describe_list(kind, plan); }
    void operator()(const FunnelPlan& kind) const { describe_funnel(kind, plan); }
    void operator()(const RetentionPlan& kind) const { describe_retention(kind, plan); }
    void operator()(const SidesPlan& kind) const { describe_sides(kind, plan); }
    void operator()(const OverlapPlan& kind) const { describe_overlap(kind, plan); }
};

}  // namespace

void describe(Plan& plan) {
    std::visit(Describe{plan}, plan.kind);
    if (plan.question.rolled_up) {
        plan.rule.pop_back();
        plan.rule += fmt::format("; rolled up: a customer with all below it by parents as of {}.",
                                 plan.relations == ask::RelationsAsOf::kNow ? "now" : "the moment");
    }
    if (!plan.rule.empty() && plan.rule[0] >= 'a' && plan.rule[0] <= 'z') {
        plan.rule[0] = static_cast<char>(plan.rule[0] - 'a' + 'A');
    }
}

}  // namespace twofold::plan
