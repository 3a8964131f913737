// SPDX-License-Identifier: Apache-2.0
#include "log/batch.h"

#include <array>

#include "base/bytes.h"
#include "base/check.h"

namespace twofold::log {

void Batch::add(Bytes payload) {
    TF_CHECK_GT(payload.size(), 0u);
    TF_CHECK_LE(payload.size(), kRecordBytesMax);
    std::array<std::byte, kRecordHeaderBytes> header{};
    save(std::span(header), 0, static_cast<std::uint32_t>(payload.size()));
    // Not by add_room: every record comes this way, and need not be zeroed first.
    bytes_.insert(bytes_.end(), header.begin(), header.end());
    bytes_.insert(bytes_.end(), payload.begin(), payload.end());
    ++count_;
}

std::span<std::byte> Batch::add_room(std::size_t payload_bytes) {
    TF_CHECK_GT(payload_bytes, 0u);
    TF_CHECK_LE(payload_bytes, kRecordBytesMax);
    const std::size_t at = bytes_.size();
    bytes_.resize(at + kRecordHeaderBytes + payload_bytes);
    save(std::span(bytes_), at, static_cast<std::uint32_t>(payload_bytes));
    ++count_;
    return std::span(bytes_).subspan(at + kRecordHeaderBytes);
}

Bytes Committed::Iterator::operator*() const {
    return {at_ + kRecordHeaderBytes, load<std::uint32_t>({at_, kRecordHeaderBytes}, 0)};
}

Committed::Iterator& Committed::Iterator::operator++() {
    at_ += kRecordHeaderBytes + (**this).size();
    return *this;
}

}  // namespace twofold::log
