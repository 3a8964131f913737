// SPDX-License-Identifier: Apache-2.0
#include "log/log.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <fmt/format.h>
#include <mutex>
#include <numeric>
#include <sys/random.h>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/locked.h"
#include "log/segment_writer.h"

namespace twofold::log {

/// Guarded by the log's mutex.
struct Outcome {
    std::optional<Status> status;  // Unset while the batch waits.
    std::vector<OnDurable> also;   // Who asked later than the append.
};

namespace {

/// A batch in line.
struct Pending {
    std::vector<std::byte> frames;
    Sequence first = 0;
    std::size_t count = 0;
    std::shared_ptr<Outcome> outcome;
    OnDurable done;
};

using Group = std::vector<Pending>;

/// A segment by its first record; the next one's first ends it.
struct Segment {
    Sequence first = 1;
    io::Path path;
};

/// Unpredictable, so that nobody can send a record that looks like a mark.
std::uint64_t random_salt(const Clock& clock) {
    std::uint64_t salt = 0;
    if (::getrandom(&salt, sizeof salt, 0) == sizeof salt) return salt;
    return static_cast<std::uint64_t>(clock.now());
}

std::unexpected<Error> refused() {
    return fail(ErrorCode::kUnavailable, "records cannot be stored now: the disk has failed");
}

std::unexpected<Error> damaged(const Segment& segment, std::uint64_t offset) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the log is damaged at byte {}: {}", offset, segment.path));
}

Result<std::vector<Segment>> find_segments(io::Env& env, const io::Path& folder) {
    TF_ASSIGN(const std::vector<std::string> names, env.list(folder));
    std::vector<Segment> segments;
    for (const std::string& name : names) {
        if (const auto first = parse_segment_name(name)) {
            segments.push_back({*first, io::join(folder, name)});
        }
    }
    std::ranges::sort(segments, {}, &Segment::first);
    return segments;
}

}  // namespace

struct Log::State {
    State(io::Env& env_in, io::Path folder_in, const Options& options_in)
        : env(env_in), folder(std::move(folder_in)), options(options_in) {}

    SegmentRules rules() const {
        return {options.reserve_bytes, options.sequence_offset, options.unsafe_skip_file_sync,
                options.unsafe_skip_folder_sync};
    }
    SegmentHeader fresh_header(Sequence first) const {
        return {first, options.clock->now(), random_salt(*options.clock)};
    }

    Status open();
    void run();
    Group take_group();
    Status prepare(const Group& group);
    Status write(Group& group);
    void acknowledge(Group group);
    static void tell(Group& group, const Status& status);
    void refuse(Group group, const Status& why, bool for_good);
    Status check_open() const;
    std::uint64_t file_bytes();

    io::Env& env;
    const io::Path folder;
    const Options options;

    /// Used by the log's own thread alone, once it runs.
    std::unique_ptr<SegmentWriter> writer;

    /// Apart from the mutex below, so that reading segments never holds up appending.
    Locked<std::vector<Segment>> segments;

    mutable std::mutex mutex;
    std::condition_variable work;       // Something to write, or closing.
    std::condition_variable settled;    // Outcomes are known, or there is room again.
    std::condition_variable delivered;  // Something to take, or nothing will come any more.
    std::deque<Pending> queue;
    std::deque<Committed> committed;
    std::uint64_t waiting_bytes = 0;
    Sequence next = 1;
    Sequence durable = 0;
    std::uint64_t groups = 0;
    bool closing = false;
    bool stopped = false;  // The thread has ended, or will acknowledge nothing any more.
    std::optional<Error> failure;

    std::jthread thread;
};

Status Log::State::open() {
    TF_TRY(env.make_folders(folder));
    TF_ASSIGN(auto found, find_segments(env, folder));
    if (found.empty()) {
        const SegmentHeader header = fresh_header(1);
        TF_ASSIGN(writer, SegmentWriter::create(env, folder, header, rules()));
        found.push_back({1, io::join(folder, segment_name(1))});
    } else {
        const SegmentHeader fresh = fresh_header(found.back().first);
        TF_ASSIGN(writer, SegmentWriter::reopen(env, folder, fresh, rules()));
    }
    next = writer->next_sequence();
    durable = next - 1;
    segments.with([&](std::vector<Segment>& all) { all = std::move(found); });
    return {};
}

Status Log::State::check_open() const {
    if (failure) return refused();
    if (closing) return fail(ErrorCode::kUnavailable, "the log is closed");
    return {};
}

// The log's own thread.

void Log::State::run() {
    for (;;) {
        Group group = take_group();
        if (group.empty()) break;
        if (Status ready = prepare(group); !ready) {
            const bool full = ready.error().code == ErrorCode::kUnavailable;
            refuse(std::move(group), ready, !full);
            if (full) continue;
            return;
        }
        if (Status written = write(group); !written) {
            refuse(std::move(group), written, true);
            return;
        }
        acknowledge(std::move(group));
    }
    // If this fails the end is merely not marked as clean: everything was durable before.
    static_cast<void>(writer->finish());
    const std::scoped_lock lock(mutex);
    stopped = true;
    delivered.notify_all();
}

