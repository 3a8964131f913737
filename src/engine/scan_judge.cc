// SPDX-License-Identifier: Apache-2.0
#include "engine/scan_judge.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/customer_truth.h"
#include "frame/edges.h"
#include "frame/snapshot.h"

namespace twofold::engine {

std::ostream& operator<<(std::ostream& out, const SeenRow& row) {
    out << row.time << "/" << row.mask << " person " << row.person << " acting " << row.acting;
    for (const auto& cell : row.cells)
        out << " " << cell;
    for (const auto& number : row.numbers)
        out << " " << number;
    return out;
}

std::string spell(const model::Value& value) {
    switch (value.type) {
        case model::ValueType::kNull:
            return {};
        case model::ValueType::kBool:
            return value.boolean() ? "yes" : "no";
        case model::ValueType::kInt:
            return fmt::format("i{}", value.integer);
        case model::ValueType::kDouble:
            return fmt::format("d{}", value.real);
        case model::ValueType::kString:
            return fmt::format("s{}", value.text);
        case model::ValueType::kList:
            return fmt::format("l{}", value.text);
    }
    return {};
}

std::string spell(const kernel::Number& number) {
    if (number.is_missing()) return {};
    return number.kind == kernel::Number::Kind::kInt ? fmt::format("i{}", number.whole)
                                                     : fmt::format("d{}", number.real);
}

std::string spell_cell(const Scan& scan, std::size_t column, std::uint32_t cell) {
    if (cell == kNoCell) return {};
    return scan.cells[column].what == Fetch::What::kName ? fmt::format("n{}", cell - 1)
                                                         : spell(scan.values->value(cell));
}

void SeeingSink::begin(const Block& block) {
    EXPECT_FALSE(open_);
    EXPECT_GE(block.count, 1U);
    EXPECT_LE(block.count, block.spread ? block.count : kBlockUnitsMax);
    EXPECT_LE(block.spread, spreads_ && !scan_.ordered);
    EXPECT_EQ(block.unit, scan_.unit);
    open_ = true;
    block_ = block;
    blocks_.emplace_back(block.first, block.count);
    last_time_.clear();
}

void SeeingSink::finish(const Block& block) {
    EXPECT_TRUE(open_);
    EXPECT_EQ(block.first, block_.first);
    EXPECT_EQ(block.count, block_.count);
    open_ = false;
}

void SeeingSink::absorb(Sink& other) {
    auto& absorbed = static_cast<SeeingSink&>(other);
    EXPECT_TRUE(open_ && block_.spread && absorbed.open_ && absorbed.block_.spread);
    absorbed.open_ = false;
    absorbed.blocks_.clear();
    for (auto& [unit, rows] : absorbed.seen_)
        seen_[unit].insert(seen_[unit].end(), rows.begin(), rows.end());
    absorbed.seen_.clear();
}

void SeeingSink::feed(const Tape& tape) {
    EXPECT_TRUE(open_);
    for (std::size_t i = 0; i < tape.rows.size(); ++i) {
        const TapeRow& row = tape.rows[i];
        EXPECT_LT(row.unit, block_.count);
        EXPECT_TRUE(block_.holds(row.unit));
        EXPECT_NE(row.mask, 0U);
        if (scan_.ordered) {
            EXPECT_LE(tape.rows[i == 0 ? 0 : i - 1].unit, row.unit);
            const auto [last, is_first] = last_time_.try_emplace(row.unit, row.time);
            EXPECT_LE(last->second, row.time);
            last->second = row.time;
        }
        SeenRow seen;
        seen.time = row.time;
        seen.mask = row.mask;
        if (scan_.want_persons) seen.person = tape.persons[i];
        if (scan_.want_acting) seen.acting = tape.acting[i];
        for (std::size_t c = 0; c < scan_.cells.size(); ++c) {
            seen.cells.push_back(spell_cell(scan_, c, tape.cells[c][i]));
        }
        for (std::size_t c = 0; c < scan_.numbers.size(); ++c)
            seen.numbers.push_back(spell(tape.numbers[c][i]));
        seen_[block_.first + row.unit].push_back(std::move(seen));
    }
}

void SeeingSink::feed_times(std::uint32_t unit, std::span<const std::uint32_t> seconds) {
    EXPECT_TRUE(open_ && takes_times_);
    EXPECT_FALSE(scan_.ordered);
    EXPECT_LT(unit, block_.count);
    EXPECT_TRUE(block_.holds(unit));
    EXPECT_TRUE(std::ranges::is_sorted(seconds));
    for (const std::uint32_t second : seconds) {
        SeenRow row;
        row.time = kYear2000Ms + TimeMs{second} * 1000;
        seen_[block_.first + unit].push_back(std::move(row));
    }
}

std::uint64_t ScanJudge::users() const {
    const frame::Snapshot& frames = world_.frames();
    const auto asked = [this](std::uint32_t unit, std::uint32_t person) {
        return (scan_.units == nullptr || scan_.units->test(unit)) &&
               (scan_.people == nullptr || scan_.people->test(person));
    };
    std::uint64_t users = 0;
    if (scan_.unit == UnitKind::kUser) {
        for (std::uint32_t user = 0; user < frames.user_count(); ++user) {
            const model::UserOrdinal ordinal{user};
            users += frames.canonical(ordinal) == ordinal && asked(user, user) ? 1 : 0;
        }
    }
    if (scan_.unit != UnitKind::kCustomer && scan_.unit != UnitKind::kEdge) return users;
    for (std::uint32_t customer = 0; customer < frames.customer_count(); ++customer) {
        const model::CustomerOrdinal ordinal{customer};
        const auto edges = frames.edges_of(ordinal);
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            const std::uint32_t unit =
                scan_.unit == UnitKind::kEdge ? frames.first_edge(ordinal) + i : customer;
            const bool belongs = !scan_.belonging->spans(edges, i).empty();
            users += belongs && asked(unit, model::index(edges.user(i))) ? 1 : 0;
        }
    }
    return users;
}

