// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "intake/plain_bytes.h"

namespace twofold::intake {

/// For tests: a file's bytes, in pieces of a chosen size.
class CsvTestSource final : public ByteSource {
public:
    explicit CsvTestSource(std::string text, std::size_t piece = 1U << 20U)
        : text_(std::move(text)), piece_(piece) {}

    Result<std::size_t> read(std::span<std::byte> into) override {
        const std::size_t count = std::min({into.size(), piece_, text_.size() - at_});
        std::memcpy(into.data(), text_.data() + at_, count);
        at_ += count;
        return count;
    }

private:
    std::string text_;
    std::size_t piece_;
    std::size_t at_ = 0;
};

}  // namespace twofold::intake
