// SPDX-License-Identifier: Apache-2.0
//
// The moving chain. At any row an attempt is described by how many steps it has done. Of all
// attempts that have done the same number only the one with the latest entry is kept: whatever row
// carries an older one on also carries this one, whose window closes no earlier, and of attempts
// that complete together the latest entry is the one asked for. So a unit needs one chain per
// depth, and a row of step k moves the chain of depth k to depth k + 1. An
// older attempt is never behind a later one that is still in its window, so a chain that is
// overwritten has nothing left to win.
#include "kernel/funnel.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "kernel/funnel_attempts.h"
#include "kernel/funnel_chains.h"
#include "kernel/funnel_short.h"

namespace twofold::kernel {

struct Funnel::State {
    FunnelRules rules;
    bool plain = true;
    std::uint32_t unit_count = 0;
    std::vector<FunnelReach> outcomes;

    // When plain. Which of the two is known with the first rows.
    std::optional<ShortFunnel> few;
    std::optional<FunnelChains> chains;
    enum class Form : std::uint8_t { kUnknown, kFew, kChains } form = Form::kUnknown;

    // Rows kept until finish() when the chain will not do.
    bool with_cells = false;
    std::vector<Row> kept;
    std::vector<std::uint32_t> kept_cells;
    std::vector<FunnelOutcome> kept_outcomes;

    void choose_form(bool fed_with_cells);
    void keep(std::span<const Row> rows, std::span<const std::uint32_t> cells);
    void finish_kept();
};

void Funnel::State::choose_form(bool fed_with_cells) {
    if (!fed_with_cells && rules.steps <= ShortFunnel::kStepsMax) {
        form = Form::kFew;
        if (!few) few.emplace(rules.steps, rules.window_ms);
        few->begin(unit_count);
    } else {
        form = Form::kChains;
        if (!chains) chains.emplace(rules.steps, rules.window_ms);
        chains->begin(unit_count);
    }
}

void Funnel::State::keep(std::span<const Row> rows, std::span<const std::uint32_t> cells) {
    if (!cells.empty()) kept_cells.resize(kept.size());
    kept.insert(kept.end(), rows.begin(), rows.end());
    kept_cells.insert(kept_cells.end(), cells.begin(), cells.end());
    if (with_cells) kept_cells.resize(kept.size());
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
    state.form = State::Form::kUnknown;
}

void Funnel::feed(std::span<const Row> rows, std::span<const std::uint32_t> cells) {
    TF_CHECK(cells.empty() || cells.size() == rows.size());
    State& state = *state_;
    if (rows.empty()) return;
    if (state.plain) {
        if (state.form == State::Form::kUnknown) state.choose_form(!cells.empty());
        if (state.form == State::Form::kChains) return state.chains->feed(rows, cells);
        TF_CHECK(cells.empty());
        return state.few->feed(rows);
    }
    state.with_cells = state.with_cells || !cells.empty();
    state.keep(rows, cells);
}

std::span<const FunnelReach> Funnel::finish() {
    State& state = *state_;
    if (!state.plain) {
        state.finish_kept();
    } else if (state.form == State::Form::kFew) {
        state.few->finish(state.outcomes);
    } else if (state.form == State::Form::kChains) {
        state.chains->finish(state.outcomes);
    }
    return state.outcomes;
}

}  // namespace twofold::kernel
