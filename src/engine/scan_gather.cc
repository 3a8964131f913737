// SPDX-License-Identifier: Apache-2.0
#include "engine/scan_gather.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.h"
#include "engine/source_rows.h"

namespace twofold::engine {
namespace {

/// Rows of a part that are taken through the filters at once: their codes, times and lanes stay in
/// the first cache.
constexpr std::uint32_t kPieceRows = column::kBlockRows;
/// Where values are decoded in blocks, scattered rows are collected and sorted first.
constexpr std::uint32_t kScatteredRows = 1U << 18;
/// Rows that go to a sink at once when no order is asked.
constexpr std::size_t kFeedRows = 8'192;
/// Shorter runs are looked at row by row.
constexpr std::uint32_t kVectorRunMin = 48;
constexpr std::size_t kCellCacheMax = 1U << 20;

/// Of the block of values that the row is in: its end.
std::uint32_t end_of_block(std::uint32_t row) {
    return (row / column::kBlockRows + 1) * column::kBlockRows;
}

void prefetch(const void* address) {
    __builtin_prefetch(address);
}

bool spans_hold(std::span<const frame::Span> spans, TimeMs time) {
    for (const frame::Span& span : spans) {
        if (time < span.until) return time >= span.from;
    }
    return false;
}

}  // namespace

Gather::Gather(ScanContext& context)
    : context_(context), scan_(context.scan), readers_(context.sources.slots_max()) {
    selected_.resize(kPieceRows + 16);
    places_.resize(kPieceRows + 16);
    verified_.resize(context.sources.all().size());
}

void Gather::begin(const Start& start) {
    block_ = start;
    tape_.reset(context_.shape, start.with_origins);
    count_ = 0;
}

ScanCost Gather::cost() const {
    ScanCost cost = cost_;
    for (const ColumnReader& reader : readers_)
        cost.bytes_read += reader.bytes();
    cost.bytes_read += sequence_reader_.bytes();
    cost += select_.cost();
    return cost;
}

void Gather::resize(std::size_t count) {
    if (rows_.size() < count) {
        rows_.resize(count);
        lanes_.resize(count);
        masks_.resize(count);
        times_.resize(count);
        acting_.resize(count);
        persons_.resize(count);
    }
}

std::uint32_t Gather::select(const Source& source, store::RowRange rows) {
    cost_ += cost_of_names(*source.part, rows.size());
    return select_names(source, rows, selected_.data());
}

Status Gather::add_block(const Source& source, store::RowRange rows, std::uint32_t first_ordinal,
                         std::span<const std::uint32_t> lane_of) {
    TF_TRY(source.part->verify_rows(rows));
    const std::uint32_t* const ordinals = source.part->ordinals().data();
    resize(kPieceRows + 16);
    for (std::uint32_t begin = rows.begin; begin < rows.end; begin = end_of_block(begin)) {
        const store::RowRange piece{begin, std::min(rows.end, end_of_block(begin))};
        TF_ASSIGN(RowSelect::Selected selected, select_.select(source, piece, readers_));
        RowSelect::fill(selected);
        const std::span<const std::uint32_t> found = selected.places;
        source.index->places_of(begin, found, places_.data());
        std::size_t kept = 0;
        for (std::size_t i = 0; i < found.size(); ++i) {
            const std::uint32_t lane = lane_of[ordinals[places_[i]] - first_ordinal];
            rows_[kept] = begin + found[i];
            lanes_[kept] = lane;
            kept += lane != kNoLane ? 1 : 0;
        }
        count_ = kept;
        TF_TRY(process(source));
    }
    return {};
}

Status Gather::add_rows(const Source& source, store::RowRange rows) {
    TF_TRY(source.part->verify_rows(rows));
    resize(kPieceRows + 16);
    for (std::uint32_t begin = rows.begin; begin < rows.end; begin = end_of_block(begin)) {
        const store::RowRange piece{begin, std::min(rows.end, end_of_block(begin))};
        TF_ASSIGN(RowSelect::Selected selected, select_.select(source, piece, readers_));
        RowSelect::fill(selected);
        count_ = selected.count();
        for (std::size_t i = 0; i < count_; ++i) {
            rows_[i] = begin + selected.places[i];
            lanes_[i] = 0;
        }
        if (context_.needs_persons) look_up_persons(source);
        TF_TRY(process(source));
    }
    return {};
}

Status Gather::add_listed(const Source& source, std::span<const std::uint32_t> numbers,
                          std::uint32_t first_lane) {
    TF_TRY(verify_for(source, numbers.size()));
    resize(kPieceRows + 16);
    for (std::size_t begin = 0; begin < numbers.size(); begin += kPieceRows) {
        count_ = std::min<std::size_t>(numbers.size() - begin, kPieceRows);
        for (std::size_t i = 0; i < count_; ++i) {
            const std::uint32_t row = numbers[begin + i] - source.first_row;
            if (verified_[source.number] == 0) TF_TRY(source.part->verify_rows({row, row + 1}));
            rows_[i] = row;
            lanes_[i] = first_lane + static_cast<std::uint32_t>(begin + i);
        }
        TF_TRY(process(source));
    }
    return {};
}

/// Three passes over some hundred runs: who is in the part at all, where its rows lie, the rows.
/// Each asks for the memory that the next one reads, so that many wait for it at once.
Status Gather::add_runs(const Source& source, std::span<const WantedRows> runs) {
    if (source.rare) return add_rare_runs(source, runs);
    TF_TRY(verify_for(source, runs.size()));
    std::array<Found, 512> found;
    const store::PartInfo& info = source.part->info();
    const std::uint32_t* const first_rows = source.part->first_rows().data();
    // Without a named customer only those who belong at some time of this part matter.
    const bool by_time = block_.kind == LaneKind::kBelonging && source.acting == nullptr;
    for (std::size_t begin = 0; begin < runs.size(); begin += found.size()) {
        const auto piece = runs.subspan(begin, std::min(found.size(), runs.size() - begin));
        std::size_t count = 0;
        for (const WantedRows& run : piece) {
            const std::uint32_t place = source.index->find(run.ordinal);
            if (place == PartIndex::kAbsent) continue;
            if (by_time && !block_.lanes[run.lane].reaches(info.min_time, info.max_time)) continue;
            prefetch(first_rows + place);
            found[count++] = {place, run.lane, {}};
        }
        for (std::size_t i = 0; i < count; ++i) {
            found[i].rows = {first_rows[found[i].place], first_rows[found[i].place + 1]};
            source.part->prefetch_rows(found[i].rows);
        }
        if (!source.whole_span) {
            for (std::size_t i = 0; i < count; ++i)
                found[i].rows = narrowed(source, found[i].rows);
        }
        TF_TRY(with_codes(*source.part, [&](auto codes) {
            return add_found(source, codes, std::span(found).first(count));
        }));
    }
    return flush(source);
}

/// add_runs() of the few rows that are left of the part; they were verified when they were found.
Status Gather::add_rare_runs(const Source& source, std::span<const WantedRows> runs) {
    const std::span<const std::uint32_t> first_rows = source.part->first_rows();
    for (const WantedRows& run : runs) {
        const std::uint32_t place = source.index->find(run.ordinal);
        if (place == PartIndex::kAbsent) continue;
        const store::RowRange rows{first_rows[place], first_rows[place + 1]};
        const auto found = rare_within(source, rows);
        resize(count_ + found.size());
        for (const std::uint32_t row : found) {
            rows_[count_] = row;
            lanes_[count_++] = run.lane;
        }
        if (count_ >= kScatteredRows) TF_TRY(flush(source));
    }
    return flush(source);
}

/// Many runs touch nearly every block of rows: then all are verified, once.
Status Gather::verify_for(const Source& source, std::size_t runs) {
    if (verified_[source.number] != 0 || runs < source.part->block_count()) return {};
    TF_TRY(source.part->verify_rows({0, source.part->row_count()}));
    verified_[source.number] = 1;
    return {};
}

template <typename Codes>
Status Gather::add_found(const Source& source, Codes codes, std::span<const Found> found) {
    const std::uint32_t piece_max = source.reads_columns ? kScatteredRows : kPieceRows;
    resize(piece_max + kPieceRows + 16);
    const std::uint32_t* const masks = source.masks.data();
    for (const Found& run : found) {
        if (verified_[source.number] == 0) TF_TRY(source.part->verify_rows(run.rows));
        for (std::uint32_t begin = run.rows.begin; begin < run.rows.end; begin += kPieceRows) {
            const std::uint32_t end = std::min(run.rows.end, begin + kPieceRows);
            if (end - begin < kVectorRunMin) {
                cost_ += cost_of_names(*source.part, end - begin);
                for (std::uint32_t row = begin; row < end; ++row) {
                    rows_[count_] = row;
                    lanes_[count_] = run.lane;
                    count_ += masks[codes[row]] != 0 ? 1 : 0;
                }
            } else {
                const std::uint32_t selected = select(source, {begin, end});
                for (std::uint32_t i = 0; i < selected; ++i) {
                    rows_[count_] = begin + selected_[i];
                    lanes_[count_++] = run.lane;
                }
            }
            if (count_ >= piece_max) TF_TRY(flush(source));
        }
    }
    return {};
}

Status Gather::flush(const Source& source) {
    if (source.reads_columns && count_ > 1) sort_by_row();
    return process(source);
}

/// So that each block of a column is decoded once.
void Gather::sort_by_row() {
    if (std::ranges::is_sorted(std::span(rows_).first(count_))) return;
    by_row_.resize(count_);
    for (std::size_t i = 0; i < count_; ++i) {
        by_row_[i] = std::uint64_t{rows_[i]} << 32 | lanes_[i];
    }
    std::ranges::sort(by_row_);
    for (std::size_t i = 0; i < count_; ++i) {
        rows_[i] = static_cast<std::uint32_t>(by_row_[i] >> 32);
        lanes_[i] = static_cast<std::uint32_t>(by_row_[i]);
    }
}

std::uint32_t Gather::person_of(std::size_t i) const {
    switch (block_.kind) {
        case LaneKind::kNone:
            return lanes_[i];
        case LaneKind::kUsers:
            return block_.first_unit + lanes_[i];
        case LaneKind::kBelonging:
            return block_.lanes[lanes_[i]].person;
    }
    return 0;
}

void Gather::look_up_persons(const Source& source) {
    const auto ordinals = source.part->ordinals();
    source.index->places_of(0, std::span(rows_).first(count_), lanes_.data());
    for (std::size_t i = 0; i < count_; ++i) {
        const model::UserOrdinal ordinal{ordinals[lanes_[i]]};
        lanes_[i] = model::index(context_.frames.canonical(ordinal));
    }
}

/// Whether rows need nothing but their names and times.
bool Gather::is_plain(const Source& source) const {
    return source.timed == 0 && source.plain() && block_.kind != LaneKind::kBelonging &&
           !context_.needs_persons && !context_.shape.acting && source.cells.empty() &&
           source.numbers.empty();
}

Status Gather::process(const Source& source) {
    // Of a scan that is to end nothing more is asked.
    if (context_.cancelled()) count_ = 0;
    if (count_ == 0) return {};
    if (is_plain(source)) return push_plain(source);
    read_names_and_times(source);
    bool dropped = source.timed != 0;
    if (dropped) cut_masks(source);
    if (block_.kind == LaneKind::kNone && scan_.people != nullptr) {
        keep_people();
        dropped = true;
    }
    if (source.acting != nullptr) {
        if (dropped) drop_unmasked();
        TF_TRY(read_acting(source));
    } else {
        std::fill_n(acting_.begin(), count_, 0);
    }
    if (block_.kind == LaneKind::kBelonging) {
        cut_to_belonging();
        dropped = true;
    }
    if (dropped) drop_unmasked();
    if (context_.needs_persons) {
        for (std::size_t i = 0; i < count_; ++i)
            persons_[i] = person_of(i);
    }
    if (!source.conditions.empty()) {
        TF_TRY(test_conditions(source));
        drop_unmasked();
    }
    if (block_.kind == LaneKind::kBelonging && scan_.refined != 0) {
        refine();
        drop_unmasked();
    }
    TF_TRY(push(source));
    count_ = 0;
    return {};
}

void Gather::refine() {
    for (std::size_t i = 0; i < count_; ++i) {
        if ((masks_[i] & scan_.refined) == 0) continue;
        const Lane& lane = block_.lanes[lanes_[i]];
        masks_[i] = scan_.refine({lane.person, lane.customer, acting_[i], masks_[i], times_[i]});
    }
}

void Gather::read_names_and_times(const Source& source) {
    const store::Part& part = *source.part;
    with_codes(part, [&](auto codes) {
        for (std::size_t i = 0; i < count_; ++i)
            masks_[i] = source.masks[codes[rows_[i]]];
    });
    const std::uint32_t* const seconds = part.seconds().data();
    const std::uint16_t* const millis = part.millis().data();
    for (std::size_t i = 0; i < count_; ++i) {
        const std::uint32_t row = rows_[i];
        times_[i] = kYear2000Ms + TimeMs{seconds[row]} * 1000 + millis[row];
    }
    cost_.bytes_read += count_ * kTimeBytes;
}

/// As cut_times() of rows, filter by filter: here times and masks lie apart.
void Gather::cut_masks(const Source& source) {
    for (std::uint32_t rest = source.timed; rest != 0; rest &= rest - 1) {
        const RowFilter& filter = scan_.filters[static_cast<std::size_t>(std::countr_zero(rest))];
        const std::uint32_t others = ~(rest & (~rest + 1));
        for (std::size_t i = 0; i < count_; ++i) {
            masks_[i] &= filter.within(times_[i]) ? ~std::uint32_t{0} : others;
        }
    }
}

void Gather::keep_people() {
    for (std::size_t i = 0; i < count_; ++i) {
        if (!scan_.people->test(lanes_[i])) masks_[i] = 0;
    }
}

Status Gather::read_acting(const Source& source) {
    ColumnReader& reader = readers_[0];
    for (std::size_t i = 0; i < count_; ++i) {
        TF_TRY(reader.load(*source.acting, rows_[i]));
        const std::uint32_t code = reader.code(rows_[i]);
        acting_[i] = 0;
        if (code == 0) continue;
        const auto named = context_.frames.canonical(model::CustomerOrdinal{code - 1});
        acting_[i] = model::index(context_.frames.root(named, times_[i])) + 1;
    }
    return {};
}

void Gather::cut_to_belonging() {
    for (std::size_t i = 0; i < count_; ++i) {
        const Lane& lane = block_.lanes[lanes_[i]];
        const bool belongs =
            acting_[i] != 0 ? acting_[i] == lane.customer + 1 : spans_hold(lane.spans, times_[i]);
        if (!belongs) masks_[i] = 0;
    }
}

void Gather::drop_unmasked() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        rows_[kept] = rows_[i];
        lanes_[kept] = lanes_[i];
        masks_[kept] = masks_[i];
        times_[kept] = times_[i];
        acting_[kept] = acting_[i];
        persons_[kept] = persons_[i];
        kept += masks_[i] != 0 ? 1 : 0;
    }
    count_ = kept;
}

