// SPDX-License-Identifier: Apache-2.0
#include "store/names.h"

#include <array>
#include <cstring>
#include <string>

#include "base/check.h"

namespace twofold::store {
namespace {

// One byte and the text, without the heap for names of usual length: this is done for every event.
class Key {
public:
    Key(std::uint8_t kind, std::string_view text) {
        char* at = near_.data();
        if (text.size() >= near_.size()) {
            far_.resize(text.size() + 1);
            at = far_.data();
        }
        *at = static_cast<char>(kind);
        if (!text.empty()) std::memcpy(at + 1, text.data(), text.size());
        view_ = {at, text.size() + 1};
    }
    std::string_view view() const noexcept { return view_; }

private:
    std::array<char, 128> near_;
    std::string far_;
    std::string_view view_;
};

std::uint8_t kind_of(bool automatic) {
    return automatic ? 1 : 0;
}
std::uint8_t kind_of(model::ValueType type) {
    return static_cast<std::uint8_t>(type);
}

std::optional<std::uint32_t> found(std::uint32_t number) {
    return number == column::StringTable::kNone ? std::nullopt : std::optional(number);
}

void encode_table(const column::StringTable& table, ByteWriter& out) {
    out.put_varint(table.size());
    for (std::uint32_t number = 0; number < table.size(); ++number) {
        out.put_text(table.text(number));
    }
}

bool decode_table(ByteReader& in, std::uint32_t count_max, std::uint8_t kind_max,
                  column::StringTable& table) {
    const std::uint64_t count = in.get_varint();
    if (count > count_max) return false;
    for (std::uint64_t number = 0; number < count; ++number) {
        const std::string_view key = in.get_text();
        if (!in.ok() || key.empty() || static_cast<std::uint8_t>(key.front()) > kind_max) {
            return false;
        }
        if (table.add(key) != number) return false;  // twice the same name
    }
    return in.ok();
}

}  // namespace

EventName Names::event(model::NameCode code) const {
    TF_CHECK(code < event_count());
    const std::string_view key = events_.text(code);
    return {key.substr(1), key.front() != 0};
}

std::optional<model::NameCode> Names::find_event(std::string_view text, bool automatic) const {
    return found(events_.find(Key(kind_of(automatic), text).view()));
}

PropertyName Names::column(model::ColumnCode code) const {
    TF_CHECK(code < column_count());
    const std::string_view key = columns_.text(code);
    return {key.substr(1), static_cast<model::ValueType>(key.front())};
}

std::optional<model::ColumnCode> Names::find_column(std::string_view text,
                                                    model::ValueType type) const {
    return found(columns_.find(Key(kind_of(type), text).view()));
}

std::vector<model::ColumnCode> Names::columns_named(std::string_view text) const {
    std::vector<model::ColumnCode> codes;
    for (std::size_t type = 0; type < model::kValueTypeCount; ++type) {
        const auto code = find_column(text, static_cast<model::ValueType>(type));
        if (code) codes.push_back(*code);
    }
    return codes;
}

std::optional<model::NameCode> Names::add_event(std::string_view text, bool automatic) {
    const Key key(kind_of(automatic), text);
    // The two codes of kOtherName are kept free for it.
    const std::uint32_t room = kEventNamesMax - (text == kOtherName ? 0 : 2);
    if (events_.size() >= room) return found(events_.find(key.view()));
    return events_.add(key.view());
}

std::optional<model::ColumnCode> Names::add_column(std::string_view text, model::ValueType type) {
    const Key key(kind_of(type), text);
    // The columns of kOtherNameProperty, one for each type, are kept free for it.
    const std::uint32_t room = kColumnsMax - (text == kOtherNameProperty ? 0 : 5);
    if (columns_.size() >= room) return found(columns_.find(key.view()));
    return columns_.add(key.view());
}

void Names::encode(ByteWriter& out) const {
    encode_table(events_, out);
    encode_table(columns_, out);
}

Result<Names> Names::decode(ByteReader& in) {
    Names names;
    if (!decode_table(in, kEventNamesMax, 1, names.events_) ||
        !decode_table(in, kColumnsMax, kind_of(model::ValueType::kList), names.columns_)) {
        return fail(ErrorCode::kCorrupt, "damaged names in the manifest");
    }
    return names;
}

}  // namespace twofold::store
