// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/locked.h"
#include "model/types.h"

namespace twofold::engine {

/// The values that rows of one scan carry, each under a number of its own: what `cells` of a tape
/// hold. Numbers are given as values are met, so they differ from run to run: sort by the value.
/// One table may serve several scans of a question. Any thread.
class ValueTable {
public:
    /// The most distinct values a question may hold; beyond it `id` gives kOverflowId for new ones.
    static constexpr std::uint32_t kValuesMax = 4'000'000;
    static constexpr std::uint32_t kOverflowId = 0xffff'ffff;

    enum class Same : std::uint8_t {
        kPrinted,  ///< What prints alike is one value: 2, 2.0 and "2". For breakdowns and holding.
        kTyped,    ///< A text is never a number; an integer and the double equal to it are one.
    };
    explicit ValueTable(Same same = Same::kPrinted) : same_(same) {}

    /// Number of `value`, from 1; 0 for a null. Bytes of strings are copied.
    std::uint32_t id(const model::Value& value);
    /// The value behind a number; text lives as long as the table.
    /// REQUIRES: 1 <= id <= size().
    model::Value value(std::uint32_t id) const;
    std::uint32_t size() const;

private:
    struct Entries {
        std::deque<std::string> texts;                            // keeps its strings in place
        std::unordered_map<std::string_view, std::uint32_t> ids;  // by type and bytes
        std::deque<model::Value> values;
    };
    static std::uint32_t add(Entries& entries, std::string key, const model::Value& value);

    Same same_;
    Locked<Entries> entries_;
};

}  // namespace twofold::engine
