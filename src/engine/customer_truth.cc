// SPDX-License-Identifier: Apache-2.0
#include "engine/customer_truth.h"

#include <algorithm>
#include <numeric>

#include "frame/snapshot.h"

namespace twofold::engine {
SpanLists::SpanLists(std::uint32_t count, std::vector<Entry> entries)
    : begins_(std::size_t{count} + 1), spans_(entries.size()) {
    // By number with a count of each; within one there are few.
    for (const Entry& entry : entries)
        ++begins_[entry.number + 1];
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
    for (const Entry& entry : entries)
        spans_[next[entry.number]++] = entry.span;
    std::size_t kept = 0;
    for (std::uint32_t number = 0; number < count; ++number) {
        const auto own = std::span(spans_).subspan(begins_[number], next[number] - begins_[number]);
        std::ranges::sort(own, {}, &frame::Span::from);
        const std::size_t first = kept;
        begins_[number] = static_cast<std::uint32_t>(first);
        for (const frame::Span& span : own) {
            if (kept > first && span.from <= spans_[kept - 1].until) {
                spans_[kept - 1].until = std::max(spans_[kept - 1].until, span.until);
            } else {
                spans_[kept++] = span;
            }
        }
    }
    begins_[count] = static_cast<std::uint32_t>(kept);
    spans_.resize(kept);
}

bool SpanLists::holds(std::uint32_t number, TimeMs time) const noexcept {
    const std::span<const frame::Span> spans = of(number);
    const auto after = std::ranges::upper_bound(spans, time, {}, &frame::Span::from);
    return after != spans.begin() && std::prev(after)->holds(time);
}

bool CustomerTruth::keeps_its_value(const plan::Expression& expression) {
    using plan::FactKind;
    if (std::holds_alternative<model::OwnedValue>(expression.node)) return true;
    if (const auto* node = std::get_if<plan::Arithmetic>(&expression.node)) {
        return keeps_its_value(*node->left) && keeps_its_value(*node->right);
    }
    const auto* fact = std::get_if<plan::Fact>(&expression.node);
    if (fact == nullptr || fact->about != plan::About::kCustomer) return false;
    // Others follow users and events.
    return fact->kind != FactKind::kCustomerUsers && fact->kind != FactKind::kCustomerFirstSeen &&
           fact->kind != FactKind::kCustomerLastSeen;
}

bool CustomerTruth::serves(const plan::Condition& condition) {
    if (const auto* all = std::get_if<plan::All>(&condition.node)) {
        return std::ranges::all_of(all->parts, serves);
    }
    if (const auto* any = std::get_if<plan::Any>(&condition.node)) {
        return std::ranges::all_of(any->parts, serves);
    }
    if (const auto* inverted = std::get_if<plan::Not>(&condition.node)) {
        return serves(*inverted->part);
    }
    if (const auto* test = std::get_if<plan::FactTest>(&condition.node)) {
        return keeps_its_value(test->left);
    }
    const auto* compare = std::get_if<plan::Compare>(&condition.node);
    return compare != nullptr && keeps_its_value(compare->left) && keeps_its_value(compare->right);
}

Result<CustomerTruth> CustomerTruth::judge(const Run& run, const Holds& holds) {
    const frame::Snapshot& frames = run.frames();
    std::vector<SpanLists::Entry> entries;
    TF_TRY(run.for_each(frames.customer_count(), [&](std::size_t i) {
        const auto customer = static_cast<std::uint32_t>(i);
        const model::CustomerOrdinal ordinal{customer};
        if (frames.canonical(ordinal) != ordinal) return;
        TimeMs from = kBeginningOfTime;
        std::vector<TimeMs> changes = frames.changes(ordinal);
        changes.push_back(kEndOfTime);
        for (const TimeMs change : changes) {
            if (change <= from) continue;
            if (holds(customer, from)) entries.push_back({customer, {from, change}});
            from = change;
        }
    }));
    return CustomerTruth({frames.customer_count(), std::move(entries)},
                         holds(kNobody, run.plan().at));
}

Result<SpanLists> CustomerTruth::by_user(const Run& run) const {
    const frame::Snapshot& frames = run.frames();
    std::vector<SpanLists::Entry> entries;
    TF_TRY(run.for_each(customers_.count(), [&](std::size_t number) {
        const auto customer = static_cast<std::uint32_t>(number);
        const std::span<const frame::Span> held = customers_.of(customer);
        if (held.empty()) return;
        const auto edges = frames.edges_of(model::CustomerOrdinal{customer});
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            const std::uint32_t user = model::index(edges.user(i));
            for (const frame::Span& belongs : run.belonging().spans(edges, i)) {
                for (const frame::Span& one : held) {
                    const frame::Span both{std::max(belongs.from, one.from),
                                           std::min(belongs.until, one.until)};
                    if (both.from < both.until) entries.push_back({user, both});
                }
            }
        }
    }));
    return SpanLists(frames.user_count(), std::move(entries));
}

}  // namespace twofold::engine
