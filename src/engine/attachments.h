// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/time.h"
#include "engine/scan.h"
#include "frame/edges.h"
#include "kernel/bit_set.h"

namespace twofold::engine {

/// Belonging from the side of people, laid out for scans by customer or pair: rows can then be read
/// where they lie, and each told to its units. 24 bytes a stretch, 4 a person. Immutable; any
/// thread.
class Attachments {
public:
    static constexpr std::uint32_t kNotAsked = 0xffff'ffff;

    /// A person's unnamed events of [from, until) belong to the unit.
    struct One {
        std::uint32_t unit = 0;  ///< kNotAsked: to one that a scan does not ask for.
        std::uint32_t customer = 0;
        TimeMs from = 0;
        TimeMs until = 0;
    };

    /// By customer, or by pair. Borrows the snapshot. `stop` may be null.
    Attachments(const frame::Snapshot& frames, const frame::Belonging& belonging, UnitKind unit,
                const Stop* stop);
    /// False when it was stopped: of a scan that is to end nothing is read, and nothing is missed.
    bool is_whole() const noexcept { return whole_; }

    /// By `from`; those of one unit are apart. REQUIRES: canonical.
    std::span<const One> of(std::uint32_t person) const noexcept {
        return std::span(all_).subspan(begins_[person], begins_[person + 1] - begins_[person]);
    }
    /// The unit of a row that names its customer; kNotAsked when they are no pair.
    std::uint32_t named(std::uint32_t person, std::uint32_t customer) const;
    /// Pairs of a person and a unit of the scan that belong together at some time.
    std::uint64_t pairs(const Scan& scan) const;

    /// How many pairs a scan asks for at the most, without looking at them.
    static std::uint64_t pairs_asked(const Scan& scan, const frame::Snapshot& frames);

private:
    const frame::Snapshot& frames_;
    UnitKind unit_;
    bool whole_ = false;
    std::vector<std::uint32_t> begins_;
    std::vector<One> all_;
    kernel::BitSet belong_;  // by edge
};

/// Remembers those of the snapshot asked for last, as of events, where nothing is dated later than
/// a question looks: then they are the same at any moment. Any thread.
class AttachmentsCache {
public:
    std::shared_ptr<const Attachments> get(const std::shared_ptr<const frame::Snapshot>& frames,
                                           const frame::Belonging& belonging, UnitKind unit,
                                           const Stop* stop);

private:
    std::mutex mutex_;
    std::weak_ptr<const frame::Snapshot> of_;
    std::shared_ptr<const Attachments> by_customer_;
    std::shared_ptr<const Attachments> by_edge_;
};

/// A scan's view of them. One per thread.
class AskedAttachments {
public:
    AskedAttachments(const Attachments& all, const Scan& scan) : all_(all), scan_(scan) {}

    /// Attachments::of(): those of units that are not asked for are kNotAsked, or left out where
    /// it does not matter what belongs to nobody. Lives until the next call.
    std::span<const Attachments::One> of(std::uint32_t person);
    /// Attachments::named(); kNotAsked also where the unit is not asked for.
    std::uint32_t named(std::uint32_t person, std::uint32_t customer) const;

private:
    bool asks(std::uint32_t unit) const {
        return scan_.units == nullptr || scan_.units->test(unit);
    }

    const Attachments& all_;
    const Scan& scan_;
    std::uint32_t person_ = Attachments::kNotAsked;  // asked_ is of
    std::vector<Attachments::One> asked_;
};

}  // namespace twofold::engine
