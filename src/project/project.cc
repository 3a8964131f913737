// SPDX-License-Identifier: Apache-2.0
#include "project/project.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <sodium.h>
#include <thread>

#include "base/check.h"
#include "base/locked.h"
#include "project/admission.h"
#include "project/applier.h"

namespace twofold::project {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTakeWait{10};
// While records keep coming, publishing each 100 ms would sort the same tail again and again.
constexpr DurationMs kBusyPublishMs = 500;
// So many are a load. Then publishing takes a tenth of the time at most: relations that are told of
// users in no order make those of nearly all be derived anew each time.
constexpr std::uint64_t kLoadRecords = 10'000;
constexpr DurationMs kLoadPublishMs = 5'000;
// A single record is seen sooner than after 100 ms, while that takes a tenth of the time.
constexpr DurationMs kPublishAgainMs = 10;
constexpr DurationMs kRestMs = 1'000;
constexpr std::size_t kReplayRunBytes = 4 << 20;
// Where a record holds its number (model/record.h); the log writes it there.
constexpr std::size_t kSequenceOffset = 8;
constexpr std::string_view kMessageKeySetting = "message_key";

/// The secret under which message ids are hashed, made with the project.
Result<intake::MessageKey> message_key_of(ledger::Ledger& ledger) {
    intake::MessageKey key{};
    TF_ASSIGN(const std::optional<std::string> kept, ledger.get(kMessageKeySetting));
    if (kept) {
        std::size_t length = 0;
        if (sodium_hex2bin(reinterpret_cast<unsigned char*>(key.data()), key.size(), kept->data(),
                           kept->size(), nullptr, &length, nullptr) != 0 ||
            length != key.size()) {
            return fail(ErrorCode::kCorrupt, "the ledger's message key is not one");
        }
        return key;
    }
    randombytes_buf(key.data(), key.size());
    std::array<char, 2 * sizeof(intake::MessageKey) + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(key.data()),
                   key.size());
    TF_TRY(ledger.set(kMessageKeySetting, hex.data()));
    return key;
}

/// Runs one Work at a time on a thread of its own.
class Worker {
public:
    Worker() : thread_([this] { loop(); }) {}
    ~Worker() {
        {
            const std::scoped_lock lock(mutex_);
            stop_ = true;
        }
        stop_work_ = true;
        wake_.notify_all();
        thread_.join();
    }

    /// REQUIRES: the one before was taken with take().
    void give(std::unique_ptr<store::Work> work) {
        const std::scoped_lock lock(mutex_);
        TF_CHECK(!work_ && !finished_);
        work_ = std::move(work);
        wake_.notify_all();
    }
    bool busy() const {
        const std::scoped_lock lock(mutex_);
        return work_ != nullptr || finished_.has_value();
    }
    /// What was finished; waits for it when `wait` is set and something is under way.
    std::optional<store::Finished> take(bool wait) {
        std::unique_lock lock(mutex_);
        if (wait && work_) done_.wait(lock, [this] { return finished_.has_value(); });
        return std::exchange(finished_, std::nullopt);
    }

private:
    void loop() {
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [this] { return stop_ || work_; });
            if (stop_) return;
            store::Work* work = work_.get();
            lock.unlock();
            store::Finished finished = work->run(&stop_work_);
            lock.lock();
            work_.reset();
            finished_ = std::move(finished);
            done_.notify_all();
        }
    }

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_;
    std::unique_ptr<store::Work> work_;
    std::optional<store::Finished> finished_;
    bool stop_ = false;
    std::atomic<bool> stop_work_ = false;
    std::thread thread_;
};

}  // namespace

struct Project::State {
    /// What other threads ask of the applying one.
    struct Requests {
        std::vector<std::function<void()>> run;
        bool settle = false;
    };
    struct Held {
        std::shared_ptr<const World> world;
        TimeMs until = 0;
    };

    // In start order: the threads come last and stop first.
    Options options;
    std::unique_ptr<io::FolderLock> folder_lock;
    std::unique_ptr<Applier> applier;
    std::unique_ptr<log::Log> log;
    std::unique_ptr<Admission> admission;
    intake::MessageKey message_key{};
    Locked<std::shared_ptr<const World>> world;
    mutable Locked<std::map<model::Sequence, Held>> held;
    Locked<Requests> requests;
    std::mutex changed_mutex;
    std::condition_variable changed;  // a world was published, or the applier failed
    Locked<std::string> failure;
    std::atomic<std::uint64_t> not_applied = 0;
    std::atomic<std::uint32_t> head_rows = 0;
    std::atomic<bool> closing = false;
    std::atomic<bool> stop = false;
    std::unique_ptr<Worker> worker;
    std::thread thread;

