// SPDX-License-Identifier: Apache-2.0
//
// The moving chain. At any row an attempt is described by how many steps it has done. Of all
// attempts that have done the same number only the one with the latest entry is kept: whatever row
// carries an older one on also carries this one, whose window closes no earlier, and of attempts
// that complete together the latest entry is the one asked for. So a unit needs one chain per
// depth, and a row of step k moves the chain of depth k to depth k + 1 by swapping two numbers. An
// older attempt is never behind a later one that is still in its window, so a chain that is
// overwritten has nothing left to win.
#include "kernel/funnel.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "base/check.h"
#include "kernel/funnel_attempts.h"
#include "kernel/funnel_short.h"

namespace twofold::kernel {
namespace {

constexpr TimeMs kNoChain = kBeginningOfTime;

/// What a unit has beside its chains.
struct Progress {
    std::uint32_t best_depth = 0;
    std::uint32_t first_cell = 0;
    std::uint32_t last_cell = 0;
    bool touched = false;
    std::array<std::uint8_t, kFunnelStepsMax> slot{};  // of the chain with step k as its last
};

}  // namespace

struct Funnel::State {
    FunnelRules rules;
    std::uint32_t steps = 0;
    std::uint32_t step_bits = 0;
    bool plain = true;
    std::uint32_t unit_count = 0;
    std::vector<FunnelReach> outcomes;

    // The chain. Per unit `steps` entries of start, and steps + 1 chains of `steps` times each, the
    // last one being the best so far. Cells likewise, from the first time that cells are fed.
    std::vector<Progress> progress;
    std::vector<TimeMs> start;
    std::vector<TimeMs> times;
    std::vector<std::uint32_t> chain_cells;
    bool with_cells = false;

    // Few steps and no cells.
    std::optional<ShortFunnel> short_funnel;
    bool is_short = false;
    bool is_fed = false;

    // Rows kept until finish() when the chain will not do.
    std::vector<Row> kept;
    std::vector<std::uint32_t> kept_cells;
    std::vector<FunnelOutcome> kept_outcomes;

    std::vector<Row> instant;
    std::vector<std::uint32_t> instant_cells;

    void reset_unit(std::uint32_t unit);
    void use_cells();
    void feed_plain(std::span<const Row> rows, std::span<const std::uint32_t> cells);
    void feed_unit(std::span<const Row> rows, std::span<const std::uint32_t> cells);
    void feed_instant(Progress& unit_progress, std::span<const Row> rows,
                      std::span<const std::uint32_t> cells);
    void feed_row(Progress& unit_progress, const Row& row, std::uint32_t cell);
    void move_chain(std::uint32_t unit, Progress& unit_progress, const Row& row,
                    std::uint32_t cell);
    void start_plain();
    void finish_short();
    void note_cell(Progress& unit_progress, std::uint32_t mask, std::uint32_t cell) const;
    void keep(std::span<const Row> rows, std::span<const std::uint32_t> cells);
    void finish_plain();
    void finish_kept();

