// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/env.h"

namespace twofold::io {

/// An Env in memory: fast tests, and questions over a folder that need not outlive the process.
/// Never loses power; FaultyEnv does. Everything is gone with the Env, but mappings live on.
/// Thread-safe. Starts with the folder "" (and "." and "/") only.
class MemoryEnv final : public Env {
public:
    MemoryEnv();
    ~MemoryEnv() override;

    Result<std::unique_ptr<WritableFile>> create(const Path& path) override;
    Result<std::unique_ptr<WritableFile>> append_to(const Path& path) override;
    Result<std::vector<std::byte>> read(const Path& path) override;
    Result<std::shared_ptr<const Mapping>> map(const Path& path) override;
    Result<std::uint64_t> size(const Path& path) override;
    bool exists(const Path& path) override;
    Result<std::vector<std::string>> list(const Path& folder) override;
    Status make_folders(const Path& folder) override;
    Status rename(const Path& from, const Path& to) override;
    Status remove(const Path& path) override;
    Status truncate(const Path& path, std::uint64_t bytes) override;
    Status sync_folder(const Path& folder) override;
    Status resync(const Path& path, std::uint64_t from) override;
    Result<std::unique_ptr<FolderLock>> lock(const Path& folder) override;

    /// Damages a file as a bad disk does: the byte at `offset` is xored with `mask`.
    /// REQUIRES: the file has that byte.
    void corrupt(const Path& path, std::uint64_t offset, std::uint8_t mask);

private:
    struct State;
    std::shared_ptr<State> state_;  ///< Shared with open files and locks.
};

}  // namespace twofold::io
