// SPDX-License-Identifier: Apache-2.0
#include "questions/record_table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "base/text.h"

namespace twofold::questions {
namespace {

// Members keep the order in which they are written, so a record reads like the row.
using Json = nlohmann::ordered_json;

bool is_date(const std::string& word) {
    static const RE2 pattern(R"(\d{4}-\d\d-\d\d)");
    return RE2::FullMatch(word, pattern);
}

bool is_time(const std::string& word) {
    static const RE2 pattern(R"(\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)");
    return RE2::FullMatch(word, pattern);
}

Json value_of(const std::string& word) {
    if (word.starts_with('"')) return unquoted(word);
    if (word.starts_with('{')) {
        const Json object = Json::parse(word, nullptr, false);
        return object.is_discarded() ? Json(word) : object;
    }
    if (word.starts_with('[') && word.ends_with(']')) {
        Json list = Json::array();
        std::string_view rest(word);
        rest = rest.substr(1, rest.size() - 2);
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            list.push_back(value_of(std::string(rest.substr(0, comma))));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
        return list;
    }
    const Json json = Json::parse(word, nullptr, false);
    return json.is_discarded() ? Json(word) : json;
}

/// `a.b=1` is {"a": {"b": 1}}.
void set_nested(Json& object, std::string_view name, Json value) {
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) {
        object[std::string(name)] = std::move(value);
    } else {
        set_nested(object[std::string(name.substr(0, dot))], name.substr(dot + 1),
                   std::move(value));
    }
}

/// `ana`, `~x1` (an anonymous id), `ana~x1` (both).
void set_person(Json& json, const std::string& word) {
    const std::size_t mark = word.find('~');
    const std::string user = unquoted(word.substr(0, mark));
    if (!user.empty()) json["userId"] = user;
    if (mark != std::string::npos) json["anonymousId"] = word.substr(mark + 1);
}

/// Takes words one by one from the front of a row.
class Row {
public:
    Row(const std::vector<std::string>& words, std::string& date) : words_(words), date_(date) {}