    // The rest belongs to the applying thread.
    TimeMs last_publish = 0;
    DurationMs publish_took = 0;
    std::uint64_t unpublished = 0;  // records
    TimeMs last_taken = 0;          // when records came from the log
    bool dirty = false;

    bool accept(const intake::Decoded& decoded, OnAccepted& done, Admission::InLine in_line);

    bool failed() const {
        return failure.with([](const std::string& why) { return !why.empty(); });
    }

    void fail_for_good(const Error& error) {
        failure.with([&](std::string& why) {
            if (why.empty()) why = error.message;
        });
        const std::scoped_lock lock(changed_mutex);
        changed.notify_all();
    }

    /// After a failure nothing is taken in: it would be acknowledged and never answered.
    Status may_accept() const {
        if (!failed()) return {};
        return fail(ErrorCode::kUnavailable, "the project takes no more records; see /health");
    }

    void publish() {
        const auto start = std::chrono::steady_clock::now();
        auto made = applier->publish();
        dirty = false;
        unpublished = 0;
        last_publish = options.clock->now();
        const auto took = std::chrono::steady_clock::now() - start;
        publish_took = std::chrono::duration_cast<milliseconds>(took).count();
        not_applied = applier->not_applied();
        head_rows = applier->head_rows();
        {
            const std::scoped_lock lock(changed_mutex);
            world.with([&](std::shared_ptr<const World>& current) { current = std::move(made); });
        }
        changed.notify_all();
    }

    /// Runs seals until the head has room again.
    Status make_room() {
        TF_TRY(applier->commit_facts());
        publish();
        while (applier->full())
            TF_TRY(work_once(true, false));
        return {};
    }

    /// Finishes what is under way, or starts and finishes what is next; false when nothing is.
    Result<bool> work_once(bool seal, bool idle) {
        if (!worker->busy()) {
            TF_ASSIGN(std::unique_ptr<store::Work> work, applier->next_work(seal, idle));
            if (!work) return false;
            worker->give(std::move(work));
        }
        TF_TRY(finish_work(true));
        return true;
    }

    Status finish_work(bool wait) {
        auto finished = worker->take(wait);
        if (!finished) return {};
        TF_TRY(applier->finish(*std::move(finished)));
        publish();
        return log->drop_before(applier->committed_position() + 1,
                                options.clock->now() - options.log_kept_ms);
    }

    Status start_work(bool idle) {
        if (worker->busy()) return {};
        const bool rests = idle && options.clock->now() - last_taken >= kRestMs;
        const bool seal = rests && applier->head_rows() >= options.seal_at_rest_rows;
        TF_ASSIGN(std::unique_ptr<store::Work> work, applier->next_work(seal, idle));
        if (work) worker->give(std::move(work));
        return {};
    }

    Status apply(std::span<const std::byte> record, model::Sequence sequence) {
        if (applier->full()) TF_TRY(make_room());
        dirty = true;
        ++unpublished;
        return applier->apply(record, sequence);
    }

    Status apply(const std::vector<log::Committed>& batches) {
        for (const log::Committed& batch : batches) {
            model::Sequence sequence = batch.first();
            for (const log::Bytes record : batch)
                TF_TRY(apply(record, sequence++));
        }
        // Once for all: the ledger writes each page once, however many batches are behind.
        return applier->commit_facts();
    }

    /// How long after the last publish the next may be.
    DurationMs publish_wait(bool more_comes) const {
        if (!more_comes && unpublished < kLoadRecords) {
            return std::min(publish_took * 10 + kPublishAgainMs, options.publish_every_ms);
        }
        const DurationMs least = more_comes ? kBusyPublishMs : options.publish_every_ms;
        return std::max(least, std::min(publish_took * 9, kLoadPublishMs));
    }

    /// One turn of the applying thread.
    Status turn() {
        const auto batches = log->take_committed(kTakeWait);
        if (!batches.empty()) last_taken = options.clock->now();
        TF_TRY(apply(batches));
        if (batches.empty()) {
            TF_TRY(log->health());
            // A closed log answers at once.
            if (closing) std::this_thread::sleep_for(kTakeWait);
        }
        auto asked = requests.with([](Requests& r) { return std::exchange(r, {}); });
        for (const auto& run : asked.run)
            run();
        const DurationMs since = options.clock->now() - last_publish;
        // A clock that was set back must not stop publishing.
        if (dirty && (asked.settle || since >= publish_wait(!batches.empty()) || since < 0))
            publish();
        TF_TRY(finish_work(false));
        if (!dirty) TF_TRY(start_work(batches.empty()));
        return {};
    }