Status Gather::test_conditions(const Source& source) {
    const RowBatch batch{source.part, std::span(rows_).first(count_),
                         std::span(times_).first(count_), std::span(persons_).first(count_),
                         std::span(acting_).first(count_)};
    for (const SourceCondition& bound : source.conditions) {
        const std::uint32_t bit = 1U << bound.filter;
        tested_.clear();
        for (std::uint32_t i = 0; i < count_; ++i) {
            if ((masks_[i] & bit) != 0) tested_.push_back(i);
        }
        if (tested_.empty()) continue;
        TF_TRY(bound.condition.test(batch, tested_, readers_, truths_));
        for (std::size_t i = 0; i < tested_.size(); ++i) {
            if (truths_[i] == 0) masks_[tested_[i]] &= ~bit;
        }
    }
    return {};
}

/// Calls take(begin, end, reader) for the rows at hand, those of one block of the column at a time;
/// not for blocks without a value.
template <typename Take>
Status Gather::each_block(const BoundColumn& bound, Take&& take) {
    ColumnReader& reader = readers_[bound.slot];
    for (std::size_t begin = 0; begin < count_;) {
        TF_TRY(reader.load(*bound.column, rows_[begin]));
        const std::uint32_t block = rows_[begin] / column::kBlockRows;
        std::size_t end = begin + 1;
        while (end < count_ && rows_[end] / column::kBlockRows == block)
            ++end;
        if (!reader.empty()) take(begin, end, reader);
        begin = end;
    }
    return {};
}

