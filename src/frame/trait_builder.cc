// SPDX-License-Identifier: Apache-2.0
#include "frame/trait_builder.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace twofold::frame {
namespace {

using model::UserOrdinal;

/// Values that nobody has any more are dropped once there are this many, and as many as in use.
constexpr std::uint64_t kUnusedValuesMin = 4'096;

}  // namespace

std::uint32_t TraitColumn::code_at(UserOrdinal user, TimeMs time) const noexcept {
    const std::size_t at = model::index(user) / kTraitChunkUsers;
    if (at >= chunks_.size() || chunks_[at] == nullptr) return 0;
    const Chunk& chunk = *chunks_[at];
    const std::uint32_t place = model::index(user) % kTraitChunkUsers;
    if (chunk.since[place] <= time) return chunk.codes[place];
    const auto past = chunk.past.find(place);
    if (past == chunk.past.end()) return 0;
    const auto later = std::ranges::upper_bound(past->second, time, {}, &Step::from);
    return later == past->second.begin() ? 0 : (later - 1)->code;
}

void TraitColumn::steps(UserOrdinal user, std::vector<Step>& out) const {
    out.clear();
    const std::size_t at = model::index(user) / kTraitChunkUsers;
    if (at >= chunks_.size() || chunks_[at] == nullptr) return;
    const Chunk& chunk = *chunks_[at];
    const std::uint32_t place = model::index(user) % kTraitChunkUsers;
    const auto past = chunk.past.find(place);
    if (past != chunk.past.end()) out = past->second;
    if (chunk.codes[place] != 0 || !out.empty()) {
        out.push_back({chunk.since[place], chunk.codes[place]});
    }
}

model::Value TraitColumn::value(std::uint32_t code) const noexcept {
    return (*values_)[code];
}

TraitBuilder::TraitBuilder(std::string name) {
    column_.name_ = std::move(name);
}

void TraitBuilder::add(UserOrdinal user, const model::Value& value, TimeMs time,
                       model::Sequence sequence) {
    const std::size_t chunk = model::index(user) / kTraitChunkUsers;
    if (cells_.size() <= chunk) cells_.resize(chunk + 1);
    Cells& cells = cells_[chunk];
    auto at = cells.end();
    // Facts come by user when a frame is made.
    if (!cells.empty() && cells.back().user >= model::index(user)) {
        at = std::ranges::lower_bound(cells, model::index(user), {}, &Cell::user);
    }
    const bool there = at != cells.end() && at->user == model::index(user);
    const std::uint32_t code = value.is_null() ? 0 : values_.code(value);
    refresh(user);
    if (!there) {
        cells.insert(at, {{time, sequence, time, sequence, code}, model::index(user)});
        ++cell_count_;
        return;
    }
    if (at->run.value == code && std::pair(time, sequence) > at->run.end()) {
        at->run.last = time;
        at->run.last_sequence = sequence;
        return;
    }
    const auto past = past_.find(model::index(user));
    runs_.clear();
    if (past != past_.end()) runs_ = past->second;
    past_count_ -= runs_.size();
    runs_.push_back(at->run);
    ledger::take_trait(runs_, time, sequence, code);
    at->run = runs_.back();
    runs_.pop_back();
    past_count_ += runs_.size();
    if (runs_.empty()) {
        past_.erase(model::index(user));
    } else {
        past_[model::index(user)] = runs_;
    }
}

const TraitBuilder::Cell* TraitBuilder::find(UserOrdinal user) const noexcept {
    const std::size_t chunk = model::index(user) / kTraitChunkUsers;
    if (chunk >= cells_.size() || cells_[chunk].empty()) return nullptr;
    const Cells& cells = cells_[chunk];
    // Where everybody has the trait, the place says itself.
    const Cell& guess =
        cells[std::min<std::size_t>(model::index(user) % kTraitChunkUsers, cells.size() - 1)];
    if (guess.user == model::index(user)) return &guess;
    const auto at = std::ranges::lower_bound(cells, model::index(user), {}, &Cell::user);
    return at != cells.end() && at->user == model::index(user) ? &*at : nullptr;
}

void TraitBuilder::steps_of(UserOrdinal person, const directory::View& view,
                            std::vector<TraitColumn::Step>& steps) {
    runs_.clear();
    std::size_t told = 0;
    for (UserOrdinal member : view.members(person)) {
        const Cell* cell = find(member);
        if (cell == nullptr) continue;
        ++told;
        const auto past = past_.find(model::index(member));
        if (past != past_.end())
            runs_.insert(runs_.end(), past->second.begin(), past->second.end());
        runs_.push_back(cell->run);
    }
    if (told > 1) {
        // Of joined ids, what one was told last may follow what another was told before.
        for (std::size_t i = runs_.size(); i-- > 0;) {
            Run end = runs_[i];
            end.first = end.last;
            end.first_sequence = end.last_sequence;
            if (end.begin() != runs_[i].begin()) runs_.push_back(end);
        }
        std::ranges::sort(runs_, {}, &Run::begin);
    }
    steps.clear();
    for (const Run& run : runs_) {
        const bool same = !steps.empty() && steps.back().code == run.value;
        if (same || (steps.empty() && run.value == 0)) continue;
        // Of two at one time only the later counts.
        if (!steps.empty() && steps.back().from == run.first) steps.pop_back();
        steps.push_back({run.first, run.value});
    }
}

