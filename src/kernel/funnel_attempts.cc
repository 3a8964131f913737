// SPDX-License-Identifier: Apache-2.0
#include "kernel/funnel_attempts.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

namespace twofold::kernel {
namespace {

/// As most instants have: moved one by one, where they lie.
constexpr std::size_t kFewRows = 16;

/// 32 for a row without a step, so that it sorts last.
int lowest_step(std::uint32_t step_bits, const Row& row) {
    return std::countr_zero(row.mask & step_bits);
}

}  // namespace

bool order_instants(std::uint32_t step_bits, std::vector<Row>& rows,
                    std::vector<std::uint32_t>& cells) {
    const auto out_of_order = [&](const Row& a, const Row& b) {
        return a.time == b.time && lowest_step(step_bits, a) > lowest_step(step_bits, b);
    };
    if (std::ranges::adjacent_find(rows, out_of_order) == rows.end()) return false;
    if (rows.size() <= kFewRows) {
        for (std::size_t i = 1; i < rows.size(); ++i) {
            for (std::size_t at = i; at > 0 && out_of_order(rows[at - 1], rows[at]); --at) {
                std::swap(rows[at - 1], rows[at]);
                if (!cells.empty()) std::swap(cells[at - 1], cells[at]);
            }
        }
        return true;
    }
    std::vector<std::uint32_t> order(rows.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
        if (rows[a].time != rows[b].time) return rows[a].time < rows[b].time;
        return lowest_step(step_bits, rows[a]) < lowest_step(step_bits, rows[b]);
    });
    const auto sorted = [&order](const auto& from) {
        auto to = from;
        for (std::size_t i = 0; i < order.size(); ++i)
            to[i] = from[order[i]];
        return to;
    };
    rows = sorted(rows);
    if (!cells.empty()) cells = sorted(cells);
    return true;
}

FunnelAttempts::FunnelAttempts(const FunnelRules& rules, std::span<const Row> rows,
                               std::span<const std::uint32_t> cells)
    : rules_(rules),
      rows_(rows),
      cells_(cells),
      rows_of_step_(rules.steps),
      excluded_(rules.exclusions.size()) {
    for (Position position = 0; position < rows.size(); ++position) {
        const Row& row = rows[position];
        const std::uint32_t cell = held(position);
        for (std::uint32_t step = 0; step < rules.steps; ++step) {
            if ((row.mask >> step & 1) != 0 && (!rules.holding || cell != 0)) {
                rows_of_step_[step].emplace_back(cell, position);
            }
        }
        for (std::size_t i = 0; i < excluded_.size(); ++i) {
            if ((row.mask & rules.exclusions[i].mask) != 0) excluded_[i].push_back(row.time);
        }
    }
    for (auto& positions : rows_of_step_)
        std::ranges::sort(positions);
}

std::uint32_t FunnelAttempts::held(Position position) const {
    if (!rules_.holding || cells_.empty()) return 0;
    return rules_.held_of ? rules_.held_of(cells_[position]) : cells_[position];
}

/// First row of `step` with this cell at a position above `after`.
FunnelAttempts::Position FunnelAttempts::next(std::uint32_t step, std::uint32_t cell,
                                              Position after) const {
    const auto& positions = rows_of_step_[step];
    const auto found = std::ranges::upper_bound(positions, std::pair{cell, after});
    return found == positions.end() || found->first != cell ? kNowhere : found->second;
}

bool FunnelAttempts::in_window(Position entry, Position position) const {
    return rows_[position].time - rows_[entry].time <= rules_.window_ms;
}

FunnelAttempts::Attempt FunnelAttempts::follow(Position entry) const {
    const std::uint32_t cell = held(entry);
    Attempt attempt;
    attempt.at[attempt.depth++] = entry;
    while (attempt.depth < rules_.steps) {
        const Position here = attempt.completed();
        const Position there = next(attempt.depth, cell, here);
        if (there == kNowhere || !in_window(entry, there)) break;
        if (rules_.strict && there != here + 1) break;
        attempt.at[attempt.depth++] = there;
    }
    return attempt;
}

FunnelAttempts::Attempt FunnelAttempts::follow_any_order(Position entry) const {
    const std::uint32_t cell = held(entry);
    std::uint32_t open = bits_of_steps(rules_.steps);
    Attempt attempt;
    Position there = entry;
    while (there != kNowhere && in_window(entry, there)) {
        const std::uint32_t served = rows_[there].mask & open;
        open &= ~(served & (~served + 1));  // the lowest
        attempt.at[attempt.depth++] = there;
        const Position here = there;
        there = kNowhere;
        for (std::uint32_t rest = open; rest != 0; rest &= rest - 1) {
            const auto step = static_cast<std::uint32_t>(std::countr_zero(rest));
            there = std::min(there, next(step, cell, here));
        }
    }
    return attempt;
}

