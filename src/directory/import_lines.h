// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "model/record.h"

namespace twofold::directory {

/// Numbers, kept as ranges that do not touch.
class RangeSet {
public:
    /// False if it was there.
    bool add(std::uint64_t number) { return add_range(number, number) > 0; }
    void remove(std::uint64_t number);
    bool contains(std::uint64_t number) const;
    /// How many were not there. Cost: the ranges that it swallows.
    std::uint64_t add_range(std::uint64_t first, std::uint64_t last);
    std::uint64_t size() const;
    const std::map<std::uint64_t, std::uint64_t>& ranges() const noexcept { return ranges_; }

private:
    std::map<std::uint64_t, std::uint64_t> ranges_;  // first to last
};

/// Lines of imported files, kept for ever as ranges under the file's hash: importing a file again
/// changes nothing. Admitted and remembered as in MessageWindow; the same threads.
class ImportLines {
public:
    /// Sets fresh[i] where the line was not taken, and takes it. {0, 0} is always fresh.
    void admit(std::span<const model::Origin> lines, std::span<bool> fresh);
    /// Takes back lines that were admitted fresh but did not get into the log.
    void withdraw(std::span<const model::Origin> lines);
    /// Lines of this file that were taken.
    std::uint64_t taken(std::uint64_t file) const;

    /// A record came out of the log.
    void remember(const model::Origin& line);
    struct Range {
        std::uint64_t file = 0;
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        bool operator==(const Range&) const = default;
    };
    /// Ranges remembered since the last call.
    std::vector<Range> take_unsaved();
    /// All that were remembered, by file and line.
    std::vector<Range> all() const;
    void restore(const Range& range);

private:
    using Files = std::unordered_map<std::uint64_t, RangeSet>;

    mutable std::mutex mutex_;
    Files taken_;
    Files remembered_;  // the applying thread's alone
    std::vector<Range> unsaved_;
};

}  // namespace twofold::directory