/// Cells of numbers, each value looked up once as long as there are not too many.
template <typename Cache, typename ValueOf>
void Gather::fill_number_cells(Cache& cache, std::size_t begin, std::size_t end,
                               const ColumnReader& reader, ValueOf&& value_of,
                               std::uint32_t* cells) {
    for (std::size_t i = begin; i < end; ++i) {
        if (cells[i] != kWanted || !reader.has(rows_[i])) continue;
        const model::Value value = value_of(rows_[i]);
        if (cache.size() >= kCellCacheMax) cache.clear();
        const auto [place, is_new] = cache.try_emplace(
            value.type == model::ValueType::kInt ? std::bit_cast<std::uint64_t>(value.integer)
                                                 : std::bit_cast<std::uint64_t>(value.real),
            0);
        if (is_new) place->second = scan_.values->id(value);
        cells[i] = place->second;
    }
}

Status Gather::fill_cells(const SourceFetch& fetch, std::size_t column, std::uint32_t* cells) {
    const BoundColumn& bound = fetch.columns[column];
    return each_block(bound, [&](std::size_t begin, std::size_t end, const ColumnReader& reader) {
        switch (bound.column->kind()) {
            case column::ColumnKind::kCodes: {
                for (std::size_t i = begin; i < end; ++i) {
                    const std::uint32_t code = reader.code(rows_[i]);
                    if (code == 0 || cells[i] != kWanted) continue;
                    cells[i] = fetch.id(column, code, *scan_.values, scratch_);
                }
                return;
            }
            case column::ColumnKind::kInts:
                return fill_number_cells(
                    int_cells_, begin, end, reader,
                    [&](std::uint32_t row) { return model::Value::of_int(reader.integer(row)); },
                    cells);
            case column::ColumnKind::kDoubles:
                return fill_number_cells(
                    real_cells_, begin, end, reader,
                    [&](std::uint32_t row) { return model::Value::of_double(reader.real(row)); },
                    cells);
        }
    });
}

