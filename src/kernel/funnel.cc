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
#include <cstring>

#include "base/check.h"
#include "kernel/funnel_attempts.h"

namespace twofold::kernel {
namespace {

constexpr TimeMs kNoChain = kBeginningOfTime;

constexpr std::uint32_t bits_of_steps(std::uint32_t steps) {
    return static_cast<std::uint32_t>((std::uint64_t{1} << steps) - 1);
}

/// The chains of a unit with few steps. Moving one is a copy without a branch: a row that moves
/// nothing writes to a place that nobody reads. Times lie by step and then by chain, so that they
/// are copied one by one: a wide read behind narrow writes would wait for them.
constexpr std::uint32_t kShortMax = 4;
struct ShortChains {
    static constexpr std::uint32_t kNowhere = kShortMax;
    std::array<TimeMs, kShortMax + 1> start;  // entry of the chain with step k as its last
    std::array<std::array<TimeMs, kShortMax + 1>, kShortMax> times;
    std::array<TimeMs, kShortMax> best;
    std::uint32_t best_depth = 0;
};
/// An entry that is out of every window, and far enough from the ends to be subtracted from.
constexpr TimeMs kNoStart = kBeginningOfTime / 4;

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
    std::vector<FunnelOutcome> outcomes;
    std::size_t outcome_count = 0;

    // The chain. Per unit `steps` entries of start, and steps + 1 chains of `steps` times each, the
    // last one being the best so far. Cells likewise, from the first time that cells are fed.
    std::vector<Progress> progress;
    std::vector<TimeMs> start;
    std::vector<TimeMs> times;
    std::vector<std::uint32_t> chain_cells;
    bool with_cells = false;

    // Few steps and no cells: everything of a unit in one place.
    std::vector<ShortChains> short_chains;
    std::vector<std::uint8_t> short_touched;
    bool is_short = false;
    bool is_fed = false;

