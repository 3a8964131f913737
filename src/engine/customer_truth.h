// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/run.h"
#include "frame/edges.h"
#include "plan/condition.h"

namespace twofold::engine {

/// Stretches of time by number of a customer or user: ascending, apart.
class SpanLists {
public:
    struct Entry {
        std::uint32_t number = 0;
        frame::Span span;
    };
    /// Entries in any order; they may overlap. REQUIRES: numbers below `count`.
    SpanLists(std::uint32_t count, std::vector<Entry> entries);

    std::span<const frame::Span> of(std::uint32_t number) const noexcept {
        if (number >= count()) return {};
        return std::span(spans_).subspan(begins_[number], begins_[number + 1] - begins_[number]);
    }
    bool holds(std::uint32_t number, TimeMs time) const noexcept;
    std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(begins_.size() - 1); }

private:
    std::vector<std::uint32_t> begins_;
    std::vector<frame::Span> spans_;
};

/// When a condition on a customer's own facts holds: judged once per change of a customer instead
/// of once per event. Immutable; any thread.
class CustomerTruth {
public:
    /// Whether the condition speaks of nothing but such facts as keep their value between the
    /// changes of a customer (frame::Snapshot::changes).
    static bool serves(const plan::Condition& condition);
    static bool keeps_its_value(const plan::Expression& expression);

    /// `holds` tells of a customer (kNobody: of none) and an instant. Calls it for every customer.
    /// Errors: as Run::check_cancelled().
    using Holds = std::function<bool(std::uint32_t customer, TimeMs instant)>;
    static Result<CustomerTruth> judge(const Run& run, const Holds& holds);

    bool holds(std::uint32_t customer, TimeMs instant) const noexcept {
        return customer == kNobody ? of_nobody_ : customers_.holds(customer, instant);
    }

    /// By customer: when it holds.
    const SpanLists& customers() const noexcept { return customers_; }
    /// By user: when an event of theirs that names no customer belongs to one for which it holds.
    /// Errors: as Run::check_cancelled().
    Result<SpanLists> by_user(const Run& run) const;

private:
    static constexpr std::uint32_t kNobody = 0xffff'ffff;
    CustomerTruth(SpanLists customers, bool of_nobody)
        : customers_(std::move(customers)), of_nobody_(of_nobody) {}

    SpanLists customers_;
    bool of_nobody_ = false;
};

}  // namespace twofold::engine
