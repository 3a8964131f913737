// SPDX-License-Identifier: Apache-2.0
#include "intake/lines.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <sodium.h>
#include <vector>

namespace twofold::intake {

namespace {

constexpr std::size_t kReadBytes = std::size_t{256} * 1024;
// Of a line that is over the limit this much is given, enough to show that it is.
constexpr std::size_t kCutLineBytes = kRecordJsonBytesMax + 1;

}  // namespace

struct LineReader::State {
    explicit State(ByteSource& bytes_from) : bytes(bytes_from) {}

    Result<bool> fill();
    void take(LineChunk& out);
    void end_line(LineChunk& out);

    PlainBytes bytes;
    std::string_view plain;  // text not yet given as lines
    std::string line;        // the line under way, up to kCutLineBytes
    std::uint64_t line_number = 1;
    std::uint64_t start_line = 1;
};

LineReader::LineReader(ByteSource& source) : state_(std::make_unique<State>(source)) {}
LineReader::~LineReader() = default;

void LineReader::start_at(std::uint64_t line) noexcept {
    state_->start_line = line;
}

std::uint64_t LineReader::bytes_read() const noexcept {
    return state_->bytes.bytes_read();
}

// Gets more plain text; false at the end.
Result<bool> LineReader::State::fill() {
    auto more = bytes.next();
    if (!more && more.error().code == ErrorCode::kCorrupt) {
        return fail(ErrorCode::kCorrupt,
                    fmt::format("{}, after line {}", more.error().message, line_number - 1));
    }
    TF_ASSIGN(plain, std::move(more));
    return !plain.empty();
}

// The line under way is complete.
void LineReader::State::end_line(LineChunk& out) {
    if (line_number >= start_line) {
        if (out.line_count == 0) out.first_line = line_number;
        out.bytes += line;
        out.bytes += '\n';
        ++out.line_count;
    }
    line.clear();
    ++line_number;
}

// Moves lines from `plain` to the chunk until it is full or nothing is left.
void LineReader::State::take(LineChunk& out) {
    while (!plain.empty() && out.bytes.size() < kChunkBytes) {
        const std::size_t end = plain.find('\n');
        const std::string_view piece = plain.substr(0, end);
        if (line.size() < kCutLineBytes) {
            line += piece.substr(0, kCutLineBytes - line.size());
        }
        if (end == std::string_view::npos) {
            plain = {};
        } else {
            plain.remove_prefix(end + 1);
            end_line(out);
        }
    }
}

Result<bool> LineReader::next(LineChunk& out) {
    State& state = *state_;
    out.bytes.clear();
    out.line_count = 0;
    while (out.bytes.size() < kChunkBytes) {
        if (state.plain.empty()) {
            TF_ASSIGN(const bool more, state.fill());
            if (!more) {
                if (!state.line.empty()) state.end_line(out);
                break;
            }
        }
        state.take(out);
    }
    return out.line_count > 0;
}

Result<std::uint64_t> hash_content(ByteSource& source) {
    std::vector<std::byte> piece(kReadBytes);
    crypto_generichash_state hash;
    std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
    crypto_generichash_init(&hash, nullptr, 0, digest.size());
    while (true) {
        TF_ASSIGN(const std::size_t count, source.read(piece));
        if (count == 0) break;
        crypto_generichash_update(&hash, reinterpret_cast<const unsigned char*>(piece.data()),
                                  count);
    }
    crypto_generichash_final(&hash, digest.data(), digest.size());
    std::uint64_t id = 0;
    for (std::size_t i = 0; i < sizeof(id); ++i)
        id |= std::uint64_t{digest[i]} << (8 * i);
    return std::max<std::uint64_t>(id, 1);
}

}  // namespace twofold::intake
