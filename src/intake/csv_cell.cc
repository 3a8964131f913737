// SPDX-License-Identifier: Apache-2.0
#include "intake/csv_cell.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "base/currency.h"
#include "base/text.h"
#include "intake/decode.h"
#include "model/json.h"

namespace twofold::intake {

namespace {

bool is_csv_digit(char c) {
    return c >= '0' && c <= '9';
}

// "-12", "1.50", "1e3": as JSON has numbers. The text itself is what is passed on, so that the
// decoder sees how large it is and whether it has a point.
bool is_json_number(std::string_view text) {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const auto digits = [&] {
        const std::size_t first = at;
        while (at < text.size() && is_csv_digit(text[at]))
            ++at;
        return at - first;
    };
    const std::size_t first = at;
    const std::size_t whole = digits();
    if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (digits() == 0) return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (digits() == 0) return false;
    }
    return at == text.size();
}

// Whether the number, written out again, is this text: then nothing is lost by taking it for one.
// "01234", "1.10" and "+47…" are not, and stay text.
bool is_same_as_number(std::string_view text) {
    constexpr std::size_t kDigitsMax = 24;
    if (text.size() > kDigitsMax || !is_json_number(text)) return false;
    std::string again;
    std::int64_t integer = 0;
    const auto [end, fault] = std::from_chars(text.begin(), text.end(), integer);
    if (fault == std::errc() && end == text.end()) {
        model::append_json_int(again, integer);
        return again == text;
    }
    double real = 0;
    const auto parsed = std::from_chars(text.begin(), text.end(), real);
    if (parsed.ec != std::errc() || parsed.ptr != text.end() || !std::isfinite(real)) return false;
    model::append_json_double(again, real);
    return again == text;
}

std::optional<bool> flag_of(std::string_view cell) {
    std::string lower(cell.substr(0, 6));
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    if (lower == "true" || lower == "yes" || lower == "1") return true;
    if (lower == "false" || lower == "no" || lower == "0") return false;
    return std::nullopt;
}

// "1.234,50" as "1234.50": a comma before the fraction, and dots between groups of three digits.
// Nothing of "1.5", which could be meant as either.
std::optional<std::string> with_point(std::string_view cell) {
    const std::size_t comma = cell.find(',');
    const std::string_view whole = cell.substr(0, comma);
    const std::size_t first = whole.find('.');
    std::string text(whole.substr(0, first));
    const std::size_t digits = text.size() - (text.starts_with('-') ? 1 : 0);
    bool sound = first == whole.npos || (digits >= 1 && digits <= 3);
    for (std::size_t at = first; sound && at < whole.size(); at += 4) {
        const std::string_view group = whole.substr(at, 4);
        sound = group.size() == 4 && group.starts_with('.') &&
                std::ranges::all_of(group.substr(1), is_csv_digit);
        text += group.substr(1);
    }
    if (!sound) return std::nullopt;
    if (comma != cell.npos) (text += '.') += cell.substr(comma + 1);
    return text;
}

void append_flag(std::string& out, bool value) {
    out += value ? "true" : "false";
}

// Minor units: no more digits after the point than the currency has.
std::optional<std::int64_t> minor_units(std::string_view cell, int digits) {
    const std::size_t point = cell.find('.');
    const std::string_view whole = cell.substr(0, point);
    std::string units(whole);
    if (point != cell.npos) {
        const std::string_view part = cell.substr(point + 1);
        if (part.empty() || part.size() > static_cast<std::size_t>(digits)) return std::nullopt;
        units += part;
        digits -= static_cast<int>(part.size());
    }
    if (whole.empty() || !std::ranges::all_of(units, is_csv_digit)) return std::nullopt;
    units.append(static_cast<std::size_t>(digits), '0');
    std::int64_t amount = 0;
    const auto fault = std::from_chars(units.data(), units.data() + units.size(), amount).ec;
    return fault == std::errc() ? std::optional(amount) : std::nullopt;
}

Checked<void> append_money(std::string& out, const CsvField& field, std::string_view cell,
                           std::string_view currency) {
    std::string capitals(currency.substr(0, 4));
    for (char& c : capitals) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (capitals.size() != 3) {
        return refuse(RejectionCode::kBadCurrency,
                      fmt::format("currency is not three letters like USD, which say how many "
                                  "digits {} has after the point: {}",
                                  field.name, quoted(currency)));
    }
    const int digits = minor_digits(capitals);
    const auto plain = field.comma ? with_point(cell) : std::string(cell);
    const auto amount = plain ? minor_units(*plain, digits) : std::nullopt;
    if (!amount) {
        const char* example = digits == 0 ? "1234" : field.comma ? "1234,5" : "1234.5";
        return refuse(RejectionCode::kBadAmount,
                      fmt::format("{} is no money like {} with at most {} digits after the {}: {}",
                                  field.name, example, digits, field.comma ? "comma" : "point",
                                  quoted(cell)));
    }
    model::append_json_int(out, *amount);
    return {};
}

// "6 months" is {"months": 6}; all else is the decoder's to judge.
void append_period(std::string& out, std::string_view cell) {
    const std::size_t blank = cell.find(' ');
    const std::string_view count = cell.substr(0, blank);
    if (blank == cell.npos || !is_json_number(count)) {
        model::append_json_string(out, cell);
        return;
    }
    std::string unit(cell.substr(blank + 1));
    if (!unit.empty() && !unit.ends_with('s')) unit += 's';
    out += '{';
    model::append_json_string(out, unit);
    out += ':';
    out += count;
    out += '}';
}

void append_any(std::string& out, std::string_view cell) {
    if (cell == "true" || cell == "false" || is_same_as_number(cell)) {
        out += cell;
    } else {
        model::append_json_string(out, cell);
    }
}

void append_as_field(std::string& out, CsvValue value, std::string_view cell) {
    switch (value) {
        case CsvValue::kText:
        case CsvValue::kTime:
            model::append_json_string(out, cell);
            return;
        case CsvValue::kFlag:
            if (const auto flag = flag_of(cell)) return append_flag(out, *flag);
            return model::append_json_string(out, cell);
        case CsvValue::kNumber:
        case CsvValue::kAmount:
            if (!is_json_number(cell)) return model::append_json_string(out, cell);
            out += cell;
            return;
        case CsvValue::kPeriod:
            return append_period(out, cell);
        case CsvValue::kAny:
            return append_any(out, cell);
    }
}

}  // namespace

