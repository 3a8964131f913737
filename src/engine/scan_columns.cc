// SPDX-License-Identifier: Apache-2.0
#include "engine/scan_columns.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <utility>

#include "engine/customer_truth.h"
#include "engine/source_rows.h"

namespace twofold::engine {
namespace {

/// Columns of one property, one per type: fewer than this.
constexpr std::uint32_t kTypesMax = 8;
/// Runs of so many rows on average are told as runs.
constexpr std::uint32_t kRunRowsMin = 4;

std::uint32_t live_filters(const Source& source) {
    std::uint32_t live = 0;
    for (const std::uint32_t mask : source.masks)
        live |= mask;
    return live;
}

bool fetches_all(const std::vector<SourceFetch>& fetches, std::uint32_t live) {
    return std::ranges::all_of(fetches, [live](const SourceFetch& fetch) {
        return fetch.fetch->what == Fetch::What::kProperty &&
               (fetch.fetch->filters & live) == live && fetch.columns.size() < kTypesMax;
    });
}

/// The magnitudes of a block's numbers that are not 0; 0 and 0 when they cannot be told.
std::pair<double, double> magnitudes(const column::BlockStats& stats) {
    const double most = std::max(std::fabs(stats.min_double), std::fabs(stats.max_double));
    if (stats.min_double > 0) return {stats.min_double, most};
    if (stats.max_double < 0) return {-stats.max_double, most};
    if (most == 0) return {1, 1};
    if (stats.scale == column::kRawDoubles) return {0, 0};
    return {1 / column::power_of_ten(stats.scale), most};
}

/// Stretches of one person, for rows in the order of their times. Seconds tell, but at the ends.
class Stretches {
public:
    explicit Stretches(std::span<const frame::Span> spans) : left_(spans) { look_at_next(); }

    bool empty() const { return left_.empty(); }
    template <typename TimeOf>
    bool hold(std::uint32_t second, const TimeOf& time_of) {
        while (second >= until_) {
            if (left_.empty() || (second == until_ && time_of() < left_.front().until)) break;
            left_ = left_.subspan(1);
            look_at_next();
        }
        if (second < from_ || left_.empty()) return false;
        return second > from_ || time_of() >= left_.front().from;
    }

private:
    void look_at_next() {
        from_ = left_.empty() ? ~0U : second_of(left_.front().from);
        until_ = left_.empty() ? ~0U : second_of(left_.front().until);
    }