Status Gather::push_cells(const Source& source, const SourceFetch& fetch,
                          std::vector<std::uint32_t>& out) {
    const std::size_t before = out.size();
    out.resize(before + count_);
    std::uint32_t* const cells = out.data() + before;
    for (std::size_t i = 0; i < count_; ++i)
        cells[i] = (masks_[i] & fetch.fetch->filters) != 0 ? kWanted : kNoCell;
    if (fetch.fetch->what == Fetch::What::kName) {
        const auto names = source.part->names();
        with_codes(*source.part, [&](auto codes) {
            for (std::size_t i = 0; i < count_; ++i) {
                if (cells[i] == kWanted) cells[i] = names[codes[rows_[i]]] + 1;
            }
        });
    }
    if (fetch.fetch->what == Fetch::What::kRow) {
        for (std::size_t i = 0; i < count_; ++i) {
            if (cells[i] == kWanted) cells[i] = source.first_row + rows_[i] + 1;
        }
    }
    // Of several columns the first that a row has.
    for (std::size_t column = 0; column < fetch.columns.size(); ++column)
        TF_TRY(fill_cells(fetch, column, cells));
    std::replace(cells, cells + count_, kWanted, kNoCell);
    return {};
}

Status Gather::push_numbers(const SourceFetch& fetch, std::vector<kernel::Number>& out) {
    using kernel::Number;
    const std::size_t before = out.size();
    out.resize(before + count_);
    Number* const numbers = out.data() + before;
    const auto wanted = [&](std::size_t i) {
        return (masks_[i] & fetch.fetch->filters) != 0 && numbers[i].is_missing();
    };
    for (const BoundColumn& bound : fetch.columns) {
        if (bound.column->kind() == column::ColumnKind::kCodes) continue;
        const bool whole = bound.column->kind() == column::ColumnKind::kInts;
        TF_TRY(each_block(bound, [&](std::size_t begin, std::size_t end,
                                     const ColumnReader& reader) {
            for (std::size_t i = begin; i < end; ++i) {
                const std::uint32_t row = rows_[i];
                if (!wanted(i) || !reader.has(row)) continue;
                numbers[i] = whole ? Number::of(reader.integer(row)) : Number::of(reader.real(row));
            }
        }));
    }
    return {};
}

