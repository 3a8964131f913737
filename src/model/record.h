// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/types.h"

/// The record: the one form of everything that comes in, as bytes. The bytes in memory are the
/// bytes in the log, so this is a FILE FORMAT (golden file: testdata/records.v1.bin). All numbers
/// little-endian, nothing aligned:
///
///   offset size what
///        0    4 length of the whole record, these four bytes included
///        4    1 version of this format: 1
///        5    1 RecordType
///        6    2 flags, RecordFlag bits
///        8    8 sequence; 0 until the log has given it
///       16    8 time, ms since 1970: as sent, before any correction; the receipt if none was sent
///       24    8 time of receipt
///       32    8 time at which the client says it sent; 0 = it did not say
///       40    8 message hash, low 64 of 96 bits   } both 0 without kHasMessageId
///       48    4 message hash, high 32 bits        }
///       52    4 number of fields
///       56    8 import: id of the file; 0 = did not come from a file
///       64    8 import: line in it, from 1; 0 = none
///       72    2 length of user id
///       74    2 length of anonymous id
///       76    2 length of name
///       78    2 length of customer id
///       80    – these four texts in this order, then the fields, each:
///                 1 Section, 1 ValueType, 2 length of name, name, then by type
///                 null –, bool 1 byte (0, 1), int 8, double 8, string and list 4 + text
///
/// What the texts and the fields in section kRecord hold, by type (times: int, ms since 1970):
///
///   type          user   anonymous  name        customer           section kRecord
///   track         userId anonymousId event      context.groupId    –
///   identify      userId anonymousId –          –                  –
///   alias         userId anonymousId –          –                  previousId
///    of customers –      –          –           customerId         previousCustomerId
///   group         userId anonymousId –          groupId            role
///   relation      userId –          –           customerId         role, from, [until]
///   customer      –      –          –           customerId         [kind] [parentId] [ownerId]
///                                                                  keys.<system>; null = cleared
///   subscription  –      –          id          customerId         item, amount, currency, from,
///                 quantity, metered, every.months | every.days (int) | every.once (true), [until]
///                 [plan] [product] [discountPercent] [amountOff] [trialUntil] [renewsAt]
///                 [term.months | term.days] [endReason] [status]; discountPercent a double
///   payment       –      –          id          customerId         amount, currency, kind,
///                                                                  [subscriptionId]
///
/// `page` and `screen` are tracks of "Page Viewed" and "Screen Viewed". Traits of identify belong
/// to the user, of group and customer to the customer. A group may carry no user: traits alone.
/// docs/records.md has the same from the sender's side, with the limits.
namespace twofold::model {

enum class RecordType : std::uint8_t {
    kTrack = 1,
    kIdentify = 2,
    kAlias = 3,
    kGroup = 4,
    kRelation = 5,
    kCustomer = 6,
    kSubscription = 7,
    kPayment = 8,
};
/// As in JSON: "track", "identify", …
std::string_view record_type_name(RecordType type) noexcept;

enum class RecordFlag : std::uint16_t {
    kAutomatic = 1,     ///< Nobody did it: a mail, a job, a sync. `use` leaves it out.
    kHasMessageId = 2,  ///< The message hash is set.
    kHasTime = 4,       ///< The sender gave the time; else it is that of receipt.
    kRemoved = 8,       ///< Of a relation: "removed": true.
    kUndo = 16,         ///< Of an alias: "undo": true.
    kHistorical = 32,   ///< Loaded after the fact: never correct its time by a device's offset.
};
inline constexpr std::uint16_t kKnownRecordFlags = 63;

enum class Section : std::uint8_t {
    kProperty = 1,  ///< Of an event; nested keys by dots, listed context fields folded in.
    kTrait = 2,
    kContext = 3,  ///< "sessionId".
    kRecord = 4,   ///< A record's own fields by their name on the wire, see above.
};

/// 96 bits of a keyed hash of (project, messageId): what makes a record count once.
struct MessageHash {
    std::uint64_t low = 0;
    std::uint32_t high = 0;
    bool operator==(const MessageHash&) const = default;
};

/// A line of an imported file; {0, 0} for what came another way.
struct Origin {
    std::uint64_t file = 0;  ///< Hash of the file's content, never 0 for a file.
    std::uint64_t line = 0;  ///< From 1.
    bool operator==(const Origin&) const = default;
};

struct Field {
    Section section = Section::kProperty;
    std::string_view name;
    Value value;
    bool operator==(const Field&) const = default;
};

/// Bytes before the texts; also the least a record can have.
inline constexpr std::size_t kRecordHeaderBytes = 80;
/// The most a record may have: what is longer is no record. Intake refuses it by its own, equal
/// limit (`event_too_large`).
inline constexpr std::size_t kRecordBytesMax = std::size_t{256} * 1024;
/// The most bytes of one of the four texts, and of a field's name.
inline constexpr std::size_t kRecordTextBytesMax = 65'535;

/// A record where it lies. Borrowed from the bytes, which must outlive it and everything taken
/// from it. Cheap to copy; any thread while nobody writes to the bytes.
class RecordView {
public:
    class FieldIterator;
    class Fields;

    /// Checks everything that reading relies on, so bytes from a disk or a fuzzer are safe: length,
    /// version, type, flags, every text, every field, nothing left over. Does not check that text
    /// is UTF-8 (intake did) nor that a type has the fields of its table. O(bytes).
    /// Errors: kCorrupt, with what is wrong.
    static Result<RecordView> parse(std::span<const std::byte> bytes);

    std::span<const std::byte> bytes() const noexcept { return bytes_; }

