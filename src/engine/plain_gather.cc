// SPDX-License-Identifier: Apache-2.0
#include "engine/plain_gather.h"

#include <algorithm>

namespace twofold::engine {
namespace {

/// Users that are gone through at once: their selected rows stay in the second cache.
constexpr std::uint32_t kUnitsAtOnce = 512;
/// Rows of a part whose codes are compared at once.
constexpr std::uint32_t kPlainPieceRows = 4'096;
/// Rows that go to a sink at once.
constexpr std::size_t kPlainFeedRows = 4'096;

bool earlier(const TapeRow& a, const TapeRow& b) {
    return a.time < b.time;
}

}  // namespace

PlainGather::PlainGather(ScanContext& context)
    : context_(context),
      scan_(context.scan),
      cursors_(context.sources.all().size()),
      selected_(kPlainPieceRows + 16) {
    for (std::size_t i = 0; i < cursors_.size(); ++i) {
        Cursor& cursor = cursors_[i];
        cursor.source = &context.sources.all()[i];
        const Source& source = *cursor.source;
        cursor.every = source.codes.every();
        const auto same = [&source](std::uint32_t mask) { return mask == source.masks.front(); };
        cursor.only_times = cursor.every && source.timed == 0 && !scan_.ordered &&
                            std::ranges::all_of(source.masks, same);
    }
}

bool PlainGather::serves(const ScanContext& context) {
    const Scan& scan = context.scan;
    return !context.needs_persons && !scan.want_acting && scan.cells.empty() &&
           scan.numbers.empty() && scan.extra.empty() &&
           std::ranges::all_of(context.sources.all(), [](const Source& source) {
               return source.conditions.empty() && !source.reads_columns;
           });
}

Status PlainGather::feed(std::uint32_t first, std::span<const std::uint32_t> lane_of,
                         std::span<const std::uint8_t> apart, Sink& sink,
                         std::vector<std::uint32_t>& left) {
    sink_ = &sink;
    takes_times_ = sink.takes_times();
    const auto count = static_cast<std::uint32_t>(lane_of.size());
    for (std::uint32_t begin = 0; begin < count; begin += kUnitsAtOnce) {
        const std::uint32_t units = std::min(kUnitsAtOnce, count - begin);
        for (Cursor& cursor : cursors_)
            TF_TRY(open(cursor, first + begin, first + begin + units));
        feed_units(first + begin, lane_of.subspan(begin, units),
                   apart.empty() ? apart : apart.subspan(begin, units), left);
        if (too_large_) {
            return fail(ErrorCode::kTooLarge,
                        "the question needs the rows of one unit in order, and there are more than "
                        "fit in memory; ask for fewer events or a shorter range");
        }
    }
    flush();
    return {};
}

/// Sets the cursor to the rows of ordinals [first, end), and finds those with a wanted name.
Status PlainGather::open(Cursor& cursor, std::uint32_t first, std::uint32_t end) {
    const store::Part& part = *cursor.source->part;
    cursor.place = static_cast<std::uint32_t>(part.lower_bound(first));
    cursor.place_end = static_cast<std::uint32_t>(part.lower_bound(end));
    cursor.selected = 0;
    cursor.rows.clear();
    const store::RowRange rows{part.first_rows()[cursor.place],
                               part.first_rows()[cursor.place_end]};
    if (rows.empty()) return {};
    TF_TRY(part.verify_rows(rows));
    cost_.events_read += rows.size();
    cost_.bytes_read += rows.size() * (part.wide_codes() ? 2 : 1);
    if (!cursor.every) select(cursor, rows);
    return {};
}

void PlainGather::select(Cursor& cursor, store::RowRange rows) {
    const Source& source = *cursor.source;
    for (std::uint32_t begin = rows.begin; begin < rows.end; begin += kPlainPieceRows) {
        const std::uint32_t size = std::min(rows.end - begin, kPlainPieceRows);
        const std::uint32_t found =
            source.part->wide_codes()
                ? source.codes.select(source.part->codes16().subspan(begin, size), selected_.data())
                : source.codes.select(source.part->codes8().subspan(begin, size), selected_.data());
        const std::size_t before = cursor.rows.size();
        cursor.rows.resize(before + found);
        for (std::uint32_t i = 0; i < found; ++i)
            cursor.rows[before + i] = begin + selected_[i];
    }
}

void PlainGather::feed_units(std::uint32_t first, std::span<const std::uint32_t> lane_of,
                             std::span<const std::uint8_t> apart,
                             std::vector<std::uint32_t>& left) {
    for (std::uint32_t i = 0; i < lane_of.size() && !too_large_; ++i) {
        const std::uint32_t lane = lane_of[i];
        if (lane == kNoLane || (!apart.empty() && apart[i] != 0)) {
            skip_unit(first + i);
            if (lane != kNoLane) left.push_back(lane);
            continue;
        }
        if (!add_unit(first + i, lane)) left.push_back(lane);
        if (size_ >= kPlainFeedRows) flush();
    }
}

void PlainGather::skip_unit(std::uint32_t ordinal) {
    for (Cursor& cursor : cursors_) {
        if (cursor.place == cursor.place_end) continue;
        const store::Part& part = *cursor.source->part;
        if (part.ordinals()[cursor.place] != ordinal) continue;
        const std::uint32_t end = part.first_rows()[++cursor.place];
        while (cursor.selected < cursor.rows.size() && cursor.rows[cursor.selected] < end)
            ++cursor.selected;
    }
}

/// False when an ordered scan cannot tell the order of its rows here; then none was added.
bool PlainGather::add_unit(std::uint32_t ordinal, std::uint32_t lane) {
    const std::size_t begin = size_;
    std::uint32_t entangled = 0;
    for (Cursor& cursor : cursors_) {
        if (cursor.place == cursor.place_end) continue;
        const store::Part& part = *cursor.source->part;
        if (part.ordinals()[cursor.place] != ordinal) continue;
        const store::RowRange rows{part.first_rows()[cursor.place],
                                   part.first_rows()[cursor.place + 1]};
        ++cursor.place;
        const std::size_t before = size_;
        add_run(cursor, rows, lane);
        if (!scan_.ordered || size_ == before) continue;
        entangled += cursor.source->entangled ? 1 : 0;
        const auto middle = tape_.begin() + static_cast<std::ptrdiff_t>(before);
        if (before > begin && earlier(*middle, *(middle - 1))) {
            std::inplace_merge(tape_.begin() + static_cast<std::ptrdiff_t>(begin), middle,
                               tape_.begin() + static_cast<std::ptrdiff_t>(size_), earlier);
        }
    }
    if (entangled > 1) {
        cost_.events_kept -= size_ - begin;
        size_ = begin;
        return false;
    }
    too_large_ = scan_.ordered && size_ - begin > scan_.tape_rows_max;
    return true;
}

void PlainGather::add_run(Cursor& cursor, store::RowRange rows, std::uint32_t lane) {
    const Source& source = *cursor.source;
    const store::Part& part = *source.part;
    const std::size_t before = size_;
    const store::RowRange wanted = narrowed(source, rows);
    if (cursor.only_times && takes_times_) {
        sink_->feed_times(lane, part.seconds().subspan(wanted.begin, wanted.size()));
        cost_.events_kept += wanted.size();
        cost_.bytes_read += wanted.size() * sizeof(std::uint32_t);
        return;
    }
    if (cursor.every) {
        make_room(wanted.size());
        part.wide_codes() ? put_run(cursor, part.codes16(), wanted, lane)
                          : put_run(cursor, part.codes8(), wanted, lane);
    } else {
        const std::vector<std::uint32_t>& all = cursor.rows;
        std::size_t i = cursor.selected;
        while (i < all.size() && all[i] < wanted.begin)
            ++i;
        const std::size_t from = i;
        while (i < all.size() && all[i] < wanted.end)
            ++i;
        const auto chosen = std::span(all).subspan(from, i - from);
        while (i < all.size() && all[i] < rows.end)
            ++i;
        cursor.selected = i;
        make_room(chosen.size());
        part.wide_codes() ? put_selected(cursor, part.codes16(), chosen, lane)
                          : put_selected(cursor, part.codes8(), chosen, lane);
    }
    cost_.bytes_read += (size_ - before) * (sizeof(std::uint32_t) + sizeof(std::uint16_t));
    if (source.timed != 0) cut_times(source, before);
    cost_.events_kept += size_ - before;
}

template <typename Code>
void PlainGather::put_run(const Cursor& cursor, std::span<const Code> codes, store::RowRange rows,
                          std::uint32_t lane) {
    const std::uint32_t* const seconds = cursor.source->part->seconds().data();
    const std::uint16_t* const millis = cursor.source->part->millis().data();
    const std::uint32_t* const masks = cursor.source->masks.data();
    TapeRow* out = tape_.data() + size_;
    for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
        *out++ = {kYear2000Ms + TimeMs{seconds[row]} * 1000 + millis[row], lane, masks[codes[row]]};
    }
    size_ += rows.size();
}

