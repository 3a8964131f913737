// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "io/env.h"
#include "model/types.h"
#include "store/manifest.h"
#include "store/part.h"
#include "store/policy.h"

namespace twofold::store {

/// What a Work made or why it failed.
class Finished {
public:
    bool ok() const noexcept { return status_.has_value(); }
    const Status& status() const noexcept { return status_; }
    std::uint64_t rows() const noexcept;
    std::uint64_t bytes() const noexcept;

private:
    friend class Work;
    friend class Store;
    Status status_;
    bool seal_ = false;
    model::Sequence position_ = 0;  // seals: all records up to here are sealed now
    std::vector<std::shared_ptr<const Part>> inputs_;
    std::vector<std::shared_ptr<const Part>> outputs_;
};

/// A seal or a merge, ready to run. Holds its inputs; knows the store's folder but not the store.
class Work {
public:
    /// Writes the new files, syncs them and the folder, and opens them. On failure what was written
    /// is removed as far as possible. Blocks; any thread, once. Give the result to Store::install,
    /// also when it failed. `stop`, when given and set, ends it early with kUnavailable.
    /// Memory: about 6 bytes per output row, and the largest dictionary's codes.
    Finished run(const std::atomic<bool>* stop = nullptr);

    bool is_seal() const noexcept { return seal_; }
    std::uint64_t rows() const noexcept;

private:
    friend class Store;
    Work() = default;
    io::Env* env_ = nullptr;
    io::Path folder_;
    bool seal_ = false;
    model::Sequence position_ = 0;
    std::uint64_t first_id_ = 0;  // ids are reserved when the work is taken
    std::uint64_t id_count_ = 0;
    std::vector<std::shared_ptr<const Part>> inputs_;
    MergePlan plan_;
};

}  // namespace twofold::store
