// SPDX-License-Identifier: Apache-2.0
#include "intake/stripe_lines.h"

#include <utility>

#include "base/text.h"
#include "intake/decode.h"
#include "model/json.h"

namespace twofold::intake {

void StripeLines::begin(std::string_view type, TimeMs time) {
    out_ += '{';
    first_ = true;
    text("type", type);
    text("messageId", source_ + ':' + std::to_string(count_));
    number("timestamp", time);
}

void StripeLines::end() {
    out_ += "}\n";
    ++count_;
}

void StripeLines::member(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    model::append_json_string(out_, name);
    out_ += ':';
}

StripeLines& StripeLines::text(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    member(name);
    model::append_json_string(out_, value);
    return *this;
}

StripeLines& StripeLines::name(std::string_view name, std::string_view value) {
    return text(name, truncate_utf8(value, kNameBytesMax));
}

StripeLines& StripeLines::number(std::string_view name, std::int64_t value) {
    member(name);
    model::append_json_int(out_, value);
    return *this;
}

StripeLines& StripeLines::real(std::string_view name, double value) {
    member(name);
    model::append_json_double(out_, value);
    return *this;
}

StripeLines& StripeLines::flag(std::string_view name, bool value) {
    member(name);
    out_ += value ? "true" : "false";
    return *this;
}

StripeLines& StripeLines::null(std::string_view name) {
    member(name);
    out_ += "null";
    return *this;
}

StripeLines& StripeLines::texts(std::string_view name, std::span<const std::string> values) {
    member(name);
    char before = '[';
    for (const std::string& value : values) {
        out_ += std::exchange(before, ',');
        model::append_json_string(out_, value);
    }
    out_ += values.empty() ? "[]" : "]";
    return *this;
}

StripeLines& StripeLines::open(std::string_view name) {
    member(name);
    out_ += '{';
    first_ = true;
    return *this;
}

StripeLines& StripeLines::close() {
    out_ += '}';
    first_ = false;
    return *this;
}

}  // namespace twofold::intake
