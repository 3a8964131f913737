// SPDX-License-Identifier: Apache-2.0
#include "intake/outline.h"

#include <algorithm>
#include <array>
#include <bit>
#include <fmt/format.h>
#include <optional>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/text.h"
#include "intake/decode.h"

namespace twofold::intake {

namespace {

enum class Kind : std::uint8_t { kOther, kSpace, kQuote, kOpen, kClose };

constexpr std::array<Kind, 256> kKinds = [] {
    std::array<Kind, 256> kinds{};
    for (const char c : {' ', '\t', '\n', '\r'})
        kinds[static_cast<std::uint8_t>(c)] = Kind::kSpace;
    for (const char c : {'{', '['})
        kinds[static_cast<std::uint8_t>(c)] = Kind::kOpen;
    for (const char c : {'}', ']'})
        kinds[static_cast<std::uint8_t>(c)] = Kind::kClose;
    kinds[static_cast<std::uint8_t>('"')] = Kind::kQuote;
    return kinds;
}();

Kind kind_of(char c) noexcept {
    return kKinds[static_cast<std::uint8_t>(c)];
}

// Every byte of every body goes through the next two: sixteen at a time where the machine can.

/// The first of `text` from `at` on that is one of "[]{} and quotes; its size when there is none.
std::size_t find_bracket_or_quote(std::string_view text, std::size_t at) noexcept {
#if defined(__SSE2__)
    // Brackets and braces differ in one bit.
    const __m128i bit = _mm_set1_epi8(0x20);
    for (; at + 16 <= text.size(); at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        const __m128i folded = _mm_or_si128(bytes, bit);
        const __m128i found =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                         _mm_or_si128(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')),
                                      _mm_cmpeq_epi8(folded, _mm_set1_epi8('}'))));
        if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found)); mask != 0) {
            return at + static_cast<std::size_t>(std::countr_zero(mask));
        }
    }
#endif
    while (at < text.size() &&
           (kind_of(text[at]) == Kind::kOther || kind_of(text[at]) == Kind::kSpace))
        ++at;
    return at;
}

/// The first quote or backslash of `text` from `at` on; its size when there is none.
std::size_t find_quote_or_backslash(std::string_view text, std::size_t at) noexcept {
#if defined(__SSE2__)
    for (; at + 16 <= text.size(); at += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                           _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found)); mask != 0) {
            return at + static_cast<std::size_t>(std::countr_zero(mask));
        }
    }
#endif
    while (at < text.size() && text[at] != '"' && text[at] != '\\')
        ++at;
    return at;
}

// Goes through the text once. Says what it expected and where when it cannot go on.
class Outliner {
public:
    explicit Outliner(std::string_view text) : text_(text) {}

    Result<Outline> run(bool lines) {
        skip_space();
        const bool array = at_ < text_.size() && text_[at_] == '[';
        const bool whole = array ? read_records() : read_object();
        skip_space();
        if (whole && at_ == text_.size()) return std::move(outline_);
        if (lines && !array && fault_code_ == ErrorCode::kInvalid &&
            text_.find('\n') != std::string_view::npos) {
            return read_lines();
        }
        if (whole) expected("nothing more");
        return failed();
    }

private:
    bool expected(const char* what) noexcept {
        if (fault_ == nullptr) fault_ = what;
        return false;
    }

    std::unexpected<Error> failed() const {
        if (fault_code_ == ErrorCode::kTooLarge) return fail(fault_code_, fault_);
        const Place place = place_of(text_, at_);
        const std::string found =
            at_ >= text_.size() ? "the end" : quoted(text_.substr(at_, kFoundBytes));
        auto error = fail(ErrorCode::kInvalid,
                          fmt::format("the body is not JSON: line {}, column {}: expected {}, "
                                      "found {}",
                                      place.line, place.column, fault_, found));
        error.error().at = place;
        return error;
    }

    void skip_space() noexcept {
        while (at_ < text_.size() && kind_of(text_[at_]) == Kind::kSpace)
            ++at_;
    }

