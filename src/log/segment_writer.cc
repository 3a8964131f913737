// SPDX-License-Identifier: Apache-2.0
#include "log/segment_writer.h"

#include <algorithm>
#include <fmt/format.h>

namespace twofold::log {

namespace {

/// What reopening found in a segment.
struct Found {
    SegmentHeader header;
    Sequence next = 1;
    std::uint64_t end = 0;   // Behind the last good frame.
    std::uint64_t mark = 0;  // Offset of the last mark.
    bool mark_due = false;   // Records lie behind it.
    std::uint64_t file_bytes = 0;
};

/// Nothing if the segment was never finished being made.
Result<std::optional<Found>> look_into(io::Env& env, const io::Path& path, Sequence first) {
    TF_ASSIGN(const auto mapping, env.map(path));
    const Bytes bytes = mapping->bytes();
    const std::optional<SegmentHeader> header = decode_header(bytes);
    if (!header || header->first != first) {
        if (bytes.size() <= kSegmentHeaderBytes) return std::nullopt;
        return fail(ErrorCode::kCorrupt, fmt::format("the log is damaged at byte 0: {}", path));
    }
    SegmentReader reader(bytes, *header);
    while (reader.next()) {
    }
    if (!reader.at_end() && reader.mark_follows()) {
        return fail(ErrorCode::kCorrupt,
                    fmt::format("the log is damaged at byte {}: {}", reader.position(), path));
    }
    return Found{*header,           reader.next_sequence(),
                 reader.position(), reader.mark_position(),
                 reader.mark_due(), bytes.size()};
}

}  // namespace

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(io::Env& env, const io::Path& folder,
                                                             const SegmentHeader& header,
                                                             const SegmentRules& rules) {
    const io::Path path = io::join(folder, segment_name(header.first));
    TF_ASSIGN(auto file, env.create(path));
    std::unique_ptr<SegmentWriter> writer(new SegmentWriter(std::move(file), header, rules));
    Status started = writer->reserve(kSegmentHeaderBytes);
    if (started) started = writer->start(env, folder);
    if (started) return writer;
    // A full disk: leave nothing, so that the next attempt begins anew.
    if (started.error().code == ErrorCode::kUnavailable) TF_TRY(env.remove(path));
    return std::unexpected(std::move(started).error());
}

Status SegmentWriter::start(io::Env& env, const io::Path& folder) {
    TF_TRY(write(encode(header_)));
    // Before the first record: a group that is durable in a file whose name is not would be lost.
    if (rules_.unsafe_skip_folder_sync) return {};
    return env.sync_folder(folder);
}

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::reopen(io::Env& env, const io::Path& folder,
                                                             const SegmentHeader& fresh,
                                                             const SegmentRules& rules) {
    const io::Path path = io::join(folder, segment_name(fresh.first));
    TF_ASSIGN(const std::optional<Found> found, look_into(env, path, fresh.first));
    if (!found) {
        TF_TRY(env.remove(path));
        return create(env, folder, fresh, rules);
    }
    if (found->end < found->file_bytes) TF_TRY(env.truncate(path, found->end));
    if (!rules.unsafe_skip_file_sync) {
        // The next group begins with a mark that vouches for all before it. What the last process
        // wrote may be in the cache alone, even marked clean by a failed sync: write it again. Only
        // what lies before the last mark was durable for certain.
        TF_TRY(env.resync(path, found->mark));
    }
    if (!rules.unsafe_skip_folder_sync) TF_TRY(env.sync_folder(folder));
    TF_ASSIGN(auto file, env.append_to(path));
    std::unique_ptr<SegmentWriter> writer(new SegmentWriter(std::move(file), found->header, rules));
    writer->next_ = found->next;
    writer->mark_due_ = found->mark_due;
    return writer;
}

Status SegmentWriter::reserve(std::uint64_t frame_bytes) {
    const std::uint64_t end = size() + kMarkBytes + frame_bytes;
    if (end <= reserved_) return {};
    const std::uint64_t bytes = std::max(end - size(), rules_.reserve_bytes);
    TF_TRY(file_->reserve(bytes));
    reserved_ = size() + bytes;
    return {};
}

void SegmentWriter::add(std::span<std::byte> frames, std::size_t count) {
    if (mark_due_) append_mark(group_, header_, next_, size());
    mark_due_ = false;
    seal_frames(frames, header_, next_, rules_.sequence_offset);
    group_.insert(group_.end(), frames.begin(), frames.end());
    next_ += count;
}

Status SegmentWriter::commit() {
    TF_TRY(write(group_));
    group_.clear();
    mark_due_ = true;
    return {};
}

Status SegmentWriter::finish() {
    if (!mark_due_) return {};
    append_mark(group_, header_, next_, size());
    TF_TRY(write(group_));
    group_.clear();
    mark_due_ = false;
    return {};
}

Status SegmentWriter::write(io::Bytes bytes) {
    TF_TRY(file_->append(bytes));
    if (rules_.unsafe_skip_file_sync) return {};
    return file_->sync();
}

}  // namespace twofold::log
