// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "model/types.h"

namespace twofold::frame {

class ValueTable;

inline constexpr std::uint32_t kTraitChunkUsers = 4'096;

/// One trait of all users, as codes of its values: a predicate is decided once per value, then
/// looked up per user (2 M users in some ms). Immutable; any thread.
///
///   std::vector<char> holds(column.code_count());
///   for (std::uint32_t code = 1; code < column.code_count(); ++code)
///       holds[code] = matches(column.value(code));
///   for (std::uint32_t i = 0; i < column.chunk_count(); ++i)
///       for (std::uint32_t code : column.chunk(i)) …
class TraitColumn {
public:
    /// A value and when it began; code 0: not set from then on.
    struct Step {
        TimeMs from = 0;
        std::uint32_t code = 0;
        bool operator==(const Step&) const = default;
    };

    const std::string& name() const noexcept { return name_; }

    /// Codes run from 1 to code_count() - 1; 0 is "not set". Some may be used by nobody any more.
    std::uint32_t code_count() const noexcept { return code_count_; }
    /// Borrowed from the column. REQUIRES: 0 < code < code_count().
    model::Value value(std::uint32_t code) const noexcept;

    /// The code of a person. REQUIRES: canonical.
    std::uint32_t code(model::UserOrdinal user) const noexcept {
        const std::size_t at = model::index(user) / kTraitChunkUsers;
        if (at >= chunks_.size() || chunks_[at] == nullptr) return 0;
        return chunks_[at]->codes[model::index(user) % kTraitChunkUsers];
    }
    /// The same as of `time`: what was told later is hidden. As quick where nothing was.
    std::uint32_t code_at(model::UserOrdinal user, TimeMs time) const noexcept;
    /// All that a person had, by time, as far as it is kept. REQUIRES: canonical.
    void steps(model::UserOrdinal user, std::vector<Step>& out) const;
    /// Codes of the users from i * kTraitChunkUsers on; empty when none of them has the trait.
    /// Joined ordinals that aren't canonical have 0.
    std::span<const std::uint32_t> chunk(std::uint32_t i) const noexcept {
        if (chunks_[i] == nullptr) return {};
        return chunks_[i]->codes;
    }
    std::uint32_t chunk_count() const noexcept {
        return static_cast<std::uint32_t>(chunks_.size());
    }
    /// Persons who have it.
    std::uint32_t user_count() const noexcept { return user_count_; }

private:
    friend class TraitBuilder;
    struct Chunk {
        std::array<std::uint32_t, kTraitChunkUsers> codes{};
        std::array<TimeMs, kTraitChunkUsers> since{};  ///< When the code began.
        /// By place, what was before; of those few whose trait ever changed.
        std::unordered_map<std::uint32_t, std::vector<Step>> past;
    };
    std::string name_;
    std::vector<std::shared_ptr<Chunk>>
        chunks_;  ///< Changed by the builder alone, before it publishes.
    std::shared_ptr<const ValueTable> values_;
    std::uint32_t code_count_ = 1;
    std::uint32_t user_count_ = 0;
};

/// Traits of customers by name, as a number of the snapshot.
using CustomerTraitCode = std::uint32_t;

/// A value and when it began.
struct DatedValue {
    TimeMs time = 0;
    model::OwnedValue value;
};

}  // namespace twofold::frame
