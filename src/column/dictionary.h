// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

/// The distinct values of a column of a part, sorted by their bytes; code = place in that order,
/// from 1. As bytes, little-endian:
///
///   entries   each: shared varint (bytes taken from the entry before; 0 in the first of a group),
///             rest varint (bytes that follow), rest
///   groups    u64 each: where a group starts in the entries
///   count     u32 of entries
///   reserved  u32 = 0
///
/// A group is 16 entries, so a code is found by walking at most 16, and sorted neighbours share
/// most of their bytes: addresses shrink to a third. The entries come first because a writer that
/// merges knows their number last.
namespace twofold::column {

inline constexpr std::uint32_t kDictionaryGroup = 16;

/// Reads a dictionary where it lies. Borrowed from the bytes. Thread-safe.
class Dictionary {
public:
    /// Checks what reading relies on but the entries themselves: the bytes were verified.
    /// Errors: kCorrupt.
    static Result<Dictionary> open(Bytes bytes);

    std::uint32_t size() const noexcept { return size_; }
    /// Valid until `scratch` changes. REQUIRES: 1 <= code <= size().
    std::string_view entry(std::uint32_t code, std::string& scratch) const;
    /// The first code whose entry is >= value; size() + 1 if there is none.
    std::uint32_t lower_bound(std::string_view value) const;
    /// 0 if it is not there.
    std::uint32_t find(std::string_view value) const;

    /// Walks the entries in order. Valid while the dictionary lives.
    class Cursor {
    public:
        explicit Cursor(const Dictionary& dictionary) noexcept : entries_(dictionary.entries_) {}
        /// The first entry first. False at the end.
        bool next();
        std::uint32_t code() const noexcept { return code_; }
        /// Valid until next().
        std::string_view text() const noexcept { return text_; }

    private:
        friend class Dictionary;
        Bytes entries_;
        std::size_t at_ = 0;
        std::uint32_t code_ = 0;
        std::string text_;
    };

    /// Calls entry(code, text) for every entry in order; the text is valid during the call.
    template <typename Function>
    void each(Function&& entry) const {
        Cursor cursor(*this);
        while (cursor.next())
            entry(cursor.code(), cursor.text());
    }

private:
    Dictionary() = default;
    std::uint64_t group_start(std::uint32_t group) const;
    std::string_view first_of(std::uint32_t group) const;
    /// A cursor whose next() gives the first entry of the group.
    Cursor at_group(std::uint32_t group) const;

    Bytes entries_;
    Bytes groups_;
    std::uint32_t size_ = 0;
};

/// Makes a dictionary from entries given in order. The bytes may be taken away piece by piece, so
/// that a large one needs little memory: 8 bytes for 16 entries.
class DictionaryWriter {
public:
    /// REQUIRES: greater than the entry before, and not after finish().
    void add(std::string_view entry);
    std::uint32_t size() const noexcept { return size_; }
    /// Adds what stands behind the entries.
    void finish();
    /// What was made and not yet taken, in order. The caller may clear() it whenever it has.
    ByteWriter& pending() noexcept { return pending_; }

private:
    ByteWriter pending_;
    std::vector<std::uint64_t> groups_;
    std::string last_;
    std::uint64_t entry_bytes_ = 0;
    std::uint32_t size_ = 0;
};

}  // namespace twofold::column
