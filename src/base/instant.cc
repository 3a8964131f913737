// SPDX-License-Identifier: Apache-2.0
// Instants and dates as text. A hand-written scanner, because strptime and the stream parsers of
// the libraries take forms we refuse, and one import parses hundreds of thousands a second.
#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <optional>

#include "base/calendar.h"
#include "base/text.h"

namespace twofold {

namespace {

/// Reads a text from the left. Every step says whether it found what it looked for.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool digits(std::size_t count, int& value) {
        if (text_.size() - at_ < count) return false;
        int sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const char c = text_[at_ + i];
            if (c < '0' || c > '9') return false;
            sum = sum * 10 + (c - '0');
        }
        at_ += count;
        value = sum;
        return true;
    }
    bool one_of(std::string_view characters) {
        if (at_ == text_.size() || characters.find(text_[at_]) == characters.npos) return false;
        ++at_;
        return true;
    }
    bool at_digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }
    bool finished() const { return at_ == text_.size(); }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

bool scan_date(Scanner& scanner, Date& date) {
    int month = 0;
    int day = 0;
    if (!scanner.digits(4, date.year) || !scanner.one_of("-") || !scanner.digits(2, month) ||
        !scanner.one_of("-") || !scanner.digits(2, day)) {
        return false;
    }
    date.month = static_cast<unsigned>(month);
    date.day = static_cast<unsigned>(day);
    const std::chrono::year_month_day valid{
        std::chrono::year{date.year}, std::chrono::month{date.month}, std::chrono::day{date.day}};
    return date.year >= 1 && valid.ok();
}

/// Milliseconds of ".123456": digits beyond the third are read and dropped.
bool scan_fraction(Scanner& scanner, DurationMs& fraction_ms) {
    if (!scanner.at_digit()) return false;
    DurationMs weight = 100;
    int digit = 0;
    while (scanner.at_digit()) {
        scanner.digits(1, digit);
        fraction_ms += digit * weight;
        weight /= 10;
    }
    return true;
}

bool scan_time_of_day(Scanner& scanner, DurationMs& time_ms) {
    int hour = 0;
    int minute = 0;
    int second = 0;
    DurationMs fraction_ms = 0;
    if (!scanner.digits(2, hour) || !scanner.one_of(":") || !scanner.digits(2, minute)) {
        return false;
    }
    if (scanner.one_of(":")) {
        if (!scanner.digits(2, second)) return false;
        if (scanner.one_of(".,") && !scan_fraction(scanner, fraction_ms)) return false;
    }
    const bool leap = second == 60 && minute == 59;
    if (hour > 23 || minute > 59 || (second > 59 && !leap)) return false;
    if (leap) {
        second = 59;
        fraction_ms = 999;
    }
    time_ms = hour * kHourMs + minute * kMinuteMs + second * kSecondMs + fraction_ms;
    return true;
}

bool scan_offset(Scanner& scanner, DurationMs& offset_ms) {
    if (scanner.finished() || scanner.one_of("Zz")) return true;
    const bool east = scanner.one_of("+");
    if (!east && !scanner.one_of("-")) return false;
    int hours = 0;
    int minutes = 0;
    if (!scanner.digits(2, hours)) return false;
    const bool colon = scanner.one_of(":");
    if ((colon || scanner.at_digit()) && !scanner.digits(2, minutes)) return false;
    if (hours > 23 || minutes > 59) return false;
    offset_ms = (hours * kHourMs + minutes * kMinuteMs) * (east ? 1 : -1);
    return true;
}

std::optional<TimeMs> scan_instant(std::string_view text) {
    Scanner scanner(text);
    Date date;
    DurationMs time_ms = 0;
    DurationMs offset_ms = 0;
    if (!scan_date(scanner, date) || !scanner.one_of("Tt ") ||
        !scan_time_of_day(scanner, time_ms) || !scan_offset(scanner, offset_ms) ||
        !scanner.finished()) {
        return std::nullopt;
    }
    return Zone::utc().day_start(date) + time_ms - offset_ms;
}

}  // namespace

Result<TimeMs> parse_instant(std::string_view text) {
    const std::optional<TimeMs> time = scan_instant(text);
    if (!time) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("not a time like 2026-03-01T10:00:00Z: {}", quoted(text)));
    }
    return *time;
}

Result<Date> parse_date(std::string_view text) {
    Scanner scanner(text);
    Date date;
    if (!scan_date(scanner, date) || !scanner.finished()) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("not a date like 2026-03-01: {}", quoted(text)));
    }
    return date;
}

}  // namespace twofold
