// SPDX-License-Identifier: Apache-2.0
//
// Payers beside the customers that they may be: what is unmatched, what is proposed and why, and
// what was joined. It changes nothing: joins, refusals and what takes them back are records, which
// docs/identity.md lists.
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "api/services.h"
#include "ask/answer.h"
#include "base/text.h"
#include "directory/identity.h"
#include "frame/matching.h"
#include "frame/unmatched.h"

namespace twofold::api {

namespace {

using frame::Evidence;
using frame::EvidenceKind;
using model::CustomerOrdinal;
using nlohmann::json;

constexpr std::size_t kRowsShown = 100;
constexpr std::size_t kRowsMax = 1'000;

/// Rows of a list: from which on, and how many at most.
struct Page {
    std::size_t from = 0;
    std::size_t limit = kRowsShown;

    template <typename Row>
    std::span<const Row> of(const std::vector<Row>& rows) const {
        const std::size_t begin = std::min(from, rows.size());
        return std::span(rows).subspan(begin, std::min(limit, rows.size() - begin));
    }
};

Result<std::size_t> row_number(const http::Request& request, std::string_view name,
                               std::size_t missing) {
    const std::string text = request.query_value(name);
    if (text.empty()) return missing;
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return fail(ErrorCode::kInvalid, fmt::format("\"{}\" in the address must be a whole "
                                                     "number, not {}",
                                                     name, quoted(text)));
    }
    return number;
}

Result<Page> page_of(const http::Request& request, std::string_view from) {
    Page page;
    TF_ASSIGN(page.from, row_number(request, from, 0));
    TF_ASSIGN(page.limit, row_number(request, "limit", kRowsShown));
    if (page.limit > kRowsMax) {
        return fail(ErrorCode::kTooLarge,
                    fmt::format("\"limit\" is {} at the most, not {}", kRowsMax, page.limit));
    }
    return page;
}

std::string words_for(const Evidence& evidence) {
    switch (evidence.kind) {
        case EvidenceKind::kMetadata:
            return fmt::format("its metadata says {}", evidence.text);
        case EvidenceKind::kUserEmail:
            return fmt::format("{} is one of its people", evidence.text);
        case EvidenceKind::kSharedEmail:
            return fmt::format("{} is one of its people, and of {} other{}", evidence.text,
                               evidence.count - 1, evidence.count == 2 ? "" : "s");
        case EvidenceKind::kDomain:
            return fmt::format("its website is {}", evidence.text);
        case EvidenceKind::kMostEmails:
        case EvidenceKind::kSomeEmails:
            if (evidence.of == 1) return fmt::format("its one person is at {}", evidence.text);
            if (evidence.count == evidence.of) {
                return fmt::format("all {} of its people are at {}", evidence.of, evidence.text);
            }
            return fmt::format("{} of its {} people {} at {}", evidence.count, evidence.of,
                               evidence.count == 1 ? "is" : "are", evidence.text);
        case EvidenceKind::kName:
            return "the same name";
    }
    return "";
}

/// What the parts of one answer are made from.
class Matches {
public:
    Matches(const frame::Snapshot& frames, TimeMs at) : frames_(frames), at_(at) {}

    json head() const;
    json payer(const frame::UnmatchedPayer& one) const;
    json without_money(const Page& page) const;
    json joined(const Page& page) const;

private:
    /// A payer that was joined to a customer, or kept as one: then they are the same.
    struct Decided {
        CustomerOrdinal customer{};
        CustomerOrdinal payer{};
    };
    std::vector<Decided> decided() const;

    std::string amount(money::Mrr mrr) const {
        return ask::format_amount({money::to_minor_units(mrr), frames_.currency()});
    }
    json name_of(CustomerOrdinal customer) const {
        return {{"id", frames_.directory().id(customer)}, {"name", frames_.name(customer, at_)}};
    }
    json with_people(CustomerOrdinal customer, const frame::PeopleInside& people) const {
        json row = name_of(customer);
        row["users"] = people.count;
        row["last_use"] = people.last_use == kBeginningOfTime ? json() : json(people.last_use);
        return row;
    }
    std::string_view billing_name(CustomerOrdinal customer) const {
        const auto code = frames_.customer_trait("billing_name");
        return code ? frames_.trait(customer, *code, at_).text : std::string_view();
    }
    json suggestion(const frame::Suggestion& one, bool clear) const;

