// SPDX-License-Identifier: Apache-2.0
#include "plan/crossing.h"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace twofold::plan {
namespace {

template <typename... Functions>
struct ByType : Functions... {
    using Functions::operator()...;
};

/// What has been spoken of so far.
class Speech {
public:
    void both() { users_ = customers_ = true; }
    bool crosses() const { return users_ && customers_; }

    void of(Unit unit) {
        users_ |= unit == Unit::kUsers;
        customers_ |= unit == Unit::kCustomers;
    }

    void of(const Fact& fact) {
        switch (fact.about) {
            case About::kEvent:
                // What was sent with a row is of the row's side; whom it names is a customer.
                customers_ |= fact.kind == FactKind::kEventActing;
                break;
            case About::kUser:
                users_ = true;
                customers_ |= fact.kind == FactKind::kUserCustomers;
                break;
            case About::kCustomer:
                customers_ = true;
                users_ |= fact.needs_events() || fact.kind == FactKind::kCustomerUsers;
                break;
            case About::kPair:
                both();
                break;
        }
    }

    void of(const EventFilter& filter) {
        if (filter.names != EventFilter::Names::kFact) {
            users_ = true;
        } else {
            customers_ = true;
            users_ |= std::string_view(filter.fact).starts_with("relation.");
        }
        if (filter.where) of(*filter.where);
    }

    void of(const Selector& selector) {
        for (const EventFilter& part : selector.parts)
            of(part);
    }

    void of(const Window& window) {
        if (window.anchor) of(*window.anchor);
    }

    void of(const Expression& expression) {
        std::visit(ByType{[](const model::OwnedValue&) {}, [&](const Fact& fact) { of(fact); },
                          [&](const Measure& measure) {
                              of(measure.selector);
                              of(measure.window);
                          },
                          [&](const Arithmetic& node) {
                              of(*node.left);
                              of(*node.right);
                          }},
                   expression.node);
    }

    void of(const Condition& condition) {
        std::visit(ByType{[&](const All& node) { of(node.parts); },
                          [&](const Any& node) { of(node.parts); },
                          [&](const Not& node) { of(*node.part); },
                          [&](const FactTest& node) { of(node.left); },
                          [&](const Compare& node) {
                              of(node.left);
                              of(node.right);
                          },
                          [&](const NearMoment& node) { of(node.left); },
                          [&](const HasRole&) { both(); }, [&](const RelatedTo&) { both(); },
                          [&](const Did& node) {
                              of(node.selector);
                              of(node.window);
                          },
                          [&](const Chain& node) {
                              of(node.steps);
                              of(node.window);
                          },
                          [&](const Lift&) { both(); }, [&](const Lower&) { both(); }},
                   condition.node);
    }

    void of(const Breakdown& item) {
        users_ |= item.kind == Breakdown::Kind::kUser;
        customers_ |= item.kind == Breakdown::Kind::kCustomer;
        of(item.expression);
        of(item.condition);
        of(item.segments);
    }
    void of(const By& by) { of(by.items); }
    void of(const Where& where) {
        of(where.of_events);
        of(where.of_units);
    }
    void of(const ListColumn& column) { of(column.value); }
    void of(const ListSort& sort) { of(sort.value); }
    void of(const UnitAggregate& aggregate) { of(aggregate.number); }
    void of(const FunnelExclusion& exclusion) { of(exclusion.selector); }

    template <typename Part>
    void of(const std::optional<Part>& part) {
        if (part) of(*part);
    }
    template <typename Part>
    void of(const std::vector<Part>& parts) {
        for (const Part& part : parts)
            of(part);
    }

private:
    bool users_ = false;
    bool customers_ = false;
};

bool measure_crosses(const TrendPlan& trend, const CellMeasure& measure) {
    Speech speech;
    speech.of(measure.unit);
    speech.of(measure.selector);
    const bool customers = measure.unit == Unit::kCustomers;
    speech.of(customers ? trend.where_of_customers : trend.where_of_users);
    speech.of(customers ? trend.by_of_customers : trend.by_of_users);
    return speech.crosses();
}

bool crosses(const TrendPlan& trend) {
    for (const TrendColumn& column : trend.columns) {
        if (measure_crosses(trend, column.measure)) return true;
        if (column.divided_by && measure_crosses(trend, *column.divided_by)) return true;
    }
    return false;
}

}  // namespace

bool crosses_sides(const Plan& plan) {
    Speech speech;
    speech.of(plan.unit);
    return std::visit(ByType{[](const TrendPlan& kind) { return crosses(kind); },
                             [&](const CountPlan& kind) {
                                 speech.of(kind.aggregates);
                                 speech.of(kind.among);
                                 speech.of(kind.where);
                                 speech.of(kind.by);
                                 return speech.crosses();
                             },
                             [&](const ListPlan& kind) {
                                 if (kind.counted == ask::Counted::kRelations) speech.both();
                                 speech.of(kind.columns);
                                 speech.of(kind.sort);
                                 speech.of(kind.where);
                                 return speech.crosses();
                             },
                             [&](const FunnelPlan& kind) {
                                 speech.of(kind.steps);
                                 speech.of(kind.excluding);
                                 speech.of(kind.where);
                                 speech.of(kind.by);
                                 return speech.crosses();
                             },
                             [&](const RetentionPlan& kind) {
                                 speech.of(kind.start);
                                 speech.of(kind.back);
                                 speech.of(kind.where);
                                 speech.of(kind.by);
                                 return speech.crosses();
                             },
                             // Sides, and whatever else sets them against each other.
                             [](const auto& /*kind*/) { return true; }},
                      plan.kind);
}

}  // namespace twofold::plan
