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
    if (there && std::tie(at->time, at->sequence) >= std::tie(time, sequence)) return;
    const std::uint32_t code = value.is_null() ? 0 : values_.code(value);
    if (there) {
        *at = {model::index(user), code, time, sequence};
    } else {
        cells.insert(at, {model::index(user), code, time, sequence});
        ++cell_count_;
    }
    refresh(user);
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

std::uint32_t TraitBuilder::code_of(UserOrdinal person, const directory::View& view) const {
    const Cell* latest = nullptr;
    for (UserOrdinal member : view.members(person)) {
        const Cell* cell = find(member);
        if (cell == nullptr) continue;
        if (latest == nullptr ||
            std::tie(latest->time, latest->sequence) < std::tie(cell->time, cell->sequence)) {
            latest = cell;
        }
    }
    return latest == nullptr ? 0 : latest->code;
}

void TraitBuilder::set_code(UserOrdinal user, std::uint32_t code) {
    if (column_.code(user) == code) return;
    const std::size_t number = model::index(user) / kTraitChunkUsers;
    if (column_.chunks_.size() <= number) {
        column_.chunks_.resize(number + 1);
        made_at_.resize(number + 1);
    }
    auto& chunk = column_.chunks_[number];
    if (chunk == nullptr || made_at_[number] != publications_) {
        chunk = chunk == nullptr ? std::make_shared<TraitColumn::Chunk>()
                                 : std::make_shared<TraitColumn::Chunk>(*chunk);
        made_at_[number] = publications_;
    }
    std::uint32_t& cell = (*chunk)[model::index(user) % kTraitChunkUsers];
    column_.user_count_ += (code != 0 ? 1U : 0U);
    column_.user_count_ -= (cell != 0 ? 1U : 0U);
    cell = code;
}

std::shared_ptr<const TraitColumn> TraitBuilder::publish(const directory::View& view) {
    if (changed_users_.empty() && published_ != nullptr) return published_;
    if (values_.code_count() > 2 * cell_count_ + kUnusedValuesMin) recode();
    if (!std::ranges::is_sorted(changed_users_)) std::ranges::sort(changed_users_);
    changed_users_.erase(std::ranges::unique(changed_users_).begin(), changed_users_.end());
    for (std::uint32_t number : changed_users_) {
        const UserOrdinal user{number};
        const UserOrdinal person = view.canonical(user);
        if (person != user) set_code(user, 0);
        set_code(person, code_of(person, view));
    }
    changed_users_.clear();
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
    for (Cells& cells : cells_) {
        for (Cell& cell : cells) {
            if (cell.code == 0) continue;
            std::uint32_t& code = codes[cell.code];
            if (code == 0) code = values.code(values_[cell.code]);
            cell.code = code;
        }
    }
    values_ = std::move(values);
    // What people have is among the cells' codes, or is about to be put right.
    for (std::size_t i = 0; i < column_.chunks_.size(); ++i) {
        if (column_.chunks_[i] == nullptr) continue;
        auto chunk = std::make_shared<TraitColumn::Chunk>(*column_.chunks_[i]);
        for (std::uint32_t& code : *chunk) {
            if (code != 0 && codes[code] == 0) --column_.user_count_;
            code = codes[code];
        }
        column_.chunks_[i] = std::move(chunk);
        made_at_[i] = publications_;
    }
}

std::uint64_t TraitBuilder::memory_bytes() const noexcept {
    std::uint64_t bytes = values_.memory_bytes();
    for (const Cells& cells : cells_)
        bytes += cells.capacity() * sizeof(Cell);
    for (const auto& chunk : column_.chunks_) {
        if (chunk != nullptr) bytes += sizeof(TraitColumn::Chunk);
    }
    return bytes;
}

}  // namespace twofold::frame
