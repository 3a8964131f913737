// SPDX-License-Identifier: Apache-2.0
#include "store/tail.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <tuple>

#include "base/check.h"
#include "store/part_format.h"
#include "store/part_writer.h"
#include "store/text_order.h"

namespace twofold::store {
namespace {

// A row in its order: by month, then as parts are.
struct Sorted {
    Month month;
    std::uint32_t ordinal;
    TimeMs time;
    std::uint32_t row;  // in order of arrival, which is that of sequences

    bool operator<(const Sorted& other) const {
        return std::tie(month, ordinal, time, row) <
               std::tie(other.month, other.ordinal, other.time, other.row);
    }
};

bool is_text(model::ValueType type) {
    return type == model::ValueType::kString || type == model::ValueType::kList;
}

column::ColumnKind column_kind(model::ValueType type) {
    if (type == model::ValueType::kInt) return column::ColumnKind::kInts;
    if (type == model::ValueType::kDouble) return column::ColumnKind::kDoubles;
    return column::ColumnKind::kCodes;
}

}  // namespace

// The rows of one month of the tail, sorted.
class TailContent final : public PartContent {
public:
    TailContent(const Tail& tail, std::span<const Sorted> order)
        : tail_(tail), order_(order), place_of_(tail.row_count(), kElsewhere) {
        for (std::uint32_t place = 0; place < order.size(); ++place) {
            place_of_[order[place].row] = place;
            if (ordinals_.empty() || ordinals_.back() != order[place].ordinal) {
                ordinals_.push_back(order[place].ordinal);
                first_rows_.push_back(place);
            }
            names_.push_back(tail.rows_[order[place].row].name);
            has_acting_ = has_acting_ || tail.rows_[order[place].row].acting.has_value();
        }
        first_rows_.push_back(row_count());
        std::sort(names_.begin(), names_.end());
        names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
        collect_columns();
    }

    std::uint32_t row_count() const override { return static_cast<std::uint32_t>(order_.size()); }
    std::span<const std::uint32_t> ordinals() const override { return ordinals_; }
    std::span<const std::uint32_t> first_rows() const override { return first_rows_; }
    std::span<const model::NameCode> names() const override { return names_; }

    Status seconds(std::uint32_t, std::span<std::uint32_t> out) override {
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = static_cast<std::uint32_t>((order_[i].time - kYear2000Ms) / 1000);
        }
        return {};
    }
    Status millis(std::uint32_t, std::span<std::uint16_t> out) override {
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = static_cast<std::uint16_t>((order_[i].time - kYear2000Ms) % 1000);
        }
        return {};
    }
    Status codes(std::uint32_t, std::span<std::uint16_t> out) override {
        std::vector<std::uint16_t> local_of(std::size_t{names_.back()} + 1);
        for (std::uint32_t i = 0; i < names_.size(); ++i) {
            local_of[names_[i]] = static_cast<std::uint16_t>(i);
        }
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = local_of[tail_.rows_[order_[i].row].name];
        }
        return {};
    }

    std::span<const ColumnSpec> columns() const override { return columns_; }

    Status open_column(std::size_t place,
                       const std::function<Status(std::string_view)>& entry) override {
        open_ = columns_[place].code;
        if (open_ < kActingColumn) {
            open_values_ = &tail_.columns_[tail_.place_of_[open_] - 1];
            if (is_text(open_values_->type)) return make_dictionary(entry);
        }
        return {};
    }

    Status values(std::uint32_t group, GroupValues& out) override {
        TF_CHECK(group == 0);
        if (open_ == kActingColumn) {
            put_acting(out);
        } else if (open_ == kSequenceColumn) {
            for (std::uint32_t i = 0; i < order_.size(); ++i) {
                out.set(i, tail_.rows_[order_[i].row].sequence);
            }
        } else {
            put_property(out);
        }
        return {};
    }

