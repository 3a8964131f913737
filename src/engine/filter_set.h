// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/point_condition.h"
#include "engine/run.h"
#include "engine/scan.h"
#include "engine/scan_values.h"
#include "plan/condition.h"

namespace twofold::engine {

class Judge;

/// How a row's mask tells that a selector takes it.
struct SelectorBits {
    /// One of these bits: the row is one of the selector's.
    std::uint32_t match = 0;
    /// Of `first S`: the rows among which the unit's first is looked for; the selector takes that
    /// one, if it has a bit of `match` too. 0: no first.
    std::uint32_t track = 0;
};

/// Turns the selectors of a question into the filters of one scan, and the dated facts among them
/// into its extra rows. Build it, then make the scan from it.
class FilterSet {
public:
    FilterSet(Run& run, Judge& judge, UnitKind unit) : run_(run), judge_(judge), unit_(unit) {}

    /// Conditions that every row must fulfil too, beside its selector's own: of the event, of its
    /// person and, where units are users, of its customers, as of the event. Borrowed.
    /// Call before add(). Errors: kInvalid for what cannot be told from one row.
    Status require(const plan::Condition& condition);

    /// Rows of `selector` in [from, to). Errors: kInvalid, kTooLarge (too many kinds of events).
    Result<SelectorBits> add(const plan::Selector& selector, TimeMs from, TimeMs to);
    /// Every event in [from, to), whatever is required.
    Result<std::uint32_t> add_anything(TimeMs from, TimeMs to);

    /// The rows of `selector` that fulfil `condition` too. Errors: as add().
    struct Narrowed {
        const plan::Condition& condition;
        const plan::Selector& selector;
        TimeMs from = 0;
        TimeMs to = 0;
    };
    Result<std::uint32_t> add_narrowed(const Narrowed& narrowed);

    /// A scan with these filters and rows; `ordered` where a first is looked for.
    /// `number` is the property that ExtraRows carry as their number, null when the scan fetches
    /// none; `cells` those that they carry in its cell columns, null where they have nothing.
    /// The set must outlive the scan.
    Result<Scan> scan(const plan::Fact* number = nullptr,
                      std::span<const plan::Fact* const> cells = {}, ValueTable* values = nullptr);

    /// Whether a condition is on the unit that events are counted for, so that one row may fulfil
    /// it for one customer and not for another.
    static bool is_of_unit(const plan::Condition& condition);
    static bool is_of_unit(const plan::Selector& selector);

    bool has_facts() const { return !facts_.empty(); }
    bool looks_for_first() const { return looks_for_first_; }
    /// Whether users do facts of their customers here: the answer says so.
    bool derived() const { return derived_; }

private:
    struct FactSelector {
        std::uint32_t bit = 0;
        bool required = true;  ///< The required conditions apply.
        std::string fact;
        const plan::Condition* where = nullptr;
        const plan::Condition* also = nullptr;
        TimeMs from = 0;
        TimeMs to = 0;
    };
    struct PartOptions {
        bool where = true;     ///< Its own brackets.
        bool required = true;  ///< What every row must fulfil.
        const plan::Condition* also = nullptr;
        TimeMs from = 0;
        TimeMs to = 0;
    };
    /// What is asked of a filter's rows once it is known for which customer they count.
    struct Refinement {
        std::uint32_t bit = 0;
        std::vector<PointCondition> conditions;
    };
    /// One filter's conditions: on the row alone, and, put together, on its unit.
    struct Split {
        std::vector<RowCondition> rows;
        plan::All of_unit;
    };
    bool counts_customers() const {
        return unit_ == UnitKind::kCustomer || unit_ == UnitKind::kEdge;
    }
    Status split(const plan::Condition& condition, Split& split);
    Status refine(RowFilter filter, std::uint32_t bit, std::vector<plan::All> of_unit);
    Result<std::uint32_t> add_filter(RowFilter filter);
    Result<std::uint32_t> add_part(const plan::EventFilter& part, const PartOptions& options);
    Result<RowCondition> compile(const plan::Condition& condition);
    Result<RowCondition> compile_parts(const std::vector<plan::Condition>& parts, bool all);
    Result<RowCondition> compile_event(const plan::Condition& condition);
    Result<RowCondition> compile_person(const plan::Condition& condition);
    Status make_fact_rows(const plan::Fact* number, std::span<const plan::Fact* const> cells,
                          ValueTable* values);

    Run& run_;
    Judge& judge_;
    UnitKind unit_;
    std::vector<const plan::Condition*> required_;
    Split required_split_;
    std::vector<Refinement> refinements_;
    std::uint32_t hidden_ = 0;          ///< Bits that only refinements look at.
    std::deque<plan::Condition> kept_;  ///< Put together here, and borrowed.
    std::vector<RowFilter> filters_;
    std::vector<FactSelector> facts_;
    std::vector<ExtraRow> extra_;
    bool looks_for_first_ = false;
    bool derived_ = false;
};

/// Remembers, unit by unit of a block, which firsts were seen, and tells whether a selector takes a
/// row. For ordered scans.
class FirstTracker {
public:
    void begin(std::uint32_t unit_count) { seen_.assign(unit_count, 0); }
    /// The bits of the row's mask without those of rows that are not their unit's first. Call for
    /// every row, in order.
    bool takes(const SelectorBits& bits, std::uint32_t unit, std::uint32_t mask) {
        if (bits.track == 0) return (mask & bits.match) != 0;
        if ((mask & bits.track) == 0 || (seen_[unit] & bits.track) != 0) return false;
        seen_[unit] |= bits.track;
        return (mask & bits.match) != 0;
    }

private:
    std::vector<std::uint32_t> seen_;
};

}  // namespace twofold::engine
