// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

/// From bytes on the wire to JSON text. The bytes decide, never Content-Type: clients send gzip as
/// forms and JSON as plain text.
namespace twofold::intake {

/// Unpacks gzip or zlib bytes as they come. Members that follow one another are one stream; what
/// follows the last member and is no member is ignored, as gzip does.
class Inflater {
public:
    struct Step {
        std::size_t read = 0;
        std::size_t written = 0;
        bool ended = false;  ///< A member has ended, and what follows is none.
    };

    Inflater();
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Takes from `in` what fits into `out`. REQUIRES: neither is empty.
    /// Errors: kCorrupt for damaged bytes.
    Result<Step> step(std::span<const std::byte> in, std::span<char> out);
    /// Whether stopping here is the end of a member, and not in the middle of one.
    bool at_boundary() const noexcept { return at_boundary_; }

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
    bool at_boundary_ = true;
};

/// Two bytes say it.
bool is_gzip(std::span<const std::byte> bytes) noexcept;

/// "\xEF\xBB\xBF".
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The JSON in a request's body: unpacked if `content_encoding` or its first bytes say so, without
/// a byte order mark; of a form the field `data`, plain or in base64. Points into `bytes` or into
/// `buffer`. Never more than kBodyBytesMax, which is enforced while unpacking.
/// Errors: kTooLarge; kInvalid for an encoding we do not know, damaged gzip, or when it is no JSON.
Result<std::string_view> unpack_body(std::span<const std::byte> bytes,
                                     std::string_view content_encoding, std::string& buffer);

}  // namespace twofold::intake
