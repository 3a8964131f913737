// SPDX-License-Identifier: Apache-2.0
#include "directory/message_window.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "directory/message_run.h"

namespace twofold::directory {
namespace {

constexpr std::int32_t kFree = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kWithdrawn = kFree + 1;
constexpr std::size_t kSlotsAtFirst = 1U << 10;
/// Keys whose cache misses overlap.
constexpr std::size_t kTogether = 16;
/// As many files of one size class and day of receipt become one.
constexpr std::size_t kMergedTogether = 4;
constexpr std::uint64_t kSmallRun = 4'096;

std::int32_t day_of(TimeMs time) {
    const TimeMs day = time / kDayMs;
    return static_cast<std::int32_t>(time % kDayMs < 0 ? day - 1 : day);
}

FiledMessage filed(const MessageKey& key) {
    return {key.hash.low, key.hash.high, key.day};
}

FiledMessage day_before(FiledMessage message) {
    --message.day;
    return message;
}

// What was admitted and is in no file: open addressing, linear probing, at most half full.
class HotTable {
public:
    HotTable() { clear(kSlotsAtFirst); }

    bool contains(const FiledMessage& message) const { return slots_[find(message)] == message; }

    // False if it was there.
    bool add(const FiledMessage& message) {
        if ((used_ + 1) * 2 > slots_.size()) rebuild(slots_.size() * 2, true);
        const std::size_t at = find(message);
        if (slots_[at] == message) return false;
        slots_[at] = message;
        ++used_;
        ++count_;
        return true;
    }

    void withdraw(const FiledMessage& message) {
        const std::size_t at = find(message);
        if (slots_[at] != message || remembered_[at]) return;
        slots_[at].day = kWithdrawn;
        --count_;
    }

    // Whether it was not marked before; adds it if it is missing.
    bool mark_remembered(const FiledMessage& message) {
        add(message);
        const std::size_t at = find(message);
        const bool marked = remembered_[at];
        remembered_[at] = true;
        return !marked;
    }

    // Keeps only what has not been remembered.
    void drop_remembered() {
        std::size_t left = 0;
        for (std::size_t at = 0; at < slots_.size(); ++at) {
            if (slots_[at].day > kWithdrawn && !remembered_[at]) ++left;
        }
        rebuild(std::max(kSlotsAtFirst, std::bit_ceil(left * 4 + 1)), false);
    }

    void prefetch(const FiledMessage& message) const {
        __builtin_prefetch(&slots_[place(message)]);
    }
    std::uint64_t size() const { return count_; }
    std::uint64_t memory_bytes() const { return slots_.capacity() * sizeof(FiledMessage); }

private:
    std::size_t place(const FiledMessage& message) const {
        // The hash is uniform already; the day only tells equal ones apart.
        return (message.low >> 7) & (slots_.size() - 1);
    }
    // The slot that holds it, or the free one where it would go.
    std::size_t find(const FiledMessage& message) const {
        std::size_t at = place(message);
        while (slots_[at].day != kFree && slots_[at] != message) {
            at = (at + 1) & (slots_.size() - 1);
        }
        return at;
    }
    void clear(std::size_t slots) {
        slots_.assign(slots, FiledMessage{.low = 0, .high = 0, .day = kFree});
        remembered_.assign(slots, false);
        used_ = 0;
        count_ = 0;
    }
    void rebuild(std::size_t slots, bool keep_remembered) {
        const std::vector<FiledMessage> before = std::exchange(slots_, {});
        const std::vector<bool> remembered = std::exchange(remembered_, {});
        clear(slots);
        for (std::size_t at = 0; at < before.size(); ++at) {
            if (before[at].day <= kWithdrawn || (remembered[at] && !keep_remembered)) continue;
            const std::size_t to = find(before[at]);
            slots_[to] = before[at];
            remembered_[to] = remembered[at];
            ++used_;
            ++count_;
        }
    }

    std::vector<FiledMessage> slots_;
    std::vector<bool> remembered_;
    std::size_t used_ = 0;  // withdrawn ones included
    std::size_t count_ = 0;
};

// About the logarithm of a run's size, so that merging makes few, growing files.
int size_class(std::uint64_t count) {
    return static_cast<int>(std::bit_width(count / kSmallRun) / 2);
}

}  // namespace

MessageKey message_key(const model::RecordView& record) noexcept {
    const bool timed = record.has(model::RecordFlag::kHasTime);
    return {.hash = record.message_hash(),
            .day = day_of(timed ? record.time() : record.received()),
            .day_is_receipt = !timed};
}

struct MessageWindow::State {
    io::Env& env;
    io::Path folder;
    Options options;