    std::span<const frame::Span> left_;
    std::uint32_t from_ = 0;
    std::uint32_t until_ = 0;
};

}  // namespace

ColumnGather::ColumnGather(ScanContext& context, Sink& sink)
    : context_(context),
      scan_(context.scan),
      sink_(sink),
      serves_(context.sources.all().size()),
      time_cuts_(context.sources.all().size()),
      readers_(context.sources.slots_max()) {
    const Sink::Columns taken = sink.takes_columns();
    seconds_ = taken.seconds;
    if (!taken.taken || scan_.want_persons || scan_.want_acting || scan_.cells.size() > 1 ||
        scan_.numbers.size() > 1) {
        return;
    }
    for (const Source& source : context.sources.all()) {
        serves_[source.number] = can_serve(source) ? 1 : 0;
        // Others may end within it too, of names that the part does not have.
        const std::uint32_t timed = source.timed & live_filters(source);
        if (timed != 0) {
            time_cuts_[source.number] =
                &scan_.filters[static_cast<std::size_t>(std::countr_zero(timed))];
        }
    }
}

bool ColumnGather::only_counts(const ScanContext& context, const Source& source) {
    return source.whole_span && source.timed == 0 && source.conditions.empty() &&
           source.cells.empty() && source.numbers.empty() && !context.needs_persons &&
           !context.shape.acting;
}

/// Rows must all be taken alike: by one filter, or by several that differ in their names alone.
bool ColumnGather::can_serve(const Source& source) const {
    const std::uint32_t live = live_filters(source);
    if (!source.conditions.empty() &&
        (source.only.others || source.only.columns.size() + source.only.spans.size() == 0)) {
        return false;
    }
    const RowFilter& one = scan_.filters[static_cast<std::size_t>(std::countr_zero(live))];
    for (std::size_t k = 0; k < scan_.filters.size(); ++k) {
        if ((live >> k & 1) == 0) continue;
        if (scan_.filters[k].from != one.from || scan_.filters[k].to != one.to) return false;
    }
    return fetches_all(source.cells, live) && fetches_all(source.numbers, live);
}

ScanCost ColumnGather::cost() const {
    ScanCost cost = cost_;
    cost += select_.cost();
    for (const ColumnReader& reader : readers_)
        cost.bytes_read += reader.bytes();
    return cost;
}

Status ColumnGather::feed(const Source& source, store::RowRange rows,
                          std::vector<store::RowRange>& left) {
    TF_TRY(source.part->verify_rows(rows));
    for (std::uint32_t begin = rows.begin; begin < rows.end; begin += column::kBlockRows) {
        const store::RowRange block{begin, std::min(rows.end, begin + column::kBlockRows)};
        TF_ASSIGN(const bool fed, feed_block(source, block));
        if (!fed) left.push_back(block);
    }
    return {};
}

Result<bool> ColumnGather::feed_block(const Source& source, store::RowRange rows) {
    block_ = rows.begin / column::kBlockRows;
    first_row_ = rows.begin;
    TF_ASSIGN(RowSelect::Selected selected, select_.select(source, rows, readers_));
    const RowFilter* const time_cut = time_cuts_[source.number];
    if (time_cut != nullptr || context_.needs_persons) RowSelect::fill(selected);
    places_ = selected.places;
    if (time_cut != nullptr) cut_times(source, *time_cut);
    if (context_.needs_persons) TF_TRY(cut_persons(source));
    if (places_.empty()) return true;
    whole_ = places_.size() == rows.size();
    ColumnRows out;
    out.count = places_.size();
    if (!source.cells.empty()) {
        TF_ASSIGN(const bool read, read_cells(source, out));
        if (!read) return false;
    }
    if (!source.numbers.empty()) {
        TF_ASSIGN(const bool read, read_numbers(source, out));
        if (!read) return false;
    }
    if (seconds_) {
        const std::uint32_t* const seconds = source.part->seconds().data();
        out.seconds = pick(seconds + rows.begin, seconds_of_);
        cost_.bytes_read += out.count * sizeof(std::uint32_t);
    }
    if (!sink_.feed_columns(out)) return false;
    cost_.events_kept += out.count;
    return true;
}

/// What of a column's block, by place in it, belongs to the rows at hand.
template <typename Value>
std::span<const Value> ColumnGather::pick(const Value* of_block, std::vector<Value>& room) const {
    if (whole_) return {of_block, places_.size()};
    room.resize(column::kBlockRows);
    Value* const out = room.data();
    for (std::size_t i = 0; i < places_.size(); ++i)
        out[i] = of_block[places_[i]];
    return {out, places_.size()};
}

void ColumnGather::cut_times(const Source& source, const RowFilter& filter) {
    const std::uint32_t* const seconds = source.part->seconds().data() + first_row_;
    const std::uint16_t* const millis = source.part->millis().data() + first_row_;
    cost_.bytes_read += places_.size() * kTimeBytes;
    std::size_t kept = 0;
    for (const std::uint32_t place : places_) {
        const TimeMs time = kYear2000Ms + TimeMs{seconds[place]} * 1000 + millis[place];
        places_[kept] = place;
        kept += filter.within(time) ? 1 : 0;
    }
    places_ = places_.first(kept);
}

/// From person to person, in the order in which their rows lie.
Status ColumnGather::cut_persons(const Source& source) {
    if (places_.empty()) return {};
    const std::uint32_t* acting = nullptr;
    if (source.acting != nullptr) {
        TF_TRY(readers_[0].load(*source.acting, first_row_));
        if (!readers_[0].empty()) acting = readers_[0].codes();
    }
    const auto ordinals = source.part->ordinals();
    const std::uint32_t* const first_rows = source.part->first_rows().data();
    const auto after = std::ranges::upper_bound(source.part->first_rows(), first_row_ + places_[0]);
    auto owner = static_cast<std::size_t>(after - source.part->first_rows().begin()) - 1;
    std::size_t kept = 0;
    for (std::uint32_t i = 0; i < places_.size();) {
        while (first_rows[owner + 1] <= first_row_ + places_[i])
            ++owner;
        const model::UserOrdinal ordinal{ordinals[owner]};
        const std::uint32_t person = model::index(context_.frames.canonical(ordinal));
        const std::uint32_t end = first_rows[owner + 1] - first_row_;
        const bool asked = scan_.people == nullptr || scan_.people->test(person);
        std::uint32_t after_own = i;
        while (after_own < places_.size() && places_[after_own] < end)
            ++after_own;
        if (asked) kept = keep_of_person(source, person, acting, {i, after_own}, kept);
        i = after_own;
    }
    places_ = places_.first(kept);
    return {};
}

/// Of the places at hand those in `own`, which are all of one person: moves the ones that are left
/// to `kept` and on. Returns where those end.
std::size_t ColumnGather::keep_of_person(const Source& source, std::uint32_t person,
                                         const std::uint32_t* acting, store::RowRange own,
                                         std::size_t kept) {
    if (acting == nullptr && source.only.spans.size() == 1) {
        const RowSpans& spans = source.only.spans.front()->spans();
        Stretches stretches(spans.of_user->of(person));
        if (stretches.empty() && spans.inside) return kept;
        const std::uint32_t* const seconds = source.part->seconds().data() + first_row_;
        for (std::uint32_t i = own.begin; i < own.end; ++i) {
            const std::uint32_t place = places_[i];
            const bool within = stretches.hold(
                seconds[place], [&] { return source.part->time_at(first_row_ + place); });
            places_[kept] = place;
            kept += within == spans.inside ? 1 : 0;
        }
        return kept;
    }
    for (std::uint32_t i = own.begin; i < own.end; ++i) {
        const std::uint32_t place = places_[i];
        places_[kept] = place;
        kept += holds(source, person, place, acting == nullptr ? 0 : acting[place]) ? 1 : 0;
    }
    return kept;
}

/// `acting` is the customer that the row names, + 1.
bool ColumnGather::holds(const Source& source, std::uint32_t person, std::uint32_t place,
                         std::uint32_t acting) const {
    const TimeMs time = source.part->time_at(first_row_ + place);
    return std::ranges::all_of(source.only.spans, [&](const BoundCondition* condition) {
        const RowSpans& spans = condition->spans();
        if (acting == 0) return spans.of_user->holds(person, time) == spans.inside;
        const auto named = context_.frames.canonical(model::CustomerOrdinal{acting - 1});
        const std::uint32_t customer = model::index(context_.frames.root(named, time));
        return spans.of_customer->holds(customer, time) == spans.inside;
    });
}

/// False where values of several types meet in one block.
Result<bool> ColumnGather::read_cells(const Source& source, ColumnRows& out) {
    const SourceFetch& fetch = source.cells.front();
    std::size_t only = fetch.columns.size();
    for (std::size_t i = 0; i < fetch.columns.size(); ++i) {
        if (fetch.columns[i].column->stats(block_).present == 0) continue;
        if (only != fetch.columns.size()) return false;
        only = i;
    }
    if (only == fetch.columns.size()) return true;
    const BoundColumn& bound = fetch.columns[only];
    if (bound.column->kind() != column::ColumnKind::kCodes) return false;
    TF_ASSIGN(const bool runs, read_runs(*bound.column, out));
    if (!runs) {
        ColumnReader& reader = readers_[bound.slot];
        TF_TRY(reader.load(*bound.column, first_row_));
        out.codes = pick(reader.codes(), codes_);
    }
    out.dictionary = source.number * kTypesMax + static_cast<std::uint32_t>(only);
    out.entries = bound.column->entry_count();
    id_of_ = [this, &fetch, only](std::uint32_t code) {
        return fetch.id(only, code, *scan_.values, scratch_);
    };
    out.id_of = &id_of_;
    return true;
}

/// Whether rows at hand are a whole block, and one of few runs.
Result<bool> ColumnGather::read_runs(const column::PropertyColumn& column, ColumnRows& out) {
    if (!whole_ || out.count != column.rows_in(block_)) return false;
    codes_.resize(column::kBlockRows);
    run_ends_.resize(column::kBlockRows);
    TF_ASSIGN(const std::uint32_t runs, column.decode_code_runs(block_, codes_, run_ends_));
    if (runs == 0 || runs * kRunRowsMin > out.count) return false;
    cost_.bytes_read += runs * (sizeof codes_[0] + sizeof run_ends_[0]);
    out.codes = std::span(codes_).first(runs);
    out.run_ends = std::span(run_ends_).first(runs);
    return true;
}

/// False where whole numbers and others meet in one block.
Result<bool> ColumnGather::read_numbers(const Source& source, ColumnRows& out) {
    const BoundColumn* only = nullptr;
    for (const BoundColumn& bound : source.numbers.front().columns) {
        const bool is_number = bound.column->kind() != column::ColumnKind::kCodes;
        if (!is_number || bound.column->stats(block_).present == 0) continue;
        if (only != nullptr) return false;
        only = &bound;
    }
    if (only == nullptr) return true;
    ColumnReader& reader = readers_[only->slot];
    TF_TRY(reader.load(*only->column, first_row_));
    if (only->column->kind() == column::ColumnKind::kInts) {
        out.wholes = pick_numbers(reader, reader.integers(), wholes_, out);
        return true;
    }
    out.reals = pick_numbers(reader, reader.reals(), reals_, out);
    std::tie(out.least, out.most) = magnitudes(only->column->stats(block_));
    return true;
}

/// pick() of the rows that have a number.
template <typename Value>
std::span<const Value> ColumnGather::pick_numbers(const ColumnReader& reader, const Value* of_block,
                                                  std::vector<Value>& room, ColumnRows& out) {
    if (reader.full()) return pick(of_block, room);
    if (whole_) RowSelect::fill_all(places_);
    numbered_.resize(places_.size());
    room.resize(column::kBlockRows);
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < places_.size(); ++i) {
        numbered_[count] = i;
        room[count] = of_block[places_[i]];
        count += reader.presence().test(places_[i]) ? 1 : 0;
    }
    if (count < places_.size()) out.numbered = std::span(numbered_).first(count);
    return {room.data(), count};
}

}  // namespace twofold::engine
