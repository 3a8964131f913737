// SPDX-License-Identifier: Apache-2.0
#include "engine/unit_rows.h"

#include <algorithm>
#include <set>

#include "kernel/samples.h"
#include "kernel/sum.h"

namespace twofold::engine {
namespace {

using ask::Aggregate;
using model::Value;

Value sum_value(const kernel::ExactSum& sum) {
    return sum.is_whole() ? Value::of_int(sum.whole()) : Value::of_double(sum.value());
}

Value number_value(const kernel::Number& number) {
    return number.kind == kernel::Number::Kind::kInt ? Value::of_int(number.whole)
                                                     : Value::of_double(number.as_double());
}

}  // namespace

UnitRows::Needs UnitRows::needs(Aggregate aggregate) {
    switch (aggregate) {
        case Aggregate::kSum:
        case Aggregate::kAverage:
        case Aggregate::kMedian:
        case Aggregate::kMin:
        case Aggregate::kMax:
        case Aggregate::kP90:
            return {.number = true};
        case Aggregate::kDistinct:
        case Aggregate::kFirst:
        case Aggregate::kLast:
            return {.cell = true};
        case Aggregate::kUsers:
            return {.person = true};
        case Aggregate::kCustomers:
            return {.person = true, .acting = true};
        case Aggregate::kEvents:
        case Aggregate::kSessions:
        case Aggregate::kDays:
        case Aggregate::kFirstTime:
        case Aggregate::kLastTime:
            return {};
    }
    return {};
}

UnitRows::UnitRows(const Run& run, const plan::Measure& measure, Bits bits,
                   const ValueTable* values)
    : run_(run), measure_(measure), bits_(bits), values_(values), customers_(run) {}

void UnitRows::begin(Gathered::Rows rows) {
    rows_ = rows;
    taken_.clear();
    times_.clear();
    anchor_ = first_ = kEndOfTime;
    FirstTracker tracker;
    tracker.begin(1);
    for (std::uint32_t i = 0; i < rows.rows.size(); ++i) {
        const GatheredRow& row = rows.rows[i];
        if ((row.mask & bits_.anything) != 0) first_ = std::min(first_, row.time);
        if (tracker.takes(bits_.anchor, 0, row.mask)) anchor_ = std::min(anchor_, row.time);
        if (tracker.takes(bits_.selector, 0, row.mask)) {
            taken_.push_back(i);
            times_.push_back(row.time);
        }
    }
}

std::pair<TimeMs, TimeMs> UnitRows::window(TimeMs from, TimeMs to, TimeMs before) const {
    const plan::Window& window = measure_.window;
    const std::pair<TimeMs, TimeMs> nothing{0, 0};
    const auto seen_until = [&](TimeMs end) { return std::min(end, before); };
    switch (window.kind) {
        case plan::Window::Kind::kAbsolute:
        case plan::Window::Kind::kLast:
            return {from, to};
        case plan::Window::Kind::kInTheFirst:
            if (first_ >= before) return nothing;
            return {first_, seen_until(first_ + window.reach)};
        case plan::Window::Kind::kWithinAfter:
            if (anchor_ >= before) return nothing;
            return {anchor_ + 1, seen_until(anchor_ + window.reach + 1)};
        case plan::Window::Kind::kAfter:
            if (anchor_ >= before) return nothing;
            return {anchor_ + 1, before};
        case plan::Window::Kind::kWithinBefore:
            if (anchor_ >= before) return nothing;
            return {anchor_ - window.reach, anchor_};
        case plan::Window::Kind::kBefore:
            if (anchor_ >= before) return nothing;
            return {kBeginningOfTime, anchor_};
    }
    return nothing;
}

Value UnitRows::number(TimeMs from, TimeMs to, TimeMs before) const {
    const auto [begin_time, end_time] = window(from, to, before);
    const auto place = [this](TimeMs time) {
        return static_cast<std::size_t>(std::ranges::lower_bound(times_, time) - times_.begin());
    };
    Slice slice{place(begin_time), place(end_time)};
    slice.end = std::max(slice.begin, slice.end);
    const bool none = slice.begin == slice.end;
    switch (measure_.aggregate) {
        case Aggregate::kEvents:
            return Value::of_int(static_cast<std::int64_t>(slice.end - slice.begin));
        case Aggregate::kUsers:
        case Aggregate::kDistinct:
            return distinct(slice);
        case Aggregate::kCustomers:
            return Value::of_int(customers(slice));
        case Aggregate::kDays:
            return Value::of_int(days(slice));
        case Aggregate::kFirstTime:
            return none ? Value::null() : Value::of_int(times_[slice.begin]);
        case Aggregate::kLastTime:
            return none ? Value::null() : Value::of_int(times_[slice.end - 1]);
        case Aggregate::kSum:
        case Aggregate::kAverage:
        case Aggregate::kMedian:
        case Aggregate::kMin:
        case Aggregate::kMax:
        case Aggregate::kP90:
            return of_numbers(slice);
        case Aggregate::kFirst:
            for (std::size_t i = slice.begin; i < slice.end; ++i) {
                const std::uint32_t cell = rows_.cells[taken_[i]];
                if (cell != kNoCell) return values_->value(cell);
            }
            return Value::null();
        case Aggregate::kLast:
            for (std::size_t i = slice.end; i > slice.begin; --i) {
                const std::uint32_t cell = rows_.cells[taken_[i - 1]];
                if (cell != kNoCell) return values_->value(cell);
            }
            return Value::null();
        case Aggregate::kSessions:
            break;
    }
    return Value::null();
}

Value UnitRows::of_numbers(Slice slice) const {
    kernel::ExactSum sum;
    kernel::Samples samples;
    kernel::Number least;
    kernel::Number most;
    for (std::size_t i = slice.begin; i < slice.end; ++i) {
        const kernel::Number& number = rows_.numbers[taken_[i]];
        if (number.is_missing()) continue;
        sum.add(number);
        samples.add(number.as_double());
        if (least.is_missing() || number.as_double() < least.as_double()) least = number;
        if (most.is_missing() || number.as_double() > most.as_double()) most = number;
    }
    if (measure_.aggregate == Aggregate::kSum) return sum_value(sum);
    if (samples.size() == 0) return Value::null();
    if (measure_.aggregate == Aggregate::kMin) return number_value(least);
    if (measure_.aggregate == Aggregate::kMax) return number_value(most);
    if (measure_.aggregate == Aggregate::kMedian) return Value::of_double(samples.median());
    if (measure_.aggregate == Aggregate::kP90) return Value::of_double(samples.percentile(0.9));
    return Value::of_double(sum.value() / static_cast<double>(samples.size()));
}

Value UnitRows::distinct(Slice slice) const {
    std::set<std::uint32_t> seen;
    for (std::size_t i = slice.begin; i < slice.end; ++i) {
        if (measure_.aggregate == Aggregate::kUsers) {
            // A dated fact is nobody's.
            const std::uint32_t person = rows_.persons[taken_[i]];
            if (person != kNobody) seen.insert(person);
        } else if (rows_.cells[taken_[i]] != kNoCell) {
            seen.insert(rows_.cells[taken_[i]]);
        }
    }
    return Value::of_int(static_cast<std::int64_t>(seen.size()));
}

std::int64_t UnitRows::customers(Slice slice) const {
    std::set<std::uint32_t> seen;
    std::vector<std::uint32_t> of_event;
    for (std::size_t i = slice.begin; i < slice.end; ++i) {
        const std::uint32_t row = taken_[i];
        const std::uint32_t acting = rows_.acting[row] == 0 ? kNobody : rows_.acting[row] - 1;
        customers_.of(rows_.persons[row], acting, times_[i], of_event);
        seen.insert(of_event.begin(), of_event.end());
    }
    return static_cast<std::int64_t>(seen.size());
}

std::int64_t UnitRows::days(Slice slice) const {
    const Zone& zone = run_.plan().calendar.zone();
    std::int64_t count = 0;
    TimeMs day_end = kBeginningOfTime;
    for (std::size_t i = slice.begin; i < slice.end; ++i) {
        if (times_[i] < day_end) continue;
        ++count;
        day_end = zone.advance(Interval::kDay, zone.floor(Interval::kDay, times_[i]), 1);
    }
    return count;
}

}  // namespace twofold::engine
