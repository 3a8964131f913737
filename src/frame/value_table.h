// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "model/types.h"

namespace twofold::frame {

/// Values by code, as a snapshot sees them. Blocks and texts are shared with the builder, which
/// only ever writes beyond what a snapshot knows.
class ValueTable {
public:
    static constexpr std::uint32_t kBlockValues = 256;
    using Block = std::array<model::Value, kBlockValues>;

    const model::Value& operator[](std::uint32_t code) const noexcept {
        return (*blocks_[code / kBlockValues])[code % kBlockValues];
    }

private:
    friend class ValueTableBuilder;
    std::vector<std::shared_ptr<Block>> blocks_;
    std::vector<std::shared_ptr<char[]>> texts_;
};

/// Gives codes to values, 1, 2, 3 … in the order of their first appearance. One thread.
class ValueTableBuilder {
public:
    ValueTableBuilder();

    /// REQUIRES: not null.
    std::uint32_t code(const model::Value& value);
    /// Codes are below this.
    std::uint32_t code_count() const noexcept { return count_; }
    const model::Value& operator[](std::uint32_t code) const noexcept { return table_[code]; }

    std::shared_ptr<const ValueTable> publish();
    std::uint64_t memory_bytes() const noexcept;

private:
    static std::uint32_t hash(const model::Value& value) noexcept;
    std::string_view copy(std::string_view text);
    void grow();

    ValueTable table_;
    std::vector<std::uint64_t> slots_;  // hash << 32 | code; 0 = free; linear probing
    std::uint32_t count_ = 1;
    char* text_next_ = nullptr;
    std::size_t text_room_ = 0;
    std::uint64_t text_bytes_ = 0;
    std::shared_ptr<const ValueTable> published_;
    std::uint32_t published_count_ = 0;
};

}  // namespace twofold::frame
