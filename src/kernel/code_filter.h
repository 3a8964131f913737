// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace twofold::kernel {

/// Which vector instructions are used. The widest the machine has, unless a test says otherwise.
enum class VectorLevel : std::uint8_t { kScalar, kAvx2, kAvx512 };
VectorLevel vector_level_of_this_machine() noexcept;

/// Finds the rows whose event code is one of a set: the first and widest step of every scan.
/// Immutable; any thread.
class CodeFilter {
public:
    CodeFilter() = default;
    /// `wanted[code]` is 1 or 0: a local code is in the set. REQUIRES: wanted.size() <= 65536.
    explicit CodeFilter(std::span<const std::uint8_t> wanted,
                        VectorLevel level = vector_level_of_this_machine());

    bool none() const noexcept { return codes_.empty(); }
    bool every() const noexcept { return every_; }

    /// Writes i for each codes[i] in the set, rising, to `out` and returns how many. `out` has room
    /// for codes.size() + 16 numbers: vector stores write beyond what they return.
    /// REQUIRES: each code < wanted.size().
    std::uint32_t select(std::span<const std::uint8_t> codes, std::uint32_t* out) const;
    std::uint32_t select(std::span<const std::uint16_t> codes, std::uint32_t* out) const;

private:
    VectorLevel level_ = VectorLevel::kScalar;
    bool every_ = false;
    std::vector<std::uint16_t> codes_;  // in the set, rising
    std::vector<std::uint8_t> is_in_;   // by code: 0 or 1
    /// For shuffles: bit h of rows_[0][l] says that code h × 16 + l is in the set, for h < 8; of
    /// rows_[1][l] for code (h + 8) × 16 + l.
    std::array<std::array<std::uint8_t, 16>, 2> rows_{};
};

}  // namespace twofold::kernel
