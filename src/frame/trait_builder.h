// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "directory/view.h"
#include "frame/trait_column.h"
#include "frame/value_table.h"
#include "model/types.h"

namespace twofold::frame {

/// One trait of all users as it is being kept: what each ordinal was told, with its time, and the
/// column of what each person has. One thread.
class TraitBuilder {
public:
    explicit TraitBuilder(std::string name);

    const std::string& name() const noexcept { return column_.name_; }

    /// The latest by (time, sequence) stays. Null: not set from then on.
    void add(model::UserOrdinal user, const model::Value& value, TimeMs time,
             model::Sequence sequence);
    /// Puts right what a person has, after the person's members changed.
    void refresh(model::UserOrdinal user) { changed_users_.push_back(model::index(user)); }
    std::shared_ptr<const TraitColumn> publish(const directory::View& view);

    std::uint64_t memory_bytes() const noexcept;

private:
    struct Cell {
        std::uint32_t user = 0;
        std::uint32_t code = 0;
        TimeMs time = 0;
        model::Sequence sequence = 0;
    };
    /// Of kTraitChunkUsers ordinals, those that were told; by ordinal.
    using Cells = std::vector<Cell>;

    const Cell* find(model::UserOrdinal user) const noexcept;
    std::uint32_t code_of(model::UserOrdinal person, const directory::View& view) const;
    void set_code(model::UserOrdinal user, std::uint32_t code);
    void recode();

    std::vector<Cells> cells_;
    std::uint64_t cell_count_ = 0;
    ValueTableBuilder values_;
    TraitColumn column_;                  ///< Chunks are copied before they are changed.
    std::vector<std::uint64_t> made_at_;  ///< Publications before each chunk was made.
    std::uint64_t publications_ = 0;
    std::vector<std::uint32_t> changed_users_;
    std::shared_ptr<const TraitColumn> published_;
};

}  // namespace twofold::frame
