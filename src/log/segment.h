// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "log/batch.h"

namespace twofold::log {

// A segment is one append-only file of the log. It holds a run of consecutively numbered records,
// and is the unit in which the log is deleted. Its name is the number of its first record in 20
// digits, and ".log", so that names sort as numbers do. All integers are little-endian.
//
//   offset  bytes  field
//   0       4      magic "TFL1"
//   4       4      checksum of bytes 8 to 31 (seed 0)
//   8       8      number of the first record
//   16      8      time when the segment was made, ms since 1970
//   24      8      salt: random
//   32      -      frames, each a record or a mark
//
//   record: length u32, 1 to 16 MiB | checksum u32 of the payload, seed salt + number | payload
//   mark:   0x80000010 u32 | checksum u32 of the next 16 bytes, seed salt
//           | number of the next record u64 | offset of this mark u64
//
// Checksums are the low halves of XXH3. A wrong length gives a wrong payload, so it is covered; the
// seed makes a record that lies in another's place, or was left there by another file, fail too.
//
// What a crash may leave, and how it is told from damage. Records are written in groups, one sync a
// group, and the next group is written only after that sync has returned. A power cut may keep any
// of the sectors of the group it hit, so a bad record may have good ones behind it. Each group but
// a segment's first therefore begins with a mark: a good mark says that everything before it was
// on disk when it was written. So
//   - in the newest segment, a bad frame with no mark behind it is the torn end of the last group,
//     which was never acknowledged: it is cut off, from the bad frame on;
//   - a bad frame with a mark behind it, or in an older segment, is damage.
// The header is on disk before the first frame is written, so a bad header with nothing behind it
// is a crash while the segment was made, and with something behind it damage. A clean end is
// marked, so that damage in the last group before it is told from a crash.

inline constexpr std::size_t kSegmentHeaderBytes = 32;
inline constexpr std::size_t kMarkBytes = 24;

struct SegmentHeader {
    Sequence first = 1;
    TimeMs made = 0;
    std::uint64_t salt = 0;
    bool operator==(const SegmentHeader&) const = default;
};

std::array<std::byte, kSegmentHeaderBytes> encode(const SegmentHeader& header);
/// Nothing if the bytes do not begin with a good header.
std::optional<SegmentHeader> decode_header(Bytes segment);

std::string segment_name(Sequence first);
/// Nothing if the name is not one of a segment.
std::optional<Sequence> parse_segment_name(std::string_view name);

void append_mark(std::vector<std::byte>& out, const SegmentHeader& header, Sequence next,
                 std::uint64_t offset);

/// Fills in the checksums of the records in `frames` (as a Batch lays them out), the first of which
/// has the number `first`; before that, the number itself at `sequence_offset` of each payload.
void seal_frames(std::span<std::byte> frames, const SegmentHeader& header, Sequence first,
                 std::optional<std::size_t> sequence_offset);

/// Goes through the records of a segment from its first, checking each. Borrows the bytes.
class SegmentReader {
public:
    /// REQUIRES: `header` is the header of `segment`.
    SegmentReader(Bytes segment, const SegmentHeader& header)
        : segment_(segment), header_(header), next_(header.first), marked_(header.first) {}

    /// The next record's payload; nothing at the end or at a bad frame.
    std::optional<Bytes> next();

    /// Number of the record that next() would return.
    Sequence next_sequence() const noexcept { return next_; }
    /// Where reading goes on; after next() has returned nothing: the end, or the bad frame.
    std::size_t position() const noexcept { return position_; }
    bool at_end() const noexcept { return position_ == segment_.size(); }
    /// Offset of the last good mark, 0 before the first: what lies before it was on disk when the
    /// mark was written.
    std::size_t mark_position() const noexcept { return mark_; }
    /// Whether records lie behind the last good mark.
    bool mark_due() const noexcept { return next_ != marked_; }
    /// Whether there is a good mark behind position().
    bool mark_follows() const;

private:
    bool take_mark();

    Bytes segment_;
    SegmentHeader header_;
    Sequence next_;
    Sequence marked_;  // The number that the last mark names.
    std::size_t position_ = kSegmentHeaderBytes;
    std::size_t mark_ = 0;
};

}  // namespace twofold::log
