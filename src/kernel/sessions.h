// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace twofold::kernel {

/// What separates the sessions of one person (ask.md, sessions).
struct SessionRules {
    DurationMs gap_ms = 30 * kMinuteMs;  ///< A pause that is longer ends a session …
    DurationMs length_ms_max = kDayMs;   ///< … and so does a row later than this after its first.
};

/// Times as parts keep them: seconds, and the milliseconds in them.
struct StoredTimes {
    const std::uint32_t* seconds;
    const std::uint16_t* millis;

    /// Counted from where the seconds are.
    TimeMs at(std::size_t row) const noexcept {
        return TimeMs{seconds[row]} * kSecondMs + millis[row];
    }
};
struct PlainTimes {
    const TimeMs* times;

    TimeMs at(std::size_t row) const noexcept { return times[row]; }
};

/// Cuts the rows of one person, which lie in the order of (time, log position), into sessions. What
/// is returned lives until the next call. No allocation once the longest person was met. One
/// thread.
class Sessions {
public:
    explicit Sessions(const SessionRules& rules);

    /// The first row of each session, rising, and at the end the count of all rows. None: {0}.
    template <typename Times>
    std::span<const std::uint32_t> cut(const Times& times, std::uint32_t count) {
        if (begins_.size() <= count) begins_.resize(std::size_t{count} + 1);
        if (count == 0) return {begins_.data(), 1};
        const std::uint32_t sessions = cut_at_gaps(times, count);
        if (times.at(count - 1) - times.at(0) <= rules_.length_ms_max) {
            return {begins_.data(), std::size_t{sessions} + 1};
        }
        return cut_long(times, sessions);
    }

    /// Rows of sessions that do not lie side by side.
    struct Grouped {
        std::span<const std::uint32_t> rows;    ///< Session after session, each in order.
        std::span<const std::uint32_t> begins;  ///< In `rows`; as cut() tells it.
    };
    /// Where clients tell the session: rows of one id are one session, however far apart. Rows
    /// whose id is 0 are cut among themselves. Sessions come in the order of their first rows.
    template <typename Times>
    Grouped cut_by_id(const Times& times, std::span<const std::uint32_t> ids) {
        entry_of_.resize(ids.size());
        bool any = false;
        std::uint32_t entry = 0;
        std::uint32_t before = 0;
        for (std::uint32_t row = 0; row < ids.size(); ++row) {
            if (ids[row] != 0) continue;
            const bool goes_on = any && times.at(row) - times.at(before) <= rules_.gap_ms &&
                                 times.at(row) - times.at(entry) <= rules_.length_ms_max;
            if (!goes_on) entry = row;
            any = true;
            before = row;
            entry_of_[row] = entry;
        }
        return group(ids);
    }

private:
    /// How many; their begins, and the end.
    template <typename Times>
    std::uint32_t cut_at_gaps(const Times& times, std::uint32_t count) noexcept {
        // Each row is put down, and the next one over it unless it begins a session: no branch.
        std::uint32_t* const begins = begins_.data();
        const DurationMs gap = rules_.gap_ms;
        std::uint32_t sessions = 1;
        TimeMs before = times.at(0);
        begins[0] = 0;
        for (std::uint32_t row = 1; row < count; ++row) {
            const TimeMs time = times.at(row);
            begins[sessions] = row;
            sessions += time - before > gap ? 1 : 0;
            before = time;
        }
        begins[sessions] = count;
        return sessions;
    }

    template <typename Times>
    std::span<const std::uint32_t> cut_long(const Times& times, std::uint32_t sessions) {
        bool any = false;
        for (std::uint32_t i = 0; i < sessions; ++i) {
            any |= times.at(begins_[i + 1] - 1) - times.at(begins_[i]) > rules_.length_ms_max;
        }
        if (!any) return {begins_.data(), std::size_t{sessions} + 1};
        shorter_.clear();
        for (std::uint32_t i = 0; i < sessions; ++i) {
            std::uint32_t begin = begins_[i];
            shorter_.push_back(begin);
            for (std::uint32_t row = begin; row < begins_[i + 1]; ++row) {
                if (times.at(row) - times.at(begin) <= rules_.length_ms_max) continue;
                begin = row;
                shorter_.push_back(begin);
            }
        }
        shorter_.push_back(begins_[sessions]);
        return shorter_;
    }

    Grouped group(std::span<const std::uint32_t> ids);

    SessionRules rules_;
    std::vector<std::uint32_t> begins_;
    std::vector<std::uint32_t> shorter_;
    std::vector<std::uint32_t> entry_of_;  // by row: the first one of its session
    std::vector<std::uint32_t> by_id_;
    std::vector<std::uint32_t> grouped_;
};

/// Sums over sessions. A value per thread and cell; add those of threads with merge().
struct SessionTotals {
    std::uint64_t sessions = 0;
    std::uint64_t bounces = 0;  ///< Of one row.
    std::uint64_t rows = 0;
    std::uint64_t duration_ms = 0;

    void add(std::uint32_t row_count, DurationMs duration) noexcept {
        ++sessions;
        bounces += row_count == 1 ? 1 : 0;
        rows += row_count;
        duration_ms += static_cast<std::uint64_t>(duration);
    }
    void merge(const SessionTotals& other) noexcept {
        sessions += other.sessions;
        bounces += other.bounces;
        rows += other.rows;
        duration_ms += other.duration_ms;
    }
    bool operator==(const SessionTotals&) const = default;
};

}  // namespace twofold::kernel