bool ScanJudge::holds(const RowCondition& condition, const ToldEvent& event) const {
    const auto part_holds = [&](const RowCondition& part) { return holds(part, event); };
    switch (condition.kind) {
        case RowCondition::Kind::kAll:
            return std::ranges::all_of(condition.parts, part_holds);
        case RowCondition::Kind::kAny:
            return std::ranges::any_of(condition.parts, part_holds);
        case RowCondition::Kind::kNot:
            return !part_holds(condition.parts[0]);
        case RowCondition::Kind::kProperty:
            for (const model::ColumnCode code : condition.columns) {
                const store::PropertyName column = world_.names().column(code);
                for (const auto& [name, value] : event.properties) {
                    if (name == column.text && value.type() == column.type) {
                        return condition.accepts(value.view());
                    }
                }
            }
            return condition.missing;
        case RowCondition::Kind::kRow: {
            RowFacts facts;
            facts.person = world_.frames().canonical(event.user);
            facts.time = event.time;
            facts.name = *world_.names().find_event(event.name, event.automatic);
            if (condition.needs_acting && event.acting) {
                facts.acting = world_.frames().canonical(*event.acting);
            }
            return condition.row_accepts(facts);
        }
        case RowCondition::Kind::kSpans: {
            const RowSpans& spans = condition.spans;
            const frame::Snapshot& frames = world_.frames();
            const bool within =
                event.acting
                    ? spans.of_customer->holds(model::index(frames.canonical(*event.acting)),
                                               event.time)
                    : spans.of_user->holds(model::index(frames.canonical(event.user)), event.time);
            return within == spans.inside;
        }
    }
    return false;
}

std::uint32_t ScanJudge::mask_of(const ToldEvent& event) const {
    std::uint32_t mask = 0;
    const model::NameCode code = *world_.names().find_event(event.name, event.automatic);
    for (std::size_t k = 0; k < scan_.filters.size(); ++k) {
        const RowFilter& filter = scan_.filters[k];
        bool matches = event.time >= filter.from && event.time < filter.to;
        if (filter.names == RowFilter::Names::kUse) matches = matches && !event.automatic;
        if (filter.names == RowFilter::Names::kListed) {
            matches = matches && std::ranges::find(filter.codes, code) != filter.codes.end();
        }
        if (filter.condition) matches = matches && holds(*filter.condition, event);
        if (matches) mask |= 1U << k;
    }
    return mask;
}

std::string ScanJudge::value_of(const ToldEvent& event, const Fetch& fetch, bool number) const {
    if (fetch.what == Fetch::What::kName) {
        return fmt::format("n{}", *world_.names().find_event(event.name, event.automatic));
    }
    for (const model::ColumnCode code : fetch.columns) {
        const store::PropertyName column = world_.names().column(code);
        for (const auto& [name, value] : event.properties) {
            if (name != column.text || value.type() != column.type) continue;
            if (number) return value.view().is_number() ? spell(value.view()) : "";
            // Whole doubles are the same value as their integer.
            if (value.type() == model::ValueType::kDouble &&
                value.view().real == static_cast<double>(static_cast<int>(value.view().real))) {
                return fmt::format("{}", value.view().real);
            }
            return spell(value.view());
        }
    }
    return {};
}

bool ScanJudge::belongs(const ToldEvent& event, const frame::CustomerEdges& edges,
                        std::uint32_t i) const {
    if (world_.frames().canonical(event.user) != edges.user(i)) return false;
    if (event.acting) return world_.frames().canonical(*event.acting) == edges.customer();
    return std::ranges::any_of(scan_.belonging->spans(edges, i),
                               [&](const frame::Span& span) { return span.holds(event.time); });
}

