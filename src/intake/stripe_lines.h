// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace twofold::intake {

/// Writes records as JSON lines, member by member, into a text. Each gets the message id
/// "<source>:<number>". Names and texts are borrowed for the call.
class StripeLines {
public:
    StripeLines(std::string& out, std::string source) : out_(out), source_(std::move(source)) {}

    /// `time`: of the source; see stripe_moment().
    void begin(std::string_view type, TimeMs time);
    void end();

    /// Left out when empty.
    StripeLines& text(std::string_view name, std::string_view value);
    /// The same of a text that may be too long for a name: cut.
    StripeLines& name(std::string_view name, std::string_view value);
    StripeLines& number(std::string_view name, std::int64_t value);
    StripeLines& real(std::string_view name, double value);
    StripeLines& flag(std::string_view name, bool value);
    StripeLines& null(std::string_view name);
    StripeLines& texts(std::string_view name, std::span<const std::string> values);
    StripeLines& open(std::string_view name);  ///< Of an object; close() ends it.
    StripeLines& close();

    std::size_t count() const noexcept { return count_; }

private:
    void member(std::string_view name);

    std::string& out_;
    std::string source_;
    std::size_t count_ = 0;
    bool first_ = true;
};

}  // namespace twofold::intake
