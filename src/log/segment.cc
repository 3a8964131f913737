// SPDX-License-Identifier: Apache-2.0
#include "log/segment.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/checksum.h"

namespace twofold::log {

namespace {

constexpr std::string_view kMagic = "TFL1";
constexpr std::string_view kSuffix = ".log";
constexpr std::size_t kNameDigits = 20;
constexpr std::uint32_t kMarkLength = 0x80000010;

std::uint64_t seed_of(const SegmentHeader& header, Sequence sequence) {
    return header.salt + sequence;
}

/// Whether a good mark lies at `offset`; its number goes to `next`.
bool read_mark(Bytes segment, const SegmentHeader& header, std::size_t offset, Sequence& next) {
    if (segment.size() < kMarkBytes || offset > segment.size() - kMarkBytes) return false;
    const Bytes mark = segment.subspan(offset, kMarkBytes);
    next = load<Sequence>(mark, 8);
    return load<std::uint32_t>(mark, 0) == kMarkLength &&
           load<std::uint32_t>(mark, 4) == checksum32(mark.subspan(8), header.salt) &&
           load<std::uint64_t>(mark, 16) == offset;
}

}  // namespace

std::array<std::byte, kSegmentHeaderBytes> encode(const SegmentHeader& header) {
    std::array<std::byte, kSegmentHeaderBytes> bytes{};
    const std::span out(bytes);
    std::ranges::copy(as_bytes(kMagic), out.begin());
    save(out, 8, header.first);
    save(out, 16, header.made);
    save(out, 24, header.salt);
    save(out, 4, checksum32(out.subspan(8)));
    return bytes;
}

std::optional<SegmentHeader> decode_header(Bytes segment) {
    if (segment.size() < kSegmentHeaderBytes) return std::nullopt;
    const Bytes bytes = segment.first(kSegmentHeaderBytes);
    if (as_text(bytes.first(kMagic.size())) != kMagic) return std::nullopt;
    if (load<std::uint32_t>(bytes, 4) != checksum32(bytes.subspan(8))) return std::nullopt;
    return SegmentHeader{load<Sequence>(bytes, 8), load<TimeMs>(bytes, 16),
                         load<std::uint64_t>(bytes, 24)};
}

std::string segment_name(Sequence first) {
    return fmt::format("{:020}{}", first, kSuffix);
}

std::optional<Sequence> parse_segment_name(std::string_view name) {
    if (name.size() != kNameDigits + kSuffix.size() || !name.ends_with(kSuffix)) {
        return std::nullopt;
    }
    Sequence first = 0;
    const char* end = name.data() + kNameDigits;
    const auto [stopped, error] = std::from_chars(name.data(), end, first);
    if (error != std::errc{} || stopped != end || first == 0) return std::nullopt;
    return first;
}

void append_mark(std::vector<std::byte>& out, const SegmentHeader& header, Sequence next,
                 std::uint64_t offset) {
    std::array<std::byte, kMarkBytes> bytes{};
    const std::span mark(bytes);
    save(mark, 0, kMarkLength);
    save(mark, 8, next);
    save(mark, 16, offset);
    save(mark, 4, checksum32(mark.subspan(8), header.salt));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void seal_frames(std::span<std::byte> frames, const SegmentHeader& header, Sequence first,
                 std::optional<std::size_t> sequence_offset) {
    Sequence sequence = first;
    while (!frames.empty()) {
        const auto length = load<std::uint32_t>(frames, 0);
        const std::span<std::byte> payload = frames.subspan(kRecordHeaderBytes, length);
        if (sequence_offset) save(payload, *sequence_offset, sequence);
        save(frames, 4, checksum32(payload, seed_of(header, sequence)));
        frames = frames.subspan(kRecordHeaderBytes + length);
        ++sequence;
    }
}

std::optional<Bytes> SegmentReader::next() {
    while (take_mark()) {
    }
    const Bytes rest = segment_.subspan(position_);
    if (rest.size() < kRecordHeaderBytes) return std::nullopt;
    const auto length = load<std::uint32_t>(rest, 0);
    if (length == 0 || length > kRecordBytesMax) return std::nullopt;
    if (length > rest.size() - kRecordHeaderBytes) return std::nullopt;
    const Bytes payload = rest.subspan(kRecordHeaderBytes, length);
    if (load<std::uint32_t>(rest, 4) != checksum32(payload, seed_of(header_, next_))) {
        return std::nullopt;
    }
    position_ += kRecordHeaderBytes + length;
    ++next_;
    return payload;
}

bool SegmentReader::take_mark() {
    Sequence next = 0;
    if (!read_mark(segment_, header_, position_, next) || next != next_) return false;
    mark_ = position_;
    marked_ = next;
    position_ += kMarkBytes;
    return true;
}

bool SegmentReader::mark_follows() const {
    const std::string_view text = as_text(segment_);
    const std::string_view pattern(reinterpret_cast<const char*>(&kMarkLength), sizeof kMarkLength);
    Sequence next = 0;
    for (std::size_t at = text.find(pattern, position_); at != text.npos;
         at = text.find(pattern, at + 1)) {
        if (read_mark(segment_, header_, at, next)) return true;
    }
    return false;
}

}  // namespace twofold::log
