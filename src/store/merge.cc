// SPDX-License-Identifier: Apache-2.0
#include "store/merge.h"

#include <algorithm>
#include <map>
#include <queue>
#include <set>

#include "base/check.h"
#include "column/dictionary.h"

namespace twofold::store {
namespace {

// Whose turn an input has come to in the merge by ordinal.
struct Turn {
    std::uint32_t ordinal;
    std::uint32_t input;
    bool operator>(const Turn& other) const {
        return ordinal != other.ordinal ? ordinal > other.ordinal : input > other.input;
    }
};

// The dictionary of an input's column on its way into the merged one. A dictionary whose entries
// are not all used by the rows taken loses the others here.
class Entries {
public:
    Entries(MergeInput& input, std::vector<bool> used)
        : input_(&input), cursor_(*input.column()->dictionary()), used_(std::move(used)) {
        input.new_codes().assign(used_.size(), 0);
    }
    bool next() {
        while (cursor_.next()) {
            if (cursor_.code() < used_.size() && used_[cursor_.code()]) return true;
        }
        return false;
    }
    std::string_view text() const { return cursor_.text(); }
    void become(std::uint32_t code) { input_->new_codes()[cursor_.code()] = code; }

private:
    MergeInput* input_;
    column::Dictionary::Cursor cursor_;
    std::vector<bool> used_;
};

// For a heap with the least text on top.
bool later(const Entries* a, const Entries* b) {
    return a->text() > b->text();
}

// Of rows of the same person at the same time: whether the next of `a` comes before that of `b`.
Result<bool> logged_before(MergeInput& a, MergeInput& b) {
    if (a.part().info().last_sequence < b.part().info().first_sequence) return true;
    if (b.part().info().last_sequence < a.part().info().first_sequence) return false;
    TF_ASSIGN(const std::uint64_t sequence_a, a.sequence());
    TF_ASSIGN(const std::uint64_t sequence_b, b.sequence());
    return sequence_a < sequence_b;
}

}  // namespace

Result<std::unique_ptr<MergeContent>> MergeContent::make(std::span<const Part* const> parts,
                                                         Range range) {
    std::unique_ptr<MergeContent> content(new MergeContent());
    for (const Part* part : parts) {
        TF_ASSIGN(std::unique_ptr<MergeInput> input,
                  MergeInput::open(*part, range.ordinal_begin, range.ordinal_end));
        if (input->row_count() > 0) content->inputs_.push_back(std::move(input));
    }
    // In the order of the log, so that rows of one instant mostly need no look at their sequences.
    std::sort(content->inputs_.begin(), content->inputs_.end(), [](const auto& a, const auto& b) {
        return a->part().info().first_sequence < b->part().info().first_sequence;
    });
    TF_TRY(content->place_rows());
    content->collect_names();
    TF_TRY(content->collect_columns());
    return content;
}

// The merge itself: by ordinal over the directories, one step for all rows of a person in a part;
// only where several parts have the same person do times matter.
Status MergeContent::place_rows() {
    std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns;
    for (std::uint32_t i = 0; i < inputs_.size(); ++i)
        turns.push({inputs_[i]->ordinal(), i});
    std::vector<std::uint32_t> numbers;
    std::vector<MergeInput*> together;
    while (!turns.empty()) {
        const std::uint32_t ordinal = turns.top().ordinal;
        ordinals_.push_back(ordinal);
        first_rows_.push_back(rows_);
        numbers.clear();
        together.clear();
        for (; !turns.empty() && turns.top().ordinal == ordinal; turns.pop()) {
            numbers.push_back(turns.top().input);
            together.push_back(inputs_[numbers.back()].get());
        }
        TF_TRY(place_person(together));
        for (const std::uint32_t number : numbers) {
            inputs_[number]->next_person();
            if (!inputs_[number]->at_end()) turns.push({inputs_[number]->ordinal(), number});
        }
    }
    first_rows_.push_back(rows_);
    return {};
}

Status MergeContent::place_person(std::vector<MergeInput*>& together) {
    const auto place = [&](MergeInput& input, std::uint32_t count) {
        input.place(rows_, count);
        rows_ += count;
    };
    while (together.size() > 1) {
        std::size_t first = 0;
        std::uint64_t time_of_first = together[0]->time();
        for (std::size_t i = 1; i < together.size(); ++i) {
            const std::uint64_t time = together[i]->time();
            if (time > time_of_first) continue;
            if (time == time_of_first) {
                TF_ASSIGN(const bool before, logged_before(*together[i], *together[first]));
                if (!before) continue;
            }
            first = i;
            time_of_first = time;
        }
        place(*together[first], 1);
        if (together[first]->person_done()) {
            together.erase(together.begin() + static_cast<std::ptrdiff_t>(first));
        }
    }
    place(*together[0], together[0]->person_rows());
    return {};
}

void MergeContent::collect_names() {
    std::set<model::NameCode> all;
    std::vector<std::vector<bool>> used;
    for (const auto& input : inputs_) {
        used.push_back(input->used_names());
        for (std::size_t local = 0; local < used.back().size(); ++local) {
            if (used.back()[local]) all.insert(input->part().names()[local]);
        }
    }
    names_.assign(all.begin(), all.end());
    for (const auto& input : inputs_) {
        auto& locals = local_codes_.emplace_back();
        for (const model::NameCode name : input->part().names()) {
            const auto found = std::lower_bound(names_.begin(), names_.end(), name);
            locals.push_back(static_cast<std::uint16_t>(found - names_.begin()));
        }
    }
}

Status MergeContent::collect_columns() {
    std::map<model::ColumnCode, ColumnSpec> all;
    for (const auto& input : inputs_) {
        std::vector<model::ColumnCode> codes(input->part().columns().begin(),
                                             input->part().columns().end());
        codes.push_back(kActingColumn);
        codes.push_back(kSequenceColumn);
        for (const model::ColumnCode code : codes) {
            if (all.contains(code)) continue;
            TF_ASSIGN(const column::PropertyColumn* column, input->part().column(code));
            if (column == nullptr) continue;
            all[code] = {code, column->kind(), column->has_fixed_bools(),
                         column->dictionary() != nullptr};
        }
    }
    for (const auto& [code, spec] : all)
        columns_.push_back(spec);
    return {};
}

Status MergeContent::seconds(std::uint32_t group, std::span<std::uint32_t> out) {
    for (const auto& input : inputs_)
        input->seconds(group, out);
    return {};
}

Status MergeContent::millis(std::uint32_t group, std::span<std::uint16_t> out) {
    for (const auto& input : inputs_)
        input->millis(group, out);
    return {};
}

Status MergeContent::codes(std::uint32_t group, std::span<std::uint16_t> out) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        inputs_[i]->codes(group, local_codes_[i], out);
    }
    return {};
}

