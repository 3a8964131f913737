// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "engine/scan.h"

namespace twofold::engine {

/// Belonging from the side of people, laid out for one scan by customer or pair: rows can then be
/// read where they lie, and each told to its units. 24 bytes a stretch, 4 a person. Immutable.
class Attachments {
public:
    static constexpr std::uint32_t kNotAsked = 0xffff'ffff;

    /// A person's unnamed events of [from, until) belong to the unit.
    struct One {
        std::uint32_t unit = 0;  ///< kNotAsked: to one that the scan does not ask for.
        std::uint32_t customer = 0;
        TimeMs from = 0;
        TimeMs until = 0;
    };

    /// Borrows both. Units that the scan does not ask for are left out, unless it counts what
    /// belongs to nobody.
    Attachments(const Scan& scan, const frame::Snapshot& frames);

    /// By `from`; those of one unit are apart. REQUIRES: canonical.
    std::span<const One> of(std::uint32_t person) const noexcept {
        return std::span(all_).subspan(begins_[person], begins_[person + 1] - begins_[person]);
    }
    /// The unit of a row that names its customer; kNotAsked where it is not asked for.
    std::uint32_t named(std::uint32_t person, std::uint32_t customer) const;

    /// Pairs of a person and a unit asked for.
    std::uint64_t pairs() const noexcept { return pairs_; }
    /// How many they are at the most, without looking at them.
    static std::uint64_t pairs_asked(const Scan& scan, const frame::Snapshot& frames);

private:
    template <typename Take>
    void each(Take&& take) const;

    const Scan& scan_;
    const frame::Snapshot& frames_;
    std::uint64_t pairs_ = 0;
    std::vector<std::uint32_t> begins_;
    std::vector<One> all_;
};

}  // namespace twofold::engine