std::vector<std::uint32_t> ScanJudge::units_of(const ToldEvent& event) const {
    const frame::Snapshot& frames = world_.frames();
    if (scan_.unit == UnitKind::kNone) return {0};
    if (scan_.unit == UnitKind::kUser) return {model::index(frames.canonical(event.user))};
    std::vector<std::uint32_t> units;
    for (std::uint32_t c = 0; c < frames.customer_count(); ++c) {
        const auto edges = frames.edges_of(model::CustomerOrdinal{c});
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            if (!belongs(event, edges, i)) continue;
            units.push_back(scan_.unit == UnitKind::kEdge
                                ? frames.first_edge(model::CustomerOrdinal{c}) + i
                                : c);
        }
    }
    return units;
}

std::uint32_t ScanJudge::refined(const ToldEvent& event, std::uint32_t mask,
                                 std::uint32_t unit) const {
    const bool of_edge = scan_.unit == UnitKind::kEdge;
    if ((mask & scan_.refined) == 0 || (!of_edge && scan_.unit != UnitKind::kCustomer)) return mask;
    const frame::Snapshot& frames = world_.frames();
    Scan::UnitRow row;
    row.person = model::index(frames.canonical(event.user));
    row.customer = of_edge ? model::index(frames.customer_of(unit)) : unit;
    if (event.acting) row.acting = model::index(frames.canonical(*event.acting)) + 1;
    row.mask = mask;
    row.time = event.time;
    return scan_.refine(row);
}

SeenRow ScanJudge::row_of(const ToldEvent& event, std::uint32_t mask) const {
    SeenRow row{event.time, mask, 0, 0, {}, {}};
    if (scan_.want_persons) row.person = model::index(world_.frames().canonical(event.user));
    if (scan_.want_acting && event.acting) {
        row.acting = model::index(world_.frames().canonical(*event.acting)) + 1;
    }
    for (const Fetch& fetch : scan_.cells) {
        row.cells.push_back((mask & fetch.filters) != 0 ? value_of(event, fetch, false) : "");
    }
    for (const Fetch& fetch : scan_.numbers) {
        row.numbers.push_back((mask & fetch.filters) != 0 ? value_of(event, fetch, true) : "");
    }
    return row;
}

SeenByUnit ScanJudge::expect() const {
    struct Placed {
        std::uint32_t person;
        model::Sequence sequence;
        SeenRow row;
    };
    std::map<std::uint32_t, std::vector<Placed>> placed;
    for (const ToldEvent& event : world_.events()) {
        const std::uint32_t mask = mask_of(event);
        const std::uint32_t person = model::index(world_.frames().canonical(event.user));
        if (mask == 0 || (scan_.people != nullptr && !scan_.people->test(person))) continue;
        for (const std::uint32_t unit : units_of(event)) {
            if (scan_.units != nullptr && !scan_.units->test(unit)) continue;
            const std::uint32_t left = refined(event, mask, unit);
            if (left == 0) continue;
            placed[unit].push_back({person, event.sequence, row_of(event, left)});
        }
    }
    for (const ExtraRow& extra : scan_.extra) {
        if (scan_.units != nullptr && !scan_.units->test(extra.unit)) continue;
        SeenRow row{extra.time, extra.mask, 0, 0, {}, {}};
        if (scan_.want_persons) row.person = extra.person;
        if (scan_.want_acting) row.acting = extra.acting;
        row.cells.resize(scan_.cells.size());
        row.numbers.assign(scan_.numbers.size(), fmt::format("i{}", extra.number.whole));
        placed[extra.unit].push_back({0xffff'ffff, ~model::Sequence{0}, row});
    }
    SeenByUnit expected;
    for (auto& [unit, rows] : placed) {
        std::ranges::stable_sort(rows, {}, [](const Placed& one) {
            return std::tuple(one.row.time, one.person, one.sequence);
        });
        for (Placed& one : rows)
            expected[unit].push_back(std::move(one.row));
    }
    return expected;
}

bool ScanJudge::is_of(const ToldEvent& event, bool attached) const {
    Scan by_customer = scan_;
    by_customer.unit = UnitKind::kCustomer;
    const ScanJudge judge(world_, by_customer);
    const std::uint32_t person = model::index(world_.frames().canonical(event.user));
    if (mask_of(event) == 0 || (scan_.people != nullptr && !scan_.people->test(person)))
        return false;
    return (event.acting || !judge.units_of(event).empty()) == attached;
}

std::uint64_t ScanJudge::unattached() const {
    return static_cast<std::uint64_t>(std::ranges::count_if(
        world_.events(), [this](const ToldEvent& event) { return is_of(event, false); }));
}

std::uint64_t ScanJudge::attached() const {
    return static_cast<std::uint64_t>(std::ranges::count_if(
        world_.events(), [this](const ToldEvent& event) { return is_of(event, true); }));
}

}  // namespace twofold::engine
