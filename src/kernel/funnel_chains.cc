// SPDX-License-Identifier: Apache-2.0
#include "kernel/funnel_chains.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "kernel/funnel_attempts.h"

namespace twofold::kernel {
namespace {

constexpr std::size_t kLinksMin = std::size_t{1} << 12;
/// From this many links on, those that nothing holds are cleared away before more room is made.
constexpr std::size_t kManyLinks = std::size_t{1} << 18;

/// All bits where `yes`, by which one of two is chosen without a branch.
template <typename Number>
Number choose(std::uint64_t all, Number yes, Number no) {
    return static_cast<Number>(no ^ ((yes ^ no) & static_cast<Number>(all)));
}

}  // namespace

FunnelChains::FunnelChains(std::uint32_t steps, DurationMs window_ms)
    : steps_(steps), step_bits_(bits_of_steps(steps)), window_ms_(window_ms) {
    TF_CHECK(steps >= 1 && steps <= kFunnelStepsMax);
    TF_CHECK(window_ms >= 0);
}

void FunnelChains::begin(std::uint32_t unit_count) {
    units_.assign(unit_count, {});
    const std::size_t chains = std::size_t{unit_count} * (steps_ + 1);
    if (chains_.size() < chains) chains_.resize(chains);
    link_count_ = 0;
    with_cells_ = false;
}

void FunnelChains::reset(std::uint32_t unit) {
    units_[unit].touched = true;
    Chain* const chains = chains_of(unit);
    std::fill_n(chains, steps_ + 1, Chain{kNoEntry, kNoLink});
}

void FunnelChains::make_room() {
    if (links_.size() >= kManyLinks) drop_unheld_links();
    if (link_count_ > links_.size() / 2 || links_.empty()) {
        links_.resize(std::max(kLinksMin, links_.size() * 2));
    }
}

std::uint32_t FunnelChains::copy_links(std::uint32_t last, std::uint32_t depth,
                                       std::vector<Link>& to) const {
    const std::size_t begin = to.size();
    to.resize(begin + depth);
    for (std::uint32_t step = depth; step-- > 0;) {
        to[begin + step] = links_[last];
        last = links_[last].before;
        to[begin + step].before =
            step == 0 ? kNoLink : static_cast<std::uint32_t>(begin + step - 1);
    }
    return static_cast<std::uint32_t>(begin + depth - 1);
}

void FunnelChains::drop_unheld_links() {
    std::vector<Link> held;
    for (std::uint32_t number = 0; number < units_.size(); ++number) {
        Unit& unit = units_[number];
        const std::uint32_t best = unit.best;
        if (unit.depth > 0) unit.best = copy_links(best, unit.depth, held);
        if (!unit.touched || unit.depth == steps_) continue;
        Chain* const chains = chains_of(number);
        for (std::uint32_t depth = 1; depth < steps_; ++depth) {
            Chain& chain = chains[depth];
            if (chain.entry == kNoEntry) continue;
            // Until it is overwritten, the chain that got deepest first is the best one itself; no
            // two others share links. So what is held is never more than there was.
            const bool is_best = depth == unit.depth && chain.link == best;
            chain.link = is_best ? unit.best : copy_links(chain.link, depth, held);
        }
    }
    TF_CHECK(held.size() <= links_.size());
    link_count_ = static_cast<std::uint32_t>(held.size());
    std::ranges::copy(held, links_.begin());
}

void FunnelChains::feed(std::span<const Row> rows, std::span<const std::uint32_t> cells) {
    if (cells.empty()) return feed_rows<false>(rows, cells);
    with_cells_ = true;
    feed_rows<true>(rows, cells);
}

/// One step of one row, wherever chains are.
void FunnelChains::do_step(std::uint32_t number, std::uint32_t step, TimeMs time,
                           std::uint32_t cell) {
    if (link_count_ == links_.size()) make_room();
    Unit& unit = units_[number];
    Chain* const chains = chains_of(number);
    const Chain from = step == 0 ? Chain{time, kNoLink} : chains[step];
    if (from.entry < time - window_ms_) return;
    links_[link_count_] = {time, from.link, cell};
    chains[step].entry = kNoEntry;
    chains[step + 1] = {from.entry, link_count_};
    if (unit.depth <= step) {
        unit.depth = step + 1;
        unit.best = link_count_;
    }
    ++link_count_;
}

/// The first row, and with it those of the same unit and time, in the order of their steps. How
/// many they are.
std::size_t FunnelChains::feed_instant(std::span<const Row> rows,
                                       std::span<const std::uint32_t> cells) {
    const std::uint32_t number = rows[0].unit;
    std::size_t count = 1;
    while (count < rows.size() && rows[count].time == rows[0].time && rows[count].unit == number)
        ++count;
    const auto end = static_cast<std::ptrdiff_t>(count);
    instant_.assign(rows.begin(), rows.begin() + end);
    instant_cells_.assign(cells.begin(), cells.empty() ? cells.end() : cells.begin() + end);
    if (count > 1) order_instants(step_bits_, instant_, instant_cells_);
    for (std::size_t i = 0; i < count; ++i) {
        // Last step first, so that one row cannot carry the same chain over two steps.
        for (std::uint32_t rest = instant_[i].mask & step_bits_; rest != 0;) {
            const auto step = static_cast<std::uint32_t>(std::bit_width(rest)) - 1;
            rest &= ~(1U << step);
            if (units_[number].depth == steps_) return count;
            do_step(number, step, instant_[i].time, cells.empty() ? 0 : instant_cells_[i]);
        }
    }
    return count;
}

/// do_step() for most rows, with everything in registers and no branch that cannot be foreseen:
/// which step a row is of cannot be, nor whether a chain waits for it in its window. Stops where
/// the unit ends or is done, at the latest before the last row, and where a row is not alone in its
/// instant, or not of one step. Where it stopped.
template <bool kWithCells>
std::size_t FunnelChains::feed_alone(std::span<const Row> rows,
                                     std::span<const std::uint32_t> cells) {
    const Row* const all = rows.data();
    const std::uint32_t number = all[0].unit;
    Unit& unit = units_[number];
    Chain* const chains = chains_of(number);
    Link* const links = links_.data();
    const std::uint32_t steps = steps_;
    const std::uint32_t step_bits = step_bits_;
    const DurationMs window = window_ms_;
    std::uint32_t depth = unit.depth;
    std::uint32_t best = unit.best;
    std::uint32_t link = link_count_;
    const std::size_t last = std::min(rows.size() - 1, links_.size() - link);
    std::size_t i = 0;
    for (; i < last && depth != steps && all[i].unit == number; ++i) {
        const TimeMs time = all[i].time;
        const std::uint32_t mask = all[i].mask & step_bits;
        if (time == all[i + 1].time || mask == 0 || (mask & (mask - 1)) != 0) break;
        const auto step = static_cast<std::uint32_t>(std::countr_zero(mask));
        Chain& from = chains[step];
        Chain& to = chains[step + 1];
        const TimeMs entry = choose(std::uint64_t{0} - (mask & 1), time, from.entry);
        const std::uint64_t does = std::uint64_t{0} - (entry >= time - window ? 1U : 0U);
        links[link].time = time;
        links[link].before = from.link;
        if constexpr (kWithCells) links[link].cell = cells[i];
        to.entry = choose(does, entry, to.entry);
        to.link = choose(does, link, to.link);
        from.entry = choose(does, kNoEntry, from.entry);
        const std::uint64_t deeper = does & (std::uint64_t{0} - (depth <= step ? 1U : 0U));
        depth = choose(deeper, step + 1, depth);
        best = choose(deeper, link, best);
        link += static_cast<std::uint32_t>(does & 1);
    }
    unit.depth = depth;
    unit.best = best;
    link_count_ = link;
    return i;
}

template <bool kWithCells>
void FunnelChains::feed_rows(std::span<const Row> rows, std::span<const std::uint32_t> cells) {
    for (std::size_t i = 0; i < rows.size();) {
        const std::uint32_t number = rows[i].unit;
        if (!units_[number].touched) reset(number);
        i += feed_alone<kWithCells>(rows.subspan(i), cells.subspan(kWithCells ? i : 0));
        if (i < rows.size() && rows[i].unit == number && units_[number].depth != steps_) {
            i += feed_instant(rows.subspan(i), cells.subspan(kWithCells ? i : 0));
        }
        if (units_[number].depth != steps_) continue;
        // Nothing later can improve on a full chain.
        while (i < rows.size() && rows[i].unit == number)
            ++i;
    }
}

void FunnelChains::finish(std::vector<FunnelReach>& reached) {
    std::size_t total = 0;
    for (const Unit& unit : units_)
        total += unit.depth;
    reached_times_.resize(total);
    reached_cells_.resize(with_cells_ ? total : 0);
    std::size_t begin = 0;
    for (std::uint32_t number = 0; number < units_.size(); ++number) {
        const Unit& unit = units_[number];
        if (unit.depth == 0) continue;
        std::uint32_t link = unit.best;
        for (std::size_t i = begin + unit.depth; i-- > begin; link = links_[link].before) {
            reached_times_[i] = links_[link].time;
            if (with_cells_) reached_cells_[i] = links_[link].cell;
        }
        FunnelReach& reach = reached.emplace_back();
        reach.unit = number;
        reach.time = std::span(reached_times_).subspan(begin, unit.depth);
        if (with_cells_) reach.cell = std::span(reached_cells_).subspan(begin, unit.depth);
        begin += unit.depth;
    }
}

}  // namespace twofold::kernel
