// SPDX-License-Identifier: Apache-2.0
#include "ledger/settings.h"

#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

#include "ledger/ledger.h"

namespace twofold::ledger {

namespace {

constexpr char kSeparator = '\n';
constexpr int kDaysMax = 36'500;
constexpr std::uint64_t kMessageIdsMin = 1'000;

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        if (!text.empty()) text += kSeparator;
        text += word;
    }
    return text;
}

std::vector<std::string> parted(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(kSeparator));
        if (!word.empty()) words.emplace_back(word);
        text.remove_prefix(std::min(text.size(), word.size() + 1));
    }
    return words;
}

std::string numbers_text(const std::vector<std::uint64_t>& numbers) {
    return fmt::format("{}", fmt::join(numbers, "\n"));
}

/// Every setting as text by name; an absent one is not in the map.
std::map<std::string, std::string> texts_of(const Settings& settings) {
    std::map<std::string, std::string> texts{
        {"zone", settings.zone},
        {"user_label", settings.user_label},
        {"customer_label", settings.customer_label},
        {"currency", settings.currency},
        {"outside_roles", joined(settings.outside_roles)},
        {"buying_roles", joined(settings.buying_roles)},
        {"automatic_events", joined(settings.automatic_events)},
        {"customer_types", joined(settings.customer_types)},
        {"self_customers_turned", numbers_text(settings.self_customers_turned)},
        {"join_rules", text_of(settings.join_rules)},
        {"naming_makes_guests", settings.naming_makes_guests ? "1" : "0"},
        {"first_relation_days", fmt::format("{}", settings.first_relation_days)},
        {"payment_counts_days", fmt::format("{}", settings.payment_counts_days)},
        {"message_ids_max", fmt::format("{}", settings.message_ids_max)}};
    if (settings.now) texts.emplace("now", fmt::format("{}", *settings.now));
    return texts;
}

/// Reads one setting after the other out of what is kept; remembers the first that cannot be read.
class Reader {
public:
    explicit Reader(const std::vector<std::pair<std::string, std::string>>& kept)
        : kept_(kept.begin(), kept.end()) {}

    void read(const char* name, std::string& into) {
        if (const auto found = kept_.find(name); found != kept_.end()) into = found->second;
    }
    void read(const char* name, std::vector<std::string>& into) {
        if (const auto found = kept_.find(name); found != kept_.end()) into = parted(found->second);
    }
    void read(const char* name, bool& into) {
        int number = into ? 1 : 0;
        read_number(name, number);
        into = number != 0;
    }
    template <typename Number>
    void read_number(const char* name, Number& into) {
        if (const auto found = kept_.find(name); found != kept_.end()) {
            take_number(name, found->second, into);
        }
    }
    void read_numbers(const char* name, std::vector<std::uint64_t>& into) {
        std::vector<std::string> words;
        read(name, words);
        for (const std::string& word : words)
            take_number(name, word, into.emplace_back());
    }
    template <typename Number>
    void take_number(const char* name, const std::string& text, Number& into) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
        if (error != std::errc() || end != text.data() + text.size()) {
            status_ = fail(ErrorCode::kCorrupt,
                           fmt::format("the setting {} is no number: {}", name, text));
        }
    }
    void read_now(std::optional<TimeMs>& into) {
        if (!kept_.contains("now")) return;
        TimeMs now = 0;
        read_number("now", now);
        into = now;
    }
    Status status() const { return status_; }

private:
    std::map<std::string, std::string> kept_;
    Status status_;
};

}  // namespace

Result<Settings> load_settings(const Ledger& ledger) {
    TF_ASSIGN(const auto kept, ledger.settings());
    Settings settings;
    Reader reader(kept);
    reader.read("zone", settings.zone);
    reader.read_now(settings.now);
    reader.read("user_label", settings.user_label);
    reader.read("customer_label", settings.customer_label);
    reader.read("currency", settings.currency);
    reader.read("outside_roles", settings.outside_roles);
    reader.read("buying_roles", settings.buying_roles);
    reader.read("automatic_events", settings.automatic_events);
    reader.read("customer_types", settings.customer_types);
    reader.read("naming_makes_guests", settings.naming_makes_guests);
    reader.read_numbers("self_customers_turned", settings.self_customers_turned);
    settings.self_customers = settings.self_customers_turned.size() % 2 == 1;
    reader.read_number("first_relation_days", settings.first_relation_days);
    reader.read_number("payment_counts_days", settings.payment_counts_days);
    reader.read_number("message_ids_max", settings.message_ids_max);
    std::string rules;
    reader.read("join_rules", rules);
    TF_TRY(reader.status());
    TF_ASSIGN(settings.join_rules, join_rules_of(rules));
    return settings;
}

Status save_settings(Ledger& ledger, const Settings& settings) {
    const auto out_of_range = [](const char* name, std::uint64_t low, std::uint64_t high) {
        return fail(ErrorCode::kInvalid, fmt::format("{} must be {} to {}", name, low, high));
    };
    if (settings.first_relation_days < 0 || settings.first_relation_days > kDaysMax) {
        return out_of_range("first_relation_days", 0, kDaysMax);
    }
    if (settings.payment_counts_days < 0 || settings.payment_counts_days > kDaysMax) {
        return out_of_range("payment_counts_days", 0, kDaysMax);
    }
    if (settings.join_rules.size() > kJoinRulesMax) {
        return fail(
            ErrorCode::kInvalid,
            fmt::format("there may be {} rules that join users to customers", kJoinRulesMax));
    }
    if (settings.message_ids_max < kMessageIdsMin) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("message_ids_max must be at least {}", kMessageIdsMin));
    }
    TF_ASSIGN(const Settings before, load_settings(ledger));
    const auto old_texts = texts_of(before);
    const auto new_texts = texts_of(settings);
    for (const auto& [name, text] : new_texts) {
        const auto old = old_texts.find(name);
        if (old == old_texts.end() || old->second != text) TF_TRY(ledger.set(name, text));
    }
    for (const auto& [name, text] : old_texts) {
        if (!new_texts.contains(name)) TF_TRY(ledger.unset(name));
    }
    return {};
}

}  // namespace twofold::ledger
