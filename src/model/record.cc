// SPDX-License-Identifier: Apache-2.0
#include "model/record.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "base/check.h"

static_assert(std::endian::native == std::endian::little, "records are little-endian in memory");

namespace twofold::model {

namespace {

constexpr std::uint8_t kVersion = 1;

// Offsets of the header, see the table in record.h.
constexpr std::size_t kLengthAt = 0;
constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kTypeAt = 5;
constexpr std::size_t kFlagsAt = 6;
constexpr std::size_t kSequenceAt = 8;
constexpr std::size_t kTimeAt = 16;
constexpr std::size_t kReceivedAt = 24;
constexpr std::size_t kSentAt = 32;
constexpr std::size_t kHashLowAt = 40;
constexpr std::size_t kHashHighAt = 48;
constexpr std::size_t kFieldCountAt = 52;
constexpr std::size_t kFileAt = 56;
constexpr std::size_t kLineAt = 64;
constexpr std::size_t kTextLengthsAt = 72;

constexpr std::size_t kFieldHeaderBytes = 4;

template <typename T>
T load(const std::byte* at) noexcept {
    T value;
    std::memcpy(&value, at, sizeof(T));
    return value;
}

template <typename T>
void store(std::byte* at, T value) noexcept {
    std::memcpy(at, &value, sizeof(T));
}

std::string_view as_text(const std::byte* at, std::size_t length) noexcept {
    return {reinterpret_cast<const char*>(at), length};
}

// Reads the value at `at` and moves past it. The bytes are known to be sound.
Value read_value(ValueType type, const std::byte*& at) noexcept {
    Value value;
    value.type = type;
    switch (type) {
        case ValueType::kNull:
            break;
        case ValueType::kBool:
            value.integer = load<std::uint8_t>(at);
            at += 1;
            break;
        case ValueType::kInt:
            value.integer = load<std::int64_t>(at);
            at += 8;
            break;
        case ValueType::kDouble:
            value.real = load<double>(at);
            at += 8;
            break;
        case ValueType::kString:
        case ValueType::kList: {
            const auto length = load<std::uint32_t>(at);
            value.text = as_text(at + 4, length);
            at += 4 + std::size_t{length};
            break;
        }
    }
    return value;
}

}  // namespace

// Goes once over the bytes and stops at the first that cannot be.
class RecordReader {
public:
    explicit RecordReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    Result<RecordView> read() {
        if (const char* fault = read_header()) return damaged(fault);
        if (const char* fault = read_texts()) return damaged(fault);
        view_.fields_ = bytes_.data() + at_;
        for (std::uint32_t i = 0; i < view_.field_count_; ++i) {
            if (const char* fault = check_field()) return damaged(fault);
        }
        if (at_ != bytes_.size()) return damaged("bytes are left over");
        return view_;
    }

private:
    static std::unexpected<Error> damaged(const char* fault) {
        return fail(ErrorCode::kCorrupt, std::string("not a record: ") + fault);
    }

    std::size_t left() const noexcept { return bytes_.size() - at_; }

    const char* read_header() noexcept {
        if (bytes_.size() < kRecordHeaderBytes) return "shorter than a header";
        if (bytes_.size() > kRecordBytesMax) return "too long";
        const std::byte* header = bytes_.data();
        if (load<std::uint32_t>(header + kLengthAt) != bytes_.size()) return "length differs";
        if (load<std::uint8_t>(header + kVersionAt) != kVersion) return "unknown version";
        const auto type = load<std::uint8_t>(header + kTypeAt);
        if (type < static_cast<std::uint8_t>(RecordType::kTrack) ||
            type > static_cast<std::uint8_t>(RecordType::kPayment)) {
            return "unknown type";
        }
        view_.bytes_ = bytes_;
        view_.type_ = static_cast<RecordType>(type);
        view_.flags_ = load<std::uint16_t>(header + kFlagsAt);
        if ((view_.flags_ & ~kKnownRecordFlags) != 0) return "unknown flags";
        view_.field_count_ = load<std::uint32_t>(header + kFieldCountAt);
        return nullptr;
    }

    const char* read_texts() noexcept {
        at_ = kRecordHeaderBytes;
        for (std::size_t i = 0; i < view_.texts_.size(); ++i) {
            const auto length = load<std::uint16_t>(bytes_.data() + kTextLengthsAt + 2 * i);
            if (length > left()) return "a text goes beyond the end";
            view_.texts_[i] = as_text(bytes_.data() + at_, length);
            at_ += length;
        }
        return nullptr;
    }

