// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace twofold::ledger {

/// What a rule that joins users to customers goes by. The values are kept in the ledger.
enum class JoinBy : std::uint8_t {
    kTrait = 1,        ///< A user's trait is a customer's id, key or trait.
    kEmailDomain = 2,  ///< The domain of a user's e-mail is a customer's trait.
    kActing = 3,       ///< The user named the customer on so many days.
};
/// As people spell it: trait, email-domain, acting.
std::string_view name_of(JoinBy by) noexcept;

/// A rule that makes relations of what is known anyway. They are as if they had always been there,
/// and gone with the rule.
struct JoinRule {
    std::string name;
    JoinBy by = JoinBy::kTrait;
    std::string user_trait;      ///< By trait; by e-mail: "email".
    std::string customer_trait;  ///< By trait: empty: its id or key. By e-mail: "domain".
    std::string role = "user";
    bool unverified = false;  ///< By e-mail: also where `email_verified` is not true.
    std::int64_t days = 3;    ///< By acting: UTC days, as namings are kept by these.
    bool operator==(const JoinRule&) const = default;
};

inline constexpr std::size_t kJoinRulesMax = 16;
/// A value that more customers have says nothing.
inline constexpr std::size_t kJoinCustomersMax = 16;

/// Fills in what was left out by what the rule goes by. Errors: kInvalid, with what is wrong.
Result<JoinRule> checked(JoinRule rule);

/// Keeps them by name. Errors: kConflict, kInvalid where there are too many.
Status put_rule(std::vector<JoinRule>& rules, const JoinRule& rule);
/// Errors: kNotFound.
Status take_rule(std::vector<JoinRule>& rules, std::string_view name);
/// What `by` means. Errors: kInvalid.
Result<JoinBy> join_by_of(std::string_view name);

/// All rules as the text that is kept, and back. Errors: kCorrupt.
std::string text_of(const std::vector<JoinRule>& rules);
Result<std::vector<JoinRule>> join_rules_of(std::string_view text);

}  // namespace twofold::ledger