/// What goes into the next group; empty when the log is closing and nothing is left.
Group Log::State::take_group() {
    std::unique_lock lock(mutex);
    work.wait(lock, [&] { return closing || !queue.empty(); });
    Group group;
    std::uint64_t bytes = 0;
    while (!queue.empty()) {
        bytes += queue.front().frames.size();
        if (!group.empty() && bytes > options.group_bytes_max) break;
        group.push_back(std::move(queue.front()));
        queue.pop_front();
    }
    return group;
}

/// A new segment if the last is full, and space on disk.
Status Log::State::prepare(const Group& group) {
    if (writer->size() >= options.segment_bytes) {
        const SegmentHeader header = fresh_header(writer->next_sequence());
        TF_ASSIGN(writer, SegmentWriter::create(env, folder, header, rules()));
        segments.with([&](std::vector<Segment>& all) {
            all.push_back({header.first, io::join(folder, segment_name(header.first))});
        });
    }
    const std::uint64_t bytes =
        std::accumulate(group.begin(), group.end(), std::uint64_t{0},
                        [](std::uint64_t sum, const Pending& p) { return sum + p.frames.size(); });
    return writer->reserve(bytes);
}

Status Log::State::write(Group& group) {
    for (Pending& pending : group) {
        TF_CHECK_EQ(pending.first, writer->next_sequence());
        writer->add(pending.frames, pending.count);
    }
    return writer->commit();
}

/// Calls all who wait for the group. REQUIRES: the outcomes are known, so that nobody joins them;
/// not the lock.
void Log::State::tell(Group& group, const Status& status) {
    for (Pending& pending : group) {
        if (pending.done) pending.done(status);
        for (OnDurable& done : pending.outcome->also)
            done(status);
    }
}

void Log::State::acknowledge(Group group) {
    {
        const std::scoped_lock lock(mutex);
        ++groups;
        for (Pending& pending : group) {
            pending.outcome->status = Status{};
            durable = pending.first + pending.count - 1;
            if (options.deliver) {
                committed.emplace_back(std::move(pending.frames), pending.first, pending.count);
            } else {
                waiting_bytes -= pending.frames.size();
            }
        }
    }
    settled.notify_all();
    if (options.deliver) delivered.notify_all();
    tell(group, Status{});
}

/// The group and all behind it: their numbers follow on each other, so none can stay without those
/// before it.
void Log::State::refuse(Group group, const Status& why, bool for_good) {
    const Status answer = for_good ? Status(refused()) : why;
    {
        const std::scoped_lock lock(mutex);
        for (Pending& pending : queue)
            group.push_back(std::move(pending));
        queue.clear();
        for (Pending& pending : group) {
            pending.outcome->status = answer;
            waiting_bytes -= pending.frames.size();
        }
        next = durable + 1;
        if (for_good) {
            failure = why.error();
            stopped = true;
        }
    }
    settled.notify_all();
    delivered.notify_all();
    tell(group, answer);
}

// Everybody's.

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}

Log::~Log() {
    close();
}

Result<std::unique_ptr<Log>> Log::open(io::Env& env, io::Path folder, Options options) {
    auto state = std::make_unique<State>(env, std::move(folder), options);
    TF_TRY(state->open());
    State* running = state.get();
    std::unique_ptr<Log> log(new Log(std::move(state)));
    running->thread = std::jthread([running] { running->run(); });
    return log;
}

Result<Ticket> Log::append(Batch batch, OnDurable done) {
    TF_CHECK(!batch.empty());
    const std::uint64_t bytes = batch.byte_count();
    const std::uint64_t bytes_max = state_->options.waiting_bytes_max;
    if (bytes > bytes_max) {
        return fail(ErrorCode::kTooLarge,
                    fmt::format("one batch may have {} bytes; this has {}", bytes_max, bytes));
    }
    auto outcome = std::make_shared<Outcome>();
    std::unique_lock lock(state_->mutex);
    TF_TRY(state_->check_open());
    if (state_->waiting_bytes + bytes > bytes_max) {
        return fail(ErrorCode::kUnavailable, "too many records are waiting to be stored");
    }
    const Sequence first = state_->next;
    state_->next += batch.count();
    state_->waiting_bytes += bytes;
    state_->queue.push_back(
        {std::move(batch.bytes_), first, batch.count(), outcome, std::move(done)});
    lock.unlock();
    state_->work.notify_one();
    return Ticket(first, first + batch.count() - 1, std::move(outcome));
}

Status Log::wait(const Ticket& ticket) {
    std::unique_lock lock(state_->mutex);
    state_->settled.wait(lock, [&] { return ticket.outcome_->status.has_value(); });
    return *ticket.outcome_->status;
}

void Log::when_durable(const Ticket& ticket, OnDurable done) {
    std::unique_lock lock(state_->mutex);
    Outcome& outcome = *ticket.outcome_;
    if (!outcome.status) {
        outcome.also.push_back(std::move(done));
        return;
    }
    const Status status = *outcome.status;
    lock.unlock();
    done(status);
}

