// SPDX-License-Identifier: Apache-2.0
#include "frame/join_rules.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "frame/names_alike.h"

namespace twofold::frame {
namespace {

using ledger::JoinBy;
using model::Value;
using model::ValueType;
using nlohmann::json;

constexpr std::string_view kVerifiedTrait = "email_verified";

/// A number is the text that prints it, of a list each element.
template <typename Take>
void each_text(const Value& value, const Take& take) {
    if (value.type == ValueType::kString && !value.text.empty()) {
        take(value.text);
    } else if (value.type == ValueType::kInt) {
        take(std::to_string(value.integer));
    } else if (value.type == ValueType::kList) {
        const json list = json::parse(value.text, nullptr, false);
        for (const json& one : list.is_array() ? list : json::array()) {
            if (one.is_string()) take(one.get_ref<const std::string&>());
            if (one.is_number_integer()) take(one.dump());
        }
    }
}

bool is_true(const Value& value) {
    return value.type == ValueType::kBool
               ? value.boolean()
               : value.type == ValueType::kString && value.text == "true";
}

}  // namespace

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
            const std::string key = email ? email_domain(text) : std::string(text);
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
            out.push_back(
                {code(email ? lower_case(text) : std::string(text)), history[i].time, until});
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
