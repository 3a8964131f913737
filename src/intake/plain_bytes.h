// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "intake/unpack.h"

namespace twofold::intake {

/// Where a file's bytes come from: whoever opens files implements it.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    /// Fills the front of `into` and returns how much; 0 only at the end. Errors: kIo.
    virtual Result<std::size_t> read(std::span<std::byte> into) = 0;
};

/// A file's text piece by piece: gzip is recognised by its bytes and unpacked (several members one
/// after the other are one file), a byte order mark at the start is skipped.
class PlainBytes {
public:
    /// `source` is borrowed.
    explicit PlainBytes(ByteSource& source);
    PlainBytes(const PlainBytes&) = delete;
    PlainBytes& operator=(const PlainBytes&) = delete;

    /// The next piece, borrowed until the next call; empty only at the end.
    /// Errors: the source's; kCorrupt for damaged gzip.
    Result<std::string_view> next();

    /// Bytes taken from the source.
    std::uint64_t bytes_read() const noexcept { return bytes_read_; }

private:
    Result<bool> read_raw();
    Result<std::string_view> inflate_some();

    ByteSource& source_;
    std::vector<std::byte> raw_;  // as read; [raw_at_, raw_end_) is still to be used
    std::size_t raw_at_ = 0;
    std::size_t raw_end_ = 0;
    std::uint64_t bytes_read_ = 0;
    bool started_ = false;
    bool ended_ = false;
    std::optional<Inflater> inflater_;
    std::string unpacked_;
};

}  // namespace twofold::intake