    void loop() {
        while (!stop) {
            if (const Status status = turn(); !status) {
                fail_for_good(status.error());
                return;
            }
        }
    }

    /// Runs on the applying thread, and waits for it.
    Status run_there(std::function<Status()> function) {
        struct Outcome {
            std::optional<Status> status;
        };
        auto outcome = std::make_shared<Locked<Outcome>>();
        requests.with([&](Requests& r) {
            r.run.push_back([this, outcome, run = std::move(function)] {
                Status status = run();
                outcome->with([&](Outcome& o) { o.status = std::move(status); });
                const std::scoped_lock lock(changed_mutex);
                changed.notify_all();
            });
        });
        std::optional<Status> status;
        std::unique_lock lock(changed_mutex);
        changed.wait(lock, [&] {
            outcome->with([&](Outcome& o) { status = o.status; });
            return status.has_value() || failed() || stop;
        });
        if (status) return *status;
        return fail(ErrorCode::kUnavailable, "the project takes no more changes; see /health");
    }

    Status seal_there() {
        TF_TRY(applier->commit_facts());
        publish();
        if (worker->busy()) TF_TRY(finish_work(true));
        TF_TRY(work_once(true, false));
        return {};
    }

    Status compact_there() {
        TF_TRY(seal_there());
        while (true) {
            TF_ASSIGN(const bool more, work_once(false, true));
            if (!more) return {};
        }
    }

    /// Applies what the log holds beyond the manifest, in runs, so that the ledger has few
    /// transactions.
    Status replay() {
        const model::Sequence from = applier->committed_position() + 1;
        if (from > log->last_sequence()) return {};
        std::vector<std::byte> run;
        std::vector<std::size_t> lengths;
        model::Sequence first = from;
        const auto apply_run = [&]() -> Status {
            std::size_t offset = 0;
            for (const std::size_t length : lengths) {
                TF_TRY(apply(std::span(run).subspan(offset, length), first++));
                offset += length;
            }
            run.clear();
            lengths.clear();
            return applier->commit_facts();
        };
        TF_TRY(log->replay(from, [&](log::Sequence, log::Bytes record) -> Status {
            run.insert(run.end(), record.begin(), record.end());
            lengths.push_back(record.size());
            return run.size() < kReplayRunBytes ? Status{} : apply_run();
        }));
        return apply_run();
    }
};

