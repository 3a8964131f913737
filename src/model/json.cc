// SPDX-License-Identifier: Apache-2.0
#include "model/json.h"

#include <array>
#include <charconv>
#include <optional>

#include "base/calendar.h"

namespace twofold::model {

namespace {

constexpr std::array<char, 16> kHexDigits{'0', '1', '2', '3', '4', '5', '6', '7',
                                          '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

void append_hex(std::string& out, std::uint64_t value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        out.push_back(kHexDigits[(value >> shift) & 15U]);
    }
}

bool needs_escape(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    out += "\\u00";
    append_hex(out, static_cast<unsigned char>(c), 2);
}

// Own fields that hold times: the wire has them as text.
bool is_time_field(std::string_view name) noexcept {
    return name == "from" || name == "until" || name == "trialUntil" || name == "renewsAt";
}

// Writes the members of one object and keeps count of the commas.
class Object {
public:
    explicit Object(std::string& out) : out_(out) { out_.push_back('{'); }

    std::string& key(std::string_view name) {
        if (!first_) out_.push_back(',');
        first_ = false;
        append_json_string(out_, name);
        out_.push_back(':');
        return out_;
    }
    void text(std::string_view name, std::string_view value) {
        if (!value.empty()) append_json_string(key(name), value);
    }
    void time(std::string_view name, TimeMs time) {
        append_json_string(key(name), format_utc(time));
    }
    void truth(std::string_view name, bool value) {
        if (value) key(name) += "true";
    }
    void close() { out_.push_back('}'); }

private:
    std::string& out_;
    bool first_ = true;
};

void append_section(Object& line, const RecordView& record, Section section,
                    std::string_view name) {
    std::optional<Object> object;
    for (const Field& field : record.fields()) {
        if (field.section != section) continue;
        if (!object) object.emplace(line.key(name));
        append_json(object->key(field.name), field.value);
    }
    if (object) object->close();
}

void append_ids(Object& line, const RecordView& record) {
    line.text("userId", record.user_id());
    line.text("anonymousId", record.anonymous_id());
    switch (record.type()) {
        case RecordType::kTrack:
            line.text("event", record.name());
            return;
        case RecordType::kGroup:
            line.text("groupId", record.customer_id());
            return;
        case RecordType::kSubscription:
        case RecordType::kPayment:
            line.text("id", record.name());
            [[fallthrough]];
        case RecordType::kAlias:
        case RecordType::kRelation:
        case RecordType::kCustomer:
            line.text("customerId", record.customer_id());
            return;
        case RecordType::kIdentify:
            return;
    }
}

void append_duration(Object& line, std::string_view name, std::string_view unit,
                     const Value& value) {
    if (unit == "once") {
        append_json_string(line.key(name), unit);
        return;
    }
    Object duration(line.key(name));
    append_json(duration.key(unit), value);
    duration.close();
}

// A record's own fields: flat inside, on the wire some of them are objects.
void append_own_fields(Object& line, const RecordView& record) {
    std::optional<Object> keys;
    for (const Field& field : record.fields()) {
        if (field.section != Section::kRecord || field.name.starts_with("keys.")) continue;
        const std::size_t dot = field.name.find('.');
        const std::string_view head = field.name.substr(0, dot);
        if (dot != std::string_view::npos && (head == "every" || head == "term")) {
            append_duration(line, head, field.name.substr(dot + 1), field.value);
        } else if (is_time_field(field.name) && field.value.type == ValueType::kInt) {
            line.time(field.name, field.value.integer);
        } else {
            append_json(line.key(field.name), field.value);
        }
    }
    for (const Field& field : record.fields()) {
        if (field.section != Section::kRecord || !field.name.starts_with("keys.")) continue;
        if (!keys) keys.emplace(line.key("keys"));
        append_json(keys->key(field.name.substr(5)), field.value);
    }
    if (keys) keys->close();
}

void append_context(Object& line, const RecordView& record) {
    const bool names_customer =
        record.type() == RecordType::kTrack && !record.customer_id().empty();
    std::optional<Object> context;
    const auto open = [&]() -> Object& {
        if (!context) context.emplace(line.key("context"));
        return *context;
    };
    if (names_customer) open().text("groupId", record.customer_id());
    if (record.has(RecordFlag::kAutomatic)) open().truth("automatic", true);
    for (const Field& field : record.fields()) {
        if (field.section == Section::kContext) append_json(open().key(field.name), field.value);
    }
    if (context) context->close();
}

void append_message_id(Object& line, const RecordView& record) {
    if (!record.has(RecordFlag::kHasMessageId)) return;
    const MessageHash hash = record.message_hash();
    std::string text(kMessageHashPrefix);
    append_hex(text, hash.high, 8);
    append_hex(text, hash.low, 16);
    line.text("messageId", text);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!needs_escape(text[i])) [[likely]]
            continue;
        out.append(text, start, i - start);
        append_escaped(out, text[i]);
        start = i + 1;
    }
    out.append(text, start);
    out.push_back('"');
}

void append_json_double(std::string& out, double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out += text;
    // "10" would read back as an integer, which is another type.
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_json_int(std::string& out, std::int64_t value) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_json(std::string& out, const Value& value) {
    switch (value.type) {
        case ValueType::kNull:
            out += "null";
            return;
        case ValueType::kBool:
            out += value.boolean() ? "true" : "false";
            return;
        case ValueType::kInt:
            append_json_int(out, value.integer);
            return;
        case ValueType::kDouble:
            append_json_double(out, value.real);
            return;
        case ValueType::kString:
            append_json_string(out, value.text);
            return;
        case ValueType::kList:
            out += value.text;
            return;
    }
}

void append_json_line(std::string& out, const RecordView& record) {
    Object line(out);
    line.text("type", record_type_name(record.type()));
    append_ids(line, record);
    append_own_fields(line, record);
    line.truth("removed", record.has(RecordFlag::kRemoved));
    line.truth("undo", record.has(RecordFlag::kUndo));
    append_section(line, record, Section::kProperty, "properties");
    append_section(line, record, Section::kTrait, "traits");
    append_context(line, record);
    line.time(record.type() == RecordType::kPayment ? "time" : "timestamp", record.time());
    if (record.sent() != 0) line.time("sentAt", record.sent());
    append_message_id(line, record);
    line.truth("historical", record.has(RecordFlag::kHistorical));
    line.close();
}

std::string to_json_line(const RecordView& record) {
    std::string line;
    append_json_line(line, record);
    return line;
}

}  // namespace twofold::model