template <typename Code>
void PlainGather::put_selected(const Cursor& cursor, std::span<const Code> codes,
                               std::span<const std::uint32_t> rows, std::uint32_t lane) {
    const std::uint32_t* const seconds = cursor.source->part->seconds().data();
    const std::uint16_t* const millis = cursor.source->part->millis().data();
    const std::uint32_t* const masks = cursor.source->masks.data();
    TapeRow* out = tape_.data() + size_;
    for (const std::uint32_t row : rows) {
        *out++ = {kYear2000Ms + TimeMs{seconds[row]} * 1000 + millis[row], lane, masks[codes[row]]};
    }
    size_ += rows.size();
}

/// Takes from each row the filters whose range it is not in, and drops rows without any.
void PlainGather::cut_times(const Source& source, std::size_t begin) {
    std::size_t kept = begin;
    for (std::size_t i = begin; i < size_; ++i) {
        TapeRow row = tape_[i];
        for (std::uint32_t rest = source.timed & row.mask; rest != 0; rest &= rest - 1) {
            const auto k = static_cast<std::size_t>(std::countr_zero(rest));
            const RowFilter& filter = scan_.filters[k];
            if (row.time < filter.from || row.time >= filter.to) row.mask &= ~(1U << k);
        }
        tape_[kept] = row;
        kept += row.mask != 0 ? 1 : 0;
    }
    size_ = kept;
}

void PlainGather::make_room(std::size_t rows) {
    if (size_ + rows > tape_.size()) tape_.resize((size_ + rows) * 2 + kPlainFeedRows);
}

void PlainGather::flush() {
    if (size_ == 0) return;
    Tape tape;
    tape.rows = std::span(tape_).first(size_);
    sink_->feed(tape);
    size_ = 0;
}

}  // namespace twofold::engine