    // Rows kept until finish() when the chain will not do.
    std::vector<Row> kept;
    std::vector<std::uint32_t> kept_cells;

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
    void feed_short(std::span<const Row> rows);
    void feed_short_row(ShortChains& chains, TimeMs time, std::uint32_t mask) const;
    void feed_short_instant(ShortChains& chains, std::span<const Row> rows);
    void start_plain();
    void finish_short();
    void note_cell(Progress& unit_progress, std::uint32_t mask, std::uint32_t cell) const;
    void keep(std::span<const Row> rows, std::span<const std::uint32_t> cells);
    FunnelOutcome& next_outcome();
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

void Funnel::State::feed_short_row(ShortChains& chains, TimeMs time, std::uint32_t mask) const {
    // Last step first, so that one row cannot carry the same chain over two steps.
    for (std::uint32_t rest = mask & step_bits; rest != 0;) {
        const auto step = static_cast<std::uint32_t>(std::bit_width(rest)) - 1;
        rest &= ~(1U << step);
        const std::uint32_t before = step == 0 ? ShortChains::kNowhere : step - 1;
        const TimeMs entry = step == 0 ? time : chains.start[before];
        const bool moves = time - entry <= rules.window_ms;
        const std::uint32_t to = moves ? step : ShortChains::kNowhere;
        for (std::size_t k = 0; k + 1 < kShortMax; ++k)
            chains.times[k][to] = chains.times[k][before];
        chains.times[step][to] = time;
        chains.start[moves ? before : ShortChains::kNowhere] = kNoStart;
        chains.start[to] = entry;
        if (moves && step >= chains.best_depth) {
            chains.best_depth = step + 1;
            for (std::size_t k = 0; k < kShortMax; ++k)
                chains.best[k] = chains.times[k][step];
        }
    }
}

void Funnel::State::feed_short_instant(ShortChains& chains, std::span<const Row> rows) {
    instant.assign(rows.begin(), rows.end());
    instant_cells.clear();
    order_instants(step_bits, instant, instant_cells);
    for (const Row& row : instant)
        feed_short_row(chains, row.time, row.mask);
}

void Funnel::State::feed_short(std::span<const Row> rows) {
    for (std::size_t i = 0; i < rows.size();) {
        const std::uint32_t unit = rows[i].unit;
        ShortChains& chains = short_chains[unit];
        if (short_touched[unit] == 0) {
            short_touched[unit] = 1;
            chains.best_depth = 0;
            chains.start.fill(kNoStart);
        }
        for (; i < rows.size() && rows[i].unit == unit; ++i) {
            // Nothing later can improve on a full chain.
            if (chains.best_depth == steps) continue;
            std::size_t end = i + 1;
            if (end < rows.size() && rows[end].time == rows[i].time && rows[end].unit == unit) {
                while (end < rows.size() && rows[end].time == rows[i].time &&
                       rows[end].unit == unit)
                    ++end;
                feed_short_instant(chains, rows.subspan(i, end - i));
                i = end - 1;
                continue;
            }
            feed_short_row(chains, rows[i].time, rows[i].mask);
        }
    }
}

void Funnel::State::finish_short() {
    for (std::uint32_t unit = 0; unit < unit_count; ++unit) {
        const ShortChains& done = short_chains[unit];
        if (short_touched[unit] == 0 || done.best_depth == 0) continue;
        FunnelOutcome& outcome = next_outcome();
        outcome.unit = unit;
        outcome.depth = done.best_depth;
        outcome.first_cell = 0;
        outcome.last_cell = 0;
        std::copy_n(done.best.begin(), done.best_depth, outcome.time.begin());
        std::fill_n(outcome.cell.data(), done.best_depth, 0);
    }
}

/// Makes room for a block's chains once it is known whether rows come with cells.
void Funnel::State::start_plain() {
    if (is_short) {
        if (short_chains.size() < unit_count) short_chains.resize(unit_count);
        short_touched.assign(unit_count, 0);
        return;
    }
    // Chains need no clearing: what is read of them was written after reset_unit.
    progress.assign(unit_count, Progress{});
    const std::size_t starts = std::size_t{unit_count} * steps;
    if (start.size() < starts) start.resize(starts);
    if (times.size() < starts * (steps + 1)) times.resize(starts * (steps + 1));
}

FunnelOutcome& Funnel::State::next_outcome() {
    // Outcomes are large, and kept from block to block: only what is used of one is written.
    if (outcome_count == outcomes.size()) outcomes.emplace_back();
    return outcomes[outcome_count++];
}

void Funnel::State::finish_plain() {
    for (std::uint32_t unit = 0; unit < unit_count; ++unit) {
        const Progress& done = progress[unit];
        if (done.best_depth == 0) continue;
        FunnelOutcome& outcome = next_outcome();
        outcome.unit = unit;
        outcome.depth = done.best_depth;
        outcome.first_cell = done.first_cell;
        outcome.last_cell = done.last_cell;
        const std::size_t best = chain_at(unit, steps);
        std::copy_n(times.data() + best, done.best_depth, outcome.time.data());
        if (with_cells) {
            std::copy_n(chain_cells.data() + best, done.best_depth, outcome.cell.data());
        } else {
            std::fill_n(outcome.cell.data(), done.best_depth, 0);
        }
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
        next_outcome() = outcome;
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
    state.outcome_count = 0;
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
    const bool is_short = cells.empty() && state.steps <= kShortMax;
    if (!state.is_fed) {
        state.is_fed = true;
        state.is_short = is_short;
        state.start_plain();
    }
    TF_CHECK(is_short == state.is_short);
    if (is_short) return state.feed_short(rows);
    if (!cells.empty()) state.use_cells();
    state.feed_plain(rows, cells);
}

std::span<const FunnelOutcome> Funnel::finish() {
    if (!state_->plain) {
        state_->finish_kept();
    } else if (state_->is_fed) {
        state_->is_short ? state_->finish_short() : state_->finish_plain();
    }
    return std::span(state_->outcomes).first(state_->outcome_count);
}

}  // namespace twofold::kernel
