// SPDX-License-Identifier: Apache-2.0
#include "io/faulty_disk.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/check.h"

namespace twofold::io {

namespace {
constexpr std::uint64_t kSectorBytes = 512;
}

Status FaultyDisk::operation() {
    const std::uint64_t number = operations_++;
    if (number >= stop_at_) return fail(ErrorCode::kIo, "the machine has stopped");
    if (number == fail_at_) return fail(ErrorCode::kIo, "the disk failed, as planned");
    return {};
}

FaultyDisk::Durable& FaultyDisk::durable(const File& file) {
    Durable& found = durable_[file.get()];
    found.file = file;
    return found;
}

Result<FaultyDisk::File> FaultyDisk::create(const Path& path) {
    TF_TRY(operation());
    TF_ASSIGN(File file, files_.create(path));
    durable(file);
    folder_of(path).changes.push_back({std::nullopt, path, file});
    return file;
}

Status FaultyDisk::take_space(Durable& durable, std::uint64_t end) {
    if (end <= durable.allocated) return {};
    const std::uint64_t more = end - durable.allocated;
    if (more > free_bytes_) return fail(ErrorCode::kUnavailable, "no space left on the disk");
    if (free_bytes_ != kNever) free_bytes_ -= more;
    durable.allocated = end;
    return {};
}

void FaultyDisk::give_space_back(const File& file) {
    if (free_bytes_ != kNever) free_bytes_ += durable(file).allocated;
}

Status FaultyDisk::append(const File& file, Bytes bytes) {
    const bool stopped_before = operations_ >= stop_at_;
    Status status = operation();
    if (status) status = take_space(durable(file), file->content().size() + bytes.size());
    if (!status) {
        // A stopped machine writes nothing more; a write that fails has written a part.
        if (stopped_before) return status;
        bytes = bytes.first(random_() % (bytes.size() + 1));
    }
    Content& content = file->writable();
    content.insert(content.end(), bytes.begin(), bytes.end());
    return status;
}

Status FaultyDisk::sync(const File& file) {
    Durable& kept = durable(file);
    if (Status status = operation(); !status) {
        const std::uint64_t size = file->content().size();
        const std::uint64_t from = std::min<std::uint64_t>(kept.content.size(), kept.size_min);
        if (from < size) kept.lost.emplace_back(from, size);
        return status;
    }
    kept.content = file->content();
    kept.size_min = kept.content.size();
    for (const auto& [from, to] : kept.lost)
        lose_sectors(kept.content, from, to, 80);
    return {};
}

Status FaultyDisk::resync(const Path& path, std::uint64_t from) {
    TF_ASSIGN(const File file, files_.find(path));
    Durable& kept = durable(file);
    TF_TRY(operation());
    std::erase_if(kept.lost, [&](const auto& range) { return range.first >= from; });
    for (auto& range : kept.lost)
        range.second = std::min(range.second, from);
    kept.content = file->content();
    kept.size_min = kept.content.size();
    for (const auto& [begin, end] : kept.lost)
        lose_sectors(kept.content, begin, end, 80);
    return {};
}

Status FaultyDisk::reserve(const File& file, std::uint64_t bytes) {
    TF_TRY(operation());
    return take_space(durable(file), file->content().size() + bytes);
}

Status FaultyDisk::rename(const Path& from, const Path& to) {
    TF_TRY(operation());
    TF_ASSIGN(const File file, files_.find(from));
    if (const auto replaced = files_.find(to)) give_space_back(*replaced);
    TF_TRY(files_.rename(from, to));
    if (parent(from) == parent(to)) {
        folder_of(to).changes.push_back({from, to, file});
    } else {
        folder_of(from).changes.push_back({from, std::nullopt, file});
        folder_of(to).changes.push_back({std::nullopt, to, file});
    }
    return {};
}

Status FaultyDisk::remove(const Path& path) {
    TF_TRY(operation());
    TF_ASSIGN(const File file, files_.find(path));
    TF_TRY(files_.remove(path));
    folder_of(path).changes.push_back({path, std::nullopt, file});
    give_space_back(file);
    return {};
}

Status FaultyDisk::truncate(const Path& path, std::uint64_t bytes) {
    TF_TRY(operation());
    TF_ASSIGN(const File file, files_.find(path));
    TF_CHECK_LE(bytes, file->content().size());
    file->writable().resize(bytes);
    Durable& kept = durable(file);
    kept.size_min = std::min(kept.size_min, bytes);
    for (auto& range : kept.lost)
        range.second = std::min(range.second, bytes);
    return {};
}

Status FaultyDisk::sync_folder(const Path& folder) {
    TF_TRY(files_.check_folder(folder));
    TF_TRY(operation());
    Folder& found = folders_[folder];
    found.names.clear();
    for (const auto& [path, file] : files_.names()) {
        if (parent(path) == folder) found.names[path] = file;
    }
    found.changes.clear();
    return {};
}

void FaultyDisk::corrupt(const Path& path, std::uint64_t offset, std::uint8_t mask) {
    const auto found = files_.find(path);
    TF_CHECK(found && offset < (*found)->content().size());
    (*found)->writable()[offset] ^= std::byte{mask};
    Content& content = durable(*found).content;
    if (offset < content.size()) content[offset] ^= std::byte{mask};
}

void FaultyDisk::lose_sectors(Content& content, std::uint64_t from, std::uint64_t to,
                              unsigned loss) {
    const bool noise = random_() % 4 == 0;
    to = std::min<std::uint64_t>(to, content.size());
    while (from < to) {
        const std::uint64_t end = std::min(to, (from / kSectorBytes + 1) * kSectorBytes);
        if (random_() % 100 < loss) {
            for (std::uint64_t i = from; i < end; ++i) {
                content[i] = noise ? static_cast<std::byte>(random_()) : std::byte{0};
            }
        }
        from = end;
    }
}

Content FaultyDisk::torn(const Durable& durable) {
    const Content& seen = durable.file->content();
    Content content = durable.content;
    if (durable.size_min < content.size()) {
        if (coin()) return content;  // Not even the truncation got through.
        content.resize(durable.size_min);
    }
    const std::uint64_t from = content.size();
    TF_CHECK_GE(seen.size(), from);
    const std::uint64_t appended = seen.size() - from;
    // How far the file had grown on the platter: not at all, a part, or all of it.
    const std::uint64_t kind = random_() % 4;
    const std::uint64_t grown = kind == 0 ? 0 : kind == 1 ? random_() % (appended + 1) : appended;
    content.insert(content.end(), seen.begin() + static_cast<std::ptrdiff_t>(from),
                   seen.begin() + static_cast<std::ptrdiff_t>(from + grown));
    for (const auto& [begin, end] : durable.lost)
        lose_sectors(content, begin, end, 80);
    if (kind != 1) {
        const unsigned loss = static_cast<unsigned>(random_() % 101);
        lose_sectors(content, from, content.size(), loss);
    }
    return content;
}

void FaultyDisk::restore_names(Folder& folder) {
    // A journal keeps a prefix of the changes; without one any of them may be missing.
    const bool journal = coin();
    const std::size_t kept = random_() % (folder.changes.size() + 1);
    for (std::size_t i = 0; i < folder.changes.size(); ++i) {
        if (journal ? i >= kept : coin()) continue;
        const Change& change = folder.changes[i];
        if (change.gone) {
            const auto found = folder.names.find(*change.gone);
            if (found != folder.names.end() && found->second == change.file) {
                folder.names.erase(found);
            }
        }
        if (change.came) folder.names[*change.came] = change.file;
    }
    folder.changes.clear();
}

void FaultyDisk::restart() {
    fail_at_ = kNever;
    stop_at_ = kNever;
    files_.unlock_all();
    ++boot_;
}

void FaultyDisk::kill() {
    restart();
}

void FaultyDisk::power_cut() {
    restart();
    std::map<Path, File> names;
    for (auto& [path, folder] : folders_) {
        restore_names(folder);
        names.insert(folder.names.begin(), folder.names.end());
    }
    files_.names() = std::move(names);

    std::map<const MemoryFile*, Durable> left;
    for (const auto& [path, file] : files_.names()) {
        if (left.contains(file.get())) continue;
        Durable& kept = durable(file);
        // Whatever the platter holds now is all there is, so it is durable.
        kept.content = torn(kept);
        kept.size_min = kept.content.size();
        kept.lost.clear();
        file->writable() = kept.content;
        left[file.get()] = std::move(kept);
    }
    durable_ = std::move(left);
}

}  // namespace twofold::io
