// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "io/env.h"

namespace twofold::io {

using Content = std::vector<std::byte>;

/// One file in memory, whatever its names. Not thread-safe.
class MemoryFile {
public:
    const Content& content() const { return *content_; }
    /// To be changed. What was mapped before stays as it was: the mappings keep the old bytes.
    Content& writable();
    std::shared_ptr<const Mapping> map();

private:
    std::shared_ptr<Content> content_ = std::make_shared<Content>();
    bool mapped_ = false;
};

/// The names of the files in memory, shared by MemoryEnv and FaultyEnv, with the errors of Env.
/// Not thread-safe.
class MemoryFiles {
public:
    Result<std::shared_ptr<MemoryFile>> create(const Path& path);
    Result<std::shared_ptr<MemoryFile>> find(const Path& path) const;
    bool exists(const Path& path) const;
    Result<std::vector<std::string>> list(const Path& folder) const;
    Status make_folders(const Path& folder);
    Status rename(const Path& from, const Path& to);
    Status remove(const Path& path);
    Status check_folder(const Path& folder) const;

    Status lock(const Path& folder);
    void unlock(const Path& folder) { locked_.erase(folder); }
    void unlock_all() { locked_.clear(); }

    /// All names, for FaultyEnv, which takes some away.
    std::map<Path, std::shared_ptr<MemoryFile>>& names() { return names_; }

private:
    std::map<Path, std::shared_ptr<MemoryFile>> names_;
    std::set<Path> folders_{"", ".", "/"};
    std::set<Path> locked_;
};

}  // namespace twofold::io
