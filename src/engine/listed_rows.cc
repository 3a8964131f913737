// SPDX-License-Identifier: Apache-2.0
#include "engine/listed_rows.h"

namespace twofold::engine {
namespace {

/// Each row has its own place, so that threads may write side by side.
class CellsSink final : public Sink {
public:
    explicit CellsSink(std::vector<std::vector<std::uint32_t>>& cells) : cells_(cells) {}
    void begin(const Block& /*block*/) override {}
    void feed(const Tape& tape) override {
        for (std::size_t column = 0; column < cells_.size(); ++column) {
            for (std::size_t i = 0; i < tape.rows.size(); ++i)
                cells_[column][tape.rows[i].unit] = tape.cells[column][i];
        }
    }
    void finish(const Block& /*block*/) override {}

private:
    std::vector<std::vector<std::uint32_t>>& cells_;
};

}  // namespace

Result<std::vector<std::vector<std::uint32_t>>> cells_of_rows(
    Run& run, const std::vector<std::uint32_t>& rows, std::span<const Fetch> fetches,
    ValueTable& values) {
    std::vector<std::vector<std::uint32_t>> cells(fetches.size());
    for (auto& column : cells)
        column.assign(rows.size(), kNoCell);
    Scan scan;
    scan.unit = UnitKind::kNone;
    scan.filters = {RowFilter{}};
    scan.rows = &rows;
    scan.cells.assign(fetches.begin(), fetches.end());
    scan.values = &values;
    TF_TRY(run.scan<CellsSink>(std::move(scan),
                               [&cells] { return std::make_unique<CellsSink>(cells); }));
    return cells;
}

}  // namespace twofold::engine
