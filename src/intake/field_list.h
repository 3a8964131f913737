// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "intake/json_value.h"
#include "intake/refusal.h"
#include "model/record.h"

namespace twofold::intake {

/// The fields of one record while it is being decoded: objects flattened by dots, each (section,
/// name) once, and the limits of decode.h. Its memory is kept from record to record.
class FieldList {
public:
    FieldList();

    void clear();

    /// What happens to a name that is there already.
    enum class Where : std::uint8_t {
        kReplace,   ///< The last one counts, as JSON.parse has it.
        kIfAbsent,  ///< What an earlier call gave stays.
    };

    /// Each member of the object; objects inside by dots, arrays as lists, an empty object is
    /// nothing. REQUIRES: `object` is an object, borrowed until write_to().
    Checked<void> add_object(model::Section section, JsonValue object, Where where);
    /// One value, or the members of an object under `name.`. `name` is borrowed until write_to().
    Checked<void> add(model::Section section, std::string_view name, JsonValue value, Where where);
    /// One value that is ready, of a record's own few fields. Name and text are borrowed until
    /// write_to(). Replaces.
    void put(model::Section section, std::string_view name, const model::Value& value);

    /// Null properties are left out: they say nothing. Null traits are kept: they remove.
    void write_to(model::RecordBuilder& record) const;

private:
    struct Entry {
        std::string_view name;
        model::Value value;
        std::uint32_t list_offset = 0;  // of a kList: its text lies in lists_
        std::uint32_t list_length = 0;
        std::uint32_t pass = 0;  // which call set it
        model::Section section = model::Section::kProperty;
    };

    Checked<void> walk(JsonValue object, std::size_t depth);
    Checked<void> walk_member(std::string_view key, JsonValue value, std::size_t depth);
    Checked<Entry> make_entry(std::string_view name, JsonValue value, std::size_t depth);
    Checked<void> append_list(std::string_view name, JsonValue value, std::size_t depth);
    Checked<void> append_list_object(std::string_view name, JsonValue object, std::size_t depth);
    Checked<void> set(std::string_view name, Entry entry);
    std::uint64_t& slot_of(model::Section section, std::string_view name) noexcept;
    Entry* entry_in(std::uint64_t slot) noexcept;

    std::vector<Entry> entries_;
    // Open addressing over entries_: the generation in the high half, the index in the low one, so
    // that clearing the table is counting up.
    std::vector<std::uint64_t> slots_;
    std::uint32_t generation_ = 1;

    // Of the call that is under way.
    std::uint32_t pass_ = 0;
    Where where_ = Where::kReplace;
    bool ready_ = false;  // put(): of the record itself, not counted against the sender
    model::Section section_ = model::Section::kProperty;
    std::string name_;  // the member under way, with its dots

    std::deque<std::string> names_;  // names with dots; the first name_count_ are in use
    std::size_t name_count_ = 0;
    std::string lists_;
};

}  // namespace twofold::intake
