// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ask/names.h"

namespace twofold::ask {

inline constexpr std::size_t kCompletionsMax = 100;

struct Completion {
    enum class Kind : std::uint8_t {
        kKeyword,
        kEvent,
        kFact,
        kProperty,
        kSegment,
        kRole,
        kRelease,
        kSurvey,
        kCustomer
    };
    std::string text;  ///< As it is to be written, quotes included.
    Kind kind = Kind::kKeyword;
    bool operator==(const Completion&) const = default;
};

struct Completions {
    /// What the chosen text replaces: bytes [replace_from, offset) of the text.
    std::size_t replace_from = 0;
    std::vector<Completion> items;  ///< At most kCompletionsMax, best first.
};

/// What could stand at byte `offset` of `text`, given what stands before it (what follows is not
/// looked at). Empty when what stands before is wrong already.
Completions complete(std::string_view text, std::size_t offset, const Names& names);

}  // namespace twofold::ask
