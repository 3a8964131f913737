// SPDX-License-Identifier: Apache-2.0
#include "belonging/facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/calendar.h"

namespace twofold::belonging {
namespace {

const std::string& name_of(const std::set<std::string>& ids) {
    return *ids.begin();
}

std::set<std::string> names(const Model& model, const std::set<int>& customers) {
    std::set<std::string> names;
    for (const int customer : customers)
        names.insert(name_of(model.customers()[static_cast<std::size_t>(customer)].ids));
    return names;
}

std::set<int> inside_of(const Model& model, int person, TimeMs time) {
    std::set<int> inside;
    for (int customer = 0; customer < static_cast<int>(model.customers().size()); ++customer)
        if (model.inside(person, customer, time)) inside.insert(customer);
    return inside;
}

void add_person(const Model& model, const Asked& asked, int number, Facts& facts) {
    const Person& person = model.people()[static_cast<std::size_t>(number)];
    const std::string& name = name_of(person.ids);
    facts.insert(line(name + (person.known ? " known" : " anonymous"), person.ids));
    facts.insert(exists_line(name, person.exists_from));
    for (const Mode mode : {Mode::kNow, Mode::kEver}) {
        facts.insert(line(fmt::format("{} belongs {} to", name, text_of(mode)),
                          names(model, model.belongs_to(number, model.at(), mode))));
    }
    Series belongs(name + " belongs to", facts);
    Series inside(name + " is inside", facts);
    for (const TimeMs time : asked.times) {
        if (time > model.at()) break;
        belongs.at(time, names(model, model.belongs_to(number, time, Mode::kAsOfEvent)));
        inside.at(time, names(model, inside_of(model, number, time)));
    }
}

std::string yes_no(bool yes) {
    return yes ? "true" : "false";
}

void add_event(const Model& model, const Event& event, Facts& facts) {
    const Person& person = model.people()[static_cast<std::size_t>(event.person)];
    facts.insert(line(event.name + " by user", {name_of(person.ids)}));
    for (const Mode mode : {Mode::kAsOfEvent, Mode::kNow, Mode::kEver}) {
        facts.insert(line(event.name + " by customer " + text_of(mode),
                          names(model, model.customers_of(event, mode))));
    }
    std::set<std::string> roles;
    std::set<std::string> tiers_then;
    std::set<std::string> tiers_now;
    std::set<std::string> paying_then;
    std::set<std::string> paying_now;
    for (const int customer : model.customers_of(event, Mode::kAsOfEvent)) {
        for (const std::string& role : model.roles(event.person, customer, event.time))
            if (!is_outside(role)) roles.insert(role);
        tiers_then.insert(model.tier(customer, event.time));
        tiers_now.insert(model.tier(customer, model.at()));
        paying_then.insert(yes_no(model.paying(customer, event.time)));
        paying_now.insert(yes_no(model.paying(customer, model.at())));
    }
    facts.insert(line(event.name + " by role", roles));
    tiers_then.erase("");
    tiers_now.erase("");
    facts.insert(line(event.name + " by tier then", tiers_then));
    facts.insert(line(event.name + " by tier now", tiers_now));
    facts.insert(line(event.name + " by paying then", paying_then));
    facts.insert(line(event.name + " by paying now", paying_now));
}

bool has_role(const Model& model, int person, const std::string& role) {
    for (int customer = 0; customer < static_cast<int>(model.customers().size()); ++customer)
        if (model.roles(person, customer, model.at()).contains(role)) return true;
    return false;
}

/// Which of kOfUsers hold of a known person.
void add_user_conditions(const Model& model, int number, Facts& facts) {
    const std::string& name = name_of(model.people()[static_cast<std::size_t>(number)].ids);
    bool paying = false;
    for (const int customer : inside_of(model, number, model.at()))
        paying = paying || model.paying(customer, model.at());
    const std::array holds = {has_role(model, number, "admin"), has_role(model, number, "guest"),
                              paying};
    for (std::size_t i = 0; i < kOfUsers.size(); ++i)
        if (holds[i]) facts.insert(fmt::format("{} where {}", name, kOfUsers[i]));
}

/// Which of kOfCustomers hold: `did` sees only the events that belong to this customer.
void add_customer_conditions(const Model& model, int customer, Facts& facts) {
    std::set<int> active;
    for (const Event& event : model.events())
        if (model.customers_of(event, Mode::kAsOfEvent).contains(customer)) {
            active.insert(event.person);
        }
    std::array holds = {false, false, false, true};
    for (int person = 0; person < static_cast<int>(model.people().size()); ++person) {
        const bool inside = model.inside(person, customer, model.at());
        const bool did = active.contains(person);
        holds[0] = holds[0] || (inside && did);
        const bool guest = model.roles(person, customer, model.at()).contains("guest");
        holds[1] = holds[1] || (did && guest);
        const bool ever = model.belongs_to(person, model.at(), Mode::kEver).contains(customer);
        holds[2] = holds[2] || (did && ever);
        holds[3] = holds[3] && !inside;
    }
    const std::string& name = name_of(model.customers()[static_cast<std::size_t>(customer)].ids);
    for (std::size_t i = 0; i < kOfCustomers.size(); ++i)
        if (holds[i]) facts.insert(fmt::format("{} where {}", name, kOfCustomers[i]));
}

}  // namespace

Asked asked_of(const std::vector<Record>& log) {
    Asked asked;
    for (const Record& record : log) {
        const bool joins = record.what == What::kAlias || record.what == What::kCustomerAlias;
        if (joins) continue;
        asked.people.insert({record.user, record.anonymous});
        asked.customers.insert(record.customer);
        asked.times.insert({record.time - 1, record.time});
        if (record.until) asked.times.insert({*record.until - 1, *record.until});
    }
    asked.people.erase("");
    asked.customers.erase("");
    return asked;
}

std::string text_of(Mode mode) {
    switch (mode) {
        case Mode::kAsOfEvent:
            return "event";
        case Mode::kNow:
            return "now";
        case Mode::kEver:
            return "ever";
    }
    return {};
}

std::string time_text(TimeMs time) {
    if (time == kEndOfTime) return "never";
    if (time == kBeginningOfTime) return "always";
    return format_utc(time);
}

void Series::at(TimeMs time, const std::set<std::string>& what) {
    if (begun_ && what == last_) return;
    facts_.insert(line(fmt::format("{} from {}", about_, time_text(time)), what));
    last_ = what;
    begun_ = true;
}

std::string line(const std::string& about, const std::set<std::string>& what) {
    return fmt::format("{}: {}", about, fmt::join(what, " "));
}

std::string exists_line(const std::string& name, TimeMs from) {
    return fmt::format("{} is there from {}", name, time_text(from));
}

std::string relation_line(const std::string& user, const std::string& customer,
                          const std::string& role, TimeMs since, TimeMs until, TimeMs at) {
    return fmt::format("{} is {} of {} from {} until {}", user, role, customer, time_text(since),
                       until > at ? "later" : time_text(until));
}

Facts frame_facts(const Model& model, const Asked& asked) {
    Facts facts;
    for (int person = 0; person < static_cast<int>(model.people().size()); ++person)
        add_person(model, asked, person, facts);
    for (const Customer& customer : model.customers()) {
        facts.insert(line(name_of(customer.ids) + " customer", customer.ids));
        facts.insert(exists_line(name_of(customer.ids), customer.exists_from));
    }
    for (const Relation& one : model.relations()) {
        facts.insert(relation_line(name_of(model.people()[one.person].ids),
                                   name_of(model.customers()[one.customer].ids), one.role,
                                   one.since, one.until, model.at()));
    }
    return facts;
}

Facts answer_facts(const Model& model) {
    Facts facts;
    for (const Event& event : model.events())
        add_event(model, event, facts);
    std::vector<int> users_of(model.customers().size(), 0);
    for (int number = 0; number < static_cast<int>(model.people().size()); ++number) {
        const Person& person = model.people()[static_cast<std::size_t>(number)];
        const std::set<int> customers = inside_of(model, number, model.at());
        if (person.exists_from > model.at()) continue;
        for (const int customer : customers)
            ++users_of[static_cast<std::size_t>(customer)];
        if (!person.known) continue;
        facts.insert(fmt::format("{} has customers: {}", name_of(person.ids), customers.size()));
        add_user_conditions(model, number, facts);
    }
    for (std::size_t i = 0; i < users_of.size(); ++i) {
        const Customer& customer = model.customers()[i];
        if (customer.exists_from > model.at()) continue;
        facts.insert(fmt::format("{} has users: {}", name_of(customer.ids), users_of[i]));
        add_customer_conditions(model, static_cast<int>(i), facts);
    }
    for (const Relation& one : model.relations()) {
        if (one.since > model.at() || one.until <= model.at()) continue;
        facts.insert(fmt::format("{} is {} of {} now", name_of(model.people()[one.person].ids),
                                 one.role, name_of(model.customers()[one.customer].ids)));
    }
    return facts;
}

}  // namespace twofold::belonging
