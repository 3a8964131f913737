// SPDX-License-Identifier: Apache-2.0
#include "belonging/product.h"

#include <fmt/format.h>

#include "ask/parse.h"
#include "base/calendar.h"
#include "base/check.h"

namespace twofold::belonging {
namespace {

using frame::Belonging;
using model::CustomerOrdinal;
using model::UserOrdinal;

template <typename Ordinal>
std::set<std::string> ids_of(const frame::Snapshot& frames, Ordinal canonical) {
    std::set<std::string> ids;
    for (const directory::Id& id : frames.directory().ids(canonical))
        ids.insert((id.kind == directory::IdKind::kAnonymous ? "~" : "") + id.text);
    return ids;
}

template <typename Ordinal>
std::string name_of(const frame::Snapshot& frames, Ordinal canonical) {
    return *ids_of(frames, canonical).begin();
}

frame::Mode frame_mode(Mode mode) {
    switch (mode) {
        case Mode::kAsOfEvent:
            return frame::Mode::kAsOfEvent;
        case Mode::kNow:
            return frame::Mode::kNow;
        case Mode::kEver:
            return frame::Mode::kEver;
    }
    return {};
}

bool holds(std::span<const frame::Span> spans, TimeMs time) {
    for (const frame::Span& span : spans)
        if (span.holds(time)) return true;
    return false;
}

/// Says what the frames say of one user.
class UserFacts {
public:
    UserFacts(const frame::Snapshot& frames, UserOrdinal user, TimeMs at, Facts& facts)
        : frames_(frames), user_(user), at_(at), name_(name_of(frames, user)), facts_(facts) {
        const frame::UserEdges edges = frames.edges_of(user);
        for (std::uint32_t i = 0; i < edges.size(); ++i)
            customers_.emplace_back(edges.customer(i), name_of(frames, edges.customer(i)));
    }

    void add(const Asked& asked, const std::vector<Belonging>& modes) {
        const bool known = frames_.directory().known(user_);
        facts_.insert(line(name_ + (known ? " known" : " anonymous"), ids_of(frames_, user_)));
        const TimeMs from = frames_.exists_from(user_);
        facts_.insert(exists_line(name_, from <= at_ ? from : kEndOfTime));
        add_relations();
        for (const Mode mode : {Mode::kNow, Mode::kEver}) {
            const Belonging& belonging = modes[static_cast<std::size_t>(mode)];
            const std::string about = fmt::format("{} belongs {} to", name_, text_of(mode));
            facts_.insert(line(about, holding(of_user(belonging), at_ - 1)));
            facts_.insert(line(about, holding(of_customers(belonging, false), at_ - 1)));
        }
        add_times(asked, modes.front());
    }

private:
    using Spans = std::vector<std::span<const frame::Span>>;  // by customer, as in customers_

    void add_relations() {
        std::vector<frame::RelationInterval> scratch;
        for (std::uint32_t i = 0; i < customers_.size(); ++i) {
            for (const auto& one : frames_.relations(user_, i, at_, scratch)) {
                facts_.insert(relation_line(name_, customers_[i].second,
                                            frames_.roles()[one.role].name, one.since, one.until,
                                            at_));
            }
        }
    }

    Spans of_user(const Belonging& belonging) const {
        std::vector<Belonging::OfUser> all;
        belonging.of_user(user_, all);
        TF_CHECK_EQ(all.size(), customers_.size());
        Spans spans;
        for (const Belonging::OfUser& one : all)
            spans.push_back(one.spans);
        return spans;
    }

    /// From the customers' side, which must say the same.
    Spans of_customers(const Belonging& belonging, bool inside) const {
        Spans spans;
        for (const auto& [customer, name] : customers_) {
            const frame::CustomerEdges users = frames_.edges_of(customer);
            const std::uint32_t place = users.find(user_);
            TF_CHECK_LT(place, users.size());
            spans.push_back(inside ? belonging.inside(users, place)
                                   : belonging.spans(users, place));
        }
        return spans;
    }

    std::set<std::string> holding(const Spans& spans, TimeMs time) const {
        std::set<std::string> names;
        for (std::size_t i = 0; i < spans.size(); ++i)
            if (holds(spans[i], time)) names.insert(customers_[i].second);
        return names;
    }

    void add_times(const Asked& asked, const Belonging& belonging) {
        const std::vector<std::pair<std::string, Spans>> all = {
            {" belongs to", of_user(belonging)},
            {" belongs to", of_customers(belonging, false)},
            {" is inside", of_customers(belonging, true)}};
        for (const auto& [about, spans] : all) {
            Series series(name_ + about, facts_);
            for (const TimeMs time : asked.times)
                if (time <= at_) series.at(time, holding(spans, time));
        }
    }

    const frame::Snapshot& frames_;
    UserOrdinal user_;
    TimeMs at_;
    std::string name_;
    Facts& facts_;
    std::vector<std::pair<CustomerOrdinal, std::string>> customers_;
};

std::string text_of(const ask::Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return fmt::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? "true" : "false";
    return "(none)";
}

/// Asks one project questions, and files what it says by world.
class Answers {
public:
    Answers(const questions::ProjectInTest& project, TimeMs at)
        : project_(project), world_(project.world()), at_(at) {}

