// SPDX-License-Identifier: Apache-2.0
#include "frame/join_rules.h"

#include <algorithm>
#include <array>
#include <utility>

namespace twofold::frame {
namespace {

using ledger::JoinBy;
using model::Value;
using model::ValueType;

constexpr std::string_view kVerifiedTrait = "email_verified";

/// Providers that give addresses to everyone. docs/relations.md has the list.
constexpr std::array kFreeMail = std::to_array<std::string_view>({
    "126.com",        "163.com",        "aol.com",        "fastmail.com",   "free.fr",
    "gmail.com",      "gmx.at",         "gmx.ch",         "gmx.com",        "gmx.de",
    "gmx.net",        "googlemail.com", "hotmail.co.uk",  "hotmail.com",    "hotmail.fr",
    "hey.com",        "icloud.com",     "laposte.net",    "libero.it",      "live.com",
    "mac.com",        "mail.com",       "mail.ru",        "me.com",         "msn.com",
    "naver.com",      "orange.fr",      "outlook.com",    "pm.me",          "proton.me",
    "protonmail.com", "qq.com",         "rediffmail.com", "rocketmail.com", "t-online.de",
    "tutanota.com",   "wanadoo.fr",     "web.de",         "yahoo.co.jp",    "yahoo.co.uk",
    "yahoo.com",      "yahoo.de",       "yahoo.fr",       "yandex.ru",      "ymail.com",
    "zoho.com",
});

std::string lower(std::string_view text) {
    std::string low(text);
    for (char& c : low) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return low;
}

/// Calls `take` with each text of a list of JSON. Texts with escapes are no ids and no domains.
template <typename Take>
void each_text_of_list(std::string_view json, const Take& take) {
    for (std::size_t at = 0; at < json.size();) {
        if (json[at] == '"') {
            const std::size_t end = json.find('"', at + 1);
            if (end == std::string_view::npos) return;
            const std::string_view text = json.substr(at + 1, end - at - 1);
            if (text.find('\\') != std::string_view::npos) return;
            take(text);
            at = end + 1;
        } else if ((json[at] >= '0' && json[at] <= '9') || json[at] == '-') {
            const std::size_t end = std::min(json.find_first_of(",]", at), json.size());
            const std::string_view number = json.substr(at, end - at);
            if (number.find_first_of(".eE") == std::string_view::npos) take(number);
            at = end;
        } else {
            ++at;
        }
    }
}

/// A number is the text that prints it, of a list each element.
template <typename Take>
void each_text(const Value& value, const Take& take) {
    if (value.type == ValueType::kString && !value.text.empty()) {
        take(value.text);
    } else if (value.type == ValueType::kInt) {
        take(std::to_string(value.integer));
    } else if (value.type == ValueType::kList) {
        each_text_of_list(value.text, take);
    }
}

/// The domain of an address, in lower case; empty: none, or everybody's.
std::string domain_of(std::string_view email) {
    const std::size_t at = email.rfind('@');
    if (at == std::string_view::npos || at == 0) return {};
    std::string domain = lower(email.substr(at + 1));
    return is_free_mail(domain) ? std::string() : domain;
}

bool is_true(const Value& value) {
    return value.type == ValueType::kBool
               ? value.boolean()
               : value.type == ValueType::kString && value.text == "true";
}

}  // namespace

bool is_free_mail(std::string_view domain) noexcept {
    return std::ranges::find(kFreeMail, domain) != kFreeMail.end();
}

void JoinRules::set(std::span<const ledger::JoinRule> rules) {
    matchers_.clear();
    for (std::uint32_t i = 0; i < rules.size(); ++i) {
        if (rules[i].by == JoinBy::kActing) continue;
        Matcher& matcher = matchers_.emplace_back();
        matcher.rule = i;
        matcher.what = rules[i];
        matcher.holders.emplace_back();
        matcher.texts.push_back(nullptr);
    }
}

bool JoinRules::reads(std::string_view user_trait) const noexcept {
    return std::ranges::any_of(matchers_, [&](const Matcher& matcher) {
        return matcher.what.user_trait == user_trait ||
               (matcher.what.by == JoinBy::kEmailDomain && user_trait == kVerifiedTrait);
    });
}

std::uint32_t JoinRules::Matcher::code(const std::string& text) {
    const auto [at, is_new] = codes.try_emplace(text, static_cast<std::uint32_t>(holders.size()));
    if (is_new) {
        holders.emplace_back();
        texts.push_back(&at->first);
    }
    return at->second;
}

void JoinRules::Matcher::remember(std::uint32_t user, std::uint32_t code) {
    if (of_user.size() <= user) of_user.resize(user + 1);
    if (of_user[user] == code) return;
    if (of_user[user] == 0) {
        of_user[user] = code;
        return;
    }
    const auto [begin, end] = more.equal_range(code);
    const bool there = std::any_of(begin, end, [&](const auto& one) { return one.second == user; });
    if (!there) more.emplace(code, user);
}

void JoinRules::Matcher::values_of_user(model::UserOrdinal person, const JoinSources& sources,
                                        std::vector<Held>& out) {
    out.clear();
    const TraitColumn* column = sources.user_trait(what.user_trait);
    if (column == nullptr) return;
    std::vector<TraitColumn::Step> steps;
    column->steps(person, steps);
    const bool email = what.by == JoinBy::kEmailDomain;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].code == 0) continue;
        const TimeMs until = i + 1 < steps.size() ? steps[i + 1].from : kEndOfTime;
        each_text(column->value(steps[i].code), [&](std::string_view text) {
            const std::string key = email ? domain_of(text) : std::string(text);
            if (!key.empty()) out.push_back({code(key), steps[i].from, until});
        });
    }
    if (!email || what.unverified || out.empty()) return;
    const TraitColumn* verified = sources.user_trait(kVerifiedTrait);
    std::vector<Held> unsure = std::exchange(out, {});
    if (verified == nullptr) return;
    verified->steps(person, steps);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].code == 0 || !is_true(verified->value(steps[i].code))) continue;
        const TimeMs until = i + 1 < steps.size() ? steps[i + 1].from : kEndOfTime;
        for (const Held& one : unsure) {
            const Held both{one.code, std::max(one.from, steps[i].from),
                            std::min(one.until, until)};
            if (both.from < both.until) out.push_back(both);
        }
    }
}

