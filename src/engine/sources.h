// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/filter_bound.h"
#include "engine/scan.h"
#include "engine/sources_index.h"
#include "kernel/code_filter.h"
#include "store/snapshot.h"

namespace twofold::engine {

/// A filter of the scan with a condition, bound to one part.
struct SourceCondition {
    std::uint32_t filter = 0;
    BoundCondition condition;
};

/// A value to bring along, bound to one part.
struct SourceFetch {
    const Fetch* fetch = nullptr;
    std::vector<BoundColumn> columns;
    std::vector<std::unique_ptr<EntryNotes>> notes;  ///< Of cells: ids of entries; null: numbers.

    /// The id of an entry of a column of codes. REQUIRES: of cells.
    std::uint32_t id(std::size_t column, std::uint32_t code, ValueTable& values,
                     std::string& scratch) const {
        return notes[column]->get(code,
                                  [&] { return values.id(columns[column].entry(code, scratch)); });
    }
};

/// One part of the store as a scan reads it: everything that can be said once per part. Immutable
/// after it is made, but for what threads find out about dictionaries; shared by threads.
struct Source {
    const store::Part* part = nullptr;
    std::shared_ptr<const PartIndex> index;  ///< When rows are gathered by person.
    std::uint32_t number = 0;                ///< In the order of Sources.
    std::uint32_t first_row = 0;  ///< The number of its first row in the snapshot; may wrap around.
    std::vector<std::uint32_t> masks;  ///< By local code: the filters that take this name here.
    kernel::CodeFilter codes;          ///< Those with a mask.
    std::uint32_t wanted_rows = 0;     ///< Rows of those names.
    bool entangled = false;            ///< With another source: see Sources::entangled().
    std::uint32_t timed = 0;           ///< Filters whose range ends within this part.
    /// Rows of other seconds are taken by no filter; whole_span: all of the part's may be.
    std::uint32_t from_second = 0;
    std::uint32_t to_second = 0xffff'ffff;
    bool whole_span = true;
    std::vector<SourceCondition> conditions;
    /// Of the only filter's condition; empty where several filters may take a row.
    BoundCondition::Conjuncts only;
    /// The rows, rising, for which only.columns hold and whose names are wanted, where they are
    /// few.
    std::shared_ptr<const std::vector<std::uint32_t>> rare;
    std::vector<SourceFetch> cells;
    std::vector<SourceFetch> numbers;
    const column::PropertyColumn* acting = nullptr;  ///< Null: not needed, or names nobody.
    std::uint32_t slots = 0;                         ///< Columns in use; the acting one is slot 0.
    bool reads_columns = false;                      ///< Whether surviving rows need any.

    /// Whether rows need nothing but their names and times.
    bool plain() const noexcept { return conditions.empty() && !reads_columns; }
    /// Whether the same filters take every row, at all times. But for conditions.
    bool alike() const noexcept;
};

/// Seconds since 2000, as parts have them; times before and beyond are the first and the last.
std::uint32_t second_of(TimeMs time) noexcept;

/// Of rows that lie in the order of their times, those in the source's seconds.
store::RowRange narrowed(const Source& source, store::RowRange rows) noexcept;

/// What a scan needs beside the names: decided once, by the kind of unit and the conditions.
struct SourceNeeds {
    bool acting = false;
    PartIndexCache* index = nullptr;  ///< Null: no person matters.
};

/// The parts a scan reads, in an order in which the rows of one ordinal and one time come as in the
/// log, and otherwise by time as far as possible.
class Sources {
public:
    /// Errors: kCorrupt, kIo. Borrows both for its life.
    static Result<Sources> prepare(const store::Snapshot& events, const Scan& scan,
                                   SourceNeeds needs);

    std::span<const Source> all() const noexcept { return sources_; }
    std::span<Source> all() noexcept { return sources_; }  ///< Before the scan.
    /// Whether parts overlap in the log as well as in time, so that no order of parts is the log's.
    bool entangled() const noexcept { return entangled_; }
    bool any_acting() const noexcept;
    bool plain() const noexcept;  ///< All of them.
    std::uint32_t slots_max() const noexcept;
    std::uint64_t wanted_rows() const noexcept;

private:
    void put_in_order();

    std::vector<Source> sources_;
    bool entangled_ = false;
};

}  // namespace twofold::engine
