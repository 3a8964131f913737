// SPDX-License-Identifier: Apache-2.0
#include "frame/matching.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "frame/names_alike.h"
#include "frame/unmatched.h"

namespace twofold::frame {

namespace {

using model::CustomerOrdinal;
using model::UserOrdinal;
using nlohmann::json;

bool is_strong(EvidenceKind kind) {
    return kind <= EvidenceKind::kMostEmails;
}

/// Orders proposals. A name and a domain together go before an address.
int weight_of(EvidenceKind kind) {
    switch (kind) {
        case EvidenceKind::kMetadata:
            return 16;
        case EvidenceKind::kUserEmail:
            return 8;
        case EvidenceKind::kDomain:
            return 6;
        case EvidenceKind::kMostEmails:
            return 5;
        case EvidenceKind::kName:
            return 3;
        case EvidenceKind::kSomeEmails:
            return 2;
        case EvidenceKind::kSharedEmail:
            return 1;
    }
    return 0;
}

int weight_of(const Suggestion& suggestion) {
    int weight = 0;
    for (const Evidence& one : suggestion.evidence)
        weight += weight_of(one.kind);
    return weight;
}

/// The texts of a list, or a text by itself.
std::vector<std::string> texts_of(const model::Value& value) {
    if (value.type == model::ValueType::kString) return {std::string(value.text)};
    if (value.type != model::ValueType::kList) return {};
    std::vector<std::string> texts;
    const json list = json::parse(value.text, nullptr, false);
    for (const json& one : list.is_array() ? list : json::array()) {
        if (one.is_string()) texts.push_back(one.get<std::string>());
    }
    return texts;
}

bool is_inside(const Snapshot& frames, const UserEdge& edge, TimeMs at) {
    return std::ranges::any_of(edge.relations, [&](const RelationInterval& relation) {
        return relation.holds(at) && !frames.roles()[relation.role].outside;
    });
}

bool is_inside(const Snapshot& frames, UserOrdinal user, CustomerOrdinal customer, TimeMs at) {
    const UserEdges edges = frames.edges_of(user);
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        if (edges.customer(i) == customer) return is_inside(frames, edges[i], at);
    }
    return false;
}

void add_customers_of(const Snapshot& frames, UserOrdinal user, TimeMs at,
                      std::set<CustomerOrdinal>& out) {
    const UserEdges edges = frames.edges_of(user);
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        if (is_inside(frames, edges[i], at)) out.insert(edges.customer(i));
    }
}

/// Payers by what they have in common with customers, as indices.
using Payers = std::vector<std::size_t>;
using PayersBy = std::unordered_map<std::string, Payers>;

class Matcher {
public:
    Matcher(const Snapshot& frames, TimeMs at) : frames_(frames), at_(at) {}

    std::vector<UnmatchedPayer> match() {
        take_payers();
        if (payers_.empty()) return {};
        look_at_metadata();
        look_at_users();
        look_at_customers();
        for (std::size_t i = 0; i < payers_.size(); ++i)
            choose(i);
        only_one_payer_is_clear();
        return std::move(payers_);
    }

private:
    model::Value trait(CustomerOrdinal customer, std::string_view name, TimeMs time) const {
        const auto code = frames_.customer_trait(name);
        return code ? frames_.trait(customer, *code, time) : model::Value::null();
    }

    void take_payers();
    void look_at_metadata();
    void look_at_users();
    void say_emails(const std::string& email, const std::set<CustomerOrdinal>& customers);
    void look_at_customers();
    void say_domains();
    void choose(std::size_t payer);
    void only_one_payer_is_clear();

    void say(std::size_t payer, CustomerOrdinal customer, Evidence evidence) {
        if (unmatched_.contains(model::index(customer))) return;
        if (std::ranges::binary_search(payers_[payer].refused, customer)) return;
        std::vector<Evidence>& all = found_[payer][customer];
        const auto same = std::ranges::find(all, evidence.kind, &Evidence::kind);
        if (same == all.end()) all.push_back(std::move(evidence));
    }
    void say(const Payers& payers, CustomerOrdinal customer, const Evidence& evidence) {
        for (const std::size_t payer : payers)
            say(payer, customer, evidence);
    }

    const Snapshot& frames_;
    const TimeMs at_;
    std::vector<UnmatchedPayer> payers_;
    std::unordered_set<std::uint32_t> unmatched_;
    PayersBy by_email_;
    PayersBy by_domain_;
    PayersBy by_name_;
    /// People inside, by domain and customer.
    std::map<std::string, std::map<CustomerOrdinal, std::uint32_t>> people_;
    std::vector<std::map<CustomerOrdinal, std::vector<Evidence>>> found_;
};

