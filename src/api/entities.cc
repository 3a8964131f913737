// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/services.h"
#include "ask/answer.h"
#include "base/text.h"
#include "project/events.h"

namespace twofold::api {

namespace {

using nlohmann::json;

constexpr std::size_t kEventsShown = 100;
constexpr std::uint32_t kRelatedShown = 500;
constexpr std::size_t kFoundMax = 20;

/// What every row of an entity's page is seen from.
struct Seen {
    const frame::Snapshot& frames;
    TimeMs at;
};

json time_or_null(TimeMs time) {
    return time == kEndOfTime || time == kBeginningOfTime ? json() : json(time);
}

json value_json(const model::Value& value) {
    switch (value.type) {
        case model::ValueType::kNull:
            return nullptr;
        case model::ValueType::kBool:
            return value.boolean();
        case model::ValueType::kInt:
            return value.integer;
        case model::ValueType::kDouble:
            return value.real;
        case model::ValueType::kString:
            return value.text;
        case model::ValueType::kList: {
            json list = json::parse(value.text, nullptr, false);
            return list.is_discarded() ? json(value.text) : list;
        }
    }
    return nullptr;
}

std::string major(std::int64_t minor, const std::string& currency) {
    return ask::format_amount({minor, currency});
}

json relations_json(const Seen& seen, std::span<const frame::RelationInterval> relations) {
    json list = json::array();
    for (const frame::RelationInterval& relation : relations) {
        list.push_back({{"role", seen.frames.roles()[relation.role].name},
                        {"outside", seen.frames.roles()[relation.role].outside},
                        {"since", time_or_null(relation.since)},
                        {"until", time_or_null(relation.until)},
                        {"source", seen.frames.source_of(relation)}});
    }
    return list;
}

/// What a record of the same user, customer, role and from replaces.
json stated_json(const Seen& seen, model::UserOrdinal user, model::CustomerOrdinal customer) {
    const directory::View& ids = seen.frames.directory();
    json list = json::array();
    for (const frame::StatedInterval& one : seen.frames.stated(user, customer)) {
        list.push_back({{"user", ids.id_alone(one.user)},
                        {"customer", ids.id_alone(one.customer)},
                        {"role", seen.frames.roles()[one.role].name},
                        {"from", one.from},
                        {"until", time_or_null(one.until)}});
    }
    return list;
}

std::string_view trait_text(const Seen& seen, model::UserOrdinal user, std::string_view trait) {
    const frame::TraitColumn* column = seen.frames.user_trait(trait);
    if (column == nullptr) return {};
    const std::uint32_t code = column->code(user);
    return code == 0 ? std::string_view() : column->value(code).text;
}

json user_head(const Seen& seen, model::UserOrdinal user) {
    const directory::View& ids = seen.frames.directory();
    return {{"id", ids.id(user)},
            {"name", trait_text(seen, user, "name")},
            {"known", ids.known(user)},
            {"last_use", time_or_null(ids.seen(user).last_use)}};
}

json customer_head(const Seen& seen, model::CustomerOrdinal customer) {
    const money::Step& step = seen.frames.money(customer).at(seen.at);
    return {{"id", seen.frames.directory().id(customer)},
            {"name", seen.frames.name(customer, seen.at)},
            {"status", money::status_name(seen.frames.status(customer, seen.at))},
            {"plan", seen.frames.plan(customer, seen.at)},
            {"mrr", major(money::to_minor_units(step.mrr), seen.frames.currency())}};
}

json money_json(const Seen& seen, model::CustomerOrdinal customer) {
    const money::CustomerMoney& all = seen.frames.money(customer);
    json steps = json::array();
    for (const money::Step& step : all.steps) {
        if (step.from > seen.at) break;
        steps.push_back({{"from", time_or_null(step.from)},
                         {"mrr", major(money::to_minor_units(step.mrr), seen.frames.currency())},
                         {"plan", all.text(step.plan)},
                         {"seats", step.seats},
                         {"paying", step.paying},
                         {"trial", step.in_trial}});
    }
    json facts = json::array();
    for (const money::Fact& fact : all.facts) {
        if (fact.time > seen.at) break;
        facts.push_back({{"kind", money::fact_name(fact.kind)},
                         {"time", fact.time},
                         {"amount", major(money::to_minor_units(fact.amount),
                                          fact.currency == money::kNoText
                                              ? seen.frames.currency()
                                              : std::string(all.text(fact.currency)))}});
    }
    return {{"steps", std::move(steps)}, {"facts", std::move(facts)}};
}

json people_json(const Seen& seen, model::CustomerOrdinal customer) {
    const frame::CustomerEdges edges = seen.frames.edges_of(customer);
    std::vector<frame::RelationInterval> scratch;
    json people = json::array();
    for (std::uint32_t i = 0; i < edges.size() && i < kRelatedShown; ++i) {
        const model::UserOrdinal user = edges.user(i);
        const frame::UserEdges theirs = seen.frames.edges_of(user);
        for (std::uint32_t k = 0; k < theirs.size(); ++k) {
            if (theirs.customer(k) != customer) continue;
            json person = user_head(seen, user);
            person["relations"] =
                relations_json(seen, seen.frames.relations(user, k, seen.at, scratch));
            person["stated"] = stated_json(seen, user, customer);
            people.push_back(std::move(person));
        }
    }
    return people;
}

json traits_json(const Seen& seen, model::CustomerOrdinal customer) {
    json traits = json::object();
    for (const std::string& name : seen.frames.customer_traits()) {
        const auto trait = seen.frames.customer_trait(name);
        if (!trait) continue;
        const model::Value value = seen.frames.trait(customer, *trait, seen.at);
        if (!value.is_null()) traits[name] = value_json(value);
    }
    return traits;
}

json ids_json(const std::vector<directory::Id>& ids) {
    json list = json::array();
    for (const directory::Id& id : ids) {
        list.push_back({{"id", id.text},
                        {"kind", id.kind == directory::IdKind::kAnonymous ? "anonymous" : "own"}});
    }
    return list;
}

std::string dump(const json& body) {
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<http::Response> customer_page(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    const auto world = services.project.world();
    const Seen seen{*world->frames, services.project.now()};
    const auto customer = seen.frames.directory().find_customer(request.parameter);
    if (!customer) {
        return fail(ErrorCode::kNotFound,
                    "there is no customer with this id: " + quoted(request.parameter));
    }
    const money::CustomerMoney& money = seen.frames.money(*customer);
    json body = customer_head(seen, *customer);
    body["currency"] = seen.frames.currency();
    body["kind"] = seen.frames.kind(*customer, seen.at);
    body["owner"] = seen.frames.owner(*customer, seen.at);
    body["seats"] = money.at(seen.at).seats;
    body["paying_since"] =
        money.at(seen.at).paying ? time_or_null(money.paying_since(seen.at)) : json();
    body["lifetime_revenue"] = major(money.revenue_at(seen.at), seen.frames.currency());
    body["since"] = time_or_null(seen.frames.exists_from(*customer));
    body["ids"] = ids_json(seen.frames.directory().ids(*customer));
    body["traits"] = traits_json(seen, *customer);
    body["money"] = money_json(seen, *customer);
    body["user_count"] = seen.frames.edges_of(*customer).size();
    body["users"] = people_json(seen, *customer);
    body["position"] = world->position;
    return http::json(200, dump(body));
}

json customers_of(const Seen& seen, model::UserOrdinal user) {
    const frame::UserEdges edges = seen.frames.edges_of(user);
    std::vector<frame::RelationInterval> scratch;
    json list = json::array();
    for (std::uint32_t i = 0; i < edges.size() && i < kRelatedShown; ++i) {
        json customer = customer_head(seen, edges.customer(i));
        customer["relations"] =
            relations_json(seen, seen.frames.relations(user, i, seen.at, scratch));
        customer["stated"] = stated_json(seen, user, edges.customer(i));
        list.push_back(std::move(customer));
    }
    return list;
}

Result<json> events_json(const project::World& world, model::UserOrdinal user, TimeMs at) {
    json events = json::array();
    TF_TRY(project::each_recent_event(
        world, user, kEventsShown, [&](const project::Event& event) -> Status {
            if (event.time > at) return {};
            json properties = json::object();
            for (const auto& property : event.properties) {
                properties[std::string(property.name)] = value_json(property.value);
            }
            json acting;
            if (event.acting) {
                acting = world.frames->directory().id(world.frames->canonical(*event.acting));
            }
            events.push_back({{"time", event.time},
                              {"event", event.name},
                              {"automatic", event.automatic},
                              {"customer", std::move(acting)},
                              {"properties", std::move(properties)}});
            return {};
        }));
    return events;
}

Result<http::Response> user_page(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    const auto world = services.project.world();
    const Seen seen{*world->frames, services.project.now()};
    const auto user = seen.frames.directory().find_user(request.parameter);
    if (!user) {
        return fail(ErrorCode::kNotFound,
                    "there is no user with this id: " + quoted(request.parameter));
    }
    json traits = json::object();
    for (const std::string& name : seen.frames.user_traits()) {
        const frame::TraitColumn* column = seen.frames.user_trait(name);
        if (const std::uint32_t code = column->code(*user); code != 0) {
            traits[name] = value_json(column->value(code));
        }
    }
    json body = user_head(seen, *user);
    body["first_seen"] = time_or_null(seen.frames.directory().seen(*user).first_use);
    body["since"] = time_or_null(seen.frames.exists_from(*user));
    body["ids"] = ids_json(seen.frames.directory().ids(*user));
    body["traits"] = std::move(traits);
    body["customers"] = customers_of(seen, *user);
    TF_ASSIGN(body["events"], events_json(*world, *user, seen.at));
    body["position"] = world->position;
    return http::json(200, dump(body));
}

bool contains_folded(std::string_view text, std::string_view part) {
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    };
    return !std::ranges::search(text, part, same).empty();
}

/// GET /v1/find?q=: customers whose id or name holds the text, and the user of exactly this id.
Result<http::Response> find(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    const auto world = services.project.world();
    const Seen seen{*world->frames, services.project.now()};
    const std::string wanted = request.query_value("q");
    json customers = json::array();
    json users = json::array();
    for (std::uint32_t i = 0; !wanted.empty() && i < seen.frames.customer_count(); ++i) {
        const model::CustomerOrdinal customer{i};
        if (customers.size() >= kFoundMax) break;
        if (seen.frames.exists_from(customer) == kEndOfTime) continue;
        if (contains_folded(seen.frames.name(customer, seen.at), wanted) ||
            contains_folded(seen.frames.directory().id(customer), wanted)) {
            customers.push_back(customer_head(seen, customer));
        }
    }
    if (const auto user = seen.frames.directory().find_user(wanted)) {
        users.push_back(user_head(seen, *user));
    }
    return http::json(200,
                      dump({{"customers", std::move(customers)}, {"users", std::move(users)}}));
}

}  // namespace

void add_entity_routes(http::Router& router, Services& services) {
    const auto add = [&](std::string path, auto handler) {
        router.add({http::Method::kGet, std::move(path),
                    [&services, handler](const http::Request& request, const http::Reply& reply) {
                        auto response = handler(services, request);
                        reply(response ? *std::move(response) : problem(response.error()));
                    },
                    http::Runs::kOnWorker, 0, false});
    };
    // Ids may hold anything, slashes too.
    add("/v1/customers/<id...>", customer_page);
    add("/v1/users/<id...>", user_page);
    add("/v1/find", find);
}

}  // namespace twofold::api
