// SPDX-License-Identifier: Apache-2.0
#include "ledger/join_rule.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "base/text.h"

namespace twofold::ledger {

namespace {

constexpr std::size_t kNameLengthMax = 64;
constexpr std::size_t kTraitLengthMax = 200;
constexpr std::int64_t kActingDaysMax = 1'000;
constexpr std::size_t kFieldCount = 7;

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= kNameLengthMax && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
}

bool is_text(std::string_view text) {
    return text.size() <= kTraitLengthMax &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

bool read_number(std::string_view text, std::int64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string_view name_of(JoinBy by) noexcept {
    switch (by) {
        case JoinBy::kTrait:
            return "trait";
        case JoinBy::kEmailDomain:
            return "email-domain";
        case JoinBy::kActing:
            return "acting";
    }
    return "";
}

Result<JoinRule> checked(JoinRule rule) {
    if (!is_name(rule.name)) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("a rule's name has 1 to {} letters, digits, '-', '_' and '.': {}",
                                kNameLengthMax, quoted(rule.name)));
    }
    if (rule.by == JoinBy::kEmailDomain) {
        if (rule.user_trait.empty()) rule.user_trait = "email";
        if (rule.customer_trait.empty()) rule.customer_trait = "domain";
    }
    if (rule.by == JoinBy::kTrait && rule.user_trait.empty()) {
        return fail(ErrorCode::kInvalid, "a rule by trait says which trait of the user");
    }
    if (rule.role.empty()) rule.role = "user";
    for (const std::string& text : {rule.user_trait, rule.customer_trait, rule.role}) {
        if (!is_text(text)) {
            return fail(ErrorCode::kInvalid, "no name of a trait or a role: " + quoted(text));
        }
    }
    if (rule.days < 1 || rule.days > kActingDaysMax) {
        return fail(ErrorCode::kInvalid, fmt::format("days must be 1 to {}", kActingDaysMax));
    }
    return rule;
}

Result<JoinBy> join_by_of(std::string_view name) {
    for (const JoinBy by : {JoinBy::kTrait, JoinBy::kEmailDomain, JoinBy::kActing}) {
        if (name == name_of(by)) return by;
    }
    return fail(ErrorCode::kInvalid,
                "a rule goes by trait, email-domain or acting, not by " + quoted(name));
}

Status put_rule(std::vector<JoinRule>& rules, const JoinRule& rule) {
    const auto place = std::ranges::lower_bound(rules, rule.name, {}, &JoinRule::name);
    if (place != rules.end() && place->name == rule.name) {
        return fail(ErrorCode::kConflict,
                    fmt::format("there is a rule {} already; remove it first", quoted(rule.name)));
    }
    if (rules.size() == kJoinRulesMax) {
        return fail(ErrorCode::kInvalid, fmt::format("there are {} rules already, which is all "
                                                     "there may be; remove one first",
                                                     kJoinRulesMax));
    }
    rules.insert(place, rule);
    return {};
}

Status take_rule(std::vector<JoinRule>& rules, std::string_view name) {
    if (std::erase_if(rules, [&](const JoinRule& rule) { return rule.name == name; }) > 0) {
        return {};
    }
    return fail(ErrorCode::kNotFound, "there is no rule " + quoted(name));
}

std::string text_of(const std::vector<JoinRule>& rules) {
    std::string text;
    for (const JoinRule& rule : rules) {
        text += fmt::format("{}{}\t{}\t{}\t{}\t{}\t{}\t{}", text.empty() ? "" : "\n", rule.name,
                            static_cast<int>(rule.by), rule.user_trait, rule.customer_trait,
                            rule.role, rule.unverified ? 1 : 0, rule.days);
    }
    return text;
}

Result<std::vector<JoinRule>> join_rules_of(std::string_view text) {
    std::vector<JoinRule> rules;
    if (text.empty()) return rules;
    for (const std::string_view line : split(text, '\n')) {
        const auto fields = split(line, '\t');
        std::int64_t by = 0;
        JoinRule rule;
        if (fields.size() != kFieldCount || !read_number(fields[1], by) || by < 1 || by > 3 ||
            !read_number(fields[6], rule.days)) {
            return fail(ErrorCode::kCorrupt,
                        "the setting rules cannot be read: " + quoted(std::string(line)));
        }
        rule.name = fields[0];
        rule.by = static_cast<JoinBy>(by);
        rule.user_trait = fields[2];
        rule.customer_trait = fields[3];
        rule.role = fields[4];
        rule.unverified = fields[5] == "1";
        rules.push_back(std::move(rule));
    }
    return rules;
}

}  // namespace twofold::ledger
