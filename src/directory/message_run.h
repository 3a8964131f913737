// SPDX-License-Identifier: Apache-2.0
//
// A sorted file of message ids, `messages.<n>`: what one commit remembered, or several such files
// merged. Never changed once written.
//
//   offset size what
//        0    8 "2foldmsg"
//        8    4 version of the format: 1
//       12    4 number of the file, as in its name
//       16    – of each section: entries of 12 bytes, ascending (low u64, high u32), then
//               2^bits + 1 buckets of 4 bytes: number of the first entry whose high bits are at
//               least the bucket's
//             – table of sections, ascending by day, 32 bytes each:
//                 4 day under which its ids are filed (days since 1970)
//                 4 bits: ids of a section are found by that many high bits of `low`
//                 8 offset of its entries
//                 8 number of its entries
//                 8 checksum of its entries and buckets: XXH3 of each MiB, seeded with that of the
//                   MiB before, the first with 0
//   the last 32 bytes:
//             8 number of entries in all sections
//             8 offset of the table
//             4 number of sections
//             4 last day of receipt in it
//             8 XXH3 of the first 16 bytes, the table and the 24 bytes before, end to end
//
// A section is looked into through its buckets (about eight entries each) and is checked the first
// time that it is: it costs no memory but the pages that are touched.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "io/env.h"
#include "model/record.h"

namespace twofold::directory {

inline constexpr std::uint32_t kMessageRunVersion = 1;
inline constexpr std::size_t kMessageBytes = 12;

/// A message id with the day it is filed under. 16 bytes, sorted as in the file.
struct FiledMessage {
    std::uint64_t low = 0;
    std::uint32_t high = 0;
    std::int32_t day = 0;
    friend bool operator<(const FiledMessage& a, const FiledMessage& b) noexcept {
        if (a.day != b.day) return a.day < b.day;
        return a.low != b.low ? a.low < b.low : a.high < b.high;
    }
    bool operator==(const FiledMessage&) const = default;
};

/// One day of a run. Borrowed from it.
class MessageSection {
public:
    std::int32_t day() const noexcept { return day_; }
    std::uint64_t size() const noexcept { return count_; }

    /// Errors: kCorrupt, the first time.
    Status check();
    /// The two steps of a look-up, apart so that a batch overlaps its cache misses.
    void prefetch_bucket(std::uint64_t low) const noexcept;
    void prefetch_entries(std::uint64_t low) const noexcept;
    /// REQUIRES: checked.
    bool contains(const model::MessageHash& hash) const noexcept;
    /// REQUIRES: checked, i < size().
    FiledMessage at(std::uint64_t i) const noexcept;

private:
    friend class MessageRun;
    std::uint64_t bucket(std::uint64_t low) const noexcept {
        return bits_ == 0 ? 0 : low >> (64 - bits_);
    }
    std::uint32_t bucket_begin(std::uint64_t number) const noexcept;

    const std::byte* entries_ = nullptr;
    const std::byte* buckets_ = nullptr;
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    const std::string* path_ = nullptr;
    std::int32_t day_ = 0;
    std::uint32_t bits_ = 0;
    bool checked_ = false;
};

/// A run that is open. The sections may be used by one thread at a time.
class MessageRun {
public:
    /// Errors: kCorrupt (header or table), kIo.
    static Result<std::shared_ptr<MessageRun>> open(io::Env& env, const io::Path& folder,
                                                    std::uint32_t number);

    std::uint32_t number() const noexcept { return number_; }
    std::uint64_t size() const noexcept { return count_; }
    std::int32_t received_day() const noexcept { return received_day_; }
    std::span<MessageSection> sections() noexcept { return sections_; }

private:
    MessageRun() = default;
    Status read_table();

    std::shared_ptr<const io::Mapping> mapping_;
    std::string path_;
    std::vector<MessageSection> sections_;
    std::uint64_t count_ = 0;
    std::uint32_t number_ = 0;
    std::int32_t received_day_ = 0;
};

/// "messages.3".
std::string message_run_name(std::uint32_t number);

/// Writes and syncs a run of these. REQUIRES: sorted, no two equal. The folder is not synced.
/// Errors: kIo, kUnavailable.
Status write_message_run(io::Env& env, const io::Path& folder, std::uint32_t number,
                         std::int32_t received_day, std::span<const FiledMessage> messages);

/// Writes and syncs one run of the content of several, in the memory of some buffers.
/// Errors: kCorrupt, kIo, kUnavailable.
Status merge_message_runs(io::Env& env, const io::Path& folder, std::uint32_t number,
                          std::span<const std::shared_ptr<MessageRun>> runs);

}  // namespace twofold::directory
