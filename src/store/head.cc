// SPDX-License-Identifier: Apache-2.0
#include "store/head.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/check.h"
#include "store/merge.h"
#include "store/part_writer.h"

namespace twofold::store {
namespace {

// In memory and made by this process: nothing in here can fail.
std::shared_ptr<const Part> merge_in_memory(const Part& a, const Part& b) {
    const std::array<const Part*, 2> both = {&a, &b};
    const auto content = MergeContent::make(both, {});
    TF_CHECK(content.has_value());
    PartOutput output;
    const auto info = write_part(
        **content, {0, 0, a.info().month_begin, a.info().month_end, column::Effort::kQuick},
        output);
    TF_CHECK(info.has_value());
    return Part::in_memory(std::move(output).take());
}

}  // namespace

void Head::settle() {
    if (tail_.row_count() >= mini_rows_) take_tail();
}

bool Head::publish() {
    if (tail_.row_count() == 0) return false;
    take_tail();
    return true;
}

void Head::take_tail() {
    std::set<Month> months;
    for (auto& part : tail_.take()) {
        months.insert(part->info().month_begin);
        minis_.push_back(std::move(part));
    }
    for (const Month month : months)
        merge_small(month);
    count_parts();
}

// As a binary counter adds: the last two are merged while the older one is not much larger.
void Head::merge_small(Month month) {
    while (true) {
        std::size_t last = minis_.size();
        std::size_t before = minis_.size();
        for (std::size_t i = minis_.size(); i-- > 0;) {
            if (minis_[i]->info().month_begin != month) continue;
            if (last == minis_.size()) {
                last = i;
            } else {
                before = i;
                break;
            }
        }
        if (before == minis_.size()) return;
        const std::uint64_t rows_before = minis_[before]->row_count();
        const std::uint64_t rows_last = minis_[last]->row_count();
        if (rows_before >= 2 * rows_last || rows_before + rows_last > mini_rows_) return;
        minis_[before] = merge_in_memory(*minis_[before], *minis_[last]);
        minis_.erase(minis_.begin() + static_cast<std::ptrdiff_t>(last));
    }
}

std::vector<std::shared_ptr<const Part>> Head::parts() const {
    std::vector<std::shared_ptr<const Part>> all = sealing_;
    all.insert(all.end(), minis_.begin(), minis_.end());
    return all;
}

std::vector<std::shared_ptr<const Part>> Head::begin_seal() {
    TF_CHECK(tail_.row_count() == 0 && sealing_.empty());
    sealing_ = std::exchange(minis_, {});
    return sealing_;
}

void Head::end_seal() {
    sealing_.clear();
    count_parts();
}

void Head::abandon_seal() {
    sealing_.insert(sealing_.end(), minis_.begin(), minis_.end());
    minis_ = std::exchange(sealing_, {});
}

void Head::count_parts() {
    part_rows_ = 0;
    part_bytes_ = 0;
    for (const auto& part : parts()) {
        part_rows_ += part->row_count();
        part_bytes_ += part->byte_count();
    }
}

}  // namespace twofold::store