void JoinRules::Matcher::values_of_customer(std::span<const DatedValue> history,
                                            std::vector<Held>& out) {
    out.clear();
    for (std::size_t i = 0; i < history.size(); ++i) {
        const TimeMs until = i + 1 < history.size() ? history[i + 1].time : kEndOfTime;
        each_text(history[i].value.view(), [&](std::string_view text) {
            const bool email = what.by == JoinBy::kEmailDomain;
            out.push_back({code(email ? lower(text) : std::string(text)), history[i].time, until});
        });
    }
}

void JoinRules::refresh(model::CustomerOrdinal customer, const JoinSources& sources) {
    const std::uint32_t number = model::index(customer);
    for (Matcher& matcher : matchers_) {
        if (matcher.by_id()) continue;
        values_.clear();
        if (sources.view->canonical(customer) == customer) {
            matcher.values_of_customer(sources.history(customer, matcher.what.customer_trait),
                                       values_);
        }
        const auto before = matcher.of_customer.find(number);
        if (before == matcher.of_customer.end() ? values_.empty() : before->second == values_) {
            continue;
        }
        if (before != matcher.of_customer.end()) {
            for (const Held& held : before->second) {
                matcher.touched.push_back(held.code);
                std::erase_if(matcher.holders[held.code],
                              [&](const Holder& one) { return one.customer == number; });
            }
        }
        for (const Held& held : values_) {
            matcher.touched.push_back(held.code);
            matcher.holders[held.code].push_back({number, held.from, held.until});
        }
        if (values_.empty()) {
            matcher.of_customer.erase(number);
        } else {
            matcher.of_customer[number] = values_;
        }
    }
}