private:
    static constexpr std::uint32_t kElsewhere = 0xFFFF'FFFF;

    void collect_columns() {
        for (const Tail::Values& values : tail_.columns_) {
            columns_.push_back({values.code, column_kind(values.type),
                                values.type == model::ValueType::kBool, is_text(values.type)});
        }
        std::sort(columns_.begin(), columns_.end(),
                  [](const auto& a, const auto& b) { return a.code < b.code; });
        if (has_acting_) {
            columns_.push_back({kActingColumn, column::ColumnKind::kCodes, false, false});
        }
        columns_.push_back({kSequenceColumn, column::ColumnKind::kInts, false, false});
    }

    // Sorts the texts that these rows have, and hands them over.
    Status make_dictionary(const std::function<Status(std::string_view)>& entry) {
        const column::StringTable& texts = open_values_->texts;
        new_codes_.assign(texts.size(), 0);
        std::vector<std::uint32_t> used;
        each_value([&](std::uint32_t, std::uint64_t number) {
            std::uint32_t& seen = new_codes_[number];
            if (seen == 0) used.push_back(static_cast<std::uint32_t>(number));
            seen = 1;
        });
        sort_by_text(texts, used);
        for (std::uint32_t i = 0; i < used.size(); ++i) {
            new_codes_[used[i]] = i + 1;
            TF_TRY(entry(texts.text(used[i])));
        }
        return {};
    }

    void put_acting(GroupValues& out) const {
        for (std::uint32_t i = 0; i < order_.size(); ++i) {
            const auto& acting = tail_.rows_[order_[i].row].acting;
            if (acting) out.set(i, std::uint64_t{model::index(*acting)} + 1);
        }
    }

    void put_property(GroupValues& out) const {
        const bool texts = is_text(open_values_->type);
        each_value([&](std::uint32_t place, std::uint64_t value) {
            out.set(place, texts ? new_codes_[value] : value);
        });
    }

    // Calls fn(place, value) for the open property of these rows. Late rows are few and of many
    // months: for those it is cheaper to look up each row than to go through all values.
    template <typename Function>
    void each_value(Function&& fn) const {
        constexpr std::size_t kFew = 16;
        const std::vector<std::uint32_t>& rows = open_values_->rows;
        if (order_.size() * kFew < rows.size()) {
            for (std::uint32_t place = 0; place < order_.size(); ++place) {
                const auto found = std::lower_bound(rows.begin(), rows.end(), order_[place].row);
                if (found == rows.end() || *found != order_[place].row) continue;
                fn(place, open_values_->values[static_cast<std::size_t>(found - rows.begin())]);
            }
            return;
        }
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::uint32_t place = place_of_[rows[i]];
            if (place != kElsewhere) fn(place, open_values_->values[i]);
        }
    }

    const Tail& tail_;
    std::span<const Sorted> order_;
    std::vector<std::uint32_t> place_of_;  // by row of the tail
    std::vector<std::uint32_t> ordinals_;
    std::vector<std::uint32_t> first_rows_;
    std::vector<model::NameCode> names_;
    bool has_acting_ = false;
    std::vector<ColumnSpec> columns_;
    model::ColumnCode open_ = 0;
    const Tail::Values* open_values_ = nullptr;
    std::vector<std::uint32_t> new_codes_;
};

void Tail::add(const TailRow& row) {
    TF_CHECK(rows_.size() < kGroupRows);
    TF_CHECK(rows_.empty() || rows_.back().sequence < row.sequence);
    rows_.push_back(row);
}

Tail::Values& Tail::values_of(model::ColumnCode column, model::ValueType type) {
    if (column >= place_of_.size()) place_of_.resize(std::size_t{column} + 1);
    std::uint32_t& place = place_of_[column];
    if (place == 0) {
        columns_.emplace_back();
        columns_.back().code = column;
        columns_.back().type = type;
        place = static_cast<std::uint32_t>(columns_.size());
    }
    return columns_[place - 1];
}

void Tail::set(model::ColumnCode column, const model::Value& value) {
    TF_CHECK(!rows_.empty());
    Values& values = values_of(column, value.type);
    std::uint64_t raw = 0;
    switch (value.type) {
        case model::ValueType::kNull:
            TF_CHECK(false);
            break;
        case model::ValueType::kBool:
            raw = value.boolean() ? 2 : 1;
            break;
        case model::ValueType::kInt:
            raw = static_cast<std::uint64_t>(value.integer);
            break;
        case model::ValueType::kDouble:
            TF_CHECK(!std::isnan(value.real));
            raw = std::bit_cast<std::uint64_t>(value.real);
            break;
        case model::ValueType::kString:
        case model::ValueType::kList: {
            const std::size_t before = values.texts.text_bytes();
            raw = values.texts.add(value.text);
            text_bytes_ += values.texts.text_bytes() - before;
            break;
        }
    }
    const std::uint32_t row = row_count() - 1;
    if (!values.rows.empty() && values.rows.back() == row) {
        values.values.back() = raw;
        return;
    }
    values.rows.push_back(row);
    values.values.push_back(raw);
    ++value_count_;
}

std::vector<std::shared_ptr<const Part>> Tail::take() {
    std::vector<Sorted> order(rows_.size());
    Month month = 0;
    TimeMs month_begin = 0;
    TimeMs month_end = 0;
    for (std::uint32_t row = 0; row < order.size(); ++row) {
        const TimeMs time = rows_[row].time;
        if (time < month_begin || time >= month_end) {
            month = month_of(time);
            month_begin = month_start(month);
            month_end = month_start(month + 1);
        }
        order[row] = {month, model::index(rows_[row].user), time, row};
    }
    std::sort(order.begin(), order.end());

    std::vector<std::shared_ptr<const Part>> parts;
    for (auto begin = order.begin(); begin != order.end();) {
        const auto end = std::find_if(
            begin, order.end(), [&](const Sorted& sorted) { return sorted.month != begin->month; });
        TailContent content(*this, {begin, end});
        PartOutput output;
        const auto info = write_part(
            content, {0, 0, begin->month, begin->month + 1, column::Effort::kQuick}, output);
        TF_CHECK(info.has_value());
        parts.push_back(Part::in_memory(std::move(output).take()));
        begin = end;
    }
    *this = Tail();
    return parts;
}

}  // namespace twofold::store
