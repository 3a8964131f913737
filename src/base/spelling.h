// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace twofold {

/// Single-character insertions, deletions, replacements and swaps of neighbours that turn `a` into
/// `b`, in bytes, ASCII case ignored.
/// Cost: O(a.size() * b.size()) time.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// For "did you mean …?": the candidate that `name` is most likely a misspelling of, or nothing
/// when none is near: more than a third of the name's characters wrong. Of equally near ones, the
/// first. Names longer than 64 bytes have no suggestion, which bounds the cost.
/// The result is one of `candidates` and lives as long as they do.
std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string_view> candidates);
std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string> candidates);

}  // namespace twofold