    std::size_t chain_at(std::uint32_t unit, std::uint32_t slot) const {
        return (std::size_t{unit} * (steps + 1) + slot) * steps;
    }
};

void Funnel::State::reset_unit(std::uint32_t unit) {
    Progress& fresh = progress[unit];
    fresh.touched = true;
    for (std::uint32_t step = 0; step < steps; ++step) {
        fresh.slot[step] = static_cast<std::uint8_t>(step);
        start[std::size_t{unit} * steps + step] = kNoChain;
    }
}

void Funnel::State::use_cells() {
    if (with_cells) return;
    with_cells = true;
    chain_cells.assign(times.size(), 0);
}

void Funnel::State::note_cell(Progress& unit_progress, std::uint32_t mask,
                              std::uint32_t cell) const {
    if (cell == 0 || (mask & step_bits) == 0) return;
    if (unit_progress.first_cell == 0) unit_progress.first_cell = cell;
    unit_progress.last_cell = cell;
}

void Funnel::State::move_chain(std::uint32_t unit, Progress& unit_progress, const Row& row,
                               std::uint32_t cell) {
    TimeMs* const starts = start.data() + std::size_t{unit} * steps;
    // Last step first, so that one row cannot carry the same chain over two steps.
    for (std::uint32_t rest = row.mask & step_bits; rest != 0;) {
        const auto step = static_cast<std::uint32_t>(std::bit_width(rest)) - 1;
        rest &= ~(1U << step);
        if (step == 0) {
            starts[0] = row.time;
        } else {
            const TimeMs entry = starts[step - 1];
            if (entry == kNoChain || row.time - entry > rules.window_ms) continue;
            starts[step] = entry;
            starts[step - 1] = kNoChain;
            std::swap(unit_progress.slot[step], unit_progress.slot[step - 1]);
        }
        const std::size_t chain = chain_at(unit, unit_progress.slot[step]);
        times[chain + step] = row.time;
        if (with_cells) chain_cells[chain + step] = cell;
        if (step + 1 <= unit_progress.best_depth) continue;
        unit_progress.best_depth = step + 1;
        const std::size_t best = chain_at(unit, steps);
        std::copy_n(times.data() + chain, step + 1, times.data() + best);
        if (with_cells)
            std::copy_n(chain_cells.data() + chain, step + 1, chain_cells.data() + best);
    }
}

void Funnel::State::feed_row(Progress& unit_progress, const Row& row, std::uint32_t cell) {
    if (with_cells) note_cell(unit_progress, row.mask, cell);
    // Nothing later can improve on a full chain.
    if (unit_progress.best_depth == steps) return;
    move_chain(row.unit, unit_progress, row, cell);
}

/// Rows of one unit and one time, two or more.
void Funnel::State::feed_instant(Progress& unit_progress, std::span<const Row> rows,
                                 std::span<const std::uint32_t> cells) {
    instant.assign(rows.begin(), rows.end());
    instant_cells.assign(cells.begin(), cells.end());
    order_instants(step_bits, instant, instant_cells);
    for (std::size_t i = 0; i < instant.size(); ++i) {
        feed_row(unit_progress, instant[i], instant_cells.empty() ? 0 : instant_cells[i]);
    }
}

/// Rows of one unit.
void Funnel::State::feed_unit(std::span<const Row> rows, std::span<const std::uint32_t> cells) {
    Progress& unit_progress = progress[rows[0].unit];
    if (!unit_progress.touched) reset_unit(rows[0].unit);
    for (std::size_t i = 0; i < rows.size();) {
        if (unit_progress.best_depth == steps && !with_cells) return;
        std::size_t end = i + 1;
        while (end < rows.size() && rows[end].time == rows[i].time)
            ++end;
        if (end == i + 1) {
            feed_row(unit_progress, rows[i], cells.empty() ? 0 : cells[i]);
        } else {
            feed_instant(unit_progress, rows.subspan(i, end - i),
                         cells.empty() ? cells : cells.subspan(i, end - i));
        }
        i = end;
    }
}

void Funnel::State::feed_plain(std::span<const Row> rows, std::span<const std::uint32_t> cells) {
    for (std::size_t i = 0; i < rows.size();) {
        std::size_t end = i + 1;
        while (end < rows.size() && rows[end].unit == rows[i].unit)
            ++end;
        feed_unit(rows.subspan(i, end - i), cells.empty() ? cells : cells.subspan(i, end - i));
        i = end;
    }
}

void Funnel::State::keep(std::span<const Row> rows, std::span<const std::uint32_t> cells) {
    if (!cells.empty()) kept_cells.resize(kept.size());
    kept.insert(kept.end(), rows.begin(), rows.end());
    kept_cells.insert(kept_cells.end(), cells.begin(), cells.end());
    if (with_cells) kept_cells.resize(kept.size());
}

void Funnel::State::finish_short() {
    for (std::uint32_t unit = 0; unit < unit_count; ++unit) {
        const std::span<const TimeMs> reached = short_funnel->reached(unit);
        if (reached.empty()) continue;
        outcomes.push_back({.unit = unit, .time = reached});
    }
}

/// Makes room for a block's chains once it is known whether rows come with cells.
void Funnel::State::start_plain() {
    if (is_short) {
        if (!short_funnel) short_funnel.emplace(steps, rules.window_ms);
        return short_funnel->begin(unit_count);
    }
    // Chains need no clearing: what is read of them was written after reset_unit.
    progress.assign(unit_count, Progress{});
    const std::size_t starts = std::size_t{unit_count} * steps;
    if (start.size() < starts) start.resize(starts);
    if (times.size() < starts * (steps + 1)) times.resize(starts * (steps + 1));
}

void Funnel::State::finish_plain() {
    for (std::uint32_t unit = 0; unit < unit_count; ++unit) {
        const Progress& done = progress[unit];
        if (done.best_depth == 0) continue;
        const std::size_t best = chain_at(unit, steps);
        FunnelReach& reach = outcomes.emplace_back();
        reach.unit = unit;
        reach.first_cell = done.first_cell;
        reach.last_cell = done.last_cell;
        reach.time = std::span(times).subspan(best, done.best_depth);
        if (with_cells) reach.cell = std::span(chain_cells).subspan(best, done.best_depth);
    }
}

void Funnel::State::finish_kept() {
    // Several feeds bring a unit's rows in pieces: put them together, in the order they came.
    std::vector<std::uint32_t> first(std::size_t{unit_count} + 1, 0);
    for (const Row& row : kept)
        ++first[row.unit + 1];
    for (std::uint32_t unit = 0; unit < unit_count; ++unit)
        first[unit + 1] += first[unit];
    std::vector<Row> rows(kept.size());
    std::vector<std::uint32_t> cells(kept_cells.size());
    std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const std::uint32_t to = next[kept[i].unit]++;
        rows[to] = kept[i];
        if (!cells.empty()) cells[to] = kept_cells[i];
    }
    for (std::uint32_t unit = 0; unit < unit_count; ++unit) {
        const std::uint32_t count = first[unit + 1] - first[unit];
        if (count == 0) continue;
        const std::span<const Row> own(rows.data() + first[unit], count);
        const auto own_cells = cells.empty() ? std::span<const std::uint32_t>()
                                             : std::span(cells).subspan(first[unit], count);
        FunnelOutcome outcome = funnel_of_unit(rules, own, own_cells);
        if (outcome.depth == 0) continue;
        outcome.unit = unit;
        kept_outcomes.push_back(outcome);
    }
    for (const FunnelOutcome& outcome : kept_outcomes) {
        outcomes.push_back({.unit = outcome.unit,
                            .first_cell = outcome.first_cell,
                            .last_cell = outcome.last_cell,
                            .time = std::span(outcome.time).first(outcome.depth),
                            .cell = std::span(outcome.cell).first(outcome.depth)});
    }
    kept.clear();
    kept_cells.clear();
}

