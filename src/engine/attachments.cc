// SPDX-License-Identifier: Apache-2.0
#include "engine/attachments.h"

#include <algorithm>

#include "base/memory_account.h"
#include "frame/edges.h"
#include "frame/snapshot.h"

namespace twofold::engine {
namespace {

/// Customers that are gone through before it is asked whether the scan is to end.
constexpr std::uint32_t kCustomersAtOnce = 1U << 12;

/// Calls take(edge, person, customer, spans) for every pair of which there are stretches. False
/// when it ended before.
template <typename Take>
bool each_pair(const frame::Snapshot& frames, const frame::Belonging& belonging, const Stop* stop,
               Take&& take) {
    std::uint32_t first_edge = 0;
    for (std::uint32_t c = 0; c < frames.customer_count(); ++c) {
        if (c % kCustomersAtOnce == 0 && stop != nullptr && stop->wanted()) return false;
        const auto edges = frames.edges_of(model::CustomerOrdinal{c});
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            const auto spans = belonging.spans(edges, i);
            if (!spans.empty()) take(first_edge + i, model::index(edges.user(i)), c, spans);
        }
        first_edge += edges.size();
    }
    return true;
}

}  // namespace

Attachments::Attachments(const frame::Snapshot& frames, const frame::Belonging& belonging,
                         UnitKind unit, const Stop* stop)
    : frames_(frames),
      unit_(unit),
      begins_(std::size_t{frames.user_count()} + 2),
      belong_(frames.edge_count()) {
    // By person with a count of each. Counted two places on, so that the places of the second round
    // are the beginnings in the end.
    const auto count = [this](std::uint32_t edge, std::uint32_t person, std::uint32_t, auto spans) {
        begins_[person + 2] += static_cast<std::uint32_t>(spans.size());
        belong_.set(edge);
    };
    whole_ = each_pair(frames, belonging, stop, count);
    for (std::size_t i = 2; i < begins_.size(); ++i)
        begins_[i] += begins_[i - 1];
    all_.resize(begins_.back());
    const auto put = [this](std::uint32_t edge, std::uint32_t person, std::uint32_t customer,
                            auto spans) {
        const std::uint32_t own = unit_ == UnitKind::kEdge ? edge : customer;
        for (const frame::Span& span : spans)
            all_[begins_[person + 1]++] = {own, customer, span.from, span.until};
    };
    whole_ = each_pair(frames, belonging, stop, put) && whole_;
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
    return unit_ == UnitKind::kEdge ? frames_.first_edge(ordinal) + place : customer;
}

std::uint64_t Attachments::pairs(const Scan& scan) const {
    if (scan.units == nullptr && scan.people == nullptr) return belong_.count();
    std::uint64_t pairs = 0;
    for (std::uint32_t c = 0; c < frames_.customer_count(); ++c) {
        const model::CustomerOrdinal customer{c};
        const bool all_asked = scan.units == nullptr || unit_ == UnitKind::kEdge;
        if (!all_asked && !scan.units->test(c)) continue;
        const auto edges = frames_.edges_of(customer);
        const std::uint32_t first = frames_.first_edge(customer);
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            const bool asked =
                unit_ != UnitKind::kEdge || scan.units == nullptr || scan.units->test(first + i);
            const bool wanted =
                scan.people == nullptr || scan.people->test(model::index(edges.user(i)));
            pairs += asked && wanted && belong_.test(first + i) ? 1 : 0;
        }
    }
    return pairs;
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

std::shared_ptr<const Attachments> AttachmentsCache::get(
    const std::shared_ptr<const frame::Snapshot>& frames, const frame::Belonging& belonging,
    UnitKind unit, const Stop* stop) {
    const bool of_one_question = frames->rolled_up() != nullptr || !belonging.hides_nothing();
    if (belonging.mode() != frame::Mode::kAsOfEvent || of_one_question) {
        return std::make_shared<const Attachments>(*frames, belonging, unit, stop);
    }
    // All questions share it: it is nobody's.
    const Charging none(nullptr);
    {
        const std::scoped_lock lock(mutex_);
        const auto& kept = unit == UnitKind::kEdge ? by_edge_ : by_customer_;
        if (kept != nullptr && of_.lock() == frames) return kept;
    }
    auto made = std::make_shared<const Attachments>(*frames, belonging, unit, stop);
    if (!made->is_whole()) return made;
    const std::scoped_lock lock(mutex_);
    if (of_.lock() != frames) by_customer_ = by_edge_ = nullptr;
    of_ = frames;
    (unit == UnitKind::kEdge ? by_edge_ : by_customer_) = made;
    return made;
}

std::span<const Attachments::One> AskedAttachments::of(std::uint32_t person) {
    if (scan_.units == nullptr) return all_.of(person);
    if (person == person_) return asked_;
    person_ = person;
    asked_.clear();
    for (Attachments::One one : all_.of(person)) {
        if (!asks(one.unit)) one.unit = Attachments::kNotAsked;
        if (one.unit != Attachments::kNotAsked || scan_.count_unattached) asked_.push_back(one);
    }
    return asked_;
}

std::uint32_t AskedAttachments::named(std::uint32_t person, std::uint32_t customer) const {
    const std::uint32_t unit = all_.named(person, customer);
    return unit != Attachments::kNotAsked && asks(unit) ? unit : Attachments::kNotAsked;
}

}  // namespace twofold::engine
