// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

/// The distinct values of a column of a part, sorted by their bytes; code = place in that order,
/// from 1. As bytes (format; golden file in src/store/testdata), little-endian:
///
///   entries u32 | reserved u32 = 0 | groups: offset u64 each, from the start of the entries |
///   entries: shared varint (bytes taken from the entry before; absent in the first of a group),
///            rest varint, rest bytes
///
/// A group is 16 entries, so a code is found by walking at most 16, and sorted neighbours share
/// most of their bytes: addresses shrink to a third.
namespace twofold::column {

inline constexpr std::uint32_t kDictionaryGroup = 16;

/// Reads a dictionary where it lies. Borrowed from the bytes. Thread-safe.
class Dictionary {
public:
    /// Errors: kCorrupt.
    static Result<Dictionary> open(Bytes bytes);

    std::uint32_t size() const noexcept { return size_; }
    /// Valid until `scratch` changes. REQUIRES: 1 <= code <= size().
    std::string_view entry(std::uint32_t code, std::string& scratch) const;
    /// The first code whose entry is >= value; size() + 1 if there is none.
    std::uint32_t lower_bound(std::string_view value) const;
    /// 0 if it is not there.
    std::uint32_t find(std::string_view value) const;

    /// Calls entry(code, text) for every entry in order; the text is valid during the call.
    template <typename Function>
    void each(Function&& entry) const {
        Cursor cursor(*this);
        while (cursor.next())
            entry(cursor.code(), cursor.text());
    }

    /// Walks the entries in order.
    class Cursor {
    public:
        explicit Cursor(const Dictionary& dictionary) : dictionary_(&dictionary) {}
        /// False at the end.
        bool next();
        std::uint32_t code() const noexcept { return code_; }
        /// Valid until next().
        std::string_view text() const noexcept { return text_; }

    private:
        friend class Dictionary;
        const Dictionary* dictionary_;
        std::uint32_t code_ = 0;
        std::size_t at_ = 0;
        std::string text_;
    };

private:
    Dictionary() = default;
    std::string_view first_of(std::uint32_t group) const;

    Bytes groups_;
    Bytes entries_;
    std::uint32_t size_ = 0;
};

/// Makes a dictionary from entries given in order. The entries are handed on in pieces, so that a
/// dictionary of any size needs little memory: 8 bytes for 16 entries.
class DictionaryWriter {
public:
    /// REQUIRES: greater than the entry before.
    void add(std::string_view entry);
    std::uint32_t size() const noexcept { return size_; }
    /// Entry bytes not yet taken. The caller writes them out and clears them whenever it likes.
    ByteWriter& entries() noexcept { return entries_; }
    /// The head that stands before the entries in the file. Known only at the end.
    std::vector<std::byte> head() const;

private:
    ByteWriter entries_;
    std::vector<std::uint64_t> groups_;
    std::string last_;
    std::uint64_t written_ = 0;
    std::uint32_t size_ = 0;
};

}  // namespace twofold::column
