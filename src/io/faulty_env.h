// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/env.h"

namespace twofold::io {

/// A disk in memory that keeps its promises and not one more: for crash tests. Everything random
/// follows from the seed and the order of calls. Thread-safe, but a test that wants to be repeated
/// by its seed calls it from one thread.
///
/// What survives power_cut():
///  - of a file: what was there at its last successful sync, and of what was appended since, a
///    random prefix or a random subset of its 512-byte sectors, the others holding zeros or noise;
///    a truncation not synced may not have happened;
///  - of a folder: its names at the last sync_folder, and of the creations, renames and removals
///    since, a random prefix or a random subset, in their order. Folders made by make_folders stay.
/// A sync that failed loses the bytes it should have kept: a later sync of the same file succeeds
/// without them, as Linux does (the cache holds them until the power goes). Only resync, which
/// writes them again, makes them durable.
class FaultyEnv final : public Env {
public:
    explicit FaultyEnv(std::uint64_t seed);
    ~FaultyEnv() override;

    /// Lets `n` operations pass and makes the one after fail with kIo, once. An append that fails
    /// has written a random part of its bytes. Operations: create, append, sync, reserve, rename,
    /// remove, truncate, sync_folder, resync. (Reading never fails.)
    void fail_after(std::uint64_t n);
    /// Lets `n` operations pass; the one after fails, and so does everything until power_cut(): the
    /// machine stopped there. For trying every point of a run, with operation_count().
    void stop_after(std::uint64_t n);
    /// Takes the power away and boots again. Open files are dead (every call fails with
    /// kUnavailable), locks are free, planned failures are forgotten; mappings live on.
    void power_cut();
    /// Kills the process but not the machine: as power_cut(), but what was written stays written.
    void kill();

    /// Operations so far, counted as by fail_after.
    std::uint64_t operation_count() const;

    /// Bytes that may still be appended or reserved; beyond, the disk is full: append and reserve
    /// fail with kUnavailable. Removing a file gives its bytes back.
    void set_free_bytes(std::uint64_t bytes);

    /// Damages a file as a bad disk does: the byte at `offset` is xored with `mask`, for good.
    /// REQUIRES: the file has that byte.
    void corrupt(const Path& path, std::uint64_t offset, std::uint8_t mask);

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

private:
    struct State;
    std::shared_ptr<State> state_;  ///< Shared with open files and locks.
};

}  // namespace twofold::io
