// SPDX-License-Identifier: Apache-2.0
#include "log/batch.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"

namespace twofold::log {

void Batch::add(Bytes payload) {
    std::ranges::copy(payload, add_room(payload.size()).begin());
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
