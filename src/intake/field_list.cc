// SPDX-License-Identifier: Apache-2.0
#include "intake/field_list.h"

#include <fmt/format.h>
#include <functional>
#include <limits>

#include "base/check.h"
#include "base/text.h"
#include "intake/decode.h"
#include "model/json.h"

namespace twofold::intake {

namespace {

using model::Section;
using model::Value;
using model::ValueType;

// More than twice kFieldsMax and what a record has of its own, so that probing stays short.
constexpr std::size_t kSlotCount = 4'096;
constexpr std::size_t kOwnFieldsMax = 200;
static_assert(kSlotCount >= 2 * (kFieldsMax + kOwnFieldsMax));

// The record is at depth 1, what it holds directly at 2.
constexpr std::size_t kFirstDepth = 2;

Checked<void> check_depth(std::size_t depth, std::string_view name) {
    if (depth <= kDepthMax) return {};
    return refuse(RejectionCode::kTooDeep,
                  fmt::format("more than {} levels at {}", kDepthMax, quoted(name)));
}

Checked<void> check_text(std::string_view name, std::size_t bytes) {
    if (bytes <= kStringBytesMax) return {};
    return refuse(RejectionCode::kEventTooLarge,
                  fmt::format("more than {} KiB in {}", kStringBytesMax / 1024, quoted(name)));
}

std::unexpected<Refusal> number_too_large(std::string_view name) {
    return refuse(RejectionCode::kNumberTooLarge,
                  fmt::format("an integer of 2^63 or more in {}", quoted(name)));
}

}  // namespace

FieldList::FieldList() : slots_(kSlotCount, 0) {}

void FieldList::clear() {
    entries_.clear();
    name_count_ = 0;
    lists_.clear();
    if (++generation_ == std::numeric_limits<std::uint32_t>::max()) {
        slots_.assign(kSlotCount, 0);
        generation_ = 1;
    }
}

FieldList::Entry* FieldList::entry_in(std::uint64_t slot) noexcept {
    return slot >> 32 == generation_ ? &entries_[static_cast<std::uint32_t>(slot)] : nullptr;
}

// The slot of that name, or the free one where it would go.
std::uint64_t& FieldList::slot_of(Section section, std::string_view name) noexcept {
    std::size_t at = std::hash<std::string_view>{}(name) + static_cast<std::size_t>(section);
    for (;; ++at) {
        std::uint64_t& slot = slots_[at & (kSlotCount - 1)];
        const Entry* entry = entry_in(slot);
        if (entry == nullptr || (entry->section == section && entry->name == name)) return slot;
    }
}

Checked<void> FieldList::set(std::string_view name, Entry entry) {
    std::uint64_t& slot = slot_of(section_, name);
    entry.section = section_;
    entry.pass = pass_;
    if (Entry* there = entry_in(slot)) {
        // A null property says nothing, so it is absent to whoever comes later.
        const bool taken = !there->value.is_null() || section_ != Section::kProperty;
        if (where_ == Where::kIfAbsent && taken && there->pass != pass_) return {};
        entry.name = there->name;
        *there = entry;
        return {};
    }
    if (!ready_ && entries_.size() >= kFieldsMax) {
        return refuse(RejectionCode::kTooManyProperties,
                      fmt::format("more than {} properties", kFieldsMax));
    }
    TF_CHECK(entries_.size() < kFieldsMax + kOwnFieldsMax);
    if (name.data() == name_.data()) {
        if (name_count_ == names_.size()) names_.emplace_back();
        names_[name_count_] = name;
        name = names_[name_count_++];
    }
    entry.name = name;
    slot = std::uint64_t{generation_} << 32 | entries_.size();
    entries_.push_back(entry);
    return {};
}

Checked<void> FieldList::add_object(Section section, JsonValue object, Where where) {
    section_ = section;
    where_ = where;
    ++pass_;
    name_.clear();
    return walk(object, kFirstDepth);
}

Checked<void> FieldList::add(Section section, std::string_view name, JsonValue value, Where where) {
    section_ = section;
    where_ = where;
    ++pass_;
    if (value.is(JsonType::kObject)) {
        name_ = name;
        name_.push_back('.');
        return walk(value, kFirstDepth);
    }
    TF_ASSIGN(const Entry entry, make_entry(name, value, kFirstDepth));
    return set(name, entry);
}

void FieldList::put(Section section, std::string_view name, const Value& value) {
    section_ = section;
    where_ = Where::kReplace;
    ++pass_;
    Entry entry;
    entry.value = value;
    ready_ = true;
    const auto done = set(name, entry);
    ready_ = false;
    TF_CHECK(done.has_value());
}

// Members of an object at this depth; name_ holds the prefix.
Checked<void> FieldList::walk(JsonValue object, std::size_t depth) {
    TF_TRY(check_depth(depth, name_));
    Checked<void> done;
    for (JsonValue key = object.inside(); !key.is_end();) {
        const JsonValue value = key.next();
        TF_TRY(walk_member(key.text(), value, depth));
        key = value.next();
    }
    return done;
}

Checked<void> FieldList::walk_member(std::string_view key, JsonValue value, std::size_t depth) {
    const std::size_t prefix = name_.size();
    if (prefix + key.size() > kNameBytesMax) {
        return refuse(RejectionCode::kNameTooLong,
                      fmt::format("a name of more than {} bytes: {}", kNameBytesMax,
                                  quoted(name_ + std::string(key))));
    }
    if (value.is(JsonType::kObject)) {
        name_ += key;
        name_.push_back('.');
        TF_TRY(walk(value, depth + 1));
        name_.resize(prefix);
        return {};
    }
    if (prefix > 0) name_ += key;
    const std::string_view name = prefix > 0 ? std::string_view(name_) : key;
    TF_ASSIGN(const Entry entry, make_entry(name, value, depth + 1));
    TF_TRY(set(name, entry));
    name_.resize(prefix);
    return {};
}

Checked<FieldList::Entry> FieldList::make_entry(std::string_view name, JsonValue value,
                                                std::size_t depth) {
    Entry entry;
    switch (value.type()) {
        case JsonType::kString:
            TF_TRY(check_text(name, value.text().size()));
            entry.value = Value::of_string(value.text());
            break;
        case JsonType::kInt:
            entry.value = Value::of_int(value.integer());
            break;
        case JsonType::kUnsigned:
            return number_too_large(name);
        case JsonType::kDouble:
            entry.value = Value::of_double(value.real());
            break;
        case JsonType::kTrue:
        case JsonType::kFalse:
            entry.value = Value::of_bool(value.is(JsonType::kTrue));
            break;
        case JsonType::kArray:
            entry.list_offset = static_cast<std::uint32_t>(lists_.size());
            TF_TRY(append_list(name, value, depth));
            entry.list_length = static_cast<std::uint32_t>(lists_.size()) - entry.list_offset;
            TF_TRY(check_text(name, entry.list_length));
            entry.value.type = ValueType::kList;
            break;
        case JsonType::kObject:  // its members are fields, see walk_member
        case JsonType::kMissing:
        case JsonType::kNull:
            break;
    }
    return entry;
}

// The text of a list is made anew, not copied: one spelling for equal lists, whoever sent them.
Checked<void> FieldList::append_list(std::string_view name, JsonValue value, std::size_t depth) {
    switch (value.type()) {
        case JsonType::kArray: {
            TF_TRY(check_depth(depth, name));
            lists_.push_back('[');
            bool first = true;
            for (JsonValue item = value.inside(); !item.is_end(); item = item.next()) {
                if (!first) lists_.push_back(',');
                first = false;
                TF_TRY(append_list(name, item, depth + 1));
            }
            lists_.push_back(']');
            return {};
        }
        case JsonType::kObject:
            return append_list_object(name, value, depth);
        case JsonType::kString:
            model::append_json_string(lists_, value.text());
            return {};
        case JsonType::kInt:
            model::append_json_int(lists_, value.integer());
            return {};
        case JsonType::kUnsigned:
            return number_too_large(name);
        case JsonType::kDouble:
            model::append_json_double(lists_, value.real());
            return {};
        case JsonType::kTrue:
            lists_ += "true";
            return {};
        case JsonType::kFalse:
            lists_ += "false";
            return {};
        case JsonType::kMissing:
        case JsonType::kNull:
            lists_ += "null";
            return {};
    }
    return {};
}

Checked<void> FieldList::append_list_object(std::string_view name, JsonValue object,
                                            std::size_t depth) {
    TF_TRY(check_depth(depth, name));
    lists_.push_back('{');
    bool first = true;
    for (JsonValue key = object.inside(); !key.is_end();) {
        const JsonValue value = key.next();
        if (!first) lists_.push_back(',');
        first = false;
        model::append_json_string(lists_, key.text());
        lists_.push_back(':');
        TF_TRY(append_list(name, value, depth + 1));
        key = value.next();
    }
    lists_.push_back('}');
    return {};
}

void FieldList::write_to(model::RecordBuilder& record) const {
    for (const Entry& entry : entries_) {
        if (entry.section == Section::kProperty && entry.value.is_null()) continue;
        Value value = entry.value;
        if (value.type == ValueType::kList) {
            value.text = std::string_view(lists_).substr(entry.list_offset, entry.list_length);
        }
        record.field(entry.section, entry.name, value);
    }
}

}  // namespace twofold::intake
