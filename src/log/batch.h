// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

namespace twofold::log {

/// Position of a record in the log: 1, 2, 3 … without gaps for the life of the data folder.
using Sequence = std::uint64_t;
using Bytes = std::span<const std::byte>;

/// Before each payload, in a batch as on disk: length u32, checksum u32.
inline constexpr std::size_t kRecordHeaderBytes = 8;
/// Longest payload.
inline constexpr std::size_t kRecordBytesMax = 16u << 20;

/// Records to be appended together, laid out as they will lie on disk: adding copies the payload
/// once, and nothing is copied or allocated per record after that. Not thread-safe.
class Batch {
public:
    void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
    /// REQUIRES: 0 < payload.size() <= kRecordBytesMax.
    void add(Bytes payload);
    /// Room for a payload to be written in place; valid until the next add. Same REQUIRES.
    std::span<std::byte> add_room(std::size_t payload_bytes);

    bool empty() const noexcept { return count_ == 0; }
    std::size_t count() const noexcept { return count_; }
    /// With the headers: what the log's bounds count.
    std::size_t byte_count() const noexcept { return bytes_.size(); }

private:
    friend class Log;
    std::vector<std::byte> bytes_;
    std::size_t count_ = 0;
};

/// A batch that is on disk. Iterating gives its payloads in order; the i-th has the number
/// first() + i. Payloads live as long as this does.
class Committed {
public:
    class Iterator {
    public:
        using value_type = Bytes;
        using difference_type = std::ptrdiff_t;
        explicit Iterator(const std::byte* at) : at_(at) {}
        Bytes operator*() const;
        Iterator& operator++();
        void operator++(int) { ++*this; }
        bool operator==(const Iterator&) const = default;

    private:
        const std::byte* at_;
    };

    Committed(std::vector<std::byte> bytes, Sequence first, std::size_t count)
        : bytes_(std::move(bytes)), first_(first), count_(count) {}

    Sequence first() const noexcept { return first_; }
    Sequence last() const noexcept { return first_ + count_ - 1; }
    std::size_t count() const noexcept { return count_; }
    std::size_t byte_count() const noexcept { return bytes_.size(); }
    Iterator begin() const { return Iterator(bytes_.data()); }
    Iterator end() const { return Iterator(bytes_.data() + bytes_.size()); }

private:
    std::vector<std::byte> bytes_;
    Sequence first_;
    std::size_t count_;
};

}  // namespace twofold::log
