// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/time.h"
#include "model/types.h"
#include "plan/value.h"

namespace twofold::engine {

/// What a row is apart from its properties. `acting` is the canonical customer that the event
/// names; it is filled only where the condition says that it needs it.
struct RowFacts {
    model::UserOrdinal person{};  ///< Canonical.
    TimeMs time = 0;
    model::NameCode name = 0;
    std::optional<model::CustomerOrdinal> acting;
};

class SpanLists;

/// When rows fulfil a condition that was judged before the scan.
struct RowSpans {
    std::shared_ptr<const SpanLists> of_user;      ///< By canonical user: rows that name nobody.
    std::shared_ptr<const SpanLists> of_customer;  ///< By canonical customer: rows that name it.
    bool inside = true;                            ///< false: the other rows fulfil it.
};

/// A bound condition on one row, as a tree of values; no node knows a file. The functions are
/// called from several threads at once: they must be pure.
struct RowCondition {
    enum class Kind : std::uint8_t {
        kAll,       ///< Every one of `parts` (none: true).
        kAny,       ///< At least one of `parts` (none: false).
        kNot,       ///< Not parts[0].
        kProperty,  ///< `accepts` of the property's value.
        kRow,       ///< `row_accepts` of the row's own facts.
        kSpans,     ///< The row's time is, or is not, in one of `spans`.
    };
    Kind kind = Kind::kAll;
    std::vector<RowCondition> parts;

    /// kProperty: the columns of one property, one per type; a row has at most one of them (of
    /// several, the first in this order). `accepts` is called once per dictionary entry of a part
    /// (strings, lists, bools), once per row for numbers. A row without a value gives `missing`.
    std::vector<model::ColumnCode> columns;
    std::function<bool(const model::Value&)> accepts;
    bool missing = false;
    /// Where it is all that `accepts` asks of a number: then numbers are compared without it.
    std::optional<plan::ValueTest::Order> order;

    /// kRow: time of day, dated facts of the person at the event, the acting customer.
    std::function<bool(const RowFacts&)> row_accepts;
    bool needs_acting = false;

    RowSpans spans;

    static RowCondition all(std::vector<RowCondition> parts);
    static RowCondition any(std::vector<RowCondition> parts);
    static RowCondition negation(RowCondition part);
    static RowCondition property(std::vector<model::ColumnCode> columns,
                                 std::function<bool(const model::Value&)> accepts, bool missing);
    static RowCondition row(std::function<bool(const RowFacts&)> accepts, bool needs_acting);
    static RowCondition within(RowSpans spans);
};

/// Which rows one selector of a question means.
struct RowFilter {
    enum class Names : std::uint8_t {
        kAnything,  ///< Every event.
        kUse,       ///< Every event whose name code is not automatic.
        kListed,    ///< One of `codes`.
    };
    Names names = Names::kAnything;
    std::vector<model::NameCode> codes;     ///< kListed; any order; empty matches nothing.
    std::optional<RowCondition> condition;  ///< None: every row of these names.
    TimeMs from = kBeginningOfTime;         ///< [from, to): parts outside are not read.
    TimeMs to = kEndOfTime;

    bool within(TimeMs time) const noexcept { return time >= from && time < to; }
};

}  // namespace twofold::engine
