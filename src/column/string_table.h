// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace twofold::column {

/// Strings ↔ dense numbers from 0 in order of first appearance. Open addressing over a hash seeded
/// anew in each process (numbers do not depend on it, so nobody can choose colliding names). Texts
/// never move; a copy shares them and costs about 40 bytes a string. Not thread-safe while it
/// grows; copies may be read meanwhile.
class StringTable {
public:
    static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

    StringTable() = default;
    StringTable(const StringTable& other);
    StringTable& operator=(const StringTable& other);
    StringTable(StringTable&&) = default;
    StringTable& operator=(StringTable&&) = default;
    ~StringTable() = default;

    std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(texts_.size()); }
    /// Bytes of the texts.
    std::size_t text_bytes() const noexcept { return text_bytes_; }
    /// REQUIRES: number < size(). Lives as long as any copy.
    std::string_view text(std::uint32_t number) const noexcept { return texts_[number]; }

    /// kNone if it is not there.
    std::uint32_t find(std::string_view text) const noexcept;
    /// Its number; the next one if it is new.
    std::uint32_t add(std::string_view text);

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t number = kNone;
    };
    std::size_t slot_of(std::string_view text, std::uint32_t hash) const noexcept;
    void grow();
    std::string_view keep(std::string_view text);

    std::vector<Slot> slots_;  // a power of two, at most three quarters full
    std::vector<std::string_view> texts_;
    std::vector<std::shared_ptr<char[]>> chunks_;
    char* chunk_at_ = nullptr;
    std::size_t chunk_left_ = 0;
    std::size_t chunk_bytes_ = 0;
    std::size_t text_bytes_ = 0;
};

}  // namespace twofold::column
