// SPDX-License-Identifier: Apache-2.0
//
// The two files in which the directory keeps itself: `ids.<n>`, every id that ever came, and
// `state.<n>`, what else is known. Both are read from front to back at open and appended to at each
// commit. How much of them counts is said by the manifest: bytes beyond are cut off.
//
//   offset size what
//        0    8 "2foldids" or "2foldsta"
//        8    4 version of the format: 1
//       12    4 number of the file, as in its name
//       16    – blocks, one a commit (a large commit: several), each:
//                 4 length of the content
//                 4 number of entries in it
//                 8 XXH3 of the content, seeded with the block's offset in the file
//                 – content: entries end to end
//
// An entry of ids.<n> (numbers are varints where no size is said; entries count from 0 over the
// whole file, and that number is the id's in state.<n>):
//   1 byte kind (1 user, 2 anonymous, 3 customer), ordinal + 1 (0 = nobody's), length, text
//
// An entry of state.<n>: 1 byte what, then
//    1 user seen          ordinal, Seen (below)
//    2 customer seen      ordinal, Seen
//    3 users joined       a, b (ordinals as first seen)
//    4 users unjoined     a, b
//    5 customers joined   a, b
//    6 customers unjoined a, b
//    7 device claimed     number of the id, 1 byte: 1 yes, 0 no
//    8 owner of a key     number of the id, ordinal + 1
//    9 good requests      number of the id, 1 byte count, 4 bytes mark of the last
//   10 device clock       number of the id, offset (zigzag), 4 bytes mark of the last request,
//                         1 byte count, that many differences (zigzag); count 0: forgotten
//   11 import lines       8 bytes file, first, last
//   12 counters           shared device records, key conflicts
// A Seen is 1 byte of bits: which of first fact, first event, first use, last use follow; the first
// fact zigzag, the others as zigzag difference from the first fact. Later entries replace earlier
// ones about the same thing. When a state file has grown to twice what a new one would take, the
// next commit begins a new one with everything in it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "io/env.h"

namespace twofold::directory {

enum class JournalKind : std::uint8_t { kIds, kState };

inline constexpr std::uint32_t kJournalVersion = 1;
/// A block is closed when its content has grown to this.
inline constexpr std::size_t kJournalBlockBytes = 4U << 20;

/// One of the files, open for appending. After a failed write it is of no more use.
class Journal {
public:
    /// Errors: kConflict if it exists, kIo.
    static Result<std::unique_ptr<Journal>> create(io::Env& env, const io::Path& folder,
                                                   JournalKind kind, std::uint32_t number);
    /// Cuts the file to `length` and continues it. Errors: kCorrupt when it is shorter; kIo.
    static Result<std::unique_ptr<Journal>> reopen(io::Env& env, const io::Path& folder,
                                                   JournalKind kind, std::uint32_t number,
                                                   std::uint64_t length);

    /// Where the next entry goes; call entry_done() after each.
    ByteWriter& entry() noexcept { return block_; }
    Status entry_done();
    /// Writes the last block and syncs.
    Status finish();

    std::uint32_t number() const noexcept { return number_; }
    /// Bytes written so far: what a reader may read after finish().
    std::uint64_t length() const noexcept { return length_; }

private:
    Journal(std::unique_ptr<io::WritableFile> file, std::uint32_t number, std::uint64_t length);
    Status write_block();

    std::unique_ptr<io::WritableFile> file_;
    std::uint32_t number_;
    std::uint64_t length_;
    ByteWriter block_;
    std::uint32_t entries_ = 0;
};

/// "ids.7", "state.12".
std::string journal_name(JournalKind kind, std::uint32_t number);

/// Calls `take` for each block of the first `length` bytes, with a reader over its content and the
/// number of its entries. Returns the mapping, in which texts lie as long as it is kept.
/// Errors: kCorrupt with file and offset (also when `take` did not read exactly the content), kIo.
Result<std::shared_ptr<const io::Mapping>> read_journal(
    io::Env& env, const io::Path& folder, JournalKind kind, std::uint32_t number,
    std::uint64_t length, const std::function<bool(ByteReader&, std::uint32_t)>& take);

}  // namespace twofold::directory