    const frame::Snapshot& frames_;
    const TimeMs at_;
};

json Matches::head() const {
    const frame::UnmatchedMoney money = frame::unmatched_money(frames_, at_);
    return {{"currency", frames_.currency()},
            {"paying", money.payers},
            {"mrr", ask::format_amount({money.mrr, frames_.currency()})},
            {"share", money.share},
            {"much", money.much}};
}

json Matches::suggestion(const frame::Suggestion& one, bool clear) const {
    json row = with_people(one.customer, frame::people_inside(frames_, one.customer, at_));
    row["mrr"] = amount(frames_.money(one.customer).at(at_).mrr);
    row["pays"] = frames_.money(one.customer).first_fact <= at_;
    row["clear"] = clear;
    row["evidence"] = json::array();
    for (const Evidence& evidence : one.evidence) {
        row["evidence"].push_back(
            {{"kind", frame::evidence_name(evidence.kind)}, {"says", words_for(evidence)}});
    }
    return row;
}

json Matches::payer(const frame::UnmatchedPayer& one) const {
    const money::CustomerMoney& money = frames_.money(one.payer);
    const TimeMs since = money.paying_since(at_);
    json row = {{"id", frames_.directory().id(one.payer)},
                {"name", one.name},
                {"email", one.email},
                {"mrr", amount(money.at(at_).mrr)},
                {"status", money::status_name(frames_.status(one.payer, at_))},
                {"since", since == kEndOfTime ? money.first_fact : since},
                {"suggestions", json::array()},
                {"refused", json::array()}};
    for (const frame::Suggestion& suggested : one.suggestions) {
        const bool clear = one.clear && &suggested == one.suggestions.data();
        row["suggestions"].push_back(suggestion(suggested, clear));
    }
    for (const CustomerOrdinal refused : one.refused)
        row["refused"].push_back(name_of(refused));
    return row;
}

// Those with most people first: the ones that a payer is most likely missing for.
json Matches::without_money(const Page& page) const {
    struct Row {
        CustomerOrdinal customer{};
        frame::PeopleInside people;
    };
    std::vector<Row> rows;
    for (std::uint32_t i = 0; i < frames_.customer_count(); ++i) {
        const CustomerOrdinal customer{i};
        if (frames_.exists_from(customer) > at_) continue;
        if (frames_.money(customer).first_fact <= at_) continue;
        rows.push_back({customer, frame::people_inside(frames_, customer, at_)});
    }
    std::ranges::sort(rows, [this](const Row& a, const Row& b) {
        if (a.people.count != b.people.count) return a.people.count > b.people.count;
        return frames_.directory().id(a.customer) < frames_.directory().id(b.customer);
    });
    json list = json::array();
    for (const Row& row : page.of(rows))
        list.push_back(with_people(row.customer, row.people));
    return {{"customers", std::move(list)}, {"customer_count", rows.size()}};
}

std::vector<Matches::Decided> Matches::decided() const {
    const directory::View& ids = frames_.directory();
    std::vector<Decided> rows;
    for (std::uint32_t i = 0; i < frames_.customer_count(); ++i) {
        const CustomerOrdinal customer{i};
        if (ids.canonical(customer) != customer) continue;
        if (frames_.money(customer).first_fact > at_) continue;
        if (!ids.known(customer)) {
            if (frame::is_kept(frames_, customer)) rows.push_back({customer, customer});
            continue;
        }
        for (const CustomerOrdinal member : ids.members(customer)) {
            const std::string_view id = ids.id_alone(member);
            if (directory::CustomerIdentity::is_key(id)) rows.push_back({customer, member});
        }
    }
    std::ranges::sort(rows, [&](const Decided& a, const Decided& b) {
        const money::Mrr more = frames_.money(a.customer).at(at_).mrr;
        const money::Mrr less = frames_.money(b.customer).at(at_).mrr;
        if (more != less) return more > less;
        return ids.id_alone(a.payer) < ids.id_alone(b.payer);
    });
    return rows;
}

// A join is between two ordinals; which of the customer's own ids it was made with is not kept, so
// the undo names them all: those that were not joined with the payer change nothing.
json Matches::joined(const Page& page) const {
    const directory::View& ids = frames_.directory();
    const std::vector<Decided> rows = decided();
    json list = json::array();
    for (const Decided& row : page.of(rows)) {
        json one = with_people(row.customer, frame::people_inside(frames_, row.customer, at_));
        one["mrr"] = amount(frames_.money(row.customer).at(at_).mrr);
        one["payer"] = ids.id_alone(row.payer);
        one["billing_name"] = billing_name(row.customer);
        one["kept"] = row.payer == row.customer && !ids.known(row.customer);
        one["joined_with"] = json::array();
        for (const CustomerOrdinal member : ids.members(row.customer)) {
            if (member != row.payer) one["joined_with"].push_back(ids.id_alone(member));
        }
        list.push_back(std::move(one));
    }
    return {{"joined", std::move(list)}, {"joined_count", rows.size()}};
}

/// GET /v1/match, and with ?head=true only how much is unmatched.
Result<http::Response> match(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    TF_ASSIGN(const Page payers_page, page_of(request, "payers_from"));
    TF_ASSIGN(const Page customers_page, page_of(request, "customers_from"));
    TF_ASSIGN(const Page joined_page, page_of(request, "joined_from"));
    const auto world = services.project.world();
    const TimeMs at = services.project.now();
    const Matches matches(*world->frames, at);
    json body = matches.head();
    body["position"] = world->position;
    if (request.query_value("head") != "true") {
        std::vector<frame::UnmatchedPayer> payers = frame::suggest_matches(*world->frames, at);
        body["clear_count"] = std::ranges::count_if(payers, &frame::UnmatchedPayer::clear);
        body["payer_count"] = payers.size();
        if (request.query_value("only") == "clear") {
            std::erase_if(payers, [](const frame::UnmatchedPayer& one) { return !one.clear; });
        }
        body["payers"] = json::array();
        for (const frame::UnmatchedPayer& one : payers_page.of(payers))
            body["payers"].push_back(matches.payer(one));
        body.update(matches.without_money(customers_page));
        body.update(matches.joined(joined_page));
    }
    return http::json(200, body.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

void add_match_routes(http::Router& router, Services& services) {
    router.add({http::Method::kGet, "/v1/match",
                [&services](const http::Request& request, const http::Reply& reply) {
                    auto response = match(services, request);
                    reply(response ? *std::move(response) : problem(response.error()));
                },
                http::Runs::kOnWorker, 0, false});
}

}  // namespace twofold::api
