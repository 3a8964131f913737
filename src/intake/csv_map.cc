// SPDX-License-Identifier: Apache-2.0
#include "intake/csv_map.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/spelling.h"
#include "base/text.h"
#include "intake/csv_kinds.h"

namespace twofold::intake {

namespace {

struct Way {
    std::string_view name;
    CsvHow how;
};
constexpr std::array<Way, 6> kWays{{
    {"const", CsvHow::kConstant},
    {"text", CsvHow::kText},
    {"number", CsvHow::kNumber},
    {"bool", CsvHow::kFlag},
    {"money", CsvHow::kMoney},
    {"date", CsvHow::kDate},
}};

std::unexpected<Error> wrong(std::string message, std::string suggestion = {}) {
    return std::unexpected(Error{ErrorCode::kInvalid, "--map: " + std::move(message), std::nullopt,
                                 std::move(suggestion)});
}

std::string with_article(std::string_view type) {
    return (type.starts_with('a') || type.starts_with('i') ? "an " : "a ") + std::string(type);
}

std::string meant(std::string_view name, const std::vector<std::string>& all) {
    const auto near = nearest(name, all);
    return near ? fmt::format("did you mean {}?", *near) : std::string();
}

// Walks the words of a map: blanks part them, and what is in double quotes is taken as it is, with
// a quote in it doubled.
class MapWords {
public:
    explicit MapWords(std::string_view text) : text_(text) {}

