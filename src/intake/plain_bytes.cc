// SPDX-License-Identifier: Apache-2.0
#include "intake/plain_bytes.h"

namespace twofold::intake {

namespace {
constexpr std::size_t kPieceBytes = std::size_t{256} * 1024;
}  // namespace

PlainBytes::PlainBytes(ByteSource& source) : source_(source), raw_(kPieceBytes) {}

Result<bool> PlainBytes::read_raw() {
    raw_at_ = 0;
    raw_end_ = 0;
    // The first bytes say what this is, so there must be enough of them.
    const std::size_t wanted = started_ ? 1 : kByteOrderMark.size();
    while (raw_end_ < wanted) {
        TF_ASSIGN(const std::size_t count, source_.read(std::span(raw_).subspan(raw_end_)));
        if (count == 0) break;
        raw_end_ += count;
        bytes_read_ += count;
    }
    return raw_end_ > 0;
}

Result<std::string_view> PlainBytes::next() {
    while (true) {
        std::string_view plain;
        if (!inflater_) {
            TF_ASSIGN(const bool more, read_raw());
            if (!more) return plain;
            const auto bytes = std::span(raw_).first(raw_end_);
            if (!started_ && is_gzip(bytes)) {
                inflater_.emplace();
                unpacked_.resize(4 * kPieceBytes);
            } else {
                plain = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
            }
        }
        if (inflater_) {
            TF_ASSIGN(plain, inflate_some());
            if (plain.empty()) return plain;
        }
        if (!started_ && plain.starts_with(kByteOrderMark)) {
            plain.remove_prefix(kByteOrderMark.size());
        }
        started_ = true;
        if (!plain.empty()) return plain;
    }
}

// Empty at the end.
Result<std::string_view> PlainBytes::inflate_some() {
    while (!ended_) {
        if (raw_at_ == raw_end_) {
            TF_ASSIGN(const bool more, read_raw());
            if (!more) {
                ended_ = true;
                if (inflater_->at_boundary()) break;
                return fail(ErrorCode::kCorrupt, "the gzip data ends too early");
            }
        }
        TF_ASSIGN(const Inflater::Step step,
                  inflater_->step(std::span(raw_).subspan(raw_at_, raw_end_ - raw_at_), unpacked_));
        raw_at_ += step.read;
        ended_ = step.ended;
        if (step.written > 0) return std::string_view(unpacked_).substr(0, step.written);
    }
    return std::string_view();
}

}  // namespace twofold::intake
