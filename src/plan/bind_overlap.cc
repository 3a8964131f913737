// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "ask/print.h"
#include "plan/binder.h"

namespace twofold::plan {
namespace {

/// What the condition says of one side; where both are counted it must say something of each.
Result<Condition> bind_side(const Binder& binder, const ask::Predicate& where, Scope::Who who,
                            bool of_both) {
    auto bound = binder.condition(where, Scope{who, false, false});
    if (bound || !of_both) return bound;
    const bool customers = who == Scope::Who::kCustomer;
    Error error = std::move(bound).error();
    error.message = (customers ? "overlap counts customers too: " : "overlap counts users too: ") +
                    error.message;
    error.suggestion = customers ? "overlap for users" : "overlap for customers";
    return std::unexpected(std::move(error));
}

}  // namespace

Status bind_overlap(const ask::Overlap& /*overlap*/, const Binder& binder, Plan& plan) {
    const auto& unit = plan.question.unit;
    OverlapPlan bound;
    bound.of_users = !unit || unit->kind == ask::Unit::Kind::kUsers;
    bound.of_customers = !unit || unit->kind == ask::Unit::Kind::kCustomers;
    plan.unit = bound.of_users ? Unit::kUsers : Unit::kCustomers;
    if (plan.question.where) {
        const ask::Predicate& where = *plan.question.where;
        const bool both = bound.of_users && bound.of_customers;
        bound.where_text = ask::print(where);
        if (bound.of_users) {
            TF_ASSIGN(bound.where_of_users, bind_side(binder, where, Scope::Who::kUser, both));
        }
        if (bound.of_customers) {
            TF_ASSIGN(bound.where_of_customers,
                      bind_side(binder, where, Scope::Who::kCustomer, both));
        }
    }
    plan.kind = std::move(bound);
    return {};
}

}  // namespace twofold::plan
