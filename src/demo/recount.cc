// SPDX-License-Identifier: Apache-2.0
#include "demo/recount.h"

#include <algorithm>
#include <simdjson.h>

#include "base/calendar.h"
#include "base/check.h"

namespace twofold::demo {
namespace {

constexpr DurationMs kReachBack = 30 * kDayMs;

std::string_view text_or_empty(simdjson::ondemand::object& object, const char* name) {
    std::string_view text;
    return object.find_field_unordered(name).get_string().get(text) == simdjson::SUCCESS ? text
                                                                                         : "";
}

std::int64_t number_or(simdjson::ondemand::object& object, const char* name, std::int64_t none) {
    std::int64_t number = 0;
    return object.find_field_unordered(name).get_int64().get(number) == simdjson::SUCCESS ? number
                                                                                          : none;
}

TimeMs time_or(simdjson::ondemand::object& object, const char* name, TimeMs none) {
    const std::string_view text = text_or_empty(object, name);
    return text.empty() ? none : *parse_instant(text);
}

}  // namespace

/// The fields of a line that several kinds have.
struct Recount::Line {
    simdjson::ondemand::object& object;
    std::string user;
    std::string anonymous;
    TimeMs time = 0;
};

std::int64_t Recount::Segment::mrr() const {
    constexpr std::int64_t kScale = 10'000;
    const std::int64_t whole = amount * quantity * kScale * (100 - discount) / 100;
    return yearly ? whole / 12 : whole;
}

std::uint8_t Recount::name(std::string_view text) const {
    return by_name_.at(std::string(text));
}

Recount::Company Recount::company(std::string_view id) const {
    return by_company_.at(std::string(id));
}

Recount::Person Recount::new_person() {
    parents_.push_back(static_cast<Person>(parents_.size()));
    known_.push_back(false);
    choices_.emplace_back();
    return parents_.back();
}

Recount::Person Recount::person_of(Person person) const {
    while (parents_[person] != person)
        person = parents_[person];
    return person;
}

std::vector<Recount::Person> Recount::persons() const {
    std::vector<Person> found;
    for (Person person = 0; person < parents_.size(); ++person) {
        if (parents_[person] == person) found.push_back(person);
    }
    return found;
}

/// The user takes over what the anonymous id did.
void Recount::join(Person user, Person anonymous) {
    user = person_of(user);
    anonymous = person_of(anonymous);
    if (user == anonymous || known_[anonymous]) return;  // a shared device changes nothing
    parents_[anonymous] = user;
}

Recount::Person Recount::person(const Line& line) {
    std::optional<Person> found;
    if (!line.user.empty()) {
        const auto [at, is_new] = by_user_.try_emplace(line.user, 0);
        if (is_new) at->second = new_person();
        found = at->second;
        known_[person_of(*found)] = true;
    }
    if (!line.anonymous.empty()) {
        const auto [at, is_new] = by_anonymous_.try_emplace(line.anonymous, 0);
        if (is_new) at->second = found ? *found : new_person();
        if (found) {
            join(*found, at->second);
        } else {
            found = at->second;
        }
    }
    TF_CHECK(found.has_value());
    return *found;
}

Recount::Company Recount::open_company(std::string_view id) {
    const auto [at, is_new] =
        by_company_.try_emplace(std::string(id), static_cast<Company>(companies.size()));
    if (is_new) {
        companies.emplace_back(id);
        company_names.emplace_back();
        segments.emplace_back();
    }
    return at->second;
}

void Recount::read(std::string_view lines) {
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(lines);
    simdjson::ondemand::document_stream stream = parser.iterate_many(padded);
    for (auto document : stream) {
        simdjson::ondemand::object object = document.get_object();
        Line line{object, std::string(text_or_empty(object, "userId")),
                  std::string(text_or_empty(object, "anonymousId")),
                  time_or(object, "timestamp", 0)};
        const std::string type(text_or_empty(object, "type"));
        if (type == "track") {
            read_event(line, text_or_empty(object, "event"));
        } else if (type == "page") {
            read_event(line, "Page Viewed");
        } else if (type == "identify") {
            person(line);
        } else if (type == "group") {
            read_group(line);
        } else if (type == "relation") {
            read_relation(line);
        } else if (type == "subscription") {
            read_subscription(line);
        } else if (type == "customer") {
            const Company company = open_company(text_or_empty(object, "customerId"));
            simdjson::ondemand::object traits = object.find_field_unordered("traits").get_object();
            company_names[company] = text_or_empty(traits, "name");
        } else if (type != "payment") {
            ++unknown_lines;
        }
    }
}

void Recount::read_event(const Line& line, std::string_view name) {
    ++sent;
    const auto [code, is_new] =
        by_name_.try_emplace(std::string(name), static_cast<std::uint8_t>(names.size()));
    if (is_new) names.emplace_back(name);
    if (!message_ids_.emplace(text_or_empty(line.object, "messageId")).second) {
        ++duplicates;
        return;
    }
    if (youngest_ - line.time > kDayMs) ++late;
    youngest_ = std::max(youngest_, line.time);
    Event event{line.time, person(line), kNoCompany, code->second, false};
    simdjson::ondemand::object context;
    if (line.object.find_field_unordered("context").get_object().get(context) ==
        simdjson::SUCCESS) {
        bool automatic = false;
        if (context.find_field_unordered("automatic").get_bool().get(automatic) ==
            simdjson::SUCCESS) {
            event.automatic = automatic;
        }
        const std::string_view group = text_or_empty(context, "groupId");
        if (!group.empty()) {
            event.acting = open_company(group);
            namings_[{event.person, event.acting}].push_back(line.time);
        }
    }
    events.push_back(event);
}

void Recount::read_group(const Line& line) {
    const Company company = open_company(text_or_empty(line.object, "groupId"));
    const Person who = person(line);
    const std::string_view role = text_or_empty(line.object, "role");
    choices_[who].push_back({line.time, company});
    calls_[{who, company}].push_back({line.time, role.empty() ? "user" : std::string(role)});
}

void Recount::read_relation(const Line& line) {
    const Company company = open_company(text_or_empty(line.object, "customerId"));
    const StatedKey key{{person(line), company},
                        std::string(text_or_empty(line.object, "role")),
                        time_or(line.object, "from", 0)};
    stated_[key] = time_or(line.object, "until", kEndOfTime);
}

void Recount::read_subscription(const Line& line) {
    const Company company = open_company(text_or_empty(line.object, "customerId"));
    Segment segment;
    segment.id = text_or_empty(line.object, "id");
    segment.when.from = time_or(line.object, "from", 0);
    segment.when.until = time_or(line.object, "until", kEndOfTime);
    segment.trial_until = time_or(line.object, "trialUntil", 0);
    segment.renews_at = time_or(line.object, "renewsAt", 0);
    segment.amount = number_or(line.object, "amount", 0);
    segment.quantity = number_or(line.object, "quantity", 1);
    segment.discount = number_or(line.object, "discountPercent", 0);
    segment.yearly = text_or_empty(line.object, "every") == "year";
    std::vector<Segment>& all = segments[company];
    std::erase_if(all, [&](const Segment& other) {
        return other.id == segment.id && other.when.from == segment.when.from;
    });
    all.push_back(std::move(segment));
}

/// Renames everybody to who they turned out to be; returns all pairs there are.
std::set<Recount::Pair> Recount::follow_joins() {
    std::set<Pair> pairs;
    const auto renamed = [&](const Pair& pair) {
        const Pair name{person_of(pair.person), pair.company};
        pairs.insert(name);
        return name;
    };
    std::map<StatedKey, TimeMs> stated;
    for (const auto& [key, until] : stated_)
        stated[{renamed(key.pair), key.role, key.from}] = until;
    stated_ = std::move(stated);
    std::map<Pair, std::vector<Call>> calls;
    for (auto& [pair, list] : calls_) {
        std::vector<Call>& all = calls[renamed(pair)];
        all.insert(all.end(), list.begin(), list.end());
    }
    calls_ = std::move(calls);
    std::map<Pair, std::vector<TimeMs>> namings;
    for (auto& [pair, list] : namings_) {
        std::vector<TimeMs>& all = namings[renamed(pair)];
        all.insert(all.end(), list.begin(), list.end());
    }
    namings_ = std::move(namings);
    for (Person person = 0; person < parents_.size(); ++person) {
        const Person now = person_of(person);
        if (now == person) continue;
        choices_[now].insert(choices_[now].end(), choices_[person].begin(), choices_[person].end());
        choices_[person].clear();
    }
    return pairs;
}

void Recount::settle_pair(const Pair& pair) {
    Edge edge{pair.company, {}};
    TimeMs stated_end = kBeginningOfTime;
    const StatedKey first{pair, "", kBeginningOfTime};
    for (auto at = stated_.lower_bound(first); at != stated_.end() && at->first.pair == pair;
         ++at) {
        edge.relations.push_back({at->first.role, {at->first.from, at->second}});
        stated_end = std::max(stated_end, at->second);
    }
    std::map<std::string, TimeMs> implied;
    const auto imply = [&](const std::string& role, TimeMs time) {
        if (time < stated_end) return;
        const auto [at, is_new] = implied.try_emplace(role, time);
        if (!is_new) at->second = std::min(at->second, time);
    };
    const auto calls = calls_.find(pair);
    if (calls != calls_.end()) {
        for (const Call& call : calls->second)
            imply(call.role, call.time);
    }
    // Naming makes a guest of whoever is not related anyway.
    const auto namings = namings_.find(pair);
    if (namings != namings_.end() && edge.relations.empty() && implied.empty()) {
        for (const TimeMs time : namings->second)
            imply("guest", time);
    }
    for (const auto& [role, from] : implied)
        edge.relations.push_back({role, {from, kEndOfTime}});
    for (const Relation& relation : edge.relations) {
        first_relation_[pair.person] = std::min(first_relation_[pair.person], relation.when.from);
    }
    edges_[pair.person].push_back(std::move(edge));
}

void Recount::settle() {
    const std::set<Pair> pairs = follow_joins();
    first_event_.assign(parents_.size(), kEndOfTime);
    first_relation_.assign(parents_.size(), kEndOfTime);
    for (Event& event : events) {
        event.person = person_of(event.person);
        first_event_[event.person] = std::min(first_event_[event.person], event.time);
    }
    for (std::vector<Choice>& choices : choices_)
        std::ranges::stable_sort(choices);
    edges_.assign(parents_.size(), {});
    for (const Pair& pair : pairs)
        settle_pair(pair);
    for (std::vector<Segment>& all : segments) {
        std::ranges::sort(all, {}, [](const Segment& segment) { return segment.when.from; });
        // Where the next one of a subscription begins, this one ends.
        for (std::size_t i = 0; i + 1 < all.size(); ++i) {
            if (all[i].id == all[i + 1].id) {
                all[i].when.until = std::min(all[i].when.until, all[i + 1].when.from);
            }
        }
    }
}

bool Recount::inside_edge(Person person, const Edge& edge, TimeMs time) const {
    return std::ranges::any_of(edge.relations, [&](const Relation& relation) {
        if (relation.outside()) return false;
        if (relation.when.holds(time)) return true;
        // The first relation reaches back to the first event.
        return relation.when.from == first_relation_[person] && time < relation.when.from &&
               time >= first_event_[person] && time >= relation.when.from - kReachBack;
    });
}

bool Recount::inside(Person person, Company company, TimeMs time) const {
    return std::ranges::any_of(edges_[person], [&](const Edge& edge) {
        return edge.company == company && inside_edge(person, edge, time);
    });
}

const std::vector<Recount::Company>& Recount::belongs(const Event& event) {
    found_.clear();
    if (event.acting != kNoCompany) {
        found_.push_back(event.acting);
        return found_;
    }
    const std::vector<Choice>& choices = choices_[event.person];
    const auto later = std::ranges::upper_bound(choices, event.time, {}, &Choice::time);
    if (later != choices.begin() && inside(event.person, (later - 1)->company, event.time)) {
        found_.push_back((later - 1)->company);
        return found_;
    }
    for (const Edge& edge : edges_[event.person]) {
        if (inside_edge(event.person, edge, event.time)) found_.push_back(edge.company);
    }
    return found_;
}

std::int64_t Recount::mrr(Company company, TimeMs time) const {
    std::int64_t sum = 0;
    for (const Segment& segment : segments[company]) {
        if (segment.when.holds(time) && time >= segment.trial_until) sum += segment.mrr();
    }
    return sum;
}

bool Recount::in_trial(Company company, TimeMs time) const {
    return std::ranges::any_of(segments[company], [&](const Segment& segment) {
        return segment.when.holds(time) && time < segment.trial_until;
    });
}

std::int64_t Recount::seats(Company company, TimeMs time) const {
    std::int64_t sum = 0;
    for (const Segment& segment : segments[company]) {
        if (segment.when.holds(time)) sum += segment.quantity;
    }
    return sum;
}

std::vector<TimeMs> Recount::money_moments(Company company) const {
    std::vector<TimeMs> moments;
    for (const Segment& segment : segments[company]) {
        for (const TimeMs time : {segment.when.from, segment.when.until, segment.trial_until}) {
            if (time != 0 && time != kEndOfTime) moments.push_back(time);
        }
    }
    std::ranges::sort(moments);
    return moments;
}

TimeMs Recount::started(Company company) const {
    for (const TimeMs time : money_moments(company)) {
        if (mrr(company, time) > 0) return time;
    }
    return kEndOfTime;
}

}  // namespace twofold::demo
