// SPDX-License-Identifier: Apache-2.0
#include "intake/object_reader.h"

#include <fmt/format.h>

namespace twofold::intake {

namespace {

constexpr std::size_t kCutBytes = kRecordJsonBytesMax + 1;
// Nested lists beyond this are no file that anything wrote.
constexpr std::size_t kAroundMax = 64;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

Result<bool> ObjectReader::next(LineChunk& out) {
    out.bytes.clear();
    out.line_count = 0;
    out.first_line = objects_ + 1;
    while (out.bytes.size() < kChunkBytes) {
        if (plain_.empty()) {
            TF_ASSIGN(plain_, bytes_.next());
            if (plain_.empty()) break;
        }
        take(plain_.front(), out);
        plain_.remove_prefix(1);
    }
    if (plain_.empty() && out.bytes.size() < kChunkBytes && in_value_) end_value(out);
    if (out.line_count > 0) return true;
    if (around_.empty()) return false;
    around_.clear();
    return fail(ErrorCode::kInvalid,
                fmt::format("the file ends inside a list, after object {}", objects_));
}

void ObjectReader::take(char c, LineChunk& out) {
    if (c == '\n' && lines_) {
        break_line(out);
    } else if (in_value_) {
        take_in_value(c, out);
    } else if (in_rest_) {
        take_rest_of_list(c);
    } else {
        take_between(c, out);
    }
}

// Each line stands by itself.
void ObjectReader::break_line(LineChunk& out) {
    if (in_value_) end_value(out);
    around_.clear();
    in_rest_ = false;
    in_string_ = false;
    escaped_ = false;
    depth_ = 0;
}

void ObjectReader::take_between(char c, LineChunk& out) {
    if (c == '\n' && one_line_ && around_.empty()) lines_ = true;
    broken_ = broken_ || c == '\n';
    if (is_space(c) || c == ',') return;
    one_line_ = false;
    if (c == '[' && around_.size() < kAroundMax) {
        if (around_.empty()) broken_ = false;
        around_ += static_cast<char>(Around::kArray);
        return;
    }
    const bool in_array = !around_.empty() && around_.back() == static_cast<char>(Around::kArray);
    if (c == ']' && in_array) {
        around_.pop_back();
        in_rest_ = !around_.empty() && around_.back() == static_cast<char>(Around::kList);
        depth_ = 1;
        one_line_ = around_.empty() && !broken_;
        return;
    }
    begin_value(c);
    if (scalar_ && (c == ']' || c == '}')) end_value(out);
}

void ObjectReader::begin_value(char c) {
    in_value_ = true;
    in_string_ = false;
    escaped_ = false;
    data_key_ = false;
    data_colon_ = false;
    depth_ = 0;
    if (around_.empty()) broken_ = false;
    scalar_ = c != '{' && c != '[';
    if (scalar_) {
        keep(c);
        in_string_ = c == '"';
    } else {
        follow(c);
        keep(c);
    }
}

void ObjectReader::take_in_value(char c, LineChunk& out) {
    if (c == '\n' || c == '\r') {
        broken_ = broken_ || c == '\n';
        // In a string it is an error, which it must stay; elsewhere it is a space.
        keep(in_string_ ? '\x01' : ' ');
        return;
    }
    if (scalar_ && !in_string_ && (is_space(c) || c == ',' || c == ']' || c == '}')) {
        end_value(out);
        take_between(c, out);
        return;
    }
    if (opens_list(c)) {
        value_.clear();
        in_value_ = false;
        data_key_ = false;
        data_colon_ = false;
        around_ += static_cast<char>(Around::kList);
        around_ += static_cast<char>(Around::kArray);
        return;
    }
    follow(c);
    keep(c);
    if (depth_ == 0 && !in_string_ && !scalar_) end_value(out);
}

// "data": [ at the first level of an object: what is around it is a list, and says nothing else.
bool ObjectReader::opens_list(char c) const {
    return c == '[' && !in_string_ && depth_ == 1 && data_colon_ && around_.size() < kAroundMax;
}

void ObjectReader::take_rest_of_list(char c) {
    broken_ = broken_ || c == '\n';
    follow(c);
    if (depth_ > 0) return;
    in_rest_ = false;
    around_.pop_back();
    one_line_ = around_.empty() && !broken_;
}

// Brackets and strings, and the key "data".
void ObjectReader::follow(char c) {
    if (in_string_) {
        if (escaped_) {
            escaped_ = false;
        } else if (c == '\\') {
            escaped_ = true;
        } else if (c == '"') {
            in_string_ = false;
            data_key_ = depth_ == 1 && value_.size() >= string_start_ &&
                        std::string_view(value_).substr(string_start_) == "\"data";
        }
        return;
    }
    if (is_space(c)) return;
    if (c == '"') {
        in_string_ = true;
        string_start_ = value_.size();
    }
    if (c == '{' || c == '[') ++depth_;
    if ((c == '}' || c == ']') && depth_ > 0) --depth_;
    data_colon_ = c == ':' && data_key_;
    data_key_ = false;
}

void ObjectReader::keep(char c) {
    if (value_.size() < kCutBytes) value_ += c;
}

void ObjectReader::end_value(LineChunk& out) {
    out.bytes += value_;
    out.bytes += '\n';
    ++out.line_count;
    ++objects_;
    value_.clear();
    in_value_ = false;
    in_string_ = false;
    one_line_ = around_.empty() && !broken_;
}

}  // namespace twofold::intake