Status Gather::make_room() {
    if (block_.sink == nullptr && tape_.size() + count_ > scan_.tape_rows_max) {
        return std::unexpected(one_unit_too_large());
    }
    cost_.events_kept += count_;
    return {};
}

Status Gather::push(const Source& source) {
    TF_TRY(make_room());
    std::vector<TapeRow>& tape = tape_.rows();
    const std::size_t before = tape.size();
    tape.resize(before + count_);
    TapeRow* const out = tape.data() + before;
    const bool by_lane = block_.sink == nullptr;
    for (std::size_t i = 0; i < count_; ++i) {
        std::uint32_t unit = lanes_[i];
        if (block_.kind == LaneKind::kNone) unit = 0;
        if (block_.kind == LaneKind::kBelonging && !by_lane) unit = block_.lanes[unit].unit;
        out[i] = TapeRow{times_[i], unit, masks_[i]};
    }
    const auto append = [this](auto& to, const auto& from) {
        to.insert(to.end(), from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count_));
    };
    if (context_.shape.persons) append(tape_.persons(), persons_);
    if (context_.shape.acting) append(tape_.acting(), acting_);
    for (std::size_t c = 0; c < source.cells.size(); ++c) {
        TF_TRY(push_cells(source, source.cells[c], tape_.cells(c)));
    }
    for (std::size_t c = 0; c < source.numbers.size(); ++c) {
        TF_TRY(push_numbers(source.numbers[c], tape_.numbers(c)));
    }
    if (tape_.with_origins()) {
        add_origins(source, std::span(rows_).first(count_));
    }
    if (block_.sink != nullptr && tape_.size() >= kFeedRows) feed();
    return {};
}