Project::Project(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Project>> Project::open(io::Env& env, io::Path folder, Options options) {
    if (sodium_init() < 0) return fail(ErrorCode::kInternal, "libsodium did not start");
    TF_TRY(env.make_folders(folder));
    auto state = std::make_unique<State>();
    State& s = *state;
    s.options = options;
    TF_ASSIGN(s.folder_lock, env.lock(folder));
    TF_ASSIGN(s.applier, Applier::open(env, folder, options));
    TF_ASSIGN(s.message_key, message_key_of(s.applier->ledger()));
    log::Options log_options = options.log;
    log_options.deliver = true;
    log_options.sequence_offset = kSequenceOffset;
    log_options.clock = options.clock;
    TF_ASSIGN(s.log, log::Log::open(env, io::join(folder, "log"), log_options));
    s.admission = std::make_unique<Admission>(s.applier->directory(), *s.log,
                                              options.unsafe_log_without_message_ids);
    s.worker = std::make_unique<Worker>();
    TF_TRY(s.replay());
    s.applier->finish_replay();
    s.publish();
    s.thread = std::thread([&s] { s.loop(); });
    return std::unique_ptr<Project>(new Project(std::move(state)));
}

Project::~Project() {
    State& s = *state_;
    s.closing = true;
    s.log->close();
    if (!s.failed()) static_cast<void>(seal());
    s.stop = true;
    if (s.thread.joinable()) s.thread.join();
    const std::scoped_lock lock(s.changed_mutex);
    s.changed.notify_all();
}

void Project::accept(const intake::Decoded& decoded, OnAccepted done) {
    state_->accept(decoded, done, Admission::InLine::kWait);
}

bool Project::accept_at_once(const intake::Decoded& decoded, OnAccepted& done) {
    return state_->accept(decoded, done, Admission::InLine::kLeave);
}

bool Project::State::accept(const intake::Decoded& decoded, OnAccepted& done,
                            Admission::InLine in_line) {
    if (const Status may = may_accept(); !may) {
        done(std::unexpected(may.error()));
        return true;
    }
    struct Waiting {
        OnAccepted done;
        Accepted counts;
    };
    const auto waiting = std::make_shared<Waiting>(std::move(done), Accepted{});
    const auto answer = [waiting](const Status& status) {
        if (status) {
            waiting->done(waiting->counts);
        } else {
            waiting->done(std::unexpected(status.error()));
        }
    };
    // The log's thread may be done before admit returns; the counts are known by then all the same,
    // because a batch is counted before it is appended.
    const auto admitted = admission->admit(decoded, answer, &waiting->counts, in_line);
    if (!admitted) {
        answer(std::unexpected(admitted.error()));
    } else if (admitted->left) {
        done = std::move(waiting->done);
        return false;
    } else if (!admitted->appended && !admitted->ticket) {
        answer({});
    } else if (!admitted->appended) {
        // Only duplicates: their first copies must be on disk before they are acknowledged.
        log->when_durable(*admitted->ticket, answer);
    }
    return true;
}

Result<Accepted> Project::accept(const intake::Decoded& decoded) {
    State& s = *state_;
    TF_TRY(s.may_accept());
    TF_ASSIGN(const auto admitted,
              s.admission->admit(decoded, {}, nullptr, Admission::InLine::kWait));
    if (admitted.ticket) TF_TRY(s.log->wait(*admitted.ticket));
    return admitted.counts;
}

Result<std::vector<bool>> Project::known(const intake::Decoded& decoded) const {
    TF_TRY(state_->may_accept());
    return state_->admission->known(decoded);
}

Status Project::settle() {
    State& s = *state_;
    const model::Sequence target = s.log->last_sequence();
    std::unique_lock lock(s.changed_mutex);
    while (!s.failed() && world()->position < target) {
        s.requests.with([](State::Requests& r) { r.settle = true; });
        s.changed.wait_for(lock, milliseconds(5));
    }
    if (!s.failed()) return {};
    return fail(ErrorCode::kUnavailable,
                s.failure.with([](const std::string& why) { return why; }));
}

Status Project::seal() {
    TF_TRY(settle());
    return state_->run_there([this] { return state_->seal_there(); });
}

Status Project::compact() {
    TF_TRY(settle());
    return state_->run_there([this] { return state_->compact_there(); });
}

std::shared_ptr<const World> Project::world() const {
    return state_->world.with([](const std::shared_ptr<const World>& current) { return current; });
}

void Project::hold(std::shared_ptr<const World> held_world) const {
    const TimeMs now = state_->options.clock->now();
    state_->held.with([&](std::map<model::Sequence, State::Held>& all) {
        std::erase_if(all, [now](const auto& entry) { return entry.second.until < now; });
        while (all.size() >= kPositionsHeldMax)
            all.erase(all.begin());
        const model::Sequence position = held_world->position;
        all[position] = {std::move(held_world), now + kPositionHeldMs};
    });
}

Result<std::shared_ptr<const World>> Project::world_at(model::Sequence position) const {
    auto current = world();
    if (current->position == position) return current;
    const TimeMs now = state_->options.clock->now();
    return state_->held.with(
        [&](std::map<model::Sequence, State::Held>& all) -> Result<std::shared_ptr<const World>> {
            const auto found = all.find(position);
            if (found != all.end() && found->second.until >= now) return found->second.world;
            return fail(
                ErrorCode::kNotFound,
                fmt::format("position {} is held no longer; ask the question again", position));
        });
}

ledger::Settings Project::settings() const {
    return *world()->settings;
}

Status Project::set_settings(const ledger::Settings& settings) {
    return state_->run_there([this, settings]() -> Status {
        TF_TRY(state_->applier->set_settings(settings));
        state_->publish();
        return {};
    });
}

Status Project::change_settings(std::function<Status(ledger::Settings&)> change) {
    return state_->run_there([this, change = std::move(change)]() -> Status {
        ledger::Settings settings = state_->applier->settings();
        TF_TRY(change(settings));
        TF_TRY(state_->applier->set_settings(settings));
        state_->publish();
        return {};
    });
}

Status Project::each_fact(const std::function<void(const ledger::Fact&)>& take) const {
    return state_->applier->ledger().each_fact(take);
}

intake::MessageKey Project::message_key() const {
    return state_->message_key;
}

std::uint64_t Project::imported_lines(std::uint64_t file) const {
    return state_->applier->directory().imports().taken(file);
}

TimeMs Project::now() const {
    const auto settings = world()->settings;
    return settings->now ? *settings->now : state_->options.clock->now();
}

Health Project::health() const {
    const auto current = world();
    Health health;
    health.durable = state_->log->last_sequence();
    health.position = current->position;
    health.events = current->events->rows;
    health.parts = current->events->parts.size();
    health.head_rows = state_->head_rows;
    health.not_applied = state_->not_applied;
    health.message_days = state_->applier->directory().messages().days_kept();
    health.ids = state_->applier->directory().counts();
    health.failure = state_->failure.with([](const std::string& why) { return why; });
    return health;
}

}  // namespace twofold::project
