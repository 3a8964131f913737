// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/settings.h"

namespace twofold::questions {

/// The lines in another order of arrival, that must not change any answer. Kept in order are, as
/// the language says: records of one person (or about one customer) with equal times, records that
/// claim or join ids, and records that replace one another.
std::vector<std::string> shuffled(const std::vector<std::string>& lines,
                                  const ledger::Settings& settings, std::uint64_t seed);

/// Cuts lines into a few batches.
std::vector<std::vector<std::string>> batches(const std::vector<std::string>& lines,
                                              std::uint64_t seed);

}  // namespace twofold::questions