    /// One line for each event: the values that it has in a breakdown.
    void by_event(const std::string& about, const std::string& by, const std::string& clauses) {
        std::map<std::string, std::set<std::string>> values;
        for (const auto& row :
             rows(fmt::format("trend events of anything by event.n, {} top 1000 in total over all "
                              "time {} at {}",
                              by, clauses, time_text(at_)))) {
            std::set<std::string>& of_event = values[text_of(row[0])];
            if (text_of(row[1]) != "(none)") of_event.insert(named(by, text_of(row[1])));
        }
        for (const auto& [event, all] : values)
            facts_[world_of(event)].insert(line(event + " by " + about, all));
    }

    void number_of_each(const std::string& list, const std::string& number,
                        const std::string& about) {
        for (const auto& row :
             rows(fmt::format("list {} show {} at {}", list, number, time_text(at_)))) {
            const std::string id = text_of(row[0]);
            facts_[world_of(id)].insert(
                fmt::format("{} {}: {}", named(list == "users" ? "user" : "customer", id), about,
                            text_of(row[1])));
        }
    }

    void those_where(const std::string& list, const std::string& condition) {
        for (const auto& row :
             rows(fmt::format("list {} where {} at {}", list, condition, time_text(at_)))) {
            const std::string id = text_of(row[0]);
            facts_[world_of(id)].insert(fmt::format(
                "{} where {}", named(list == "users" ? "user" : "customer", id), condition));
        }
    }

    void relations() {
        for (const auto& row : rows("list relations at " + time_text(at_))) {
            const std::string user = text_of(row[0]);
            facts_[world_of(user)].insert(fmt::format("{} is {} of {} now", named("user", user),
                                                      text_of(row[2]),
                                                      named("customer", text_of(row[1]))));
        }
    }

    std::map<std::string, Facts> take() { return std::move(facts_); }

private:
    std::vector<std::vector<ask::Cell>> rows(const std::string& text) const {
        const auto question = ask::parse(text);
        if (!question) fmt::print(stderr, "{}: {}\n", text, question.error().message);
        TF_CHECK(question.has_value());
        auto answer = project_.ask(*question);
        if (!answer) fmt::print(stderr, "{}: {}\n", text, answer.error().message);
        TF_CHECK(answer.has_value());
        return std::move(answer->rows);
    }

    /// Users and customers by the first of their ids.
    std::string named(const std::string& by, const std::string& value) const {
        const frame::Snapshot& frames = *world_->frames;
        if (by == "user") return name_of(frames, *frames.directory().find_user(value));
        if (by == "customer") return name_of(frames, *frames.directory().find_customer(value));
        return value;
    }

    const questions::ProjectInTest& project_;
    std::shared_ptr<const project::World> world_;
    TimeMs at_;
    std::map<std::string, Facts> facts_;
};

}  // namespace

std::string world_of(const std::string& id) {
    const std::size_t colon = id.find(':');
    const std::size_t begin = colon == std::string::npos ? 0 : colon + 1;
    return id.substr(begin, id.find('.') + 1 - begin);
}

Facts frame_facts(const project::World& world, const Asked& asked, TimeMs at) {
    const frame::Snapshot& frames = *world.frames;
    Facts facts;
    std::vector<Belonging> modes;
    for (const Mode mode : {Mode::kAsOfEvent, Mode::kNow, Mode::kEver})
        modes.emplace_back(frames, frame_mode(mode), at);
    for (const std::string& id : asked.people) {
        const auto user = frames.directory().find_user(id);
        if (user) UserFacts(frames, *user, at, facts).add(asked, modes);
    }
    for (const std::string& id : asked.customers) {
        const auto customer = frames.directory().find_customer(id);
        if (!customer) continue;
        const std::string name = name_of(frames, *customer);
        const TimeMs from = modes.front().exists_from(*customer);
        facts.insert(line(name + " customer", ids_of(frames, *customer)));
        facts.insert(exists_line(name, from <= at ? from : kEndOfTime));
    }
    return facts;
}

std::map<std::string, Facts> answer_facts(const questions::ProjectInTest& project, TimeMs at) {
    Answers answers(project, at);
    answers.by_event("user", "user", "");
    for (const Mode mode : {Mode::kAsOfEvent, Mode::kNow, Mode::kEver}) {
        const std::string name = belonging::text_of(mode);
        answers.by_event("customer " + name, "customer", "relations as of " + name);
    }
    answers.by_event("role", "role", "");
    answers.by_event("tier then", "customer.tier", "");
    answers.by_event("tier now", "customer.tier", "facts as of now");
    answers.by_event("paying then", "customer.paying", "");
    answers.by_event("paying now", "customer.paying", "facts as of now");
    answers.number_of_each("users", "user.customers", "has customers");
    answers.number_of_each("customers", "customer.users", "has users");
    answers.relations();
    for (const char* condition : kOfUsers)
        answers.those_where("users", condition);
    for (const char* condition : kOfCustomers)
        answers.those_where("customers", condition);
    return answers.take();
}

}  // namespace twofold::belonging