void TraitBuilder::set_steps(UserOrdinal user, std::span<const TraitColumn::Step> steps) {
    const std::size_t number = model::index(user) / kTraitChunkUsers;
    const std::uint32_t place = model::index(user) % kTraitChunkUsers;
    const TraitColumn::Step now = steps.empty() ? TraitColumn::Step{} : steps.back();
    const auto before = steps.first(steps.empty() ? 0 : steps.size() - 1);
    if (column_.chunks_.size() <= number) {
        if (steps.empty()) return;
        column_.chunks_.resize(number + 1);
        made_at_.resize(number + 1);
    }
    auto& chunk = column_.chunks_[number];
    if (chunk == nullptr && steps.empty()) return;
    if (chunk != nullptr) {
        const auto past = chunk->past.find(place);
        const bool same_past =
            past == chunk->past.end() ? before.empty() : std::ranges::equal(past->second, before);
        const bool same = chunk->codes[place] == now.code && chunk->since[place] == now.from;
        if (same && same_past) return;
    }
    if (chunk == nullptr || made_at_[number] != publications_) {
        chunk = chunk == nullptr ? std::make_shared<TraitColumn::Chunk>()
                                 : std::make_shared<TraitColumn::Chunk>(*chunk);
        made_at_[number] = publications_;
    }
    column_.user_count_ += (now.code != 0 ? 1U : 0U);
    column_.user_count_ -= (chunk->codes[place] != 0 ? 1U : 0U);
    chunk->codes[place] = now.code;
    chunk->since[place] = now.from;
    if (before.empty()) {
        chunk->past.erase(place);
    } else {
        chunk->past[place].assign(before.begin(), before.end());
    }
}

std::shared_ptr<const TraitColumn> TraitBuilder::publish(const directory::View& view) {
    last_changed_.clear();
    if (changed_users_.empty() && published_ != nullptr) return published_;
    if (values_.code_count() > 2 * (cell_count_ + past_count_) + kUnusedValuesMin) recode();
    if (!std::ranges::is_sorted(changed_users_)) std::ranges::sort(changed_users_);
    changed_users_.erase(std::ranges::unique(changed_users_).begin(), changed_users_.end());
    std::vector<TraitColumn::Step> steps;
    for (std::uint32_t number : changed_users_) {
        const UserOrdinal user{number};
        const UserOrdinal person = view.canonical(user);
        if (person != user) set_steps(user, {});
        steps_of(person, view, steps);
        set_steps(person, steps);
    }
    last_changed_ = std::exchange(changed_users_, {});
    column_.values_ = values_.publish();
    column_.code_count_ = values_.code_count();
    published_ = std::make_shared<const TraitColumn>(column_);
    ++publications_;
    return published_;
}

// Forgets values that nobody has: a trait that changes with every visit would keep them all.
void TraitBuilder::recode() {
    ValueTableBuilder values;
    std::vector<std::uint32_t> codes(values_.code_count());
    const auto moved = [&](std::uint32_t& kept) {
        if (kept == 0) return;
        std::uint32_t& code = codes[kept];
        if (code == 0) code = values.code(values_[kept]);
        kept = code;
    };
    for (Cells& cells : cells_) {
        for (Cell& cell : cells)
            moved(cell.run.value);
    }
    for (auto& [user, runs] : past_) {
        for (Run& run : runs)
            moved(run.value);
    }
    values_ = std::move(values);
    recode_column(codes);
}

// What people have is among the cells' codes, or is about to be put right.
void TraitBuilder::recode_column(const std::vector<std::uint32_t>& codes) {
    for (std::size_t i = 0; i < column_.chunks_.size(); ++i) {
        if (column_.chunks_[i] == nullptr) continue;
        auto chunk = std::make_shared<TraitColumn::Chunk>(*column_.chunks_[i]);
        for (std::uint32_t& code : chunk->codes) {
            if (code != 0 && codes[code] == 0) --column_.user_count_;
            code = codes[code];
        }
        for (auto& [place, steps] : chunk->past) {
            for (TraitColumn::Step& step : steps)
                step.code = codes[step.code];
        }
        column_.chunks_[i] = std::move(chunk);
        made_at_[i] = publications_;
    }
}

std::uint64_t TraitBuilder::memory_bytes() const noexcept {
    std::uint64_t bytes = values_.memory_bytes();
    for (const Cells& cells : cells_)
        bytes += cells.capacity() * sizeof(Cell);
    // Twice: as kept, and as steps of the column.
    bytes += 2 * past_count_ * sizeof(Run) + past_.size() * 2 * sizeof(void*) * 8;
    for (const auto& chunk : column_.chunks_) {
        if (chunk != nullptr) bytes += sizeof(TraitColumn::Chunk);
    }
    return bytes;
}

}  // namespace twofold::frame
