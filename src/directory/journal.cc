// SPDX-License-Identifier: Apache-2.0
#include "directory/journal.h"

#include <fmt/core.h>
#include <utility>

#include "base/checksum.h"

namespace twofold::directory {
namespace {

constexpr std::size_t kFileHeaderBytes = 16;
constexpr std::size_t kBlockHeaderBytes = 16;

std::string_view magic(JournalKind kind) {
    switch (kind) {
        case JournalKind::kIds:
            return "2foldids";
        case JournalKind::kState:
            return "2foldsta";
    }
    return {};
}

ByteWriter file_header(JournalKind kind, std::uint32_t number) {
    ByteWriter header;
    header.put_bytes(as_bytes(magic(kind)));
    header.put(kJournalVersion);
    header.put(number);
    return header;
}

std::unexpected<Error> damaged(const io::Path& path, std::uint64_t offset) {
    return fail(ErrorCode::kCorrupt, fmt::format("damaged at byte {}: {}", offset, path));
}

}  // namespace

std::string journal_name(JournalKind kind, std::uint32_t number) {
    return fmt::format("{}.{}", kind == JournalKind::kIds ? "ids" : "state", number);
}

Journal::Journal(std::unique_ptr<io::WritableFile> file, std::uint32_t number, std::uint64_t length)
    : file_(std::move(file)), number_(number), length_(length) {}

Result<std::unique_ptr<Journal>> Journal::create(io::Env& env, const io::Path& folder,
                                                 JournalKind kind, std::uint32_t number) {
    TF_ASSIGN(auto file, env.create(io::join(folder, journal_name(kind, number))));
    const ByteWriter header = file_header(kind, number);
    TF_TRY(file->append(header.bytes()));
    return std::unique_ptr<Journal>(new Journal(std::move(file), number, kFileHeaderBytes));
}

Result<std::unique_ptr<Journal>> Journal::reopen(io::Env& env, const io::Path& folder,
                                                 JournalKind kind, std::uint32_t number,
                                                 std::uint64_t length) {
    const io::Path path = io::join(folder, journal_name(kind, number));
    TF_ASSIGN(const std::uint64_t size, env.size(path));
    if (size < length) return damaged(path, size);
    if (size > length) TF_TRY(env.truncate(path, length));
    TF_ASSIGN(auto file, env.append_to(path));
    return std::unique_ptr<Journal>(new Journal(std::move(file), number, length));
}

Status Journal::entry_done() {
    ++entries_;
    return block_.size() < kJournalBlockBytes ? Status() : write_block();
}

Status Journal::write_block() {
    if (entries_ == 0) return {};
    ByteWriter header;
    header.put(static_cast<std::uint32_t>(block_.size()));
    header.put(entries_);
    header.put(checksum(block_.bytes(), length_));
    TF_TRY(file_->append(header.bytes()));
    TF_TRY(file_->append(block_.bytes()));
    length_ += kBlockHeaderBytes + block_.size();
    block_.clear();
    entries_ = 0;
    return {};
}

Status Journal::finish() {
    TF_TRY(write_block());
    return file_->sync();
}

Result<std::shared_ptr<const io::Mapping>> read_journal(
    io::Env& env, const io::Path& folder, JournalKind kind, std::uint32_t number,
    std::uint64_t length, const std::function<bool(ByteReader&, std::uint32_t)>& take) {
    const io::Path path = io::join(folder, journal_name(kind, number));
    TF_ASSIGN(auto mapping, env.map(path));
    const Bytes file = mapping->bytes();
    if (file.size() < length || length < kFileHeaderBytes) return damaged(path, file.size());
    const ByteWriter header = file_header(kind, number);
    if (as_text(file.first(kFileHeaderBytes)) != as_text(header.bytes())) return damaged(path, 0);
    std::uint64_t at = kFileHeaderBytes;
    while (at < length) {
        ByteReader block(file.subspan(at, length - at));
        const auto size = block.get<std::uint32_t>();
        const auto entries = block.get<std::uint32_t>();
        const auto sum = block.get<std::uint64_t>();
        const Bytes content = block.get_bytes(size);
        if (!block.ok() || checksum(content, at) != sum) return damaged(path, at);
        ByteReader reader(content);
        if (!take(reader, entries) || !reader.finished()) return damaged(path, at);
        at += kBlockHeaderBytes + size;
    }
    return mapping;
}

}  // namespace twofold::directory