Status Log::wait_for_room(std::uint64_t bytes) {
    const std::uint64_t bytes_max = state_->options.waiting_bytes_max;
    if (bytes > bytes_max) {
        return fail(ErrorCode::kTooLarge,
                    fmt::format("one batch may have {} bytes; this has {}", bytes_max, bytes));
    }
    std::unique_lock lock(state_->mutex);
    state_->settled.wait(
        lock, [&] { return !state_->check_open() || state_->waiting_bytes + bytes <= bytes_max; });
    return state_->check_open();
}

std::vector<Committed> Log::take_committed(std::chrono::milliseconds timeout) {
    TF_CHECK(state_->options.deliver);
    std::vector<Committed> taken;
    {
        std::unique_lock lock(state_->mutex);
        state_->delivered.wait_for(lock, timeout,
                                   [&] { return state_->stopped || !state_->committed.empty(); });
        for (Committed& batch : state_->committed) {
            state_->waiting_bytes -= batch.byte_count();
            taken.push_back(std::move(batch));
        }
        state_->committed.clear();
    }
    state_->settled.notify_all();  // There is room again.
    return taken;
}

namespace {

/// Calls `each` with the segment's records from `from` on, up to but without `end`, which are all
/// there unless the segment is damaged.
Status replay_segment(const Segment& segment, Bytes bytes, Sequence from, Sequence end,
                      const OnRecord& each) {
    const std::optional<SegmentHeader> header = decode_header(bytes);
    if (!header || header->first != segment.first) return damaged(segment, 0);
    SegmentReader reader(bytes, *header);
    while (reader.next_sequence() < end) {
        const Sequence sequence = reader.next_sequence();
        const std::optional<Bytes> payload = reader.next();
        if (!payload) return damaged(segment, reader.position());
        if (sequence >= from) TF_TRY(each(sequence, *payload));
    }
    return {};
}

}  // namespace

Status Log::replay(Sequence from, const OnRecord& each) {
    TF_CHECK_GE(from, 1u);
    const Sequence last = last_sequence();
    if (from > last) return {};
    std::vector<Segment> wanted;
    std::vector<std::shared_ptr<const io::Mapping>> mappings;
    // Mapped before the first record is given out, so that dropping meanwhile does no harm.
    TF_TRY(state_->segments.with([&](const std::vector<Segment>& all) -> Status {
        for (std::size_t i = 0; i < all.size() && all[i].first <= last; ++i) {
            if (i + 1 < all.size() && all[i + 1].first <= from) continue;
            TF_ASSIGN(auto mapping, state_->env.map(all[i].path));
            wanted.push_back(all[i]);
            mappings.push_back(std::move(mapping));
        }
        return {};
    }));
    if (wanted.empty() || from < wanted.front().first) {
        return fail(ErrorCode::kNotFound, fmt::format("the log no longer has record {}", from));
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const Sequence end = i + 1 < wanted.size() ? wanted[i + 1].first : last + 1;
        TF_TRY(replay_segment(wanted[i], mappings[i]->bytes(), from, end, each));
    }
    return {};
}

Sequence Log::first_sequence() const {
    return state_->segments.with([](const std::vector<Segment>& all) { return all.front().first; });
}

Sequence Log::last_sequence() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->durable;
}

Status Log::drop_before(Sequence sequence, TimeMs older_than) {
    return state_->segments.with([&](std::vector<Segment>& all) -> Status {
        while (all.size() > 1 && all[1].first <= sequence) {
            // All of a segment was durable before the next one was made.
            TF_ASSIGN(const auto next, state_->env.map(all[1].path));
            const std::optional<SegmentHeader> header = decode_header(next->bytes());
            if (!header) return damaged(all[1], 0);
            if (header->made >= older_than) break;
            TF_TRY(state_->env.remove(all.front().path));
            all.erase(all.begin());
            // One at a time, oldest first: a crash must not leave a gap.
            TF_TRY(state_->env.sync_folder(state_->folder));
        }
        return {};
    });
}

Statistics Log::statistics() const {
    Statistics statistics;
    state_->segments.with([&](const std::vector<Segment>& all) {
        statistics.segments = all.size();
        for (const Segment& segment : all) {
            statistics.file_bytes += state_->env.size(segment.path).value_or(0);
        }
    });
    const std::scoped_lock lock(state_->mutex);
    statistics.durable = state_->durable;
    statistics.waiting_bytes = state_->waiting_bytes;
    statistics.groups = state_->groups;
    return statistics;
}

Status Log::health() const {
    const std::scoped_lock lock(state_->mutex);
    if (state_->failure) return std::unexpected(*state_->failure);
    return {};
}

void Log::close() {
    {
        const std::scoped_lock lock(state_->mutex);
        state_->closing = true;
    }
    state_->work.notify_all();
    state_->settled.notify_all();
    if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace twofold::log
