// SPDX-License-Identifier: Apache-2.0
#include "engine/attached_rows.h"

#include <algorithm>

#include "engine/source_rows.h"
#include "frame/snapshot.h"

namespace twofold::engine {
namespace {

/// Rows of a part whose codes are compared at once.
constexpr std::uint32_t kAttachedPieceRows = 4'096;
/// Rows that go to a sink at once.
constexpr std::size_t kAttachedFeedRows = 4'096;

/// The time of a row, but for its milliseconds.
TimeMs second_at(const store::Part& part, std::uint32_t row) {
    return kYear2000Ms + TimeMs{part.seconds()[row]} * 1000;
}

/// The first of rows that rise by time and is not before `time`. Rows are mostly on one side of it:
/// then seconds tell it, and milliseconds, which lie elsewhere, are left alone.
std::uint32_t first_not_before(const store::Part& part, store::RowRange rows, TimeMs time) {
    if (rows.empty() || second_at(part, rows.begin) >= time) return rows.begin;
    if (second_at(part, rows.end - 1) + 1000 <= time) return rows.end;
    std::uint32_t begin = rows.begin;
    for (std::uint32_t count = rows.size(); count > 0;) {
        const std::uint32_t half = count / 2;
        if (part.time_at(begin + half) < time) {
            begin += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return begin;
}

}  // namespace

AttachedCost& AttachedCost::operator+=(const AttachedCost& other) {
    pushed += other.pushed;
    attached += other.attached;
    unattached += other.unattached;
    return *this;
}

AttachedRows::AttachedRows(const ScanContext& context, const Scan& scan,
                           const Attachments& attachments, Sink& sink)
    : context_(context),
      counts_unattached_(scan.count_unattached),
      attachments_(attachments, scan),
      sink_(sink),
      selected_(kAttachedPieceRows + 16) {}

bool AttachedRows::serves(const ScanContext& context, const Scan& scan) {
    return !scan.want_persons && !scan.want_acting && scan.cells.empty() && scan.numbers.empty() &&
           scan.refined == 0 && context.sources.plain();
}

Status AttachedRows::add(const Source& source, store::RowRange rows) {
    const store::Part& part = *source.part;
    TF_TRY(part.verify_rows(rows));
    cost_ += cost_of_names(part, rows.size());
    reading_.source = &source;
    reading_.every = source.codes.every();
    reading_.only_times = source.alike() && sink_.takes_times();
    reading_.every ? add_every(rows) : add_selected(rows);
    return {};
}

/// Whether rows of the ordinal at `place` matter; sets units_.
bool AttachedRows::find_person(std::uint32_t place) {
    const model::UserOrdinal ordinal{reading_.source->part->ordinals()[place]};
    const std::uint32_t person = model::index(context_.frames.canonical(ordinal));
    if (context_.scan.people != nullptr && !context_.scan.people->test(person)) return false;
    units_ = attachments_.of(person);
    return !units_.empty() || counts_unattached_;
}

void AttachedRows::add_every(store::RowRange rows) {
    const store::Part& part = *reading_.source->part;
    const std::span<const std::uint32_t> firsts = part.first_rows();
    auto place = static_cast<std::uint32_t>(std::ranges::upper_bound(firsts, rows.begin) -
                                            firsts.begin() - 1);
    for (std::uint32_t begin = rows.begin; begin < rows.end; ++place) {
        const std::uint32_t end = std::min(firsts[place + 1], rows.end);
        const store::RowRange own = narrowed(*reading_.source, {begin, end});
        begin = end;
        if (own.empty() || !find_person(place)) continue;
        if (reading_.only_times) {
            feed_times(own);
            continue;
        }
        rows_.resize(own.size());
        for (std::uint32_t i = 0; i < own.size(); ++i)
            rows_[i] = own.begin + i;
        push_run(rows_);
    }
}

void AttachedRows::add_selected(store::RowRange rows) {
    const Source& source = *reading_.source;
    const std::span<const std::uint32_t> firsts = source.part->first_rows();
    auto place = static_cast<std::uint32_t>(std::ranges::upper_bound(firsts, rows.begin) -
                                            firsts.begin() - 1);
    for (std::uint32_t begin = rows.begin; begin < rows.end; begin += kAttachedPieceRows) {
        const std::uint32_t size = std::min(rows.end - begin, kAttachedPieceRows);
        const std::uint32_t found = select_names(source, {begin, begin + size}, selected_.data());
        for (std::uint32_t i = 0; i < found; ++i)
            selected_[i] += begin;
        for (std::uint32_t i = 0; i < found;) {
            while (firsts[place + 1] <= selected_[i])
                ++place;
            std::uint32_t next = i + 1;
            while (next < found && selected_[next] < firsts[place + 1])
                ++next;
            if (find_person(place)) push_run(std::span(selected_).subspan(i, next - i));
            i = next;
        }
    }
}

/// Of rows that all count: nothing but their seconds.
void AttachedRows::feed_times(store::RowRange rows) {
    const store::Part& part = *reading_.source->part;
    std::size_t told_until = rows.begin;
    for (const Attachments::One& one : units_) {
        const std::uint32_t from = first_not_before(part, rows, one.from);
        const std::uint32_t until = first_not_before(part, {from, rows.end}, one.until);
        count_held(from, until, told_until);
        if (one.unit == Attachments::kNotAsked) continue;
        sink_.feed_times(one.unit, part.seconds().subspan(from, until - from));
        told_.pushed += until - from;
    }
    told_.unattached += rows.end - told_until;
    cost_.bytes_read += rows.size() * sizeof(std::uint32_t);
}

/// Rows [begin, end) of a run belong to somebody; calls come by their begin. What lies between them
/// belongs to nobody.
void AttachedRows::count_held(std::size_t begin, std::size_t end, std::size_t& told_until) {
    if (end <= told_until || begin == end) return;
    if (begin > told_until) told_.unattached += begin - told_until;
    told_.attached += end - std::max(begin, told_until);
    told_until = end;
}

/// Rows of one ordinal, rising.
void AttachedRows::push_run(std::span<const std::uint32_t> rows) {
    const Source& source = *reading_.source;
    cost_.bytes_read += rows.size() * kTimeBytes;
    if (units_.empty() && source.timed == 0) {
        told_.unattached += rows.size();
        return;
    }
    make_room(rows.size());
    // Behind what is on the tape, under the first unit.
    write_rows(source, rows, units_.empty() ? 0 : units_.front().unit, tape_.data() + size_);
    if (source.timed == 0 && tell_whole_run(rows.size())) return;
    run_.assign(tape_.begin() + static_cast<std::ptrdiff_t>(size_),
                tape_.begin() + static_cast<std::ptrdiff_t>(size_ + rows.size()));
    if (source.timed != 0) run_.resize(cut_times(source, context_.scan, run_, nullptr));
    tell_run();
}

/// Mostly a person has one customer, and all rows are within: then they are where they belong.
bool AttachedRows::tell_whole_run(std::size_t rows) {
    if (units_.size() != 1) return false;
    const Attachments::One& one = units_.front();
    if (tape_[size_].time < one.from || tape_[size_ + rows - 1].time >= one.until) return false;
    told_.attached += rows;
    if (one.unit != Attachments::kNotAsked) size_ += rows;
    if (size_ >= kAttachedFeedRows) flush();
    return true;
}

void AttachedRows::make_room(std::size_t rows) {
    if (size_ + rows > tape_.size()) tape_.resize((size_ + rows) * 2 + kAttachedFeedRows);
}

void AttachedRows::tell_run() {
    if (run_.empty()) return;
    std::size_t told_until = 0;
    for (const Attachments::One& one : units_) {
        std::size_t from = 0;
        std::size_t until = run_.size();
        // Mostly all rows are within.
        while (from < until && run_[from].time < one.from)
            ++from;
        while (until > from && run_[until - 1].time >= one.until)
            --until;
        count_held(from, until, told_until);
        if (one.unit == Attachments::kNotAsked || from == until) continue;
        make_room(until - from);
        TapeRow* out = tape_.data() + size_;
        for (std::size_t i = from; i < until; ++i)
            *out++ = {run_[i].time, one.unit, run_[i].mask};
        size_ += until - from;
    }
    told_.unattached += run_.size() - told_until;
    if (size_ >= kAttachedFeedRows) flush();
}

void AttachedRows::flush() {
    if (size_ == 0) return;
    told_.pushed += size_;
    Tape tape;
    tape.rows = std::span(tape_).first(size_);
    sink_.feed(tape);
    size_ = 0;
}

void AttachedRows::finish() {
    flush();
}

AttachingSink::AttachingSink(const Scan& scan, const Attachments& attachments, Sink& sink)
    : scan_(scan), attachments_(attachments, scan), sink_(sink) {
    tape_.reset({scan.want_persons, scan.want_acting, scan.cells.size(), scan.numbers.size()},
                false);
}

/// As Attachments::named(): rows of a person mostly name the same customer again.
std::uint32_t AttachingSink::named(std::uint32_t person, std::uint32_t customer) {
    if (person != named_person_ || customer != named_customer_) {
        named_unit_ = attachments_.named(person, customer);
        named_person_ = person;
        named_customer_ = customer;
    }
    return named_unit_;
}

void AttachingSink::feed(const Tape& tape) {
    for (std::size_t i = 0; i < tape.rows.size(); ++i) {
        if (tape.acting[i] != 0) {
            ++told_.attached;
            const std::uint32_t customer = tape.acting[i] - 1;
            push(tape, i, named(tape.persons[i], customer), customer);
            continue;
        }
        bool held = false;
        const TimeMs time = tape.rows[i].time;
        for (const Attachments::One& one : attachments_.of(tape.persons[i])) {
            if (time < one.from) break;
            if (time >= one.until) continue;
            held = true;
            push(tape, i, one.unit, one.customer);
        }
        ++(held ? told_.attached : told_.unattached);
    }
}

void AttachingSink::push(const Tape& tape, std::size_t i, std::uint32_t unit,
                         std::uint32_t customer) {
    if (unit == Attachments::kNotAsked) return;
    TapeRow row = tape.rows[i];
    row.unit = unit;
    if ((row.mask & scan_.refined) != 0) {
        row.mask = scan_.refine({tape.persons[i], customer, tape.acting[i], row.mask, row.time});
        if (row.mask == 0) return;
    }
    tape_.add(row);
    if (scan_.want_persons) tape_.persons().push_back(tape.persons[i]);
    if (scan_.want_acting) tape_.acting().push_back(tape.acting[i]);
    // A cell is only for some filters' rows.
    for (std::size_t c = 0; c < scan_.cells.size(); ++c) {
        const bool wanted = (row.mask & scan_.cells[c].filters) != 0;
        tape_.cells(c).push_back(wanted ? tape.cells[c][i] : kNoCell);
    }
    for (std::size_t c = 0; c < scan_.numbers.size(); ++c) {
        const bool wanted = (row.mask & scan_.numbers[c].filters) != 0;
        tape_.numbers(c).push_back(wanted ? tape.numbers[c][i] : kernel::Number());
    }
    if (tape_.size() >= kAttachedFeedRows) flush();
}

void AttachingSink::add_extra(const ExtraRow& row) {
    if (scan_.units != nullptr && !scan_.units->test(row.unit)) return;
    tape_.add_extra(row, row.unit);
    if (tape_.size() >= kAttachedFeedRows) flush();
}

void AttachingSink::flush() {
    if (tape_.size() == 0) return;
    told_.pushed += tape_.size();
    sink_.feed(tape_.tape());
    tape_.clear();
}

}  // namespace twofold::engine
