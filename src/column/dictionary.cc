// SPDX-License-Identifier: Apache-2.0
#include "column/dictionary.h"

#include <algorithm>

#include "base/check.h"

namespace twofold::column {
namespace {

constexpr std::size_t kTailBytes = 8;

std::size_t shared_bytes(std::string_view a, std::string_view b) {
    const std::size_t most = std::min(a.size(), b.size());
    std::size_t shared = 0;
    while (shared < most && a[shared] == b[shared])
        ++shared;
    return shared;
}

// A varint at `at`; the bytes were verified, but a wild length must still not leave the span.
std::uint64_t read_varint(Bytes bytes, std::size_t& at) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
        const auto byte = std::to_integer<std::uint64_t>(bytes[at++]);
        value |= (byte & 0x7F) << shift;
        if (byte < 0x80) break;
    }
    return value;
}

}  // namespace

Result<Dictionary> Dictionary::open(Bytes bytes) {
    const auto damaged = [] { return fail(ErrorCode::kCorrupt, "damaged dictionary"); };
    if (bytes.size() < kTailBytes) return damaged();
    Dictionary dictionary;
    dictionary.size_ = load<std::uint32_t>(bytes, bytes.size() - kTailBytes);
    const std::size_t groups =
        (std::size_t{dictionary.size_} + kDictionaryGroup - 1) / kDictionaryGroup;
    const std::size_t group_bytes = groups * sizeof(std::uint64_t);
    if (bytes.size() - kTailBytes < group_bytes) return damaged();
    dictionary.entries_ = bytes.first(bytes.size() - kTailBytes - group_bytes);
    dictionary.groups_ = bytes.subspan(dictionary.entries_.size(), group_bytes);
    return dictionary;
}

bool Dictionary::Cursor::next() {
    if (at_ >= entries_.size()) return false;
    const std::uint64_t shared = std::min<std::uint64_t>(read_varint(entries_, at_), text_.size());
    const std::uint64_t rest =
        std::min<std::uint64_t>(read_varint(entries_, at_), entries_.size() - at_);
    text_.resize(shared);
    text_ += as_text(entries_.subspan(at_, rest));
    at_ += rest;
    ++code_;
    return true;
}

std::uint64_t Dictionary::group_start(std::uint32_t group) const {
    const auto start = load<std::uint64_t>(groups_, group * sizeof(std::uint64_t));
    return std::min<std::uint64_t>(start, entries_.size());
}

// The first entry of a group shares nothing, so it can be read in place.
std::string_view Dictionary::first_of(std::uint32_t group) const {
    std::size_t at = group_start(group);
    read_varint(entries_, at);
    const std::uint64_t bytes =
        std::min<std::uint64_t>(read_varint(entries_, at), entries_.size() - at);
    return as_text(entries_.subspan(at, bytes));
}

Dictionary::Cursor Dictionary::at_group(std::uint32_t group) const {
    Cursor cursor(*this);
    cursor.at_ = group_start(group);
    cursor.code_ = group * kDictionaryGroup;
    return cursor;
}

std::string_view Dictionary::entry(std::uint32_t code, std::string& scratch) const {
    TF_CHECK(code >= 1 && code <= size_);
    const std::uint32_t group = (code - 1) / kDictionaryGroup;
    if ((code - 1) % kDictionaryGroup == 0) return first_of(group);
    Cursor cursor = at_group(group);
    while (cursor.next() && cursor.code() < code) {
    }
    scratch = std::move(cursor.text_);
    return scratch;
}

std::uint32_t Dictionary::lower_bound(std::string_view value) const {
    std::uint32_t low = 0;  // groups before `low` start below the value
    std::uint32_t high = (size_ + kDictionaryGroup - 1) / kDictionaryGroup;
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if (first_of(middle) < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) return 1;
    Cursor cursor = at_group(low - 1);
    const std::uint32_t end = std::min(size_, low * kDictionaryGroup);
    while (cursor.code() < end && cursor.next()) {
        if (cursor.text() >= value) return cursor.code();
    }
    return end + 1;
}

std::uint32_t Dictionary::find(std::string_view value) const {
    const std::uint32_t code = lower_bound(value);
    if (code > size_) return 0;
    std::string scratch;
    return entry(code, scratch) == value ? code : 0;
}

void DictionaryWriter::add(std::string_view entry) {
    TF_CHECK(size_ == 0 || last_ < entry);
    std::size_t shared = 0;
    if (size_ % kDictionaryGroup == 0) {
        groups_.push_back(entry_bytes_);
    } else {
        shared = shared_bytes(last_, entry);
    }
    const std::size_t before = pending_.size();
    pending_.put_varint(shared);
    pending_.put_text(entry.substr(shared));
    entry_bytes_ += pending_.size() - before;
    last_.assign(entry);
    ++size_;
}

void DictionaryWriter::finish() {
    for (const std::uint64_t start : groups_)
        pending_.put(start);
    pending_.put(size_);
    pending_.put(std::uint32_t{0});
}

}  // namespace twofold::column
