// SPDX-License-Identifier: Apache-2.0
#include "engine/plain_gather.h"

#include <algorithm>
#include <numeric>

#include "engine/source_rows.h"

namespace twofold::engine {
namespace {

/// Users that are gone through at once: their selected rows stay in the second cache.
constexpr std::uint32_t kUnitsAtOnce = 512;
/// Rows of a part whose codes are compared at once.
constexpr std::uint32_t kPlainPieceRows = 4'096;
/// Of so many rows not more than one is wanted: each one's time has to be waited for, if it was not
/// asked for before.
constexpr std::size_t kFarApart = 8;
/// Rows that go to a sink at once.
constexpr std::size_t kPlainFeedRows = 4'096;

}  // namespace

PlainGather::PlainGather(ScanContext& context)
    : context_(context),
      scan_(context.scan),
      cursors_(context.sources.all().size()),
      selected_(kPlainPieceRows + 16),
      numbered_(!context.scan.cells.empty()) {
    for (std::size_t i = 0; i < cursors_.size(); ++i) {
        Cursor& cursor = cursors_[i];
        cursor.source = &context.sources.all()[i];
        cursor.every = cursor.source->codes.every();
        cursor.only_times = cursor.source->alike() && !scan_.ordered && !numbered_;
    }
}

bool PlainGather::serves(const ScanContext& context) {
    const Scan& scan = context.scan;
    const auto is_number = [](const Fetch& fetch) {
        return fetch.what == Fetch::What::kRow && fetch.filters == 0xffff'ffff;
    };
    return !context.needs_persons && !scan.want_acting && scan.cells.size() <= 1 &&
           std::ranges::all_of(scan.cells, is_number) && scan.numbers.empty() &&
           scan.extra.empty() && context.sources.plain();
}

Status PlainGather::feed(std::uint32_t first, std::span<const std::uint32_t> lane_of,
                         std::span<const JoinedPersons::Member> members, Sink& sink,
                         std::vector<std::uint32_t>& left) {
    sink_ = &sink;
    takes_times_ = sink.takes_times();
    const auto count = static_cast<std::uint32_t>(lane_of.size());
    for (std::uint32_t begin = 0; begin < count; begin += kUnitsAtOnce) {
        if (context_.cancelled()) return {};
        const std::uint32_t units = std::min(kUnitsAtOnce, count - begin);
        const std::uint32_t end = first + begin + units;
        opened_.clear();
        for (std::uint32_t cursor = 0; cursor < cursors_.size(); ++cursor)
            TF_TRY(open(cursor, first + begin, end));
        sort_own(units);
        const auto rest = std::ranges::find_if(
            members, [end](const auto& member) { return member.canonical >= end; });
        members_ = {members.begin(), rest};
        members = {rest, members.end()};
        TF_TRY(open_members());
        TF_TRY(feed_units(first + begin, lane_of.subspan(begin, units), left));
    }
    flush();
    return {};
}

/// Finds the rows of ordinals [first, end) with a wanted name in one part, and whose they are.
Status PlainGather::open(std::uint32_t number, std::uint32_t first, std::uint32_t end) {
    Cursor& cursor = cursors_[number];
    const store::Part& part = *cursor.source->part;
    std::size_t place = part.lower_bound(first);
    const std::size_t place_end = part.lower_bound(end);
    const std::uint32_t* const ordinals = part.ordinals().data();
    const std::uint32_t* const first_rows = part.first_rows().data();
    cursor.rows.clear();
    const store::RowRange rows{first_rows[place], first_rows[place_end]};
    if (rows.empty()) return {};
    TF_TRY(part.verify_rows(rows));
    cost_ += cost_of_names(part, rows.size());
    if (cursor.every) {
        for (; place < place_end; ++place) {
            const store::RowRange own{first_rows[place], first_rows[place + 1]};
            opened_.push_back({ordinals[place] - first, number, own});
        }
        return {};
    }
    select(cursor, rows);
    const std::uint32_t* const selected = cursor.rows.data();
    const auto count = static_cast<std::uint32_t>(cursor.rows.size());
    for (std::uint32_t i = 0; i < count; ++place) {
        while (first_rows[place + 1] <= selected[i])
            ++place;
        const std::uint32_t from = i;
        const std::uint32_t own_end = first_rows[place + 1];
        do {
            ++i;
        } while (i < count && selected[i] < own_end);
        opened_.push_back({ordinals[place] - first, number, {from, i}});
    }
    return {};
}

/// Counting sort by unit.
void PlainGather::sort_own(std::uint32_t units) {
    own_begins_.assign(std::size_t{units} + 2, 0);
    for (const OwnRows& own : opened_)
        ++own_begins_[own.unit + 2];
    for (std::size_t unit = 2; unit < own_begins_.size(); ++unit)
        own_begins_[unit] += own_begins_[unit - 1];
    if (own_.size() < opened_.size()) own_.resize(opened_.size());
    // One place to the right: counted up while they are placed, begins become what they should be.
    for (const OwnRows& own : opened_)
        own_[own_begins_[own.unit + 1]++] = own;
}

void PlainGather::select(Cursor& cursor, store::RowRange rows) {
    for (std::uint32_t begin = rows.begin; begin < rows.end; begin += kPlainPieceRows) {
        const std::uint32_t size = std::min(rows.end - begin, kPlainPieceRows);
        const std::uint32_t found =
            select_names(*cursor.source, {begin, begin + size}, selected_.data());
        const std::size_t before = cursor.rows.size();
        cursor.rows.resize(before + found);
        for (std::uint32_t i = 0; i < found; ++i)
            cursor.rows[before + i] = begin + selected_[i];
    }
    if (cursor.rows.size() * kFarApart > rows.size()) return;
    const store::Part& part = *cursor.source->part;
    for (const std::uint32_t row : cursor.rows) {
        __builtin_prefetch(part.seconds().data() + row);
        __builtin_prefetch(part.millis().data() + row);
    }
}

/// Finds the rows of joined ordinals, which lie anywhere: all at once, so that memory is waited for
/// once.
Status PlainGather::open_members() {
    member_ = 0;
    member_rows_.assign(members_.size() * cursors_.size(), {});
    if (members_.empty()) return {};
    for (std::size_t c = 0; c < cursors_.size(); ++c) {
        const Source& source = *cursors_[c].source;
        const std::uint32_t* const first_rows = source.part->first_rows().data();
        for (std::size_t m = 0; m < members_.size(); ++m) {
            const std::uint32_t place = source.index->find(members_[m].ordinal);
            if (place == PartIndex::kAbsent) continue;
            member_rows_[m * cursors_.size() + c] = {place, place + 1};
            __builtin_prefetch(first_rows + place);
        }
        for (std::size_t m = 0; m < members_.size(); ++m) {
            store::RowRange& rows = member_rows_[m * cursors_.size() + c];
            if (rows.empty()) continue;
            rows = {first_rows[rows.begin], first_rows[rows.end]};
            source.part->prefetch_rows(rows);
            TF_TRY(source.part->verify_rows(rows));
            cost_ += cost_of_names(*source.part, rows.size());
        }
    }
    return {};
}

Status PlainGather::feed_units(std::uint32_t first, std::span<const std::uint32_t> lane_of,
                               std::vector<std::uint32_t>& left) {
    for (std::uint32_t i = 0; i < lane_of.size(); ++i) {
        const std::uint32_t lane = lane_of[i];
        std::size_t member_count = 0;
        while (member_ + member_count < members_.size() &&
               members_[member_ + member_count].canonical == first + i)
            ++member_count;
        const auto own =
            std::span(own_).subspan(own_begins_[i], own_begins_[i + 1] - own_begins_[i]);
        if (lane != kNoLane && own.size() + member_count > 0) {
            const std::size_t begin = size_;
            if (!add_unit(own, lane, member_count)) left.push_back(lane);
            if (too_large_ || (scan_.ordered && size_ - begin > scan_.tape_rows_max)) {
                return std::unexpected(one_unit_too_large());
            }
        }
        member_ += member_count;
        if (size_ >= kPlainFeedRows) flush();
    }
    return {};
}

/// False when an ordered scan cannot tell the order of its rows here; then none was added.
bool PlainGather::add_unit(std::span<const OwnRows> own, std::uint32_t lane,
                           std::size_t member_count) {
    const std::size_t begin = size_;
    runs_.clear();
    auto end_run = [&, before = begin](const Source& source, bool joined) mutable {
        if (scan_.ordered && size_ != before) runs_.push_back({before, source.entangled, joined});
        before = size_;
    };
    const auto add_own = [&](const OwnRows& rows) {
        add_own_rows(rows, lane);
        end_run(*cursors_[rows.cursor].source, false);
    };
    if (member_count == 0) {
        for (const OwnRows& rows : own)
            add_own(rows);
    } else {
        for (std::uint32_t c = 0; c < cursors_.size(); ++c) {
            if (!own.empty() && own.front().cursor == c) {
                add_own(own.front());
                own = own.subspan(1);
            }
            for (std::size_t m = member_; m < member_ + member_count; ++m) {
                const store::RowRange rows = member_rows_[m * cursors_.size() + c];
                if (rows.empty()) continue;
                add_member_rows(cursors_[c], rows, lane);
                end_run(*cursors_[c].source, true);
            }
        }
    }
    if (put_in_order()) return true;
    cost_.events_kept -= size_ - begin;
    size_ = begin;
    return false;
}

/// Merges the runs of a unit. Of two rows of one time that of the earlier run is the earlier, but
/// where sources are entangled or ordinals joined: false when there are such. From the last run on:
/// most rows are in the first, which is then moved once.
bool PlainGather::put_in_order() {
    bool clear = true;
    const std::size_t end = size_;
    for (std::size_t i = runs_.size(); i-- > 1;) {
        RunRows& left = runs_[i - 1];
        const RunRows& right = runs_[i];
        const bool tied = tape_[right.begin].time <= tape_[right.begin - 1].time &&
                          merge(left.begin, right.begin, end);
        clear &= !(tied && (left.joined || right.joined || (left.entangled && right.entangled)));
        left.joined |= right.joined;
        left.entangled |= right.entangled;
    }
    return clear;
}

/// Merges two runs of the tape, [begin, middle) and [middle, end), each by time; at equal times the
/// first comes first. Whether there were any. From the back: late rows move few others.
bool PlainGather::merge(std::size_t begin, std::size_t middle, std::size_t end) {
    return numbered_ ? merge_rows<true>(begin, middle, end) : merge_rows<false>(begin, middle, end);
}

template <bool kNumbered>
bool PlainGather::merge_rows(std::size_t begin, std::size_t middle, std::size_t end) {
    const auto from = static_cast<std::ptrdiff_t>(middle);
    const auto to_end = static_cast<std::ptrdiff_t>(end);
    merging_.assign(tape_.begin() + from, tape_.begin() + to_end);
    if constexpr (kNumbered)
        merging_row_numbers_.assign(row_numbers_.begin() + from, row_numbers_.begin() + to_end);
    bool tied = false;
    std::size_t to = end;
    for (std::size_t left = middle, right = merging_.size(); right > 0;) {
        --to;
        if (left > begin && tape_[left - 1].time > merging_[right - 1].time) {
            tape_[to] = tape_[--left];
            if constexpr (kNumbered) row_numbers_[to] = row_numbers_[left];
        } else {
            tied |= left > begin && tape_[left - 1].time == merging_[right - 1].time;
            tape_[to] = merging_[--right];
            if constexpr (kNumbered) row_numbers_[to] = merging_row_numbers_[right];
        }
    }
    return tied;
}

/// Hands over the times alone, where that is all that is asked for.
bool PlainGather::feed_times(const Cursor& cursor, store::RowRange rows, std::uint32_t lane) {
    if (!cursor.only_times || !takes_times_) return false;
    const std::span<const std::uint32_t> seconds = cursor.source->part->seconds();
    sink_->feed_times(lane, seconds.subspan(rows.begin, rows.size()));
    cost_.events_kept += rows.size();
    cost_.bytes_read += rows.size() * sizeof(std::uint32_t);
    return true;
}

void PlainGather::add_own_rows(const OwnRows& own, std::uint32_t lane) {
    const Cursor& cursor = cursors_[own.cursor];
    const Source& source = *cursor.source;
    if (cursor.every) {
        put_all(cursor, narrowed(source, own.rows), lane);
        return;
    }
    // What lies in other seconds than those asked for.
    auto rows = std::span(cursor.rows).subspan(own.rows.begin, own.rows.size());
    if (!source.whole_span) {
        const store::RowRange wanted = narrowed(source, {rows.front(), rows.back() + 1});
        while (!rows.empty() && rows.front() < wanted.begin)
            rows = rows.subspan(1);
        while (!rows.empty() && rows.back() >= wanted.end)
            rows = rows.first(rows.size() - 1);
    }
    put(cursor, rows, lane);
}

void PlainGather::add_member_rows(const Cursor& cursor, store::RowRange rows, std::uint32_t lane) {
    const Source& source = *cursor.source;
    const store::RowRange wanted = narrowed(source, rows);
    if (cursor.every) {
        put_all(cursor, wanted, lane);
        return;
    }
    for (std::uint32_t begin = wanted.begin; begin < wanted.end; begin += kPlainPieceRows) {
        const std::uint32_t size = std::min(wanted.end - begin, kPlainPieceRows);
        const std::uint32_t found = select_names(source, {begin, begin + size}, selected_.data());
        for (std::uint32_t i = 0; i < found; ++i)
            selected_[i] += begin;
        put(cursor, std::span(selected_).first(found), lane);
    }
}

/// How many rows go onto the tape before some may leave it: all of a run that is to be put in
/// order.
std::size_t PlainGather::at_once(std::size_t rows) const {
    return scan_.ordered ? rows : std::min(rows, kPlainFeedRows);
}

void PlainGather::put_all(const Cursor& cursor, store::RowRange rows, std::uint32_t lane) {
    if (feed_times(cursor, rows, lane)) return;
    while (!rows.empty()) {
        const auto size = static_cast<std::uint32_t>(at_once(rows.size()));
        if (!make_room(size)) return;
        write_rows(*cursor.source, {rows.begin, rows.begin + size}, lane, tape_.data() + size_);
        if (numbered_) {
            std::uint32_t* const numbers = row_numbers_.data() + size_;
            std::iota(numbers, numbers + size, cursor.source->first_row + 1 + rows.begin);
        }
        finish_rows(*cursor.source, size);
        rows.begin += size;
    }
}

void PlainGather::put(const Cursor& cursor, std::span<const std::uint32_t> rows,
                      std::uint32_t lane) {
    while (!rows.empty()) {
        const std::size_t size = at_once(rows.size());
        if (!make_room(size)) return;
        write_rows(*cursor.source, rows.first(size), lane, tape_.data() + size_);
        if (numbered_) {
            const std::uint32_t first = cursor.source->first_row + 1;
            for (std::size_t i = 0; i < size; ++i)
                row_numbers_[size_ + i] = first + rows[i];
        }
        finish_rows(*cursor.source, size);
        rows = rows.subspan(size);
    }
}

/// The next `count` rows of the tape are written.
void PlainGather::finish_rows(const Source& source, std::size_t count) {
    cost_.bytes_read += count * kTimeBytes;
    if (source.timed != 0) {
        count = cut_times(source, scan_, std::span(tape_).subspan(size_, count),
                          numbered_ ? row_numbers_.data() + size_ : nullptr);
    }
    size_ += count;
    cost_.events_kept += count;
    if (!scan_.ordered && size_ >= kPlainFeedRows) flush();
}

/// False, and the scan fails, when they are more than may be held.
bool PlainGather::make_room(std::size_t rows) {
    too_large_ |= scan_.ordered && rows > scan_.tape_rows_max;
    if (too_large_) return false;
    if (size_ + rows > tape_.size()) tape_.resize((size_ + rows) * 2 + kPlainFeedRows);
    if (numbered_) row_numbers_.resize(tape_.size());
    return true;
}

void PlainGather::flush() {
    if (size_ == 0) return;
    Tape tape;
    tape.rows = std::span(tape_).first(size_);
    if (numbered_) tape.cells[0] = std::span(row_numbers_).first(size_);
    sink_->feed(tape);
    size_ = 0;
}

}  // namespace twofold::engine