    bool take(char c) noexcept {
        skip_space();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    // REQUIRES: at a quote.
    bool skip_string() noexcept {
        for (at_ = find_quote_or_backslash(text_, at_ + 1); at_ < text_.size();
             at_ = find_quote_or_backslash(text_, at_ + 2)) {
            if (text_[at_] == '"') {
                ++at_;
                return true;
            }
        }
        at_ = text_.size();
        return expected("a closing quote");
    }

    // Brackets are counted and not matched: a record that mixes them up is found by its parser.
    bool skip_container() noexcept {
        std::size_t depth = 0;
        for (; at_ < text_.size(); at_ = find_bracket_or_quote(text_, at_)) {
            const Kind kind = kind_of(text_[at_]);
            if (kind == Kind::kQuote) {
                if (!skip_string()) return false;
                continue;
            }
            ++at_;
            if (kind == Kind::kOpen) {
                ++depth;
            } else if (--depth == 0) {
                return true;
            }
        }
        return expected("a closing bracket");
    }

    bool skip_value() noexcept {
        skip_space();
        if (at_ >= text_.size()) return expected("a value");
        const Kind kind = kind_of(text_[at_]);
        if (kind == Kind::kQuote) return skip_string();
        if (kind == Kind::kOpen) return skip_container();
        const std::size_t start = at_;
        while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != ':' &&
               kind_of(text_[at_]) == Kind::kOther) {
            ++at_;
        }
        return at_ > start || expected("a value");
    }

    // The array that starts here, as records.
    bool read_records() {
        outline_.form = BodyForm::kArray;
        outline_.records.clear();
        ++at_;
        if (take(']')) return true;
        do {
            skip_space();
            const std::size_t start = at_;
            if (!skip_value()) return false;
            if (!add(start, at_ - start)) return false;
        } while (take(','));
        return take(']') || expected("a comma or ]");
    }

    bool add(std::size_t offset, std::size_t length) {
        if (outline_.records.size() == kRecordsPerRequestMax) {
            fault_code_ = ErrorCode::kTooLarge;
            return expected("more than 500,000 records in one request");
        }
        outline_.records.push_back(
            {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)});
        return true;
    }

    bool read_object() {
        skip_space();
        const std::size_t start = at_;
        std::optional<Slice> batch;
        ++at_;
        if (!take('}') && !read_members(batch)) return false;
        const std::string_view whole = text_.substr(start, at_ - start);
        if (!batch) {
            outline_.records.clear();
            return add(start, whole.size());
        }
        outline_.form = BodyForm::kEnvelope;
        const std::size_t before = batch->offset - start;
        if (whole.size() - batch->length > kEnvelopeBytesMax) {
            fault_code_ = ErrorCode::kTooLarge;
            return expected("more than 1 MiB around the batch");
        }
        outline_.envelope.assign(whole.substr(0, before));
        outline_.envelope += "[]";
        outline_.envelope += whole.substr(before + batch->length);
        return true;
    }

    bool read_members(std::optional<Slice>& batch) {
        do {
            skip_space();
            const std::size_t start = at_;
            if (at_ >= text_.size() || text_[at_] != '"') return expected("a name in quotes");
            if (!skip_string()) return false;
            const bool is_batch = text_.substr(start, at_ - start) == "\"batch\"";
            if (!take(':')) return expected("a colon");
            skip_space();
            const std::size_t value = at_;
            if (is_batch && at_ < text_.size() && text_[at_] == '[') {
                if (!read_records()) return false;
                batch = Slice{static_cast<std::uint32_t>(value),
                              static_cast<std::uint32_t>(at_ - value)};
            } else if (!skip_value()) {
                return false;
            }
        } while (take(','));
        return take('}') || expected("a comma or }");
    }

    Result<Outline> read_lines() {
        outline_.form = BodyForm::kLines;
        outline_.records.clear();
        for (std::size_t start = 0; start < text_.size();) {
            const std::size_t end = std::min(text_.find('\n', start), text_.size());
            const std::string_view line = text_.substr(start, end - start);
            const bool blank = std::all_of(line.begin(), line.end(),
                                           [](char c) { return kind_of(c) == Kind::kSpace; });
            if (!add(start, blank ? 0 : line.size())) return failed();
            start = end + 1;
        }
        return std::move(outline_);
    }

    static constexpr std::size_t kFoundBytes = 20;

    std::string_view text_;
    std::size_t at_ = 0;
    Outline outline_;
    const char* fault_ = nullptr;
    ErrorCode fault_code_ = ErrorCode::kInvalid;
};

}  // namespace

Result<Outline> outline(std::string_view json, bool lines) {
    return Outliner(json).run(lines);
}

Place place_of(std::string_view text, std::size_t offset) noexcept {
    Place place;
    for (const char c : text.substr(0, offset)) {
        if (c == '\n') {
            ++place.line;
            place.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) {
            ++place.column;  // continuation bytes belong to a character already counted
        }
    }
    return place;
}

}  // namespace twofold::intake
