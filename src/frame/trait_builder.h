// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "directory/view.h"
#include "frame/trait_column.h"
#include "frame/value_table.h"
#include "ledger/trait_runs.h"
#include "model/types.h"

namespace twofold::frame {

/// One trait of all users as it is being kept: what each ordinal was told, with its time, and the
/// column of what each person has. One thread.
class TraitBuilder {
public:
    explicit TraitBuilder(std::string name);

    const std::string& name() const noexcept { return column_.name_; }

    /// The latest by (time, sequence) counts; earlier ones are kept as far as ledger/trait_runs.h
    /// says. Null: not set from then on.
    void add(model::UserOrdinal user, const model::Value& value, TimeMs time,
             model::Sequence sequence);
    /// Puts right what a person has, after the person's members changed.
    void refresh(model::UserOrdinal user) { changed_users_.push_back(model::index(user)); }
    std::shared_ptr<const TraitColumn> publish(const directory::View& view);
    const TraitColumn* published() const noexcept { return published_.get(); }
    /// Whom the last publish() looked at anew, as first seen.
    std::span<const std::uint32_t> last_changed() const noexcept { return last_changed_; }

    std::uint64_t memory_bytes() const noexcept;

private:
    using Run = ledger::TraitRun<std::uint32_t>;  // of codes
    struct Cell {
        Run run;  ///< The latest.
        std::uint32_t user = 0;
    };
    /// Of kTraitChunkUsers ordinals, those that were told; by ordinal.
    using Cells = std::vector<Cell>;

    const Cell* find(model::UserOrdinal user) const noexcept;
    /// What a person had, step by step; none when it was never told.
    void steps_of(model::UserOrdinal person, const directory::View& view,
                  std::vector<TraitColumn::Step>& steps);
    void set_steps(model::UserOrdinal user, std::span<const TraitColumn::Step> steps);
    void recode_column(const std::vector<std::uint32_t>& codes);
    void recode();

    std::vector<Cells> cells_;
    std::unordered_map<std::uint32_t, std::vector<Run>> past_;  ///< By user, before the latest.
    std::uint64_t past_count_ = 0;
    std::vector<Run> runs_;  // of add() and steps_of()
    std::uint64_t cell_count_ = 0;
    ValueTableBuilder values_;
    TraitColumn column_;                  ///< Chunks are copied before they are changed.
    std::vector<std::uint64_t> made_at_;  ///< Publications before each chunk was made.
    std::uint64_t publications_ = 0;
    std::vector<std::uint32_t> changed_users_;
    std::vector<std::uint32_t> last_changed_;
    std::shared_ptr<const TraitColumn> published_;
};

}  // namespace twofold::frame
