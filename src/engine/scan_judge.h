// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "engine/scan.h"
#include "engine/scan_world.h"

namespace twofold::engine {

/// A row as a sink saw it, values spelled out.
struct SeenRow {
    TimeMs time = 0;
    std::uint32_t mask = 0;
    std::uint32_t person = 0;
    std::uint32_t acting = 0;
    std::vector<std::string> cells;
    std::vector<std::string> numbers;
    auto operator<=>(const SeenRow&) const = default;
};
std::ostream& operator<<(std::ostream& out, const SeenRow& row);

using SeenByUnit = std::map<std::uint32_t, std::vector<SeenRow>>;

/// "i5", "d0.25", "sNO" …, "" for nothing.
std::string spell(const model::Value& value);
std::string spell(const kernel::Number& number);
/// The same of what a tape has in the scan's cell column `column`.
std::string spell_cell(const Scan& scan, std::size_t column, std::uint32_t cell);

/// Keeps all rows by unit, and checks what scan.h promises of blocks and of order on the way.
class SeeingSink final : public Sink {
public:
    explicit SeeingSink(const Scan& scan, bool spreads = false, bool takes_times = false)
        : scan_(scan), spreads_(spreads), takes_times_(takes_times) {}
    void begin(const Block& block) override;
    void feed(const Tape& tape) override;
    void finish(const Block& block) override;
    bool takes_times() const override { return takes_times_; }
    /// Keeps rows of which nothing but the second is known.
    void feed_times(std::uint32_t unit, std::span<const std::uint32_t> seconds) override;
    bool spreads(std::uint32_t /*units*/) const override { return spreads_; }
    void absorb(Sink& other) override;

    const SeenByUnit& seen() const { return seen_; }
    const std::vector<std::pair<std::uint32_t, std::uint32_t>>& blocks() const { return blocks_; }

private:
    const Scan& scan_;
    bool spreads_;
    bool takes_times_;
    SeenByUnit seen_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> blocks_;  // first, count
    bool open_ = false;
    Block block_;
    std::map<std::uint32_t, TimeMs> last_time_;
};

/// What a scan must show, by loops over the events that were told: unit by unit, in order.
/// `accepts` says whether the row matches filter k; conditions are judged on the told event.
class ScanJudge {
public:
    ScanJudge(const ScanWorld& world, const Scan& scan) : world_(world), scan_(scan) {}
    SeenByUnit expect() const;
    std::uint64_t unattached() const;
    std::uint64_t attached() const;
    std::uint64_t users() const;  ///< As in ScanCost::users_read.

private:
    std::uint32_t mask_of(const ToldEvent& event) const;
    /// What is left of a mask for one of the event's units.
    std::uint32_t refined(const ToldEvent& event, std::uint32_t mask, std::uint32_t unit) const;
    SeenRow row_of(const ToldEvent& event, std::uint32_t mask) const;
    bool is_of(const ToldEvent& event, bool attached) const;
    bool holds(const RowCondition& condition, const ToldEvent& event) const;
    std::string value_of(const ToldEvent& event, const Fetch& fetch, bool number) const;
    std::vector<std::uint32_t> units_of(const ToldEvent& event) const;
    bool belongs(const ToldEvent& event, const frame::CustomerEdges& edges, std::uint32_t i) const;

    const ScanWorld& world_;
    const Scan& scan_;
};

}  // namespace twofold::engine