    bool at_end() {
        while (at_ < text_.size() && is_blank(text_[at_]))
            ++at_;
        return at_ == text_.size();
    }
    bool take(char c) {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    // Up to a blank or an unquoted `stop`.
    Result<std::string> word(char stop) {
        std::string word;
        while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != stop) {
            if (text_[at_] == '"') {
                TF_TRY(take_quoted(word));
            } else {
                word += text_[at_++];
            }
        }
        return word;
    }
    // "number:", "date(%d.%m.%Y):": the word, and what is in parentheses. Nothing when what comes
    // is no such thing.
    struct Prefix {
        std::string name;
        std::string inside;
    };
    Result<std::optional<Prefix>> prefix() {
        std::size_t end = at_;
        while (end < text_.size() && text_[end] >= 'a' && text_[end] <= 'z')
            ++end;
        if (end == at_ || end == text_.size()) return std::nullopt;
        Prefix found{std::string(text_.substr(at_, end - at_)), {}};
        if (text_[end] == '(') {
            const std::size_t close = text_.find("):", end);
            if (close == text_.npos) {
                return wrong(fmt::format("what is in parentheses ends with ): and a column: {}",
                                         quoted(text_.substr(at_))));
            }
            found.inside = text_.substr(end + 1, close - end - 1);
            at_ = close + 2;
            return found;
        }
        if (text_[end] != ':') return std::nullopt;
        at_ = end + 1;
        return found;
    }

private:
    static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
    Status take_quoted(std::string& word) {
        const std::size_t open = at_++;
        while (true) {
            if (at_ == text_.size()) {
                return wrong(
                    fmt::format("this quote is not closed: {}", quoted(text_.substr(open))));
            }
            if (text_[at_] != '"') {
                word += text_[at_++];
                continue;
            }
            ++at_;
            if (at_ == text_.size() || text_[at_] != '"') return {};
            word += text_[at_++];
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

Result<const CsvKind*> find_kind(std::string_view type) {
    std::vector<std::string> names;
    for (const CsvKind& kind : csv_kinds()) {
        if (kind.type == type) return &kind;
        names.emplace_back(kind.type);
    }
    return wrong(fmt::format("it begins with a kind of record ({}), not with {}",
                             fmt::join(names, ", "), quoted(type)),
                 meant(type, names));
}

// As documentation has them: "traits.…".
std::vector<std::string> field_names(const CsvKind& kind) {
    std::vector<std::string> names;
    for (const CsvKindField& field : kind.fields) {
        names.emplace_back(field.name);
        if (field.name.ends_with('.')) names.back() += "…";
    }
    return names;
}

Result<CsvField> find_field(const CsvKind& kind, const std::string& name) {
    for (const CsvKindField& known : kind.fields) {
        const bool open = known.name.ends_with('.');
        if (open ? !name.starts_with(known.name) || name.size() == known.name.size()
                 : name != known.name) {
            continue;
        }
        CsvField field;
        field.name = name;
        field.value = known.value;
        const std::size_t dot = known.name.find('.');
        if (dot != known.name.npos) field.object = known.name.substr(0, dot);
        field.member = dot == known.name.npos ? name : name.substr(dot + 1);
        return field;
    }
    const std::vector<std::string> names = field_names(kind);
    return wrong(fmt::format("{} has no field {}; it has {}", with_article(kind.type), quoted(name),
                             fmt::join(names, ", ")),
                 meant(name, names));
}

// Whether a field that takes this can be read so.
bool fits(CsvHow how, CsvValue value) {
    switch (how) {
        case CsvHow::kAsField:
        case CsvHow::kConstant:
            return true;
        case CsvHow::kText:
            return value == CsvValue::kText || value == CsvValue::kAny;
        case CsvHow::kNumber:
            return value == CsvValue::kNumber || value == CsvValue::kAny;
        case CsvHow::kFlag:
            return value == CsvValue::kFlag || value == CsvValue::kAny;
        case CsvHow::kMoney:
            return value == CsvValue::kAmount;
        case CsvHow::kDate:
            return value == CsvValue::kTime || value == CsvValue::kAny;
    }
    return false;
}

Status take_way(CsvField& field, const MapWords::Prefix& prefix) {
    std::vector<std::string> names;
    const Way* found = nullptr;
    for (const Way& way : kWays) {
        if (way.name == prefix.name) found = &way;
        names.emplace_back(way.name);
    }
    if (found == nullptr) {
        return wrong(fmt::format("a column can be read as {}, not as {}; a name with a colon is "
                                 "put in quotes",
                                 fmt::join(names, ", "), quoted(prefix.name)),
                     meant(prefix.name, names));
    }
    field.how = found->how;
    if (!fits(field.how, field.value)) {
        return wrong(fmt::format("{} cannot be read as {}", field.name, prefix.name));
    }
    if (field.how == CsvHow::kDate) {
        auto dates = CsvDate::parse(prefix.inside);
        if (!dates) return wrong(dates.error().message);
        field.dates = *std::move(dates);
        return {};
    }
    const bool number = field.how == CsvHow::kNumber || field.how == CsvHow::kMoney;
    field.comma = number && prefix.inside == ",";
    if (prefix.inside.empty() || field.comma) return {};
    return wrong(
        fmt::format("what stands in parentheses is the form of a date, or the comma of "
                    "number(,) and money(,): {}",
                    quoted(prefix.name + "(" + prefix.inside + ")")));
}

// What a record cannot do without; else every row would be refused for it.
Status check_needs(const CsvKind& kind, const std::vector<CsvField>& fields) {
    for (const std::string_view needed : kind.needed) {
        const std::size_t bar = needed.find('|');
        const auto has = [&](std::string_view name) {
            return std::ranges::any_of(fields,
                                       [&](const CsvField& field) { return field.name == name; });
        };
        if (has(needed.substr(0, bar))) continue;
        if (bar != needed.npos && has(needed.substr(bar + 1))) continue;
        const std::string names =
            bar == needed.npos
                ? std::string(needed)
                : fmt::format("{} or {}", needed.substr(0, bar), needed.substr(bar + 1));
        const std::string_view first = needed.substr(0, bar);
        return wrong(
            fmt::format("{} needs {}", with_article(kind.type), names),
            fmt::format("add {}=<column>, or {}=const:<value> for all rows", first, first));
    }
    return {};
}

std::string_view way_name(CsvHow how) {
    for (const Way& way : kWays) {
        if (way.how == how) return way.name;
    }
    return "";
}

}  // namespace

Result<CsvMap> CsvMap::parse(std::string_view text) {
    if (!is_valid_utf8(text)) return wrong("it is not UTF-8 text");
    MapWords words(text);
    CsvMap map;
    words.at_end();
    TF_ASSIGN(map.type_, words.word('='));
    TF_ASSIGN(const CsvKind* kind, find_kind(map.type_));
    while (!words.at_end()) {
        TF_ASSIGN(const std::string name, words.word('='));
        if (!words.take('=')) {
            return wrong(fmt::format("after the kind come field=column, and this is none: {}",
                                     quoted(name)));
        }
        if (name == "traits" || name == "properties") {
            TF_ASSIGN(const std::string star, words.word('\0'));
            TF_TRY(find_field(*kind, name + ".x"));
            if (star != "*") {
                return wrong(fmt::format("{}=* takes all other columns, {}.<name>=<column> one",
                                         name, name));
            }
            map.rest_ = name;
            continue;
        }
        TF_ASSIGN(CsvField field, find_field(*kind, name));
        TF_ASSIGN(const auto prefix, words.prefix());
        if (prefix) TF_TRY(take_way(field, *prefix));
        TF_ASSIGN(field.source, words.word('\0'));
        if (field.source.empty()) return wrong(fmt::format("{} has no column", name));
        for (const CsvField& other : map.fields_) {
            if (other.name == name) return wrong(fmt::format("{} comes twice", name));
        }
        map.fields_.push_back(std::move(field));
    }
    TF_TRY(check_needs(*kind, map.fields_));
    std::ranges::sort(map.fields_, {},
                      [](const CsvField& field) { return std::pair(field.object, field.name); });
    return map;
}

std::string CsvMap::canonical() const {
    std::string text = type_;
    for (const CsvField& field : fields_) {
        fmt::format_to(std::back_inserter(text), "\n{}={}({}):{}", field.name, way_name(field.how),
                       field.dates   ? field.dates->text()
                       : field.comma ? ","
                                     : "",
                       field.source);
    }
    if (!rest_.empty()) text += "\n" + rest_ + "=*";
    return text;
}

}  // namespace twofold::intake