/// When the first row that spoils this attempt came, if one did.
std::optional<TimeMs> FunnelAttempts::first_excluded(const Attempt& attempt,
                                                     std::size_t exclusion) const {
    const FunnelExclusion& rule = rules_.exclusions[exclusion];
    if (attempt.depth <= rule.after_step) return std::nullopt;
    const auto& times = excluded_[exclusion];
    const auto found = std::ranges::upper_bound(times, rows_[attempt.at[rule.after_step]].time);
    if (found == times.end()) return std::nullopt;
    const bool spoils = attempt.depth > rule.until_step
                            ? *found < rows_[attempt.at[rule.until_step]].time
                            : *found - rows_[attempt.entry()].time <= rules_.window_ms;
    return spoils ? std::optional(*found) : std::nullopt;
}

void FunnelAttempts::exclude(Attempt& attempt) const {
    TimeMs cut = kEndOfTime;
    for (std::size_t i = 0; i < excluded_.size(); ++i) {
        if (!rules_.exclusions[i].ends_attempt) continue;
        if (const auto time = first_excluded(attempt, i)) cut = std::min(cut, *time);
    }
    while (attempt.depth > 1 && rows_[attempt.completed()].time > cut)
        --attempt.depth;
    for (std::size_t i = 0; i < excluded_.size(); ++i) {
        if (rules_.exclusions[i].ends_attempt) continue;
        const auto time = first_excluded(attempt, i);
        attempt.tainted = attempt.tainted || (time && *time <= cut);
    }
}

/// REQUIRES: equal depths.
bool FunnelAttempts::beats(const Attempt& attempt, const Attempt& other) {
    return attempt.completed() != other.completed() ? attempt.completed() < other.completed()
                                                    : attempt.entry() > other.entry();
}

FunnelOutcome FunnelAttempts::best(TimeMs entry_from, TimeMs entry_to) const {
    const std::uint32_t entries = rules_.any_order ? bits_of_steps(rules_.steps) : 1;
    Attempt clean;
    Attempt tainted;
    std::uint32_t deepest = 0;
    for (Position entry = 0; entry < rows_.size(); ++entry) {
        const Row& row = rows_[entry];
        if ((row.mask & entries) == 0 || row.time < entry_from || row.time >= entry_to) continue;
        if (rules_.holding && held(entry) == 0) continue;
        // Later entries complete no sooner: nothing after a clean completion can win.
        if (clean.depth == rules_.steps && entry > clean.completed()) break;
        Attempt attempt = rules_.any_order ? follow_any_order(entry) : follow(entry);
        exclude(attempt);
        if (attempt.depth > deepest) {
            deepest = attempt.depth;
            clean = tainted = Attempt{};
        }
        if (attempt.depth < deepest) continue;
        Attempt& held = attempt.tainted ? tainted : clean;
        if (held.depth == 0 || beats(attempt, held)) held = attempt;
    }
    if (clean.depth == 0 && rules_.any_order && tainted.depth > 0) {
        clean = tainted;
        clean.depth = 1;
    }
    return outcome(clean);
}

FunnelOutcome FunnelAttempts::outcome(const Attempt& attempt) const {
    FunnelOutcome result;
    if (!rows_.empty()) result.unit = rows_.front().unit;
    result.depth = attempt.depth;
    for (std::uint32_t step = 0; step < attempt.depth; ++step) {
        result.time[step] = rows_[attempt.at[step]].time;
        if (!cells_.empty()) result.cell[step] = cells_[attempt.at[step]];
    }
    return result;
}

FunnelOutcome funnel_of_unit(const FunnelRules& rules, std::span<const Row> rows,
                             std::span<const std::uint32_t> cells, TimeMs entry_from,
                             TimeMs entry_to) {
    std::vector<Row> ordered(rows.begin(), rows.end());
    std::vector<std::uint32_t> ordered_cells(cells.begin(), cells.end());
    order_instants(bits_of_steps(rules.steps), ordered, ordered_cells);
    return FunnelAttempts(rules, ordered, ordered_cells).best(entry_from, entry_to);
}

}  // namespace twofold::kernel