Status MergeContent::open_column(std::size_t place,
                                 const std::function<Status(std::string_view)>& entry) {
    for (const auto& input : inputs_)
        TF_TRY(input->open_column(columns_[place].code));
    return columns_[place].has_dictionary ? merge_dictionaries(entry) : Status{};
}

// All dictionaries are sorted, so the new one comes out in order, and each entry is looked at once.
Status MergeContent::merge_dictionaries(const std::function<Status(std::string_view)>& entry) {
    std::vector<std::unique_ptr<Entries>> owned;
    std::vector<Entries*> heap;
    for (const auto& input : inputs_) {
        if (input->column() == nullptr) continue;
        TF_ASSIGN(std::vector<bool> used, input->used_codes());
        owned.push_back(std::make_unique<Entries>(*input, std::move(used)));
        if (owned.back()->next()) heap.push_back(owned.back().get());
    }
    std::make_heap(heap.begin(), heap.end(), later);
    std::uint32_t code = 0;
    std::string last;
    while (!heap.empty()) {
        std::pop_heap(heap.begin(), heap.end(), later);
        Entries* least = heap.back();
        if (code == 0 || least->text() != last) {
            last = least->text();
            ++code;
            TF_TRY(entry(last));
        }
        least->become(code);
        if (least->next()) {
            std::push_heap(heap.begin(), heap.end(), later);
        } else {
            heap.pop_back();
        }
    }
    return {};
}

Status MergeContent::values(std::uint32_t group, GroupValues& out) {
    for (const auto& input : inputs_)
        TF_TRY(input->values(group, out));
    return {};
}

Result<std::vector<std::uint64_t>> slice_cuts(std::span<const Part* const> parts,
                                              std::uint32_t rows_max) {
    std::uint64_t rows = 0;
    std::uint64_t ordinal_end = 0;
    for (const Part* part : parts) {
        TF_TRY(part->verify_directory());
        rows += part->row_count();
        ordinal_end = std::max(ordinal_end, std::uint64_t{part->info().max_ordinal} + 1);
    }
    const auto rows_before = [&](std::uint64_t ordinal) {
        std::uint64_t before = 0;
        for (const Part* part : parts) {
            before += ordinal > part->info().max_ordinal
                          ? part->row_count()
                          : part->rows_between(0, static_cast<std::uint32_t>(ordinal)).end;
        }
        return before;
    };
    std::vector<std::uint64_t> cuts;
    std::uint64_t begin = 0;
    while (rows - rows_before(begin) > rows_max) {
        const std::uint64_t left = rows - rows_before(begin);
        const std::uint64_t slices = (left + rows_max - 1) / rows_max;
        const std::uint64_t wanted = rows_before(begin) + left / slices;
        // The last ordinal up to which there are no more rows than wanted.
        std::uint64_t low = begin + 1;
        std::uint64_t high = ordinal_end;
        while (low < high) {
            const std::uint64_t middle = low + (high - low + 1) / 2;
            if (rows_before(middle) <= wanted) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        if (low >= ordinal_end) break;
        cuts.push_back(low);
        begin = low;
    }
    return cuts;
}

}  // namespace twofold::store
