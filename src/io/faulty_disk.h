// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "io/memory_files.h"

namespace twofold::io {

/// The disk behind FaultyEnv: what processes see, what is durable, and what a power cut makes of
/// the difference. See FaultyEnv for the rules. Not thread-safe.
class FaultyDisk {
public:
    using File = std::shared_ptr<MemoryFile>;

    explicit FaultyDisk(std::uint64_t seed) : random_(seed) {}

    /// Counts an operation. An error if it is one that was planned to fail.
    Status operation();
    void fail_after(std::uint64_t n) { fail_at_ = operations_ + n; }
    void stop_after(std::uint64_t n) { stop_at_ = operations_ + n; }
    void set_free_bytes(std::uint64_t bytes) { free_bytes_ = bytes; }
    std::uint64_t operation_count() const { return operations_; }
    /// Changes with every power cut or kill: files opened before are dead.
    std::uint64_t boot() const { return boot_; }

    /// Each is one operation, but make_folders, which is not counted and durable at once.
    Result<File> create(const Path& path);
    Status append(const File& file, Bytes bytes);
    Status sync(const File& file);
    Status reserve(const File& file, std::uint64_t bytes);
    Status rename(const Path& from, const Path& to);
    Status remove(const Path& path);
    Status truncate(const Path& path, std::uint64_t bytes);
    Status sync_folder(const Path& folder);
    Status resync(const Path& path, std::uint64_t from);

    /// Flips bits in what processes see and in what is durable.
    void corrupt(const Path& path, std::uint64_t offset, std::uint8_t mask);

    void power_cut();
    void kill();

    MemoryFiles& files() { return files_; }

private:
    /// A file's bytes on the platter.
    struct Durable {
        File file;                   // Kept alive: a removal that was not synced may bring it back.
        Content content;             // As of the last sync that succeeded.
        std::uint64_t size_min = 0;  // Least size since then.
        /// What failed syncs lost: the cache shows it, the disk never gets it.
        std::vector<std::pair<std::uint64_t, std::uint64_t>> lost;
        std::uint64_t allocated = 0;
    };
    /// A change of one folder: a name goes, a name comes, or both at once.
    struct Change {
        std::optional<Path> gone;
        std::optional<Path> came;
        File file;
    };
    struct Folder {
        std::map<Path, File> names;  // As of the last sync.
        std::vector<Change> changes;
    };

    bool coin() { return random_() % 2 == 0; }
    Durable& durable(const File& file);
    Folder& folder_of(const Path& path) { return folders_[Path(parent(path))]; }
    Status take_space(Durable& durable, std::uint64_t end);
    void give_space_back(const File& file);
    /// What a sync that succeeds does.
    void keep(Durable& kept);
    /// Fills the sectors of [from, to) with zeros or noise, each with the chance `loss` in 100.
    void lose_sectors(Content& content, std::uint64_t from, std::uint64_t to, unsigned loss);
    Content torn(const Durable& durable);
    void restore_names(Folder& folder);
    void restart();

    static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

    std::mt19937_64 random_;
    MemoryFiles files_;
    std::map<const MemoryFile*, Durable> durable_;
    std::map<Path, Folder> folders_;
    std::uint64_t free_bytes_ = kNever;
    std::uint64_t operations_ = 0;
    std::uint64_t fail_at_ = kNever;
    std::uint64_t stop_at_ = kNever;
    std::uint64_t boot_ = 0;
};

}  // namespace twofold::io