    bool done() const { return at_ >= words_.size(); }
    std::string next() { return done() ? std::string() : words_[at_++]; }
    /// A date, a time, or both; a time alone is of the date before.
    Result<std::string> time() {
        std::string time = "00:00";
        bool any = false;
        if (!done() && is_date(words_[at_])) {
            date_ = next();
            any = true;
        }
        if (!done() && is_time(words_[at_])) {
            time = next();
            any = true;
        }
        if (!any || date_.empty()) {
            return fail(ErrorCode::kInvalid,
                        "a time is missing before: " + (done() ? "the end" : words_[at_]));
        }
        return instant_text(date_, time);
    }
    /// A bare date (a day of the project's zone), a date with a time, or a dash for none.
    Json bound() {
        const std::string word = next();
        if (word == "-" || word.empty()) return nullptr;
        if (!done() && is_time(words_[at_])) return instant_text(word, next());
        return word;
    }
    /// The words `name=value` at the end; others are refused.
    Result<std::vector<std::pair<std::string, Json>>> pairs() {
        std::vector<std::pair<std::string, Json>> all;
        while (!done()) {
            const std::string word = next();
            const std::size_t mark = word.find('=');
            if (mark == std::string::npos) {
                all.emplace_back(word, true);
            } else {
                all.emplace_back(word.substr(0, mark), value_of(word.substr(mark + 1)));
            }
        }
        return all;
    }

private:
    const std::vector<std::string>& words_;
    std::string& date_;
    std::size_t at_ = 0;
};

Result<Json> event_of(Row& row) {
    Json json{{"type", "track"}};
    set_person(json, row.next());
    TF_ASSIGN(json["timestamp"], row.time());
    json["event"] = unquoted(row.next());
    TF_ASSIGN(const auto pairs, row.pairs());
    for (const auto& [name, value] : pairs) {
        if (name == "for") {
            json["context"]["groupId"] = value.is_string() ? value : Json(value.dump());
        } else if (name == "automatic") {
            json["context"]["automatic"] = true;
        } else {
            set_nested(json["properties"], name, value);
        }
    }
    return json;
}

Result<Json> identify_of(Row& row) {
    Json json{{"type", "identify"}};
    set_person(json, row.next());
    TF_ASSIGN(json["timestamp"], row.time());
    TF_ASSIGN(const auto pairs, row.pairs());
    for (const auto& [name, value] : pairs)
        set_nested(json["traits"], name, value);
    return json;
}

Result<Json> alias_of(Row& row) {
    Json json{{"type", "alias"}};
    json["previousId"] = row.next();
    json["userId"] = row.next();
    if (row.next() == "undo") json["undo"] = true;
    return json;
}

Result<Json> group_of(Row& row) {
    Json json{{"type", "group"}};
    set_person(json, row.next());
    json["groupId"] = row.next();
    TF_ASSIGN(json["timestamp"], row.time());
    TF_ASSIGN(const auto pairs, row.pairs());
    for (const auto& [name, value] : pairs) {
        if (name == "role") {
            json["role"] = value;
        } else {
            set_nested(json["traits"], name, value);
        }
    }
    return json;
}

Result<Json> relation_of(Row& row) {
    Json json{{"type", "relation"}};
    json["userId"] = row.next();
    json["customerId"] = row.next();
    json["role"] = row.next();
    json["from"] = row.bound();
    json["until"] = row.bound();
    if (row.next() == "removed") json["removed"] = true;
    return json;
}

Result<Json> customer_of(Row& row) {
    Json json{{"type", "customer"}};
    json["customerId"] = row.next();
    TF_ASSIGN(json["timestamp"], row.time());
    TF_ASSIGN(const auto pairs, row.pairs());
    for (const auto& [name, value] : pairs) {
        if (name == "kind") {
            json["kind"] = value;
        } else if (name == "parent") {
            json["parentId"] = value == "-" ? Json() : Json(value);
        } else if (name.starts_with("key.")) {
            json["keys"][name.substr(4)] = value;
        } else {
            set_nested(json["traits"], name, value);
        }
    }
    return json;
}

Result<Json> subscription_of(Row& row) {
    Json json{{"type", "subscription"}};
    json["id"] = row.next();
    json["customerId"] = row.next();
    json["plan"] = unquoted(row.next());
    json["amount"] = value_of(row.next());
    json["currency"] = row.next();
    json["every"] = value_of(row.next());
    json["from"] = row.bound();
    json["until"] = row.bound();
    TF_ASSIGN(const auto pairs, row.pairs());
    for (const auto& [name, value] : pairs) {
        json[name == "trial"      ? "trialUntil"
             : name == "discount" ? "discountPercent"
                                  : name] = value;
    }
    return json;
}

Result<Json> payment_of(Row& row) {
    Json json{{"type", "payment"}};
    json["id"] = row.next();
    json["customerId"] = row.next();
    json["amount"] = value_of(row.next());
    json["currency"] = row.next();
    TF_ASSIGN(json["time"], row.time());
    TF_ASSIGN(const auto pairs, row.pairs());
    for (const auto& [name, value] : pairs)
        json[name == "subscription" ? "subscriptionId" : name] = value;
    return json;
}

struct TableKind {
    std::string_view name;
    Result<Json> (*read)(Row&);
};
constexpr std::array kTables = std::to_array<TableKind>({{"events", event_of},
                                                         {"identify", identify_of},
                                                         {"alias", alias_of},
                                                         {"group", group_of},
                                                         {"relation", relation_of},
                                                         {"customer", customer_of},
                                                         {"subscription", subscription_of},
                                                         {"payment", payment_of}});

}  // namespace

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    for (const char c : line) {
        if (c == '#' && !quoted && word.empty()) break;
        if (c == '"') quoted = !quoted;
        if (std::isspace(static_cast<unsigned char>(c)) != 0 && !quoted) {
            if (!word.empty()) words.push_back(std::move(word));
            word.clear();
        } else {
            word += c;
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

std::string unquoted(const std::string& word) {
    const bool quoted = word.size() >= 2 && word.starts_with('"') && word.ends_with('"');
    return quoted ? word.substr(1, word.size() - 2) : word;
}

std::string instant_text(const std::string& date, const std::string& time) {
    const bool has_zone = time.find_first_of("Z+-") != std::string::npos;
    return date + 'T' + time + (has_zone ? "" : "Z");
}

bool RecordTable::is_name(std::string_view name) {
    return std::ranges::any_of(kTables, [&](const TableKind& kind) { return kind.name == name; });
}

Result<std::string> RecordTable::line(const std::vector<std::string>& words) {
    for (const TableKind& kind : kTables) {
        if (kind.name != name_) continue;
        Row row(words, date_);
        TF_ASSIGN(const Json json, kind.read(row));
        if (!row.done()) return fail(ErrorCode::kInvalid, "one word too many: " + row.next());
        return json.dump();
    }
    return fail(ErrorCode::kInvalid, "no such table: " + name_);
}

}  // namespace twofold::questions