void Matcher::take_payers() {
    for (const CustomerOrdinal payer : unmatched_payers(frames_)) {
        unmatched_.insert(model::index(payer));
        if (frames_.money(payer).first_fact > at_) continue;
        UnmatchedPayer one{.payer = payer,
                           .email = lower_case(trait(payer, "billing_email", at_).text),
                           .name = std::string(trait(payer, "billing_name", at_).text),
                           .suggestions = {},
                           .refused = {}};
        if (one.name.empty()) one.name = trait(payer, "name", at_).text;
        // What people decided counts at every moment, also in a project whose now is fixed.
        for (const std::string& id : texts_of(trait(payer, kRefusedTrait, kEndOfTime))) {
            if (const auto refused = frames_.directory().find_customer(id)) {
                one.refused.push_back(*refused);
            }
        }
        std::ranges::sort(one.refused);
        one.refused.erase(std::ranges::unique(one.refused).begin(), one.refused.end());
        payers_.push_back(std::move(one));
    }
    std::ranges::sort(payers_, [&](const UnmatchedPayer& a, const UnmatchedPayer& b) {
        const money::Mrr more = frames_.money(a.payer).at(at_).mrr;
        const money::Mrr less = frames_.money(b.payer).at(at_).mrr;
        if (more != less) return more > less;
        return frames_.directory().id(a.payer) < frames_.directory().id(b.payer);
    });
    found_.resize(payers_.size());
    for (std::size_t i = 0; i < payers_.size(); ++i) {
        const UnmatchedPayer& payer = payers_[i];
        if (!payer.email.empty()) by_email_[payer.email].push_back(i);
        if (std::string domain = email_domain(payer.email); !domain.empty()) {
            by_domain_[std::move(domain)].push_back(i);
        }
        if (std::string name = plain_name(payer.name); !name.empty()) {
            by_name_[std::move(name)].push_back(i);
        }
    }
}

void Matcher::look_at_metadata() {
    for (std::size_t i = 0; i < payers_.size(); ++i) {
        for (const std::string& entry :
             texts_of(trait(payers_[i].payer, "billing_metadata", at_))) {
            const std::size_t equals = entry.find('=');
            if (equals == std::string::npos) continue;
            const std::string value = entry.substr(equals + 1);
            const Evidence evidence{EvidenceKind::kMetadata,
                                    entry.substr(0, equals) + " = " + value, 0, 0};
            if (const auto customer = frames_.directory().find_customer(value)) {
                say(i, *customer, evidence);
                continue;
            }
            std::set<CustomerOrdinal> customers;
            if (const auto user = frames_.directory().find_user(value);
                user && frames_.directory().known(*user)) {
                add_customers_of(frames_, *user, at_, customers);
            }
            if (customers.size() == 1) say(i, *customers.begin(), evidence);
        }
    }
}

// Each address is looked at once, however many users have it.
void Matcher::look_at_users() {
    const TraitColumn* emails = frames_.user_trait("email");
    if (emails == nullptr) return;
    struct Address {
        std::string email;   // that of a payer, else empty
        std::string domain;  // likewise
    };
    std::vector<std::optional<Address>> wanted(emails->code_count());
    for (std::uint32_t code = 1; code < emails->code_count(); ++code) {
        Address address{lower_case(emails->value(code).text), {}};
        address.domain = email_domain(address.email);
        if (!by_email_.contains(address.email)) address.email.clear();
        if (!by_domain_.contains(address.domain)) address.domain.clear();
        if (!address.email.empty() || !address.domain.empty()) wanted[code] = std::move(address);
    }
    std::map<std::string, std::set<CustomerOrdinal>> of_email;
    for (std::uint32_t chunk = 0; chunk < emails->chunk_count(); ++chunk) {
        const auto codes = emails->chunk(chunk);
        for (std::uint32_t i = 0; i < codes.size(); ++i) {
            const UserOrdinal user{chunk * kTraitChunkUsers + i};
            if (!wanted[codes[i]] || !frames_.directory().known(user)) continue;
            const Address& address = *wanted[codes[i]];
            std::set<CustomerOrdinal> customers;
            add_customers_of(frames_, user, at_, customers);
            if (!address.email.empty())
                of_email[address.email].insert(customers.begin(), customers.end());
            if (address.domain.empty()) continue;
            for (const CustomerOrdinal customer : customers)
                ++people_[address.domain][customer];
        }
    }
    for (const auto& [email, customers] : of_email)
        say_emails(email, customers);
    say_domains();
}

void Matcher::say_emails(const std::string& email, const std::set<CustomerOrdinal>& customers) {
    if (customers.size() > kCustomersAlikeMax) return;
    const bool one = customers.size() == 1;
    const Evidence evidence{one ? EvidenceKind::kUserEmail : EvidenceKind::kSharedEmail, email,
                            static_cast<std::uint32_t>(customers.size()), 0};
    for (const CustomerOrdinal customer : customers)
        say(by_email_.at(email), customer, evidence);
}