    const char* check_field() noexcept {
        if (left() < kFieldHeaderBytes) return "a field goes beyond the end";
        const std::byte* field = bytes_.data() + at_;
        const auto section = load<std::uint8_t>(field);
        if (section < static_cast<std::uint8_t>(Section::kProperty) ||
            section > static_cast<std::uint8_t>(Section::kRecord)) {
            return "unknown section";
        }
        const auto type = load<std::uint8_t>(field + 1);
        if (type >= kValueTypeCount) return "unknown type of a value";
        const auto name_length = load<std::uint16_t>(field + 2);
        at_ += kFieldHeaderBytes;
        if (name_length > left()) return "a name goes beyond the end";
        at_ += name_length;
        return check_value(static_cast<ValueType>(type));
    }

    const char* check_value(ValueType type) noexcept {
        const std::byte* value = bytes_.data() + at_;
        switch (type) {
            case ValueType::kNull:
                return nullptr;
            case ValueType::kBool:
                if (left() < 1 || load<std::uint8_t>(value) > 1) return "not a truth value";
                at_ += 1;
                return nullptr;
            case ValueType::kInt:
            case ValueType::kDouble:
                if (left() < 8) return "a number goes beyond the end";
                if (type == ValueType::kDouble && !std::isfinite(load<double>(value))) {
                    return "a number is not finite";
                }
                at_ += 8;
                return nullptr;
            case ValueType::kString:
            case ValueType::kList:
                break;
        }
        if (left() < 4) return "a value goes beyond the end";
        const auto length = load<std::uint32_t>(value);
        at_ += 4;
        if (length > left()) return "a value goes beyond the end";
        at_ += length;
        return nullptr;
    }

    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    RecordView view_;
};

std::string_view record_type_name(RecordType type) noexcept {
    switch (type) {
        case RecordType::kTrack:
            return "track";
        case RecordType::kIdentify:
            return "identify";
        case RecordType::kAlias:
            return "alias";
        case RecordType::kGroup:
            return "group";
        case RecordType::kRelation:
            return "relation";
        case RecordType::kCustomer:
            return "customer";
        case RecordType::kSubscription:
            return "subscription";
        case RecordType::kPayment:
            return "payment";
    }
    return "unknown";
}

Result<RecordView> RecordView::parse(std::span<const std::byte> bytes) {
    return RecordReader(bytes).read();
}

Sequence RecordView::sequence() const noexcept {
    return load<Sequence>(bytes_.data() + kSequenceAt);
}

TimeMs RecordView::time() const noexcept {
    return load<TimeMs>(bytes_.data() + kTimeAt);
}

TimeMs RecordView::received() const noexcept {
    return load<TimeMs>(bytes_.data() + kReceivedAt);
}

TimeMs RecordView::sent() const noexcept {
    return load<TimeMs>(bytes_.data() + kSentAt);
}

MessageHash RecordView::message_hash() const noexcept {
    return {load<std::uint64_t>(bytes_.data() + kHashLowAt),
            load<std::uint32_t>(bytes_.data() + kHashHighAt)};
}

Origin RecordView::origin() const noexcept {
    return {load<std::uint64_t>(bytes_.data() + kFileAt),
            load<std::uint64_t>(bytes_.data() + kLineAt)};
}

RecordView::Fields RecordView::fields() const noexcept {
    return {fields_, field_count_};
}

Value RecordView::find(Section section, std::string_view name) const noexcept {
    for (const Field& field : fields()) {
        if (field.section == section && field.name == name) return field.value;
    }
    return Value::null();
}

void RecordView::FieldIterator::read() noexcept {
    field_.section = static_cast<Section>(load<std::uint8_t>(next_));
    const auto type = static_cast<ValueType>(load<std::uint8_t>(next_ + 1));
    const auto name_length = load<std::uint16_t>(next_ + 2);
    field_.name = as_text(next_ + kFieldHeaderBytes, name_length);
    next_ += kFieldHeaderBytes + name_length;
    field_.value = read_value(type, next_);
}

void RecordBuilder::reset(RecordType type) noexcept {
    type_ = type;
    flags_ = 0;
    time_ = received_ = sent_ = 0;
    hash_ = {};
    origin_ = {};
    texts_ = {};
    fields_.clear();
    field_count_ = 0;
}

RecordBuilder& RecordBuilder::flag(RecordFlag flag, bool on) noexcept {
    const auto bit = static_cast<std::uint16_t>(flag);
    flags_ = static_cast<std::uint16_t>(on ? flags_ | bit : flags_ & ~bit);
    return *this;
}

RecordBuilder& RecordBuilder::time(TimeMs time) noexcept {
    time_ = time;
    return flag(RecordFlag::kHasTime);
}

RecordBuilder& RecordBuilder::received(TimeMs time) noexcept {
    received_ = time;
    return *this;
}

RecordBuilder& RecordBuilder::sent(TimeMs time) noexcept {
    sent_ = time;
    return *this;
}

RecordBuilder& RecordBuilder::message_hash(MessageHash hash) noexcept {
    hash_ = hash;
    return flag(RecordFlag::kHasMessageId);
}

RecordBuilder& RecordBuilder::origin(Origin origin) noexcept {
    origin_ = origin;
    return *this;
}

RecordBuilder& RecordBuilder::field(Section section, std::string_view name, const Value& value) {
    TF_CHECK(name.size() <= kRecordTextBytesMax);
    TF_CHECK(value.type != ValueType::kDouble || std::isfinite(value.real));
    const std::size_t value_bytes = value.is_text()                  ? 4 + value.text.size()
                                    : value.type == ValueType::kNull ? 0
                                    : value.type == ValueType::kBool ? 1
                                                                     : 8;
    const std::size_t start = fields_.size();
    fields_.resize(start + kFieldHeaderBytes + name.size() + value_bytes);
    std::byte* at = fields_.data() + start;
    store(at, static_cast<std::uint8_t>(section));
    store(at + 1, static_cast<std::uint8_t>(value.type));
    store(at + 2, static_cast<std::uint16_t>(name.size()));
    std::memcpy(at + kFieldHeaderBytes, name.data(), name.size());
    at += kFieldHeaderBytes + name.size();
    switch (value.type) {
        case ValueType::kNull:
            break;
        case ValueType::kBool:
            store(at, static_cast<std::uint8_t>(value.integer != 0));
            break;
        case ValueType::kInt:
            store(at, value.integer);
            break;
        case ValueType::kDouble:
            store(at, value.real);
            break;
        case ValueType::kString:
        case ValueType::kList:
            store(at, static_cast<std::uint32_t>(value.text.size()));
            std::memcpy(at + 4, value.text.data(), value.text.size());
            break;
    }
    ++field_count_;
    return *this;
}

std::size_t RecordBuilder::byte_count() const noexcept {
    std::size_t count = kRecordHeaderBytes + fields_.size();
    for (const std::string_view text : texts_)
        count += text.size();
    return count;
}

void RecordBuilder::append_to(std::vector<std::byte>& out) const {
    const std::size_t count = byte_count();
    TF_CHECK(count <= kRecordBytesMax);
    const std::size_t start = out.size();
    out.resize(start + count);
    std::byte* at = out.data() + start;
    store(at + kLengthAt, static_cast<std::uint32_t>(count));
    store(at + kVersionAt, kVersion);
    store(at + kTypeAt, static_cast<std::uint8_t>(type_));
    store(at + kFlagsAt, flags_);
    store(at + kSequenceAt, Sequence{0});
    const bool has_time = (flags_ & static_cast<std::uint16_t>(RecordFlag::kHasTime)) != 0;
    store(at + kTimeAt, has_time ? time_ : received_);
    store(at + kReceivedAt, received_);
    store(at + kSentAt, sent_);
    store(at + kHashLowAt, hash_.low);
    store(at + kHashHighAt, hash_.high);
    store(at + kFieldCountAt, field_count_);
    store(at + kFileAt, origin_.file);
    store(at + kLineAt, origin_.line);
    std::byte* text_at = at + kRecordHeaderBytes;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
        const std::string_view text = texts_[i];
        TF_CHECK(text.size() <= kRecordTextBytesMax);
        store(at + kTextLengthsAt + 2 * i, static_cast<std::uint16_t>(text.size()));
        if (!text.empty()) std::memcpy(text_at, text.data(), text.size());
        text_at += text.size();
    }
    if (!fields_.empty()) std::memcpy(text_at, fields_.data(), fields_.size());
}

std::vector<std::byte> RecordBuilder::bytes() const {
    std::vector<std::byte> made;
    append_to(made);
    return made;
}

void set_sequence(std::span<std::byte> record, Sequence sequence) noexcept {
    TF_CHECK(record.size() >= kRecordHeaderBytes);
    store(record.data() + kSequenceAt, sequence);
}

std::size_t record_length(std::span<const std::byte> bytes) noexcept {
    if (bytes.size() < kRecordHeaderBytes) return 0;
    const std::size_t length = load<std::uint32_t>(bytes.data() + kLengthAt);
    return length < kRecordHeaderBytes || length > kRecordBytesMax ? 0 : length;
}

}  // namespace twofold::model