void JoinRules::refresh_id(std::string_view id) {
    for (Matcher& matcher : matchers_) {
        if (!matcher.by_id()) continue;
        const auto known = matcher.codes.find(std::string(id));
        if (known != matcher.codes.end()) matcher.touched.push_back(known->second);
    }
}

void JoinRules::take_users(std::vector<model::UserOrdinal>& out) {
    for (Matcher& matcher : matchers_) {
        if (matcher.touched.empty()) continue;
        std::vector<bool> wanted(matcher.holders.size());
        for (const std::uint32_t code : matcher.touched)
            wanted[code] = true;
        matcher.touched.clear();
        for (std::uint32_t user = 0; user < matcher.of_user.size(); ++user) {
            if (wanted[matcher.of_user[user]]) out.push_back(model::UserOrdinal{user});
        }
        for (const auto& [code, user] : matcher.more) {
            if (wanted[code]) out.push_back(model::UserOrdinal{user});
        }
    }
}

void JoinRules::Matcher::match(std::uint32_t user, std::span<const Held> values,
                               const directory::View& view, RoleCode role,
                               std::vector<StandingFact>& out) {
    for (const Held& value : values) {
        remember(user, value.code);
        const auto add = [&](std::uint32_t customer, TimeMs from, TimeMs until) {
            if (from >= until) return;
            out.push_back({from, until, customer, role, RelationSource::kRule,
                           static_cast<std::uint8_t>(rule)});
        };
        if (by_id()) {
            const auto customer = view.find_customer(*texts[value.code]);
            if (customer) add(model::index(*customer), value.from, value.until);
            continue;
        }
        if (holders[value.code].size() > ledger::kJoinCustomersMax) continue;
        for (const Holder& holder : holders[value.code]) {
            add(holder.customer, std::max(value.from, holder.from),
                std::min(value.until, holder.until));
        }
    }
}

void JoinRules::find(model::UserOrdinal person, const JoinSources& sources, Roles roles,
                     std::vector<StandingFact>& out) {
    for (Matcher& matcher : matchers_) {
        matcher.values_of_user(person, sources, values_);
        matcher.match(model::index(person), values_, *sources.view, roles[matcher.rule], out);
    }
}

std::string JoinRules::evidence(std::uint32_t rule, model::UserOrdinal person,
                                model::CustomerOrdinal customer, const JoinSources& sources) {
    for (Matcher& matcher : matchers_) {
        if (matcher.rule != rule) continue;
        matcher.values_of_user(person, sources, values_);
        std::vector<StandingFact> facts;
        for (const Held& value : values_) {
            facts.clear();
            matcher.match(model::index(person), {&value, 1}, *sources.view, 0, facts);
            if (std::ranges::find(facts, model::index(customer), &StandingFact::customer) !=
                facts.end()) {
                return *matcher.texts[value.code];
            }
        }
    }
    return {};
}

std::vector<std::string> JoinRules::shared_values() const {
    std::vector<std::string> values;
    for (const Matcher& matcher : matchers_) {
        for (std::uint32_t code = 1; code < matcher.holders.size(); ++code) {
            if (matcher.holders[code].size() > ledger::kJoinCustomersMax) {
                values.push_back(*matcher.texts[code]);
            }
        }
    }
    std::ranges::sort(values);
    return values;
}

std::uint64_t JoinRules::memory_bytes() const noexcept {
    std::uint64_t bytes = 0;
    for (const Matcher& matcher : matchers_) {
        bytes += matcher.of_user.capacity() * sizeof(std::uint32_t) + matcher.codes.size() * 80 +
                 matcher.holders.capacity() * sizeof(std::vector<Holder>) +
                 matcher.of_customer.size() * 96 + matcher.more.size() * 40;
    }
    return bytes;
}

}  // namespace twofold::frame
