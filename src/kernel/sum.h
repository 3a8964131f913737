// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "kernel/number.h"

namespace twofold::kernel {

/// A sum that is exact: whole numbers in 128 bits, doubles in a fixed-point number as wide as a
/// double's range. The order of adding and of merging therefore never shows, and an answer is the
/// same from one thread, two, or after a merge of parts. 16 bytes until the first double comes,
/// then about 600 more. Up to 2^62 values.
class ExactSum {
public:
    ExactSum() = default;
    ExactSum(const ExactSum& other);
    ExactSum& operator=(const ExactSum& other);
    ExactSum(ExactSum&&) noexcept = default;
    ExactSum& operator=(ExactSum&&) noexcept = default;

    void add(std::int64_t value) noexcept { whole_ += value; }
    /// Infinities and not-a-numbers are left out: no event can carry one.
    void add(double value);
    /// Missing adds nothing.
    void add(Number number) {
        if (number.kind == Number::Kind::kInt) add(number.whole);
        if (number.kind == Number::Kind::kDouble) add(number.real);
    }
    void merge(const ExactSum& other);

    /// Whether only whole numbers were added and the sum fits: then `whole()` is the sum.
    bool is_whole() const noexcept;
    std::int64_t whole() const noexcept { return static_cast<std::int64_t>(whole_); }
    /// The double nearest to the exact sum (ties to even); infinite beyond a double's range.
    double value() const;

private:
    /// Limb i counts 2^(32 i - 1074): 2,098 bits of range and 64 to spare, 32 bits a limb so that
    /// 2^31 additions fit before carries must be moved on.
    struct Wide {
        std::array<std::int64_t, 68> limbs{};
        std::uint32_t additions = 0;
    };
    static void add_to(Wide& wide, double value) noexcept;
    static void carry(Wide& wide) noexcept;
    static double round(Wide wide) noexcept;

    __extension__ using Whole = __int128;
    Whole whole_ = 0;
    std::unique_ptr<Wide> wide_;
};

}  // namespace twofold::kernel
