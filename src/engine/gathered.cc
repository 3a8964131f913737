// SPDX-License-Identifier: Apache-2.0
#include "engine/gathered.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "engine/in_order.h"

namespace twofold::engine {

struct Gathered::Share {
    std::vector<GatheredRow> rows;
    std::vector<std::uint32_t> persons;
    std::vector<std::uint32_t> acting;
    std::vector<std::uint32_t> cells;
    std::vector<kernel::Number> numbers;
};

namespace {

template <typename T>
void append(std::vector<T>& to, std::span<const T> from) {
    to.insert(to.end(), from.begin(), from.end());
}

template <typename T>
void append_in_order(std::vector<T>& to, const std::vector<T>& from,
                     const std::vector<std::uint32_t>& order) {
    if (from.empty()) return;
    for (const std::uint32_t i : order)
        to.push_back(from[i]);
}

template <typename T>
std::span<const T> cut(const std::vector<T>& all, std::size_t begin, std::size_t end) {
    return all.empty() ? std::span<const T>() : std::span(all).subspan(begin, end - begin);
}

template <typename Share>
class GatherSink final : public Sink {
public:
    explicit GatherSink(std::atomic<std::size_t>& total)
        : total_(total), share_(std::make_shared<Share>()) {}

    void begin(const Block& block) override { first_ = block.first; }
    void feed(const Tape& tape) override {
        if (total_.fetch_add(tape.rows.size()) + tape.rows.size() > kGatheredRowsMax) return;
        for (const TapeRow& row : tape.rows)
            block_.rows.push_back({row.time, first_ + row.unit, row.mask});
        append(block_.persons, tape.persons);
        append(block_.acting, tape.acting);
        append(block_.cells, tape.cells[0]);
        append(block_.numbers, tape.numbers[0]);
    }
    /// A unit's rows may come in several feeds, other units' between them.
    void finish(const Block& block) override {
        std::vector<std::uint32_t> starts(block.count + 1);
        for (const GatheredRow& row : block_.rows)
            ++starts[row.unit - first_ + 1];
        for (std::uint32_t i = 0; i < block.count; ++i)
            starts[i + 1] += starts[i];
        std::vector<std::uint32_t> order(block_.rows.size());
        for (std::uint32_t i = 0; i < block_.rows.size(); ++i)
            order[starts[block_.rows[i].unit - first_]++] = i;
        append_in_order(share_->rows, block_.rows, order);
        append_in_order(share_->persons, block_.persons, order);
        append_in_order(share_->acting, block_.acting, order);
        append_in_order(share_->cells, block_.cells, order);
        append_in_order(share_->numbers, block_.numbers, order);
        block_ = {};
    }

    std::shared_ptr<Share> take() { return std::move(share_); }

private:
    std::atomic<std::size_t>& total_;
    std::shared_ptr<Share> share_;
    Share block_;
    std::uint32_t first_ = 0;
};

}  // namespace

Result<Gathered> Gathered::gather(Run& run, Scan scan) {
    std::atomic<std::size_t> total = 0;
    scan.ordered = true;
    TF_ASSIGN(const auto sinks, run.scan<GatherSink<Share>>(std::move(scan), [&total] {
        return std::make_unique<GatherSink<Share>>(total);
    }));
    if (total > kGatheredRowsMax) {
        return fail(ErrorCode::kTooLarge,
                    "a condition or number looks at more events than fit in memory; give it a "
                    "shorter frame: " +
                        std::to_string(total.load()));
    }
    Gathered gathered;
    for (const auto& sink : sinks) {
        const auto number = static_cast<std::uint32_t>(gathered.shares_.size());
        std::shared_ptr<const Share> share = sink->take();
        TF_TRY(run.check_cancelled());
        const auto& rows = share->rows;
        for (std::size_t begin = 0; begin < rows.size();) {
            std::size_t end = begin + 1;
            while (end < rows.size() && rows[end].unit == rows[begin].unit)
                ++end;
            gathered.places_.push_back({rows[begin].unit, number, begin, end});
            begin = end;
        }
        gathered.shares_.push_back(std::move(share));
    }
    TF_TRY(sort_all(run, gathered.places_,
                    [](const Place& a, const Place& b) { return a.unit < b.unit; }));
    return gathered;
}

Gathered::Rows Gathered::of(std::uint32_t unit) const {
    const auto found = std::ranges::lower_bound(places_, unit, {}, &Place::unit);
    if (found == places_.end() || found->unit != unit) return {};
    const Share& share = *shares_[found->share];
    return {cut(share.rows, found->begin, found->end), cut(share.persons, found->begin, found->end),
            cut(share.acting, found->begin, found->end), cut(share.cells, found->begin, found->end),
            cut(share.numbers, found->begin, found->end)};
}

}  // namespace twofold::engine