/// process() in one pass, for what most questions ask.
Status Gather::push_plain(const Source& source) {
    TF_TRY(make_room());
    const auto rows = std::span(rows_).first(count_);
    std::vector<TapeRow>& tape = tape_.rows();
    const std::size_t before = tape.size();
    tape.resize(before + count_);
    write_rows(source, rows, std::span(lanes_).first(count_), tape.data() + before);
    cost_.bytes_read += count_ * kTimeBytes;
    if (tape_.with_origins()) add_origins(source, rows);
    count_ = 0;
    if (block_.sink != nullptr && tape_.size() >= kFeedRows) feed();
    return {};
}

void Gather::add_origins(const Source& source, std::span<const std::uint32_t> rows) {
    std::vector<Origin>& origins = tape_.origins();
    const std::size_t before = origins.size();
    origins.resize(before + rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        origins[before + i] = Origin{source.number} << 32 | rows[i];
    }
}

void Gather::add_extra(const ExtraRow& row, std::uint32_t lane) {
    std::uint32_t unit = lane;
    if (block_.kind == LaneKind::kBelonging && block_.sink != nullptr)
        unit = block_.lanes[lane].unit;
    tape_.add_extra(row, unit);
    ++cost_.events_kept;
    if (block_.sink != nullptr && tape_.size() >= kFeedRows) feed();
}

void Gather::feed() {
    if (tape_.size() == 0) return;
    block_.sink->feed(tape_.tape());
    tape_.clear();
}

Status Gather::read_sequences(std::span<const Origin> origins, std::span<std::uint64_t> sequences) {
    for (std::size_t i = 0; i < origins.size(); ++i) {
        const Source& source = context_.sources.all()[origins[i] >> 32];
        const auto row = static_cast<std::uint32_t>(origins[i]);
        TF_ASSIGN(const column::PropertyColumn* column, source.part->sequences());
        TF_TRY(sequence_reader_.load(*column, row));
        sequences[i] = static_cast<std::uint64_t>(sequence_reader_.integer(row));
    }
    return {};
}

Status Gather::finish(Sink& sink, std::span<const std::uint32_t> units,
                      std::span<const std::uint8_t> uncertain) {
    if (block_.sink != nullptr) {
        feed();
        return {};
    }
    if (tape_.size() == 0) return {};
    TF_TRY(tape_.order({block_.lane_count, units, uncertain},
                       [this](std::span<const Origin> origins, std::span<std::uint64_t> sequences) {
                           return read_sequences(origins, sequences);
                       }));
    sink.feed(tape_.tape());
    return {};
}

}  // namespace twofold::engine
