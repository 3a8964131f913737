// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "io/env.h"
#include "model/types.h"
#include "store/part.h"

namespace twofold::store {

/// What a Work made, or why it failed.
struct Finished {
    Status status;
    std::vector<std::shared_ptr<const Part>> inputs;   ///< as the work took them
    std::vector<std::shared_ptr<const Part>> outputs;  ///< durable, in its place; empty on failure
    bool seal = false;
    std::uint64_t rows = 0;   ///< written
    std::uint64_t bytes = 0;  ///< written
};

/// A seal or a merge, ready to run: it holds its inputs and knows the folder, but not the store.
class Work {
public:
    /// One part to write: from these inputs, cut into slices where it would be too long.
    struct Output {
        std::vector<std::shared_ptr<const Part>> inputs;
        std::int32_t month_begin = 0;
        std::int32_t month_end = 0;
    };
    struct Plan {
        io::Env* env = nullptr;
        io::Path folder;
        bool seal = false;
        std::vector<Output> outputs;
        std::uint64_t first_id = 0;  ///< ids reserved for the new files …
        std::uint64_t end_id = 0;    ///< … up to here
        std::uint32_t part_rows_max = 0;
    };
    explicit Work(Plan plan) : plan_(std::move(plan)) {}

    /// The most ids that parts of so many rows may need.
    static std::uint64_t ids_for(std::uint64_t rows, std::uint32_t part_rows_max) noexcept;

    bool is_seal() const noexcept { return plan_.seal; }
    std::uint64_t row_count() const noexcept;

    /// Writes the new files, syncs them and the folder, and opens them. When it fails, what was
    /// written is removed as far as possible, and nothing else has changed. Blocks; any thread,
    /// once. Give the result to Store::install, also when it failed. `stop`, when given and set,
    /// ends it early with kUnavailable.
    /// Memory: about 5 bytes per row of a new part, and the codes of the largest dictionary.
    Finished run(const std::atomic<bool>* stop = nullptr);

private:
    Status write(Finished& finished, const std::atomic<bool>* stop);
    Status write_output(const Output& output, Finished& finished, const std::atomic<bool>* stop);

    Plan plan_;
    std::uint64_t next_id_ = 0;
    std::vector<PartInfo> written_;
    std::vector<io::Path> paths_;
};

}  // namespace twofold::store