    mutable std::mutex mutex;
    HotTable hot;
    std::vector<std::shared_ptr<MessageRun>> runs;
    std::unordered_map<std::int32_t, std::vector<MessageSection*>> sections;  // by day
    std::uint64_t run_ids = 0;
    bool was_full = false;

    // The applying thread's alone.
    std::vector<FiledMessage> remembered;
    std::int32_t last_received = 0;
    std::uint32_t next_number = 1;

    State(io::Env& disk, io::Path path, Options given)
        : env(disk), folder(std::move(path)), options(given) {}

    void use(std::vector<std::shared_ptr<MessageRun>> now);
    Result<bool> in_files(const FiledMessage& message);
    Status prepare(std::span<const MessageKey> keys);
    Status write_remembered(std::vector<std::shared_ptr<MessageRun>>& now);
    Status merge(std::vector<std::shared_ptr<MessageRun>>& now);
    Status merge_together(std::vector<std::shared_ptr<MessageRun>>& now,
                          std::span<const std::shared_ptr<MessageRun>> chosen);
    void drop_old(std::vector<std::shared_ptr<MessageRun>>& now);
};

// REQUIRES the lock, or that nobody else is there yet.
void MessageWindow::State::use(std::vector<std::shared_ptr<MessageRun>> now) {
    runs = std::move(now);
    sections.clear();
    run_ids = 0;
    for (const auto& run : runs) {
        run_ids += run->size();
        for (MessageSection& section : run->sections())
            sections[section.day()].push_back(&section);
    }
}

Result<bool> MessageWindow::State::in_files(const FiledMessage& message) {
    const auto at = sections.find(message.day);
    if (at == sections.end()) return false;
    for (MessageSection* section : at->second) {
        TF_TRY(section->check());
        if (section->contains({message.low, message.high})) return true;
    }
    return false;
}

// Brings what a few keys need into the cache.
Status MessageWindow::State::prepare(std::span<const MessageKey> keys) {
    for (const MessageKey& key : keys) {
        hot.prefetch(filed(key));
        const auto at = sections.find(key.day);
        if (at == sections.end()) continue;
        for (MessageSection* section : at->second) {
            TF_TRY(section->check());
            section->prefetch_bucket(key.hash.low);
        }
    }
    for (const MessageKey& key : keys) {
        const auto at = sections.find(key.day);
        if (at == sections.end()) continue;
        for (MessageSection* section : at->second)
            section->prefetch_entries(key.hash.low);
    }
    return {};
}

Result<std::unique_ptr<MessageWindow>> MessageWindow::open(io::Env& env, io::Path folder,
                                                           Options options, ByteReader& piece) {
    auto state = std::make_unique<State>(env, std::move(folder), options);
    std::vector<std::shared_ptr<MessageRun>> runs;
    const bool nothing_yet = piece.position() == 0 && piece.remaining() == 0;
    if (!nothing_yet) {
        state->next_number = piece.get<std::uint32_t>();
        state->last_received = piece.get<std::int32_t>();
        state->was_full = piece.get<std::uint8_t>() != 0;
        const auto count = piece.get<std::uint32_t>();
        for (std::uint32_t i = 0; i < count && piece.ok(); ++i) {
            const auto number = piece.get<std::uint32_t>();
            TF_ASSIGN(auto run, MessageRun::open(env, state->folder, number));
            runs.push_back(std::move(run));
        }
    }
    state->use(std::move(runs));
    return std::unique_ptr<MessageWindow>(new MessageWindow(std::move(state)));
}

MessageWindow::MessageWindow(std::unique_ptr<State> state) : state_(std::move(state)) {}
MessageWindow::~MessageWindow() = default;

Status MessageWindow::admit(std::span<const MessageKey> keys, std::span<bool> fresh) {
    TF_CHECK(keys.size() == fresh.size());
    State& state = *state_;
    const std::scoped_lock lock(state.mutex);
    for (std::size_t begin = 0; begin < keys.size(); begin += kTogether) {
        const auto group = keys.subspan(begin, std::min(kTogether, keys.size() - begin));
        Status found = state.prepare(group);
        for (std::size_t i = 0; found && i < group.size(); ++i) {
            const FiledMessage message = filed(group[i]);
            auto known = state.in_files(message);
            if (known && !*known && group[i].day_is_receipt) {
                known = state.in_files(day_before(message));
                if (known && state.hot.contains(day_before(message))) known = true;
            }
            if (known) {
                fresh[begin + i] = !*known && state.hot.add(message);
            } else {
                fresh[begin + i] = false;
                found = std::unexpected(known.error());
            }
        }
        if (found) continue;
        for (std::size_t i = 0; i < begin + group.size(); ++i) {
            if (fresh[i]) state.hot.withdraw(filed(keys[i]));
        }
        return found;
    }
    return {};
}

void MessageWindow::withdraw(std::span<const MessageKey> keys) {
    const std::scoped_lock lock(state_->mutex);
    for (const MessageKey& key : keys)
        state_->hot.withdraw(filed(key));
}

void MessageWindow::remember(const MessageKey& key, TimeMs received) {
    State& state = *state_;
    state.last_received = std::max(state.last_received, day_of(received));
    const std::scoped_lock lock(state.mutex);
    if (state.hot.mark_remembered(filed(key))) state.remembered.push_back(filed(key));
}

Status MessageWindow::State::write_remembered(std::vector<std::shared_ptr<MessageRun>>& now) {
    if (remembered.empty()) return {};
    std::sort(remembered.begin(), remembered.end());
    const std::uint32_t number = next_number++;
    TF_TRY(write_message_run(env, folder, number, last_received, remembered));
    TF_ASSIGN(auto run, MessageRun::open(env, folder, number));
    now.push_back(std::move(run));
    return {};
}

// Merges files of one day of receipt and one size class, and again while that makes more of the
// next class. Files of different days of receipt stay apart: they go at different times.
Status MessageWindow::State::merge(std::vector<std::shared_ptr<MessageRun>>& now) {
    while (true) {
        std::map<std::pair<std::int32_t, int>, std::vector<std::shared_ptr<MessageRun>>> alike;
        for (const auto& run : now) {
            const bool may_grow = run->size() * kMergedTogether <= options.merged_ids_max;
            if (may_grow) alike[{run->received_day(), size_class(run->size())}].push_back(run);
        }
        const auto many = std::ranges::find_if(
            alike, [](const auto& group) { return group.second.size() >= kMergedTogether; });
        if (many == alike.end()) return {};
        TF_TRY(merge_together(now, many->second));
    }
}

Status MessageWindow::State::merge_together(std::vector<std::shared_ptr<MessageRun>>& now,
                                            std::span<const std::shared_ptr<MessageRun>> chosen) {
    // Opened anew: the ones in use are looked into by other threads meanwhile.
    std::vector<std::shared_ptr<MessageRun>> sources;
    for (const auto& run : chosen) {
        TF_ASSIGN(auto source, MessageRun::open(env, folder, run->number()));
        sources.push_back(std::move(source));
    }
    const std::uint32_t number = next_number++;
    TF_TRY(merge_message_runs(env, folder, number, sources));
    TF_ASSIGN(auto merged, MessageRun::open(env, folder, number));
    std::erase_if(now,
                  [&](const auto& run) { return std::ranges::find(chosen, run) != chosen.end(); });
    now.push_back(std::move(merged));
    return {};
}

void MessageWindow::State::drop_old(std::vector<std::shared_ptr<MessageRun>>& now) {
    std::ranges::sort(
        now, {}, [](const auto& run) { return std::pair(run->received_day(), run->number()); });
    std::uint64_t ids = 0;
    for (const auto& run : now)
        ids += run->size();
    std::size_t dropped = 0;
    while (dropped < now.size()) {
        const bool expired = now[dropped]->received_day() < last_received - options.days;
        if (!expired && ids <= options.ids_max) break;
        was_full = was_full || !expired;
        ids -= now[dropped]->size();
        ++dropped;
    }
    now.erase(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(dropped));
}

Status MessageWindow::commit(ByteWriter& piece) {
    State& state = *state_;
    std::vector<std::shared_ptr<MessageRun>> now = state.runs;
    TF_TRY(state.write_remembered(now));
    TF_TRY(state.merge(now));
    state.drop_old(now);
    piece.put(state.next_number);
    piece.put(state.last_received);
    piece.put(static_cast<std::uint8_t>(state.was_full));
    piece.put(static_cast<std::uint32_t>(now.size()));
    for (const auto& run : now)
        piece.put(run->number());
    state.remembered.clear();
    const std::scoped_lock lock(state.mutex);
    state.hot.drop_remembered();
    state.use(std::move(now));
    return {};
}

std::vector<std::string> MessageWindow::files() const {
    const std::scoped_lock lock(state_->mutex);
    std::vector<std::string> names;
    for (const auto& run : state_->runs)
        names.push_back(message_run_name(run->number()));
    return names;
}

std::uint64_t MessageWindow::size() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->run_ids + state_->hot.size();
}

int MessageWindow::days_kept() const {
    const std::scoped_lock lock(state_->mutex);
    if (!state_->was_full || state_->runs.empty()) return state_->options.days;
    return std::min(state_->options.days,
                    state_->last_received - state_->runs.front()->received_day());
}

std::uint64_t MessageWindow::memory_bytes() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->hot.memory_bytes() + state_->remembered.capacity() * sizeof(FiledMessage);
}

}  // namespace twofold::directory
