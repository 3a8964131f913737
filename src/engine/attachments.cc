// SPDX-License-Identifier: Apache-2.0
#include "engine/attachments.h"

#include <algorithm>

#include "frame/edges.h"
#include "frame/snapshot.h"

namespace twofold::engine {
namespace {

/// Customers that are gone through before it is asked whether the scan is to end.
constexpr std::uint32_t kCustomersAtOnce = 1U << 12;

}  // namespace

/// Calls take(person, unit, customer, spans) for every pair that matters.
template <typename Take>
void Attachments::each(Take&& take) const {
    const bool of_edges = scan_.unit == UnitKind::kEdge;
    std::uint32_t first_edge = 0;
    for (std::uint32_t c = 0; c < frames_.customer_count(); ++c) {
        // Of a scan that is to end nothing is read: what is missing then is not missed.
        if (c % kCustomersAtOnce == 0 && scan_.stop != nullptr && scan_.stop->wanted()) return;
        const auto edges = frames_.edges_of(model::CustomerOrdinal{c});
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            std::uint32_t unit = of_edges ? first_edge + i : c;
            if (scan_.units != nullptr && !scan_.units->test(unit)) unit = kNotAsked;
            if (unit == kNotAsked && !scan_.count_unattached) continue;
            const std::uint32_t person = model::index(edges.user(i));
            if (scan_.people != nullptr && !scan_.people->test(person)) continue;
            take(person, unit, c, scan_.belonging->spans(edges, i));
        }
        first_edge += edges.size();
    }
}

Attachments::Attachments(const Scan& scan, const frame::Snapshot& frames)
    : scan_(scan), frames_(frames), begins_(std::size_t{frames.user_count()} + 2) {
    // By person with a count of each. Counted two places on, so that the places of the second round
    // are the beginnings in the end.
    each([this](std::uint32_t person, std::uint32_t unit, std::uint32_t, auto spans) {
        begins_[person + 2] += static_cast<std::uint32_t>(spans.size());
        pairs_ += unit != kNotAsked && !spans.empty() ? 1 : 0;
    });
    for (std::size_t i = 2; i < begins_.size(); ++i)
        begins_[i] += begins_[i - 1];
    all_.resize(begins_.back());
    each([this](std::uint32_t person, std::uint32_t unit, std::uint32_t customer, auto spans) {
        for (const frame::Span& span : spans)
            all_[begins_[person + 1]++] = {unit, customer, span.from, span.until};
    });
    begins_.pop_back();
    for (std::size_t person = 0; person + 1 < begins_.size(); ++person) {
        if (begins_[person + 1] - begins_[person] < 2) continue;
        std::sort(all_.begin() + begins_[person], all_.begin() + begins_[person + 1],
                  [](const One& a, const One& b) { return a.from < b.from; });
    }
}

std::uint32_t Attachments::named(std::uint32_t person, std::uint32_t customer) const {
    const model::CustomerOrdinal ordinal{customer};
    const auto edges = frames_.edges_of(ordinal);
    const std::uint32_t place = edges.find(model::UserOrdinal{person});
    if (place >= edges.size()) return kNotAsked;
    const std::uint32_t unit =
        scan_.unit == UnitKind::kEdge ? frames_.first_edge(ordinal) + place : customer;
    return scan_.units == nullptr || scan_.units->test(unit) ? unit : kNotAsked;
}

std::uint64_t Attachments::pairs_asked(const Scan& scan, const frame::Snapshot& frames) {
    if (scan.units == nullptr) return frames.edge_count();
    if (scan.unit == UnitKind::kEdge) return scan.units->count();
    std::uint64_t pairs = 0;
    scan.units->each([&](std::uint32_t customer) {
        pairs += frames.edges_of(model::CustomerOrdinal{customer}).size();
    });
    return pairs;
}

}  // namespace twofold::engine