void Matcher::say_domains() {
    const TraitColumn* emails = frames_.user_trait("email");
    for (const auto& [domain, customers] : people_) {
        if (customers.size() > kCustomersAlikeMax) continue;
        for (const auto& [customer, count] : customers) {
            std::uint32_t with_address = 0;
            const CustomerEdges edges = frames_.edges_of(customer);
            for (const UserOrdinal user : edges.users()) {
                if (emails->code(user) == 0 || !frames_.directory().known(user)) continue;
                if (is_inside(frames_, user, customer, at_)) ++with_address;
            }
            const bool most = count * 2 >= with_address;
            say(by_domain_.at(domain), customer,
                {most ? EvidenceKind::kMostEmails : EvidenceKind::kSomeEmails, domain, count,
                 with_address});
        }
    }
}

void Matcher::look_at_customers() {
    std::map<std::string, std::set<CustomerOrdinal>> of_domain;
    std::map<std::string, std::set<CustomerOrdinal>> of_name;
    for (std::uint32_t i = 0; i < frames_.customer_count(); ++i) {
        const CustomerOrdinal customer{i};
        if (unmatched_.contains(i) || frames_.exists_from(customer) > at_) continue;
        for (const char* name : {"domain", "website"}) {
            std::string domain = website_domain(trait(customer, name, at_).text);
            if (by_domain_.contains(domain)) of_domain[std::move(domain)].insert(customer);
        }
        std::string plain = plain_name(frames_.name(customer, at_));
        if (by_name_.contains(plain)) of_name[std::move(plain)].insert(customer);
    }
    const auto say_all = [this](const auto& customers_of, const PayersBy& payers,
                                EvidenceKind kind) {
        for (const auto& [text, customers] : customers_of) {
            if (customers.size() > kCustomersAlikeMax) continue;
            for (const CustomerOrdinal customer : customers)
                say(payers.at(text), customer, {kind, text, 0, 0});
        }
    };
    say_all(of_domain, by_domain_, EvidenceKind::kDomain);
    say_all(of_name, by_name_, EvidenceKind::kName);
}

void Matcher::choose(std::size_t payer) {
    std::vector<Suggestion>& suggestions = payers_[payer].suggestions;
    for (auto& [customer, evidence] : found_[payer]) {
        std::ranges::sort(evidence, {}, &Evidence::kind);
        suggestions.push_back({customer, std::move(evidence)});
    }
    std::ranges::sort(suggestions, [this](const Suggestion& a, const Suggestion& b) {
        const int more = weight_of(a);
        const int less = weight_of(b);
        if (more != less) return more > less;
        return frames_.directory().id(a.customer) < frames_.directory().id(b.customer);
    });
    const auto strong = [](const Suggestion& one) { return is_strong(one.evidence.front().kind); };
    payers_[payer].clear = !suggestions.empty() && strong(suggestions.front()) &&
                           std::ranges::count_if(suggestions, strong) == 1 &&
                           frames_.money(suggestions.front().customer).first_fact == kEndOfTime;
    if (suggestions.size() > kSuggestionsMax) suggestions.resize(kSuggestionsMax);
}

void Matcher::only_one_payer_is_clear() {
    std::map<CustomerOrdinal, std::size_t> payers;
    for (const UnmatchedPayer& payer : payers_) {
        if (payer.clear) ++payers[payer.suggestions.front().customer];
    }
    for (UnmatchedPayer& payer : payers_) {
        payer.clear = payer.clear && payers[payer.suggestions.front().customer] == 1;
    }
}

}  // namespace

std::string_view evidence_name(EvidenceKind kind) noexcept {
    switch (kind) {
        case EvidenceKind::kMetadata:
            return "metadata";
        case EvidenceKind::kUserEmail:
            return "user_email";
        case EvidenceKind::kDomain:
            return "domain";
        case EvidenceKind::kMostEmails:
            return "most_emails";
        case EvidenceKind::kName:
            return "name";
        case EvidenceKind::kSomeEmails:
            return "some_emails";
        case EvidenceKind::kSharedEmail:
            return "shared_email";
    }
    return "";
}

std::vector<UnmatchedPayer> suggest_matches(const Snapshot& frames, TimeMs at) {
    return Matcher(frames, at).match();
}

PeopleInside people_inside(const Snapshot& frames, CustomerOrdinal customer, TimeMs at) {
    PeopleInside people;
    for (const UserOrdinal user : frames.edges_of(customer).users()) {
        if (!frames.directory().known(user) || !is_inside(frames, user, customer, at)) continue;
        ++people.count;
        people.last_use = std::max(people.last_use, frames.directory().seen(user).last_use);
    }
    return people;
}

}  // namespace twofold::frame
