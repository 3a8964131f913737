// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace twofold::io {

using Bytes = std::span<const std::byte>;
using Path = std::string;

/// A file being written, from its end. Not thread-safe. Closing loses nothing that `sync`
/// confirmed. After a failed append or sync every later call fails with kUnavailable: the kernel
/// may have marked the lost pages clean, so trying again would lie. REQUIRES: one writer a file.
class WritableFile {
public:
    virtual ~WritableFile() = default;
    /// Hands bytes to the operating system; a crash may still lose or tear them.
    /// Errors: kUnavailable when the disk is full, kIo.
    virtual Status append(Bytes bytes) = 0;
    /// Returns once everything appended so far survives a power cut. Errors: kIo.
    virtual Status sync() = 0;
    /// Reserves space for `bytes` beyond size(), which does not change. A file system that can't is
    /// no error; a full one is, and the file can still be used.
    /// Errors: kUnavailable when the disk is full, kIo.
    virtual Status reserve(std::uint64_t bytes) = 0;
    virtual std::uint64_t size() const = 0;
};

/// A file's bytes, mapped read-only (in memory Envs: the bytes themselves). Valid while it lives,
/// also after the file was removed.
class Mapping {
public:
    virtual ~Mapping() = default;
    virtual Bytes bytes() const = 0;
};

/// Held while a folder is in use; let go by destruction.
class FolderLock {
public:
    virtual ~FolderLock() = default;
};

/// Files and folders. Every byte Twofold keeps (but SQLite's) goes through here, so that tests can
/// take the power away. Thread-safe. Paths are '/'-separated; parents must exist.
class Env {
public:
    virtual ~Env() = default;

    /// A new file. Durable by name only after sync_folder of its parent.
    /// Errors: kConflict if it exists, kNotFound if the folder doesn't, kUnavailable (disk full),
    /// kIo.
    virtual Result<std::unique_ptr<WritableFile>> create(const Path& path) = 0;
    /// Continues an existing file at its end. Errors: kNotFound, kIo.
    virtual Result<std::unique_ptr<WritableFile>> append_to(const Path& path) = 0;
    /// Errors: kNotFound, kIo.
    virtual Result<std::vector<std::byte>> read(const Path& path) = 0;
    virtual Result<std::shared_ptr<const Mapping>> map(const Path& path) = 0;
    virtual Result<std::uint64_t> size(const Path& path) = 0;
    virtual bool exists(const Path& path) = 0;
    /// Names (not paths) of files and folders in a folder, sorted, without the lock's own file.
    /// Errors: kNotFound, kIo.
    virtual Result<std::vector<std::string>> list(const Path& folder) = 0;
    /// Makes the folder and those above it, where missing; durable on return.
    virtual Status make_folders(const Path& folder) = 0;
    /// Moves a file. Replaces `to` if it exists, atomically; durable after sync_folder.
    /// Errors: kNotFound, kIo.
    virtual Status rename(const Path& from, const Path& to) = 0;
    /// A file. Errors: kNotFound, kIo.
    virtual Status remove(const Path& path) = 0;
    /// Durable after the next sync of the file. REQUIRES: bytes <= its size.
    virtual Status truncate(const Path& path, std::uint64_t bytes) = 0;
    /// Makes creations, renames and removals in the folder survive a power cut.
    virtual Status sync_folder(const Path& folder) = 0;
    /// Makes a file's bytes durable from `from` on by writing them again in place. For what an
    /// earlier process may have failed to sync: after a failed fsync the kernel still shows the
    /// bytes and calls them clean, so that a mere sync would succeed without them.
    /// Errors: kNotFound, kIo.
    virtual Status resync(const Path& path, std::uint64_t from) = 0;
    /// Errors: kConflict when another process, or another lock of this one, holds it.
    virtual Result<std::unique_ptr<FolderLock>> lock(const Path& folder) = 0;

    /// The machine's own file system.
    static Env& real();
};

/// Writes a file so that after a crash either the old content or the new is there, whole: written
/// beside it, synced, renamed, folder synced.
Status replace_file(Env& env, const Path& path, Bytes bytes);

/// Name of the file in a folder that its lock is on.
inline constexpr std::string_view kLockName = "LOCK";

/// "a/b" + "c" = "a/b/c"; "" + "c" = "c".
Path join(std::string_view folder, std::string_view name);
/// Of "a/b/c" it is "a/b"; of "/c" it is "/"; of "c" it is ".".
std::string_view parent(std::string_view path);

}  // namespace twofold::io