    RecordType type() const noexcept { return type_; }
    std::uint16_t flags() const noexcept { return flags_; }
    bool has(RecordFlag flag) const noexcept {
        return (flags_ & static_cast<std::uint16_t>(flag)) != 0;
    }
    Sequence sequence() const noexcept;
    TimeMs time() const noexcept;  ///< As sent, see the table.
    TimeMs received() const noexcept;
    TimeMs sent() const noexcept;  ///< 0 = not said.
    MessageHash message_hash() const noexcept;
    Origin origin() const noexcept;

    /// Empty when there is none.
    std::string_view user_id() const noexcept { return texts_[0]; }
    std::string_view anonymous_id() const noexcept { return texts_[1]; }
    std::string_view name() const noexcept { return texts_[2]; }
    std::string_view customer_id() const noexcept { return texts_[3]; }

    std::uint32_t field_count() const noexcept { return field_count_; }
    /// In the order in which they were written; a (section, name) occurs once in what intake makes.
    Fields fields() const noexcept;
    /// The value of the first field of that name; kNull when there is none or it is null.
    /// O(fields).
    Value find(Section section, std::string_view name) const noexcept;

private:
    friend class RecordReader;
    RecordView() = default;

    std::span<const std::byte> bytes_;
    std::array<std::string_view, 4> texts_;
    const std::byte* fields_ = nullptr;
    std::uint32_t field_count_ = 0;
    std::uint16_t flags_ = 0;
    RecordType type_ = RecordType::kTrack;
};

/// Walks fields that parse() has checked.
class RecordView::FieldIterator {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Field;
    using difference_type = std::ptrdiff_t;
    using pointer = const Field*;
    using reference = const Field&;

    FieldIterator() = default;
    FieldIterator(const std::byte* at, std::uint32_t left) noexcept : next_(at), left_(left) {
        if (left_ > 0) read();
    }

    const Field& operator*() const noexcept { return field_; }
    const Field* operator->() const noexcept { return &field_; }
    FieldIterator& operator++() noexcept {
        if (--left_ > 0) read();
        return *this;
    }
    FieldIterator operator++(int) noexcept {
        FieldIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const FieldIterator& other) const noexcept { return left_ == other.left_; }

private:
    void read() noexcept;

    const std::byte* next_ = nullptr;
    std::uint32_t left_ = 0;
    Field field_;
};

class RecordView::Fields {
public:
    Fields(const std::byte* at, std::uint32_t count) noexcept : at_(at), count_(count) {}
    FieldIterator begin() const noexcept { return {at_, count_}; }
    FieldIterator end() const noexcept { return {}; }

private:
    const std::byte* at_;
    std::uint32_t count_;
};

/// Writes records. Texts given to it are borrowed until append_to() or bytes(), except names and
/// values of fields, which are copied at once. Reuse one builder for many records: it then
/// allocates nothing.
///
///   RecordBuilder record(RecordType::kTrack);
///   record.user_id("u1").name("Exported").time(time).received(now).property("format", text);
///   record.append_to(arena);
class RecordBuilder {
public:
    explicit RecordBuilder(RecordType type = RecordType::kTrack) noexcept : type_(type) {}

    /// Forgets everything and begins a record of this type.
    void reset(RecordType type) noexcept;

    RecordBuilder& flag(RecordFlag flag, bool on = true) noexcept;
    /// Sets kHasTime too.
    RecordBuilder& time(TimeMs time) noexcept;
    /// Also the time, unless time() was or will be called.
    RecordBuilder& received(TimeMs time) noexcept;
    RecordBuilder& sent(TimeMs time) noexcept;
    /// Sets kHasMessageId too.
    RecordBuilder& message_hash(MessageHash hash) noexcept;
    RecordBuilder& origin(Origin origin) noexcept;
    RecordBuilder& user_id(std::string_view id) noexcept { return text(0, id); }
    RecordBuilder& anonymous_id(std::string_view id) noexcept { return text(1, id); }
    RecordBuilder& name(std::string_view name) noexcept { return text(2, name); }
    RecordBuilder& customer_id(std::string_view id) noexcept { return text(3, id); }

    /// REQUIRES: name within kRecordTextBytesMax; a double is finite.
    RecordBuilder& field(Section section, std::string_view name, const Value& value);
    RecordBuilder& property(std::string_view name, const Value& value) {
        return field(Section::kProperty, name, value);
    }
    RecordBuilder& trait(std::string_view name, const Value& value) {
        return field(Section::kTrait, name, value);
    }
    /// A field of the record itself: "role", "from", …
    RecordBuilder& own(std::string_view name, const Value& value) {
        return field(Section::kRecord, name, value);
    }

    /// What append_to() would write now.
    std::size_t byte_count() const noexcept;
    /// Appends the record. REQUIRES: byte_count() <= kRecordBytesMax and texts within
    /// kRecordTextBytesMax.
    void append_to(std::vector<std::byte>& out) const;
    std::vector<std::byte> bytes() const;

private:
    RecordBuilder& text(std::size_t which, std::string_view value) noexcept {
        texts_[which] = value;
        return *this;
    }

    RecordType type_;
    std::uint16_t flags_ = 0;
    TimeMs time_ = 0;
    TimeMs received_ = 0;
    TimeMs sent_ = 0;
    MessageHash hash_;
    Origin origin_;
    std::array<std::string_view, 4> texts_;
    std::vector<std::byte> fields_;
    std::uint32_t field_count_ = 0;
};

/// Writes the sequence into a record's bytes. REQUIRES: at least kRecordHeaderBytes of one.
void set_sequence(std::span<std::byte> record, Sequence sequence) noexcept;

/// Length of the record that starts here, from its first four bytes; 0 when there are fewer bytes
/// than a header or the length is impossible. For walking records that lie end to end.
std::size_t record_length(std::span<const std::byte> bytes) noexcept;

}  // namespace twofold::model
