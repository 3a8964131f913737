// SPDX-License-Identifier: Apache-2.0
#include "io/memory_files.h"

#include <fmt/format.h>

namespace twofold::io {

namespace {

class MemoryMapping final : public Mapping {
public:
    explicit MemoryMapping(std::shared_ptr<const Content> content) : content_(std::move(content)) {}
    Bytes bytes() const override { return *content_; }

private:
    std::shared_ptr<const Content> content_;
};

std::unexpected<Error> not_found(const Path& path) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no such file or folder: {}", path));
}

/// Adds the first part of `path` within `folder` to `names`, if it lies there.
void add_name_within(const Path& folder, const Path& path, std::set<std::string>& names) {
    const Path prefix = folder.empty() || folder == "." ? "" : join(folder, "");
    if (!path.starts_with(prefix) || path.size() == prefix.size()) return;
    const std::size_t end = path.find('/', prefix.size());
    const std::string name = path.substr(prefix.size(), end - prefix.size());
    if (!name.empty() && name != ".") names.insert(name);
}

}  // namespace

Content& MemoryFile::writable() {
    if (mapped_) content_ = std::make_shared<Content>(*content_);
    mapped_ = false;
    return *content_;
}

std::shared_ptr<const Mapping> MemoryFile::map() {
    mapped_ = true;
    return std::make_shared<const MemoryMapping>(content_);
}

Result<std::shared_ptr<MemoryFile>> MemoryFiles::create(const Path& path) {
    TF_TRY(check_folder(Path(parent(path))));
    if (exists(path)) {
        return fail(ErrorCode::kConflict, fmt::format("the file is there already: {}", path));
    }
    return names_[path] = std::make_shared<MemoryFile>();
}

Result<std::shared_ptr<MemoryFile>> MemoryFiles::find(const Path& path) const {
    const auto found = names_.find(path);
    if (found == names_.end()) return not_found(path);
    return found->second;
}

bool MemoryFiles::exists(const Path& path) const {
    return names_.contains(path) || folders_.contains(path);
}

Result<std::vector<std::string>> MemoryFiles::list(const Path& folder) const {
    TF_TRY(check_folder(folder));
    std::set<std::string> names;
    for (const auto& [path, file] : names_)
        add_name_within(folder, path, names);
    for (const Path& path : folders_)
        add_name_within(folder, path, names);
    return std::vector<std::string>(names.begin(), names.end());
}

Status MemoryFiles::make_folders(const Path& folder) {
    if (names_.contains(folder)) {
        return fail(ErrorCode::kConflict,
                    fmt::format("there is a file where a folder should be: {}", folder));
    }
    if (folders_.contains(folder)) return {};
    TF_TRY(make_folders(Path(parent(folder))));
    folders_.insert(folder);
    return {};
}

Status MemoryFiles::rename(const Path& from, const Path& to) {
    TF_ASSIGN(const std::shared_ptr<MemoryFile> file, find(from));
    TF_TRY(check_folder(Path(parent(to))));
    names_.erase(from);
    names_[to] = file;
    return {};
}

Status MemoryFiles::remove(const Path& path) {
    if (names_.erase(path) == 0) return not_found(path);
    return {};
}

Status MemoryFiles::check_folder(const Path& folder) const {
    if (!folders_.contains(folder)) return not_found(folder);
    return {};
}

Status MemoryFiles::lock(const Path& folder) {
    TF_TRY(check_folder(folder));
    if (!locked_.insert(folder).second) {
        return fail(ErrorCode::kConflict,
                    fmt::format("the folder is in use by another process: {}", folder));
    }
    return {};
}

}  // namespace twofold::io
