// SPDX-License-Identifier: Apache-2.0
#include "intake/lines.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <sodium.h>
#include <vector>

#include "intake/unpack.h"

namespace twofold::intake {

namespace {

constexpr std::size_t kReadBytes = std::size_t{256} * 1024;
// Of a line that is over the limit this much is given, enough to show that it is.
constexpr std::size_t kCutLineBytes = kRecordJsonBytesMax + 1;

}  // namespace

struct LineReader::State {
    explicit State(ByteSource& bytes_from) : source(bytes_from), raw(kReadBytes) {}

    Result<bool> fill();
    Result<bool> read_raw();
    Result<bool> inflate_some();
    void take(LineChunk& out);
    void end_line(LineChunk& out);

    ByteSource& source;
    std::vector<std::byte> raw;  // as read; [raw_at, raw_end) is still to be used
    std::size_t raw_at = 0;
    std::size_t raw_end = 0;
    std::uint64_t bytes_read = 0;
    bool started = false;
    std::optional<Inflater> inflater;
    bool ended = false;

    std::string unpacked;
    std::string_view plain;  // unpacked text not yet given as lines
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
    return state_->bytes_read;
}

Result<bool> LineReader::State::read_raw() {
    raw_at = 0;
    raw_end = 0;
    // The first bytes say what this is, so there must be enough of them.
    const std::size_t wanted = started ? 1 : kByteOrderMark.size();
    while (raw_end < wanted) {
        TF_ASSIGN(const std::size_t count, source.read(std::span(raw).subspan(raw_end)));
        if (count == 0) break;
        raw_end += count;
        bytes_read += count;
    }
    return raw_end > 0;
}

// Gets more plain text; false at the end.
Result<bool> LineReader::State::fill() {
    if (!inflater) {
        TF_ASSIGN(const bool more, read_raw());
        if (!more) return false;
        const auto bytes = std::span(raw).first(raw_end);
        if (!started && is_gzip(bytes)) {
            inflater.emplace();
            unpacked.resize(4 * kReadBytes);
        } else {
            plain = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
        }
    }
    if (inflater) {
        TF_ASSIGN(const bool more, inflate_some());
        if (!more) return false;
    }
    if (!started && plain.starts_with(kByteOrderMark)) plain.remove_prefix(kByteOrderMark.size());
    started = true;
    return true;
}

Result<bool> LineReader::State::inflate_some() {
    while (!ended) {
        if (raw_at == raw_end) {
            TF_ASSIGN(const bool more, read_raw());
            if (!more) {
                ended = true;
                if (inflater->at_boundary()) return false;
                return fail(
                    ErrorCode::kCorrupt,
                    fmt::format("the gzip data ends too early, after line {}", line_number - 1));
            }
        }
        auto step = inflater->step(std::span(raw).subspan(raw_at, raw_end - raw_at), unpacked);
        if (!step) {
            return fail(ErrorCode::kCorrupt,
                        fmt::format("{}, after line {}", step.error().message, line_number - 1));
        }
        raw_at += step->read;
        ended = step->ended;
        if (step->written > 0) {
            plain = std::string_view(unpacked).substr(0, step->written);
            return true;
        }
    }
    return false;
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
