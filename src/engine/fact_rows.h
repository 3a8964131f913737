// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/facts.h"
#include "engine/run.h"
#include "engine/scan.h"
#include "model/types.h"

// Facts are events too (ask.md): what frames know with a date, as rows of a scan.
namespace twofold::engine {

/// Rows that facts may add to one scan. A fact of a customer is a row for each user inside it.
inline constexpr std::size_t kFactRowsMax = std::size_t{1} << 24;

struct FactRow {
    std::string_view name;  ///< "money.started"
    TimeMs time = 0;
    std::uint32_t customer = 0;
    std::uint32_t user = kNobody;  ///< Of relation facts: whose relation it is.
    std::uint32_t edge = kNobody;  ///< Likewise.

    /// amount (major units), plan, plan_before, product, kind, currency, reason; role, source.
    model::Value property(std::string_view name) const;
    void add(std::string_view name, model::Value value);

private:
    std::array<std::pair<std::string_view, model::Value>, 8> properties_;
    std::uint32_t property_count_ = 0;
};

/// Whether frames know this kind of fact.
bool knows_fact(std::string_view name);

/// Calls `take` for each fact of these names that is dated in [from, to), customer by customer.
void each_fact(const Run& run, const std::vector<std::string>& names, TimeMs from, TimeMs to,
               const std::function<void(const FactRow&)>& take);

/// The units that do a fact: its customer, or the users inside it at the time (of a relation's
/// fact its user alone), or their pairs.
void units_of_fact(const FactReader& facts, const FactRow& row, UnitKind unit,
                   std::vector<std::pair<std::uint32_t, std::uint32_t>>& units_and_users);

}  // namespace twofold::engine
