// SPDX-License-Identifier: Apache-2.0
//
// How the directory's state gets into ids.<n> and state.<n> (journal.h) and back.
//
// Its part of the manifest's piece, little-endian, nothing aligned:
//
//   4 version: 1        4 number of ids.<n>     8 length of it
//   8 position          4 number of state.<n>   8 length of it   8 its length when it was new
//   4 ids   4 user ordinals   4 customer ordinals
//
// then the window of message ids: 4 next file number, 4 last day of receipt, 1 was ever full,
// 4 number of files, 4 each: their numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "directory/device_clock.h"
#include "directory/identity.h"
#include "directory/import_lines.h"
#include "directory/journal.h"
#include "directory/lookup.h"
#include "io/env.h"

namespace twofold::directory {

struct SavedCounters {
    std::uint64_t shared_device_records = 0;
    std::uint64_t key_conflicts = 0;
};

/// All that is saved here. Borrowed.
struct DirectoryParts {
    Lookup& lookup;
    Users& users;
    Customers& customers;
    UserIdentity& user_identity;
    CustomerIdentity& customer_identity;
    DeviceClocks& clocks;
    ImportLines& imports;
    SavedCounters& counters;
};

class SavedState {
public:
    /// Reads what `piece` names into `parts`, which are empty, and moves beyond its part of it.
    /// Errors: kCorrupt, kIo.
    static Result<std::unique_ptr<SavedState>> open(io::Env& env, io::Path folder,
                                                    ByteReader& piece, DirectoryParts parts,
                                                    model::Sequence& position);

    /// Writes what changed since the last commit, syncs, appends to `piece`. The folder is not
    /// synced. Errors: kIo, kUnavailable: of no more use then.
    Status commit(DirectoryParts parts, model::Sequence position, ByteWriter& piece);
    Status sync_folder() { return env_.sync_folder(folder_); }
    /// Removes every file of the folder but those of the last commit and `kept`.
    Status remove_others(const std::vector<std::string>& kept);

private:
    SavedState(io::Env& env, io::Path folder) : env_(env), folder_(std::move(folder)) {}
    Status start_new();
    Status read(ByteReader& piece, DirectoryParts parts, model::Sequence& position);
    Status write_ids(DirectoryParts parts);
    Status write_changes(DirectoryParts parts);
    Status write_all(DirectoryParts parts);

    io::Env& env_;
    io::Path folder_;
    std::unique_ptr<Journal> ids_;
    std::unique_ptr<Journal> state_;
    std::uint32_t ids_saved_ = 0;
    std::uint64_t state_length_when_new_ = 0;
    std::set<std::uint32_t> moved_keys_;  // entries whose owner is not the one in ids.<n>
};

}  // namespace twofold::directory
