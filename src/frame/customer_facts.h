// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "frame/trait_column.h"
#include "money/timeline.h"

namespace twofold::frame {

// A customer's own fields are kept like traits, under codes that no trait has.
inline constexpr CustomerTraitCode kKindField = 0;
inline constexpr CustomerTraitCode kParentField = 1;
inline constexpr CustomerTraitCode kOwnerField = 2;
inline constexpr CustomerTraitCode kFirstTrait = 3;

/// Names of customers' traits that a project may have; further ones are kept but cannot be asked
/// for. Of users likewise.
inline constexpr std::size_t kTraitsMax = 500;

/// What is known of one customer (all that are joined to it together).
struct CustomerFacts {
    money::CustomerMoney money;
    /// By code, then time; neighbours differ in value.
    std::vector<DatedValue> values;
    std::vector<std::pair<CustomerTraitCode, std::uint32_t>> begins;  ///< Ascending.

    std::span<const DatedValue> history(CustomerTraitCode code) const noexcept;
    model::Value at(CustomerTraitCode code, TimeMs time) const noexcept;
};

struct CustomerFactsChunk {
    static constexpr std::uint32_t kSize = 256;
    std::array<std::shared_ptr<const CustomerFacts>, kSize> facts;
};

}  // namespace twofold::frame
