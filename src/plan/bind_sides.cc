// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "plan/binder.h"

namespace twofold::plan {

Status bind_sides(const ask::Sides& sides, const Binder& binder, Plan& plan) {
    plan.unit = Unit::kCustomers;
    const Scope of_row{Scope::Who::kCustomer, true, false};
    ask::Selector used;
    used.kind = ask::Selector::Kind::kUse;
    if (sides.used) used = *sides.used;

    SidesPlan bound;
    TF_ASSIGN(bound.used, binder.selector(used, of_row));
    bound.flows = sides.flows;
    bound.has_free_users = !sides.flows && !plan.question.where && !plan.question.by;
    if (bound.has_free_users) {
        TF_ASSIGN(bound.used_by_users, binder.selector(used, of_row.with(Scope::Who::kUser)));
    }
    TF_ASSIGN(bound.where, bind_where(binder, plan.question.where, of_row));
    for (const Condition& condition : bound.where.of_events) {
        const Mentions found = mentions(condition);
        if (found.behaviour || found.lift || found.dated) {
            return not_answered(
                plan.question.where->span,
                "one condition on both the event and its customer in sides: " + condition.text);
        }
    }
    // Read at the end of a period, where no event is at hand.
    TF_ASSIGN(bound.by,
              bind_by(binder, plan.question.by, Scope{Scope::Who::kCustomer, false, false}));
    plan.kind = std::move(bound);
    return {};
}

}  // namespace twofold::plan
