// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "base/calendar.h"
#include "base/result.h"
#include "base/time.h"

// The small parts that questions are made of. All are values: copied deeply, compared by content.

namespace twofold::ask {

/// Where a part stands in the text it was parsed from. Never part of what a question means: all
/// spans are equal, so two questions are equal however they were written.
struct Span {
    Place at;                 ///< Of the first character. Meaningless when absent().
    std::uint32_t begin = 0;  ///< Byte offsets in the text, [begin, end).
    std::uint32_t end = 0;

    /// True for questions that came as JSON or were built by hand.
    bool absent() const noexcept { return end == 0; }
    friend bool operator==(const Span& /*left*/, const Span& /*right*/) noexcept { return true; }
};

/// An owned value that may be absent and whose type may refer back to its holder. Copies deeply.
template <typename T>
class Nested {
public:
    Nested() = default;
    Nested(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT: like optional
    Nested(const Nested& other)
        : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
    Nested(Nested&&) noexcept = default;
    Nested& operator=(const Nested& other) {
        Nested copy(other);
        value_ = std::move(copy.value_);
        return *this;
    }
    Nested& operator=(Nested&&) noexcept = default;
    ~Nested() = default;

    explicit operator bool() const noexcept { return value_ != nullptr; }
    /// REQUIRES for the next four: not absent.
    T& operator*() { return *value_; }
    const T& operator*() const { return *value_; }
    T* operator->() { return value_.get(); }
    const T* operator->() const { return value_.get(); }

    bool operator==(const Nested& other) const {
        if (!value_ || !other.value_) {
            return !value_ && !other.value_;
        }
        return *value_ == *other.value_;
    }

private:
    std::unique_ptr<T> value_;
};

enum class DurationUnit : std::uint8_t { kSecond, kMinute, kHour, kDay, kWeek };

/// Elapsed time: a day is 24 hours. 1 to kDurationMax of length; the unit is kept for printing.
struct Duration {
    std::int64_t count = 1;
    DurationUnit unit = DurationUnit::kDay;
    Span span;

    DurationMs ms() const noexcept;
    bool operator==(const Duration&) const = default;
};

/// A moment as written. What it means (the zone of a date, whether a date includes its whole day,
/// when a release was) is decided by `plan`.
struct When {
    struct Release {
        std::string name;
        bool operator==(const Release&) const = default;
    };
    std::variant<Date, TimeMs, Release> value;  ///< A TimeMs was written as an instant.
    Span span;
    bool operator==(const When&) const = default;
};

/// Whose property it is.
enum class Owner : std::uint8_t { kEvent, kUser, kCustomer, kRelation };

/// `event.amount`, `user.country`, `customer.mrr`, `relation.role`. Inside the brackets of a
/// selector a bare name is the event's. Nested keys are joined by dots.
struct Property {
    Owner owner = Owner::kEvent;
    std::string name;
    /// `customer.traits.plan`, `user.traits.x`, `event.properties.name`: the value that was sent,
    /// never the built-in fact of that name.
    bool sent = false;
    Span span;
    bool operator==(const Property&) const = default;
};

/// A value as written. Numbers without point or exponent are integers.
struct Literal {
    std::variant<bool, std::int64_t, double, std::string, When> value;
    Span span;
    bool operator==(const Literal&) const = default;
};

/// What a property can hold; several when different values were sent under one name.
struct ValueKinds {
    bool text = false;
    bool number = false;
    bool boolean = false;
    bool time = false;   ///< Built-in facts only: what was sent is text, number, boolean or list.
    bool money = false;  ///< An amount with a currency; then also `number`.
    bool list = false;
    bool operator==(const ValueKinds&) const = default;
};

}  // namespace twofold::ask
