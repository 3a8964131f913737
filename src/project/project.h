// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "directory/directory.h"
#include "frame/snapshot.h"
#include "intake/decode.h"
#include "io/env.h"
#include "ledger/facts.h"
#include "ledger/settings.h"
#include "log/log.h"
#include "store/snapshot.h"
#include "store/store.h"

namespace twofold::project {

struct Options {
    log::Options log;
    store::Options store;
    directory::Options directory;
    const Clock* clock = &Clock::real();  ///< Borrowed; outlives the project.
    DurationMs publish_every_ms = 100;    ///< New records are answerable at most this much later.
    /// When nothing has come for a second, a head of so many rows is sealed: its parts are many,
    /// and a start would replay it.
    std::uint32_t seal_at_rest_rows = 64 * 1024;
    DurationMs log_kept_ms = kDayMs;  ///< Log segments that nothing needs go after this.
    /// Where the ledger is; empty: "ledger.db" in the folder. ":memory:" for tests on other Envs.
    std::string ledger_path;

    /// For tests of the crash tests, which must find this mistake: records go to the log without
    /// their message ids, so that these are not durable with them. Never set otherwise.
    bool unsafe_log_without_message_ids = false;
};

/// How long a position that an answer named can be asked again, and how many of them.
inline constexpr DurationMs kPositionHeldMs = 15 * kMinuteMs;
inline constexpr std::size_t kPositionsHeldMax = 256;

/// Everything a question reads, of one position. Immutable; any thread.
struct World {
    std::shared_ptr<const store::Snapshot> events;
    std::shared_ptr<const frame::Snapshot> frames;
    std::shared_ptr<const ledger::Settings> settings;
    model::Sequence position = 0;
};

/// What became of the records of one request.
struct Accepted {
    std::uint64_t accepted = 0;
    std::uint64_t duplicate = 0;
};

/// For /health.
struct Health {
    model::Sequence durable = 0;   ///< Last record on disk.
    model::Sequence position = 0;  ///< Last record that answers see.
    std::uint64_t events = 0;
    std::uint64_t parts = 0;
    std::uint64_t head_rows = 0;
    std::uint64_t not_applied = 0;  ///< Records beyond a limit of the directory; counted, not kept.
    int message_days = 0;           ///< How far back a repeated message id is known.
    directory::Counts ids;
    std::string failure;  ///< Why it takes no more records; empty while all is well.
};

/// One project in one folder: applies the log to directory, store and ledger in one thread,
/// publishes worlds, and owns positions and background work (seal, merge).
///
/// A record is accepted once it is in the log on disk. Opening replays what the manifest's position
/// does not hold yet. Thread-safe.
class Project {
public:
    /// Opens the folder, making it if missing, and replays the log. Errors: kConflict when another
    /// process has it open, kCorrupt, kIo.
    static Result<std::unique_ptr<Project>> open(io::Env& env, io::Path folder,
                                                 Options options = {});
    /// Finishes what is in line, seals the head so that the next start replays nothing, closes.
    ~Project();

    /// Takes decoded records in, each once. Returns when they are durable. Errors: kUnavailable
    /// (too much waiting, disk full, failed): nothing of it counts, send it again.
    Result<Accepted> accept(const intake::Decoded& decoded);
    /// The same without waiting; `done` is called once, from some thread, also for errors. It must
    /// not block.
    using OnAccepted = std::move_only_function<void(Result<Accepted>)>;
    void accept(const intake::Decoded& decoded, OnAccepted done);
    /// The same for threads that must not wait for the records of others to be let in: false when
    /// they would have to. Then nothing happened, and `done` is as it was.
    bool accept_at_once(const intake::Decoded& decoded, OnAccepted& done);

    /// By record, whether it was here before, as accept() would find it; nothing is taken in.
    /// Errors: kUnavailable when it failed, kCorrupt.
    Result<std::vector<bool>> known(const intake::Decoded& decoded) const;

    /// Returns when everything accepted before is in world(). Errors: kUnavailable when it failed.
    Status settle();
    /// Writes the head into parts and commits, as a restart would like to find it.
    Status seal();
    /// The same, and every merge that makes questions faster. Takes seconds per 10 M events; else
    /// they are done while the project is idle.
    Status compact();

    std::shared_ptr<const World> world() const;
    /// The world of a position that an earlier answer named, and keeps it for kPositionHeldMs.
    /// Errors: kNotFound when it is held no longer.
    Result<std::shared_ptr<const World>> world_at(model::Sequence position) const;
    /// Keeps a world that an answer names.
    void hold(std::shared_ptr<const World> world) const;

    ledger::Settings settings() const;
    /// Durable and in world() when it returns. Errors: kInvalid, kIo.
    Status set_settings(const ledger::Settings& settings);
    /// The same for what others may change at the same time. Errors: those of `change` too.
    Status change_settings(std::function<Status(ledger::Settings&)> change);

    /// What the ledger holds, to export it; see ledger::Ledger::each_fact.
    Status each_fact(const std::function<void(const ledger::Fact&)>& take) const;

    /// What decoding needs to know of the project.
    intake::MessageKey message_key() const;
    /// Lines of an imported file that were taken before.
    std::uint64_t imported_lines(std::uint64_t file) const;
    Health health() const;
    TimeMs now() const;  ///< The project's: its setting, else the clock.

    struct State;

private:
    explicit Project(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace twofold::project
