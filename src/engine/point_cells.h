// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/cells.h"
#include "engine/judge.h"
#include "engine/points.h"
#include "plan/plan.h"

namespace twofold::engine {

/// Which cells each of many points falls into; a user of two customers may fall into two.
struct CellLists {
    std::vector<std::uint32_t> begins;  ///< One more than there are points.
    std::vector<std::uint32_t> cells;
    std::span<const std::uint32_t> of(std::size_t i) const {
        return std::span(cells).subspan(begins[i], begins[i + 1] - begins[i]);
    }
};

/// Breaks points down. Errors: those of Judge; kInvalid for what this version does not answer.
Result<CellLists> cells_of_points(Judge& judge, const plan::By& by, const Points& points,
                                  ValueTable& values, CellTable& cells);

/// The biggest cells and the rest, as rows of an answer: `ranks` says how big, by cell; ties by
/// label. `of_cell` gives the row of each cell.
struct RankedCells {
    std::vector<std::vector<std::string>> labels;  ///< By row: one text per part of `by`.
    std::vector<std::uint32_t> of_cell;
    bool has_other = false;  ///< The last row is the rest.
    std::uint32_t count() const { return static_cast<std::uint32_t>(labels.size()); }
    /// Of what falls into these cells: each row once.
    std::vector<std::uint32_t> rows_of(std::span<const std::uint32_t> cells) const;
};
/// A missing rank comes after all others. Errors: as Run::check_cancelled().
Result<RankedCells> rank_cells(const Run& run, std::span<const std::optional<double>> ranks,
                               const plan::By& by, const ValueTable& values,
                               const CellTable& cells);

}  // namespace twofold::engine
