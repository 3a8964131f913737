// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "io/env.h"
#include "log/batch.h"

namespace twofold::log {

/// What a log may take, and how it writes.
struct Options {
    std::uint64_t segment_bytes = 64u << 20;   ///< The first group beyond begins a new file.
    std::uint64_t reserve_bytes = 4u << 20;    ///< Disk space taken ahead, in steps of this.
    std::uint64_t group_bytes_max = 8u << 20;  ///< Written with one sync; one batch may be larger.
    /// Bytes of records appended and not yet durable, plus, with `deliver`, those durable and not
    /// yet taken by take_committed. Beyond: kUnavailable.
    std::uint64_t waiting_bytes_max = 64u << 20;
    /// Where in each payload the log writes the record's sequence (u64), before it is written and
    /// checksummed. REQUIRES: every payload is at least 8 bytes longer. Unset: payloads are opaque.
    std::optional<std::size_t> sequence_offset;
    /// Keep committed batches for take_committed. Unset: they are let go once durable.
    bool deliver = false;
    const Clock* clock = &Clock::real();  ///< Borrowed; outlives the log.

    /// For tests of the crash tests, which must find these mistakes. Never set otherwise.
    bool unsafe_skip_file_sync = false;
    bool unsafe_skip_folder_sync = false;
};

/// Called once, on the log's thread, when the batch is durable or never will be. Must not block and
/// must not call the log.
using OnDurable = std::move_only_function<void(const Status&)>;

struct Outcome;  // How a batch ended.

/// A place in the line for durability. Cheap to copy.
class Ticket {
public:
    /// Of the batch's first and last record.
    Sequence first() const noexcept { return first_; }
    Sequence last() const noexcept { return last_; }

private:
    friend class Log;
    Ticket(Sequence first, Sequence last, std::shared_ptr<Outcome> outcome)
        : first_(first), last_(last), outcome_(std::move(outcome)) {}

    Sequence first_;
    Sequence last_;
    std::shared_ptr<Outcome> outcome_;
};

/// For /health and /metrics.
struct Statistics {
    Sequence durable = 0;             ///< Last record on disk.
    std::uint64_t waiting_bytes = 0;  ///< As bounded by waiting_bytes_max.
    std::uint64_t groups = 0;         ///< Groups made durable since the log was opened.
    std::uint64_t segments = 0;
    std::uint64_t file_bytes = 0;  ///< Of all segments.
};

/// What replay does with a record. The bytes live until it returns. An error stops the replay.
using OnRecord = std::function<Status(Sequence, Bytes)>;

/// The one way in: records in one order, each acknowledged once it survives a power cut.
///
/// Appended batches are gathered into groups by the log's own thread, which writes and syncs one
/// group at a time: while one sync runs, the next group gathers, so the number of syncs follows the
/// disk and not the callers. Records are numbered 1, 2, 3 … without gaps, in the order of append.
///
/// After a failed write or sync the log is failed for good: every waiting and later append gets
/// kUnavailable, nothing is acknowledged any more; the process should end and open the log anew.
/// A full disk is not that: space is reserved before a group is written, so the group and all
/// behind it are refused with kUnavailable, and appending works again once there is space.
///
/// Segments, and what a crash may leave in them: see segment.h. The folder belongs to this log
/// alone (the caller holds its lock). Thread-safe.
class Log {
public:
    /// Opens or starts the log in `folder`, which is made if missing. Cuts what a crash left half
    /// written, and makes what is kept durable. Reads the newest segment only: damage in older ones
    /// is found by replay. `env` outlives the log.
    /// Errors: kCorrupt with file and offset, kIo, kUnavailable (disk full).
    static Result<std::unique_ptr<Log>> open(io::Env& env, io::Path folder, Options options);

    /// As close().
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Puts the batch in line; its records will lie together, in their order. Returns at once. The
    /// numbers on the ticket are the records' own only if waiting succeeds: those of a failed batch
    /// are given to others. A crash may keep a part of a batch that was not acknowledged.
    /// REQUIRES: the batch is not empty.
    /// Errors: kTooLarge (batch above waiting_bytes_max), kUnavailable (too many bytes waiting,
    /// failed, closed). `done` is not called when this fails.
    Result<Ticket> append(Batch batch, OnDurable done = {});

    /// Returns once the batch is durable. Errors: kUnavailable.
    Status wait(const Ticket& ticket);

    /// The same without waiting: calls `done` once, on the log's thread, or here and now if it is
    /// known already.
    void when_durable(const Ticket& ticket, OnDurable done);

    /// Waits until a batch of `bytes` fits below waiting_bytes_max, for callers that would rather
    /// wait than be refused, such as an import. Another may be faster: append can still refuse.
    /// Errors: as append.
    Status wait_for_room(std::uint64_t bytes);

    /// Takes committed batches, in order, each once: for the one thread that applies them. Waits
    /// for the first at most `timeout`; empty when none came, and at once when the log is closed or
    /// failed (see health) and all were taken. REQUIRES: options.deliver.
    std::vector<Committed> take_committed(std::chrono::milliseconds timeout);

    /// Calls `each` with every durable record from `from` on, in order, up to those durable at the
    /// time of the call. `from` may be last_sequence() + 1: nothing to do.
    /// REQUIRES: from >= 1.
    /// Errors: kNotFound if `from` was dropped, kCorrupt with file and offset, what `each` returns.
    Status replay(Sequence from, const OnRecord& each);

    /// Oldest record kept; last_sequence() + 1 if there is none.
    Sequence first_sequence() const;
    /// Last durable record; 0 before the first.
    Sequence last_sequence() const;

    /// Deletes the segments whose records all lie before `sequence` and were all durable before
    /// `older_than`. The newest segment stays.
    /// Errors: kCorrupt, kIo; what was deleted stays deleted.
    Status drop_before(Sequence sequence, TimeMs older_than);

    Statistics statistics() const;

    /// Why the log has failed, for the operator: may name files.
    Status health() const;

    /// Writes what waits, marks the end as clean and stops; appends fail from now on. Batches not
    /// yet taken can still be. May be called again, but not by two threads at once.
    void close();

private:
    struct State;
    explicit Log(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace twofold::log
