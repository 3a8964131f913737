// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

/// The nouns that every room shares: who (ordinals), where in the log (Sequence), what (codes),
/// and the values that properties and traits take. Plain values, any thread.
namespace twofold::model {

/// A person as first seen: dense from 0, given in log order and by nothing else, so a replay gives
/// the same ones. Joined persons keep theirs; the directory says which is canonical.
enum class UserOrdinal : std::uint32_t {};
/// A customer as first seen, likewise.
enum class CustomerOrdinal : std::uint32_t {};

constexpr std::uint32_t index(UserOrdinal ordinal) noexcept {
    return static_cast<std::uint32_t>(ordinal);
}
constexpr std::uint32_t index(CustomerOrdinal ordinal) noexcept {
    return static_cast<std::uint32_t>(ordinal);
}

/// Number of a record in the log: 1, 2, 3 … 0 is "not in the log yet". Position P of something is
/// the last sequence that it has applied.
using Sequence = std::uint64_t;

/// Event names of a project in the order of their first appearance. A name sent automatically
/// (see RecordFlag::kAutomatic) has another code than the same name sent by a person.
using NameCode = std::uint32_t;

/// Property columns of a project, one per (name, ValueType), in the order of first appearance.
using ColumnCode = std::uint32_t;

/// What a value is. The numbers are part of the record format (record.h).
enum class ValueType : std::uint8_t {
    kNull = 0,  ///< Of a trait: remove it. Never the value of a property.
    kBool = 1,
    kInt = 2,     ///< Exact to 64 bits; times in section kRecord are ms since 1970.
    kDouble = 3,  ///< Finite. What was written with a point or an exponent, 10.0 too.
    kString = 4,  ///< UTF-8, no NUL.
    kList = 5,    ///< JSON text of an array without spaces; it matches if an element does.
};
inline constexpr std::size_t kValueTypeCount = 6;

/// "null", "bool", "int", "double", "string", "list".
std::string_view value_type_name(ValueType type) noexcept;

/// One value; the text is borrowed from whatever made it. 32 bytes, copied freely.
struct Value {
    ValueType type = ValueType::kNull;
    union {
        std::int64_t integer = 0;  ///< kInt; kBool as 0 or 1.
        double real;               ///< kDouble.
    };
    std::string_view text;  ///< kString, kList.

    static constexpr Value null() noexcept { return {}; }
    static constexpr Value of_bool(bool value) noexcept {
        Value made;
        made.type = ValueType::kBool;
        made.integer = value ? 1 : 0;
        return made;
    }
    static constexpr Value of_int(std::int64_t value) noexcept {
        Value made;
        made.type = ValueType::kInt;
        made.integer = value;
        return made;
    }
    static constexpr Value of_double(double value) noexcept {
        Value made;
        made.type = ValueType::kDouble;
        made.real = value;
        return made;
    }
    static constexpr Value of_string(std::string_view value) noexcept {
        Value made;
        made.type = ValueType::kString;
        made.text = value;
        return made;
    }
    static constexpr Value of_list(std::string_view json) noexcept {
        Value made;
        made.type = ValueType::kList;
        made.text = json;
        return made;
    }

    bool is_null() const noexcept { return type == ValueType::kNull; }
    bool is_number() const noexcept {
        return type == ValueType::kInt || type == ValueType::kDouble;
    }
    bool is_text() const noexcept { return type == ValueType::kString || type == ValueType::kList; }
    bool boolean() const noexcept { return integer != 0; }
    /// REQUIRES: is_number().
    double number() const noexcept {
        return type == ValueType::kInt ? static_cast<double>(integer) : real;
    }

    /// Same type and same content; doubles bit by bit.
    friend bool operator==(const Value& a, const Value& b) noexcept {
        if (a.type != b.type) return false;
        if (a.is_text()) return a.text == b.text;
        if (a.type == ValueType::kDouble) {
            return std::bit_cast<std::uint64_t>(a.real) == std::bit_cast<std::uint64_t>(b.real);
        }
        return a.type == ValueType::kNull || a.integer == b.integer;
    }
};

/// A value that holds its own text, for whoever keeps one (traits, ledger rows).
class OwnedValue {
public:
    OwnedValue() = default;
    explicit OwnedValue(const Value& value) : value_(value), text_(value.text) {}

    /// Borrowed from this object until it changes or goes.
    Value view() const noexcept {
        Value seen = value_;
        seen.text = text_;
        return seen;
    }
    ValueType type() const noexcept { return value_.type; }

    friend bool operator==(const OwnedValue& a, const OwnedValue& b) noexcept {
        return a.view() == b.view();
    }

private:
    Value value_;  // its text is never read: text_ holds it
    std::string text_;
};

}  // namespace twofold::model
