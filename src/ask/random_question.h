// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "ask/question.h"

// For tests only.

namespace twofold::ask {

/// A question that keeps what question.h says, of any kind, with any of the clauses of its kind;
/// the same one for the same seed. It need not make sense to check().
Question random_question(std::uint64_t seed);

}  // namespace twofold::ask