Funnel::Funnel(FunnelRules rules) : state_(std::make_unique<State>()) {
    TF_CHECK(rules.steps >= 1 && rules.steps <= kFunnelStepsMax);
    TF_CHECK(rules.window_ms >= 0);
    TF_CHECK(!(rules.strict && rules.any_order));
    state_->steps = rules.steps;
    state_->step_bits = bits_of_steps(rules.steps);
    state_->plain = !rules.strict && !rules.any_order && !rules.holding && rules.exclusions.empty();
    state_->rules = std::move(rules);
}

Funnel::~Funnel() = default;
Funnel::Funnel(Funnel&&) noexcept = default;
Funnel& Funnel::operator=(Funnel&&) noexcept = default;

void Funnel::begin(std::uint32_t unit_count) {
    State& state = *state_;
    state.unit_count = unit_count;
    state.outcomes.clear();
    state.kept_outcomes.clear();
    state.kept.clear();
    state.kept_cells.clear();
    state.with_cells = false;
    state.is_fed = false;
}

void Funnel::feed(std::span<const Row> rows, std::span<const std::uint32_t> cells) {
    TF_CHECK(cells.empty() || cells.size() == rows.size());
    State& state = *state_;
    if (!state.plain) {
        state.with_cells = state.with_cells || !cells.empty();
        state.keep(rows, cells);
        return;
    }
    if (rows.empty()) return;
    const bool is_short = cells.empty() && state.steps <= ShortFunnel::kStepsMax;
    if (!state.is_fed) {
        state.is_fed = true;
        state.is_short = is_short;
        state.start_plain();
    }
    TF_CHECK(is_short == state.is_short);
    if (is_short) return state.short_funnel->feed(rows);
    if (!cells.empty()) state.use_cells();
    state.feed_plain(rows, cells);
}

std::span<const FunnelReach> Funnel::finish() {
    if (!state_->plain) {
        state_->finish_kept();
    } else if (state_->is_fed) {
        state_->is_short ? state_->finish_short() : state_->finish_plain();
    }
    return state_->outcomes;
}

}  // namespace twofold::kernel
