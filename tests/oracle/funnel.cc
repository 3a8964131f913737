// SPDX-License-Identifier: Apache-2.0
#include "oracle/funnel.h"

#include <algorithm>
#include <tuple>

namespace twofold::oracle {
namespace {

using Rows = std::vector<const Event*>;

/// The number of the first step that the event fits, or that of none.
std::size_t lowest_step(const FunnelRule& rule, const Event& event, const Event& entry) {
    const auto& steps = rule.matches.empty() ? rule.steps : rule.matches;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i](event, entry)) return i;
    }
    return rule.steps.size();
}

/// The rows of one instant in the order of the lowest step that they match.
Rows in_order_of_steps(Rows rows, const FunnelRule& rule, const Event& entry) {
    std::ranges::stable_sort(rows, {}, [&](const Event* event) {
        return std::tuple(event->time, lowest_step(rule, *event, entry));
    });
    return rows;
}

/// Whether an exclusion that ends the attempt comes before `event` would be its next step.
bool ended_before(const FunnelRule& rule, const Rows& rows, const Walk& walk, const Event& event) {
    return std::ranges::any_of(rule.excluding, [&](const Excluded& excluded) {
        const std::size_t from = std::max<std::size_t>(excluded.from_step, 1);
        const std::size_t to = excluded.to_step == 0 ? rule.steps.size() : excluded.to_step;
        if (!excluded.ends_attempt || walk.times.size() < from || walk.times.size() >= to) {
            return false;
        }
        return std::ranges::any_of(rows, [&](const Event* row) {
            return row->time > walk.times[from - 1] && row->time < event.time &&
                   excluded.fits(*row, *walk.steps.front());
        });
    });
}

bool is_tainted(const FunnelRule& rule, const Rows& rows, const Walk& walk) {
    return std::ranges::any_of(rule.excluding, [&](const Excluded& excluded) {
        const std::size_t from = std::max<std::size_t>(excluded.from_step, 1);
        const std::size_t to = excluded.to_step == 0 ? rule.steps.size() : excluded.to_step;
        if (excluded.ends_attempt || walk.times.size() < from) return false;
        const TimeMs begin = walk.times[from - 1];
        const TimeMs end =
            walk.times.size() >= to ? walk.times[to - 1] : walk.times.front() + rule.window + 1;
        return std::ranges::any_of(rows, [&](const Event* row) {
            return row->time > begin && row->time < end && excluded.fits(*row, *walk.steps.front());
        });
    });
}

void add(Walk& walk, const Event* event) {
    walk.steps.push_back(event);
    walk.times.push_back(event->time);
}

Walk walk_from(const Event& entry, const Rows& unordered, const FunnelRule& rule) {
    const Rows rows = in_order_of_steps(unordered, rule, entry);
    Walk walk;
    add(walk, &entry);
    auto at = std::ranges::find(rows, &entry);
    while (walk.steps.size() < rule.steps.size()) {
        const auto next = std::find_if(at + 1, rows.end(), [&](const Event* event) {
            return rule.steps[walk.steps.size()](*event, entry);
        });
        // A dated fact that is no step is no event in between.
        const bool between = std::any_of(at + 1, next, [&](const Event* event) {
            return !event->fact || lowest_step(rule, *event, entry) < rule.steps.size();
        });
        if (next == rows.end() || (*next)->time > entry.time + rule.window) break;
        if (rule.order == ask::FunnelOrder::kStrict && between) break;
        if (ended_before(rule, rows, walk, **next)) break;
        add(walk, *next);
        at = next;
    }
    walk.last_row = at - rows.begin();
    walk.tainted = is_tainted(rule, rows, walk);
    return walk;
}

/// Step k: k different steps done within the window, whichever comes first.
Walk walk_in_any_order(const Event& entry, const Rows& unordered, const FunnelRule& rule) {
    const Rows rows = in_order_of_steps(unordered, rule, entry);
    Walk walk;
    std::vector<bool> done(rule.steps.size(), false);
    for (auto at = std::ranges::find(rows, &entry); at != rows.end(); ++at) {
        if ((*at)->time > entry.time + rule.window) break;
        for (std::size_t step = 0; step < rule.steps.size(); ++step) {
            if (done[step] || !rule.steps[step](**at, entry)) continue;
            done[step] = true;
            add(walk, *at);
            walk.last_row = at - rows.begin();
            break;
        }
    }
    walk.tainted = is_tainted(rule, rows, walk);
    return walk;
}

}  // namespace

Walk best_walk(const Rows& rows, const FunnelRule& rule) {
    const bool any_order = rule.order == ask::FunnelOrder::kAny;
    std::vector<Walk> walks;
    Rows entries = rows;
    std::ranges::stable_sort(entries, {}, [&](const Event* event) {
        return std::tuple(event->time, lowest_step(rule, *event, *event));
    });
    for (const Event* entry : entries) {
        const std::size_t lowest = lowest_step(rule, *entry, *entry);
        if (any_order ? lowest == rule.steps.size() : lowest != 0) continue;
        // What has nothing to hold opens no attempt.
        if (std::ranges::none_of(rule.steps,
                                 [&](const Fits& fits) { return fits(*entry, *entry); })) {
            continue;
        }
        if (rule.opens && !rule.opens(*entry, *entry)) continue;
        walks.push_back(any_order ? walk_in_any_order(*entry, rows, rule)
                                  : walk_from(*entry, rows, rule));
    }
    std::size_t deepest = 0;
    for (const Walk& walk : walks)
        deepest = std::max(deepest, walk.times.size());
    Walk best;
    for (const Walk& walk : walks) {
        if (walk.times.size() < deepest || walk.tainted) continue;
        // The earliest completed, in the order of the rows; of several entries that lead to the
        // same event, the latest.
        const auto completed = [](const Walk& one) {
            return std::pair(one.times.back(), one.last_row);
        };
        if (best.times.empty() || completed(walk) <= completed(best)) best = walk;
    }
    if (best.times.empty() && any_order && !walks.empty()) {
        add(best, walks.front().steps.front());
    }
    return best;
}

}  // namespace twofold::oracle
