// SPDX-License-Identifier: Apache-2.0
#include "engine/sources.h"

#include <algorithm>
#include <bit>

namespace twofold::engine {
namespace {

bool overlap_in_time(const store::PartInfo& a, const store::PartInfo& b) {
    return a.min_time <= b.max_time && b.min_time <= a.max_time;
}

bool overlap_in_log(const store::PartInfo& a, const store::PartInfo& b) {
    return a.first_sequence <= b.last_sequence && b.first_sequence <= a.last_sequence;
}

/// Slices of one span hold different persons: between them there is no order to keep.
bool share_persons(const store::PartInfo& a, const store::PartInfo& b) {
    return a.min_ordinal <= b.max_ordinal && b.min_ordinal <= a.max_ordinal;
}

/// By name code: the filters that take it, whatever the time.
std::vector<std::uint32_t> masks_by_name(const store::Names& names, const Scan& scan) {
    std::vector<std::uint32_t> masks(names.event_count(), 0);
    for (std::size_t k = 0; k < scan.filters.size(); ++k) {
        const RowFilter& filter = scan.filters[k];
        const std::uint32_t bit = 1U << k;
        switch (filter.names) {
            case RowFilter::Names::kAnything:
                for (std::uint32_t& mask : masks)
                    mask |= bit;
                break;
            case RowFilter::Names::kUse:
                for (model::NameCode code = 0; code < masks.size(); ++code) {
                    if (!names.event(code).automatic) masks[code] |= bit;
                }
                break;
            case RowFilter::Names::kListed:
                for (const model::NameCode code : filter.codes) {
                    if (code < masks.size()) masks[code] |= bit;
                }
                break;
        }
    }
    return masks;
}

/// Filters of `scan` whose range touches the part, and into `timed` those that end within it.
std::uint32_t filters_in_time(const store::PartInfo& info, const Scan& scan, std::uint32_t& timed) {
    std::uint32_t touching = 0;
    for (std::size_t k = 0; k < scan.filters.size(); ++k) {
        const RowFilter& filter = scan.filters[k];
        if (info.min_time >= filter.to || info.max_time < filter.from) continue;
        touching |= 1U << k;
        if (info.min_time < filter.from || info.max_time >= filter.to) timed |= 1U << k;
    }
    return touching;
}

void bind_seconds(Source& source, const Scan& scan, std::uint32_t touching) {
    TimeMs from = kEndOfTime;
    TimeMs to = kBeginningOfTime;
    for (std::size_t k = 0; k < scan.filters.size(); ++k) {
        if ((touching >> k & 1) == 0) continue;
        from = std::min(from, scan.filters[k].from);
        to = std::max(to, scan.filters[k].to);
    }
    const store::PartInfo& info = source.part->info();
    source.whole_span = from <= info.min_time && to > info.max_time;
    source.from_second = second_of(from);
    source.to_second = second_of(to);
}

void bind_names(Source& source, std::span<const std::uint32_t> by_name, std::uint32_t touching) {
    const auto names = source.part->names();
    source.masks.resize(names.size());
    std::vector<std::uint8_t> wanted(names.size());
    for (std::size_t local = 0; local < names.size(); ++local) {
        source.masks[local] = by_name[names[local]] & touching;
        wanted[local] = source.masks[local] != 0 ? 1 : 0;
        if (source.masks[local] != 0) source.wanted_rows += source.part->name_rows()[local];
    }
    source.codes = kernel::CodeFilter(wanted);
}

Result<std::vector<SourceFetch>> bind_fetches(std::span<const Fetch> fetches, bool cells,
                                              ColumnSlots& slots) {
    std::vector<SourceFetch> bound;
    for (const Fetch& fetch : fetches) {
        SourceFetch made{&fetch, {}, {}};
        TF_ASSIGN(made.columns, slots.bind(fetch.columns));
        for (const BoundColumn& column : made.columns) {
            const bool codes = column.column->kind() == column::ColumnKind::kCodes;
            made.notes.push_back(cells && codes
                                     ? std::make_unique<EntryNotes>(column.column->entry_count())
                                     : nullptr);
        }
        bound.push_back(std::move(made));
    }
    return bound;
}

Status bind_columns(Source& source, const store::Names& names, const Scan& scan, SourceNeeds needs,
                    std::uint32_t touching) {
    ColumnSlots slots(*source.part, names);
    if (needs.acting) {
        TF_ASSIGN(source.acting, source.part->acting());
    }
    for (std::uint32_t k = 0; k < scan.filters.size(); ++k) {
        if ((touching >> k & 1) == 0 || !scan.filters[k].condition) continue;
        TF_ASSIGN(BoundCondition condition,
                  BoundCondition::bind(*scan.filters[k].condition, slots));
        source.conditions.push_back({k, std::move(condition)});
    }
    if (std::popcount(touching) == 1 && !source.conditions.empty()) {
        source.only = source.conditions.front().condition.conjuncts();
    }
    TF_ASSIGN(source.cells, bind_fetches(scan.cells, true, slots));
    TF_ASSIGN(source.numbers, bind_fetches(scan.numbers, false, slots));
    source.slots = slots.count() + 1;
    source.reads_columns = slots.count() > 0 || source.acting != nullptr;
    return {};
}

}  // namespace

bool Source::alike() const noexcept {
    return codes.every() && timed == 0 &&
           std::ranges::all_of(masks, [this](std::uint32_t mask) { return mask == masks.front(); });
}

std::uint32_t second_of(TimeMs time) noexcept {
    const TimeMs from = kYear2000Ms;
    const TimeMs last = from + TimeMs{0xffff'fffe} * 1000;
    return static_cast<std::uint32_t>((std::clamp(time, from, last) - from) / 1000);
}

store::RowRange narrowed(const Source& source, store::RowRange rows) noexcept {
    if (source.whole_span) return rows;
    const auto seconds = source.part->seconds();
    const auto begin = seconds.begin() + rows.begin;
    const auto end = seconds.begin() + rows.end;
    const auto from = std::lower_bound(begin, end, source.from_second);
    const auto to = std::upper_bound(from, end, source.to_second);
    return {static_cast<std::uint32_t>(from - seconds.begin()),
            static_cast<std::uint32_t>(to - seconds.begin())};
}

Result<Sources> Sources::prepare(const store::Snapshot& events, const Scan& scan,
                                 SourceNeeds needs) {
    Sources made;
    const std::vector<std::uint32_t> by_name = masks_by_name(*events.names, scan);
    std::uint32_t next_row = 0;
    for (const auto& part : events.parts) {
        Source source;
        source.part = part.get();
        source.first_row = next_row;
        next_row += part->row_count();
        const std::uint32_t touching = filters_in_time(part->info(), scan, source.timed);
        if (touching == 0) continue;
        bind_names(source, by_name, touching);
        bind_seconds(source, scan, touching);
        if (source.codes.none()) continue;
        TF_TRY(part->verify_directory());
        if (needs.index != nullptr) source.index = needs.index->get(part);
        TF_TRY(bind_columns(source, *events.names, scan, needs, touching));
        made.sources_.push_back(std::move(source));
    }
    made.put_in_order();
    return made;
}

/// Takes, again and again, the earliest in time of the parts that no other must precede. A part
/// must precede those that it shares times and persons with and that come later in the log.
void Sources::put_in_order() {
    std::vector<Source> rest = std::move(sources_);
    sources_.clear();
    std::ranges::stable_sort(rest, {}, [](const Source& source) {
        return std::pair(source.part->info().min_time, source.part->info().first_sequence);
    });
    const auto must_precede = [](const Source& a, const Source& b) {
        const store::PartInfo& first = a.part->info();
        const store::PartInfo& second = b.part->info();
        return overlap_in_time(first, second) && share_persons(first, second) &&
               first.first_sequence < second.first_sequence;
    };
    for (std::size_t i = 0; i < rest.size(); ++i) {
        for (std::size_t j = i + 1; j < rest.size(); ++j) {
            const store::PartInfo& a = rest[i].part->info();
            const store::PartInfo& b = rest[j].part->info();
            if (!overlap_in_time(a, b) || !share_persons(a, b) || !overlap_in_log(a, b)) continue;
            entangled_ = true;
            rest[i].entangled = true;
            rest[j].entangled = true;
        }
    }
    while (!rest.empty()) {
        auto next = std::ranges::find_if(rest, [&](const Source& candidate) {
            return std::ranges::none_of(
                rest, [&](const Source& other) { return must_precede(other, candidate); });
        });
        next->number = static_cast<std::uint32_t>(sources_.size());
        sources_.push_back(std::move(*next));
        rest.erase(next);
    }
}

bool Sources::any_acting() const noexcept {
    return std::ranges::any_of(sources_,
                               [](const Source& source) { return source.acting != nullptr; });
}

bool Sources::plain() const noexcept {
    return std::ranges::all_of(sources_, &Source::plain);
}

std::uint64_t Sources::wanted_rows() const noexcept {
    std::uint64_t rows = 0;
    for (const Source& source : sources_)
        rows += source.wanted_rows;
    return rows;
}

std::uint32_t Sources::slots_max() const noexcept {
    std::uint32_t slots = 1;
    for (const Source& source : sources_)
        slots = std::max(slots, source.slots);
    return slots;
}

}  // namespace twofold::engine
