// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "oracle/world.h"

// Whether conditions hold, and what numbers are, word by word as ask.md says. Slow on purpose:
// everything is looked up anew each time.

namespace twofold::oracle {

/// What a condition is asked about.
struct Subject {
    int user = -1;      ///< The unit, or the user that a lift speaks of.
    int customer = -1;  ///< The unit that is counted, or the customer that a lift belongs to.
    const Event* event = nullptr;        ///< Whose properties `event.x` are.
    const Event* row = nullptr;          ///< To whom it belongs says whose customers are meant.
    TimeMs dated = 0;                    ///< When plan, paying, relations, roles are looked at.
    TimeMs judged = 0;                   ///< When behaviour, numbers and lifts are.
    bool judged_included = true;         ///< Whether what happens at that very instant is seen.
    const Relation* relation = nullptr;  ///< Bound by a lower or a lift.
    bool bound = false;                  ///< customer and relation are bound, may be none.
};

class Judge {
public:
    Judge(const World& world, const ask::Question& question);

    const World& world;
    ask::RelationsAsOf mode = ask::RelationsAsOf::kEvent;
    ask::FactsAsOf facts = ask::FactsAsOf::kEvent;
    Zone zone;
    TimeMs range_from = 0;  ///< Of the question, for `in the range`.
    TimeMs range_to = 0;

    bool holds(const ask::Predicate& predicate, const Subject& subject) const;
    /// One value; of customers the bound one's.
    Value value(const ask::Expression& expression, const Subject& subject) const;

    /// The events of a unit in its order. Both given: the user's that belong to the customer.
    std::vector<const Event*> rows_of(int user, int customer) const;
    /// Whether the row matches; `rows` are the unit's, all of them, for `first S`.
    /// `customer`: the one that is counted, of whom its brackets speak then.
    bool matches(const ask::Selector& selector, const Event& event,
                 const std::vector<const Event*>& rows, int customer) const;
    /// For each way to bind the customer and the relation that an unbound subject may speak of.
    std::vector<Subject> bindings(const Subject& subject, bool with_relation,
                                  const std::vector<std::string>& named_roles) const;

    TimeMs moment(const ask::When& when, bool end_of_day) const;
    /// Columns of a breakdown that the subject falls into, each as text.
    std::vector<std::vector<std::string>> cells(const ask::By& by, const Subject& subject) const;

private:
    bool did(const ask::Did& did, const Subject& subject) const;
    bool lift(const ask::Lift& lift, const Subject& subject) const;
    bool lower(const ask::Lower& lower, const Subject& subject) const;
    bool all_of(const std::vector<const ask::Predicate*>& parts, const Subject& subject) const;
    bool bare(const std::vector<const ask::Predicate*>& parts, const Subject& subject) const;
    bool related_to(const std::string& customer, const Subject& subject) const;
    Value property(const ask::Property& property, const Subject& subject) const;
    Value customer_property(const ask::Property& property, const Subject& subject) const;
    Value user_property(const ask::Property& property, const Subject& subject) const;
    Value event_property(const ask::Property& property, const Event& event) const;
    Value literal(const ask::Literal& literal) const;
    Value measure(const ask::Measure& measure, const Subject& subject) const;
    /// The unit's events that a behaviour or a number may look at.
    std::vector<const Event*> framed(const ask::Frame& frame, const Subject& subject,
                                     const std::vector<const Event*>& rows) const;
    Looking looking(const Subject& subject) const;
};

/// Splits a condition into the parts that `and` joins.
std::vector<const ask::Predicate*> parts_of(const ask::Predicate& predicate);

}  // namespace twofold::oracle
