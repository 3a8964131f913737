// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ledger/facts.h"
#include "model/types.h"

namespace twofold::ledger {

/// The version of the schema that this build writes (PRAGMA user_version). Older ones are migrated
/// at open; newer ones are refused.
inline constexpr int kSchemaVersion = 2;

/// Numbers for /health and /metrics.
struct Counts {
    std::uint64_t stated_relations = 0;
    std::uint64_t implied_relations = 0;
    std::uint64_t choices = 0;
    std::uint64_t user_traits = 0;
    std::uint64_t customer_traits = 0;
    std::uint64_t segments = 0;
    std::uint64_t payments = 0;
    std::uint64_t bytes = 0;
};

/// All that is not an event or an id, in SQLite: one file per project, deleted content overwritten
/// (secure_delete), write-ahead log. docs/data-files.md has the schema.
///
/// Threads: one writer at a time (`apply`, `set`, `checkpoint` take a lock); reads have a
/// connection of their own and see the last commit.
class Ledger {
public:
    /// Opens or makes `path` and migrates it. ":memory:" keeps nothing.
    /// Errors: kCorrupt (not a ledger, or of a newer build), kIo.
    static Result<std::unique_ptr<Ledger>> open(const std::string& path);
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    /// Takes facts and moves to position Q in one transaction, which outlives the process at once
    /// and the power after the next checkpoint() (the log has the records until then). Facts of a
    /// position that was already applied are skipped: with `position` <= position() nothing
    /// happens. Cost: 100 k to 300 k facts a second. Errors: kIo (disk full, failed write): nothing
    /// of it is kept.
    Status apply(std::span<const Fact> facts, model::Sequence position);

    /// Q: everything up to it is in.
    model::Sequence position() const noexcept;
    /// The Q that survives a power cut: what the log must still hold begins after it.
    model::Sequence durable_position() const noexcept;
    /// Moves the write-ahead log into the file and syncs both; durable_position() is then
    /// position() of the call. Errors: kIo.
    Status checkpoint();

    /// Everything kept, to build the frame from: per table in the order of user or customer. The
    /// fact passed is borrowed until `take` returns. Cost: some million facts a second.
    /// Errors: kIo, kCorrupt.
    Status each_fact(const std::function<void(const Fact&)>& take) const;

    Result<Counts> counts() const;

    // Settings: what people set about the project, as text by name (settings.h gives them types).
    // Not from the log: synced at once.
    Status set(std::string_view name, std::string_view value);
    Status unset(std::string_view name);
    Result<std::optional<std::string>> get(std::string_view name) const;
    /// By name.
    Result<std::vector<std::pair<std::string, std::string>>> settings() const;

private:
    struct State;
    explicit Ledger(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace twofold::ledger
