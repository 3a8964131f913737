// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "io/env.h"
#include "log/segment.h"

namespace twofold::log {

/// How a segment is written.
struct SegmentRules {
    std::uint64_t reserve_bytes = 0;
    std::optional<std::size_t> sequence_offset;
    bool unsafe_skip_file_sync = false;    ///< See Options.
    bool unsafe_skip_folder_sync = false;  ///< See Options.
};

/// Writes the newest segment, a group at a time. Owns its file. Not thread-safe.
class SegmentWriter {
public:
    /// A new segment, durable with its name on return.
    /// Errors: kUnavailable when the disk is full, and then no file is left; others as of Env.
    static Result<std::unique_ptr<SegmentWriter>> create(io::Env& env, const io::Path& folder,
                                                         const SegmentHeader& header,
                                                         const SegmentRules& rules);

    /// Continues the segment whose first record is `first`: cuts what a crash left half written,
    /// and makes what is kept durable. A second crash in between is no different from the first. A
    /// segment that a crash left without a header is made anew, with `made` and `salt`.
    /// Errors: kCorrupt with file and offset, others as of Env.
    static Result<std::unique_ptr<SegmentWriter>> reopen(io::Env& env, const io::Path& folder,
                                                         const SegmentHeader& fresh,
                                                         const SegmentRules& rules);

    /// Makes sure that a group with `frame_bytes` of records will find space.
    /// Errors: kUnavailable when the disk is full; the writer goes on. Others as of Env.
    Status reserve(std::uint64_t frame_bytes);

    /// Adds records, as a Batch lays them out, to the group being gathered, and seals them in
    /// place.
    void add(std::span<std::byte> frames, std::size_t count);

    /// Writes the group; durable on return. After an error the writer must not be used.
    Status commit();

    /// Marks the end as clean. Errors as of commit().
    Status finish();

    Sequence next_sequence() const noexcept { return next_; }
    std::uint64_t size() const noexcept { return file_->size(); }
    const SegmentHeader& header() const noexcept { return header_; }

private:
    SegmentWriter(std::unique_ptr<io::WritableFile> file, const SegmentHeader& header,
                  const SegmentRules& rules)
        : file_(std::move(file)), header_(header), rules_(rules), next_(header.first) {}

    Status start(io::Env& env, const io::Path& folder);
    Status write(io::Bytes bytes);

    std::unique_ptr<io::WritableFile> file_;
    SegmentHeader header_;
    SegmentRules rules_;
    Sequence next_;
    std::uint64_t reserved_ = 0;  // Up to this offset.
    bool mark_due_ = false;       // Records lie behind the last mark.
    std::vector<std::byte> group_;
};

}  // namespace twofold::log