Checked<void> append_csv_cell(std::string& out, const CsvField& field, std::string_view cell,
                              std::string_view currency) {
    switch (field.how) {
        case CsvHow::kAsField:
        case CsvHow::kConstant:
            append_as_field(out, field.value, cell);
            return {};
        case CsvHow::kText:
            model::append_json_string(out, cell);
            return {};
        case CsvHow::kNumber: {
            const auto number = field.comma ? with_point(cell) : std::string(cell);
            if (!number || !is_json_number(*number)) break;
            out += *number;
            return {};
        }
        case CsvHow::kFlag:
            if (const auto flag = flag_of(cell)) {
                append_flag(out, *flag);
                return {};
            }
            return refuse(RejectionCode::kBadField,
                          fmt::format("{} is not true or false: {}", field.name, quoted(cell)));
        case CsvHow::kMoney:
            return append_money(out, field, cell, currency);
        case CsvHow::kDate: {
            const auto time = field.dates->read(cell);
            if (!time) {
                return refuse(RejectionCode::kBadTime,
                              fmt::format("{} is no date or time as {}: {}", field.name,
                                          field.dates->text(), quoted(cell)));
            }
            model::append_json_string(out, *time);
            return {};
        }
    }
    return refuse(RejectionCode::kBadField,
                  fmt::format("{} is no number like {}: {}", field.name,
                              field.comma ? "1234,5" : "1234.5", quoted(cell)));
}

}  // namespace twofold::intake
