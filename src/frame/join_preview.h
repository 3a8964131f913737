// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "frame/snapshot.h"
#include "ledger/join_rule.h"

namespace twofold::frame {

/// Whom a rule would join to whom.
struct JoinPreview {
    struct Pair {
        model::UserOrdinal user{};
        model::CustomerOrdinal customer{};
        std::string evidence;  ///< The value they share; of acting: "5 days".
    };
    std::uint64_t relations = 0;      ///< Pairs that are not inside yet, and would be.
    std::uint64_t already = 0;        ///< Pairs that are inside anyway.
    std::uint64_t stated = 0;         ///< Pairs for which what records state goes before.
    std::uint32_t users = 0;          ///< In `relations`, each once;
    std::uint32_t customers = 0;      ///< likewise.
    std::vector<Pair> pairs;          ///< The first of `relations`, by user.
    std::vector<std::string> shared;  ///< Values of too many customers, which say nothing.
};

/// As known at `at`. Cost: about a microsecond a user.
JoinPreview preview_join(const Snapshot& frames, const ledger::JoinRule& rule, TimeMs at,
                         std::size_t pairs_max);

/// How many pairs of a user and a customer each rule relates at `at`, by its number.
std::vector<std::uint64_t> joined_by_rules(const Snapshot& frames, std::size_t rules, TimeMs at);

}  // namespace twofold::frame
