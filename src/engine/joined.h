// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "frame/snapshot.h"
#include "kernel/bit_set.h"

namespace twofold::engine {

/// Who is joined to whom, laid out for scans: parts keep rows under the ordinal they came with.
/// Immutable; any thread.
class JoinedPersons {
public:
    explicit JoinedPersons(const frame::Snapshot& frames);

    /// A joined ordinal and the canonical one that its rows count for; they differ.
    struct Member {
        std::uint32_t canonical = 0;
        std::uint32_t ordinal = 0;
    };
    /// Those whose canonical ordinal is in [lo, hi), ascending.
    std::span<const Member> of_range(std::uint32_t lo, std::uint32_t hi) const;
    bool is_canonical(std::uint32_t ordinal) const noexcept { return !away_.test(ordinal); }
    bool has_members(std::uint32_t canonical) const noexcept { return heads_.test(canonical); }

private:
    std::vector<Member> members_;
    kernel::BitSet away_;
    kernel::BitSet heads_;
};

/// Remembers the joined persons of the snapshot asked for last. Any thread.
class JoinedPersonsCache {
public:
    std::shared_ptr<const JoinedPersons> get(const std::shared_ptr<const frame::Snapshot>& frames);

private:
    std::mutex mutex_;
    std::weak_ptr<const frame::Snapshot> of_;
    std::shared_ptr<const JoinedPersons> joined_;
};

}  // namespace twofold::engine
