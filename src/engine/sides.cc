// SPDX-License-Identifier: Apache-2.0
#include "engine/sides.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "engine/answer_cells.h"
#include "engine/filter_set.h"
#include "engine/unit_periods.h"

namespace twofold::engine {
namespace {

constexpr std::string_view kNoCustomer = "no customer";

ask::Cell mrr_cell(const kernel::ExactSum& sum, const std::string& currency) {
    return sum.is_whole() ? money_cell(sum.whole(), currency) : money_cell(sum.value(), currency);
}

ask::Cell count_cell(std::uint64_t count) {
    return static_cast<std::int64_t>(count);
}

bool fits(const std::optional<std::string>& wanted, std::string_view text) {
    return !wanted || *wanted == text;
}

std::unexpected<Error> no_such_row(std::string_view column, const std::string& text) {
    return fail(ErrorCode::kNotFound, fmt::format("no row has such {}: {}", column, text));
}

}  // namespace

Sides::Sides(Run& run, Judge& judge, const plan::SidesPlan& plan)
    : run_(run), judge_(judge), plan_(plan) {
    const plan::Timeline& range = run.plan().range;
    const TimeMs at = run.plan().at;
    for (std::size_t i = 0; i < range.buckets() && range.bounds[i] <= at; ++i) {
        const TimeMs end = range.bounds[i + 1];
        ends_.push_back(end > at ? plan::Moment::including(at) : plan::Moment::end_of_period(end));
    }
}

std::string_view Sides::uses_text(Cell cell) {
    return cell == kNowhere ? kNoneLabel : cell % 2 == 0 ? "yes" : "no";
}

std::string_view Sides::pays_text(Cell cell) {
    static constexpr std::array<std::string_view, 3> kPays = {"yes", "no", "past"};
    return cell == kNowhere ? kNoneLabel : kPays[cell / 2];
}

TimeMs Sides::facts_instant(std::uint32_t period) const {
    return run_.plan().facts_now ? run_.plan().at : ends_[period].instant();
}

/// In which periods the units have an event of the selector.
Status Sides::read_uses(UnitKind unit, const plan::Selector& selector, const kernel::BitSet* units,
                        bool count_unattached, kernel::UnitBits& uses) {
    uses.begin(unit_count(unit, run_.frames()), (ends_.size() + 63) / 64);
    const std::vector<TimeMs>& bounds = run_.plan().range.bounds;
    const kernel::Buckets buckets(std::span<const TimeMs>(bounds).first(ends_.size() + 1));
    FilterSet filters(run_, judge_, unit);
    for (const plan::Condition& condition : plan_.where.of_events)
        TF_TRY(filters.require(condition));
    PeriodsTask task;
    const TimeMs to = std::min(buckets.to(), run_.hidden_from());
    TF_ASSIGN(task.bits, filters.add(selector, buckets.from(), to));
    task.periods = &buckets;
    task.seen = &uses;
    TF_ASSIGN(Scan scan, filters.scan());
    scan.units = units;
    scan.count_unattached = count_unattached;
    TF_TRY(run_.scan<UnitPeriods>(std::move(scan),
                                  [&task] { return std::make_unique<UnitPeriods>(task); }));
    return {};
}

Status Sides::read_customers(bool count_unattached) {
    return read_uses(UnitKind::kCustomer, plan_.used, nullptr, count_unattached, used_);
}

/// Who is inside whom, and which of those who are inside nobody use.
Status Sides::read_people() {
    TF_ASSIGN(stays_, Stays::read(run_, judge_.facts(), ends_));
    if (!plan_.has_free_users) return {};
    TF_ASSIGN(const kernel::BitSet free, stays_.perhaps_free(run_));
    return read_uses(UnitKind::kUser, plan_.used_by_users, &free, false, used_by_users_);
}

Sides::Cell Sides::cell_of(std::uint32_t customer, std::uint32_t period) const {
    const money::Status status =
        run_.frames().status(model::CustomerOrdinal{customer}, facts_instant(period));
    const int pays = status == money::Status::kPaying ? 0 : status == money::Status::kPast ? 2 : 1;
    return static_cast<Cell>(2 * pays + (used_.test(customer, period) ? 0 : 1));
}

Result<Sides::Board> Sides::look(std::uint32_t period) {
    Points points;
    points.side = Points::Side::kCustomers;
    points.moments = {run_.plan().judged ? run_.plan().moment : ends_[period]};
    TF_ASSIGN(points.customers, customers_existing(run_, ends_[period].instant()));
    for (const plan::Condition& condition : plan_.where.of_units) {
        TF_ASSIGN(const kernel::BitSet held, judge_.holds(condition, points));
        points = points.pick(held);
    }
    Board board;
    if (!plan_.by.items.empty()) {
        TF_ASSIGN(board.groups, cells_of_points(judge_, plan_.by, points, values_, cells_));
    }
    board.cells.assign(run_.frames().customer_count(), kNowhere);
    TF_TRY(run_.for_each(points.customers.size(), [&](std::size_t i) {
        board.cells[points.customers[i]] = cell_of(points.customers[i], period);
    }));
    board.customers = std::move(points.customers);
    return board;
}

/// The biggest groups are told from all periods, which are looked at twice rather than kept.
Result<RankedCells> Sides::rank() {
    if (plan_.by.items.empty()) {
        RankedCells one;
        one.labels = {{}};
        return one;
    }
    std::vector<std::optional<double>> ranks;
    for (std::uint32_t period = 0; period < periods(); ++period) {
        TF_ASSIGN(const Board board, look(period));
        ranks.resize(cells_.size());
        for (const std::uint32_t cell : board.groups.cells)
            ranks[cell] = ranks[cell].value_or(0) + 1;
    }
    return rank_cells(run_, ranks, plan_.by, values_, cells_);
}

/// The rows that count a customer of the board: groups × cells.
void Sides::find_rows(const Board& board, std::size_t i, const RankedCells& ranked,
                      std::vector<std::uint32_t>& rows) const {
    const Cell cell = board.cells[board.customers[i]];
    if (plan_.by.items.empty()) return rows.assign(1, cell);
    rows = ranked.rows_of(board.groups.of(i));
    for (std::uint32_t& row : rows)
        row = row * kCells + cell;
}

Result<std::vector<Sides::Tally>> Sides::tally(const Board& board, std::uint32_t period,
                                               const RankedCells& ranked) {
    std::vector<Tally> tallies(std::size_t{ranked.count()} * kCells);
    const TimeMs instant = facts_instant(period);
    std::vector<std::uint32_t> rows;
    repeated_customers_ = 0;
    TF_TRY(run_.for_each(board.customers.size(), [&](std::size_t i) {
        const model::CustomerOrdinal customer{board.customers[i]};
        const money::Mrr mrr = run_.frames().money(customer).at(instant).mrr;
        find_rows(board, i, ranked, rows);
        repeated_customers_ += rows.size() - 1;
        for (const std::uint32_t row : rows) {
            ++tallies[row].customers;
            tallies[row].mrr.add(mrr);
        }
    }));
    TF_TRY(count_users(board, period, ranked, tallies));
    return tallies;
}

/// Whoever is inside several customers of one row counts once in it.
Status Sides::count_users(const Board& board, std::uint32_t period, const RankedCells& ranked,
                          std::vector<Tally>& tallies) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> shared;  // (user, row)
    std::vector<std::uint32_t> rows;
    std::size_t next = 0;  // of the board's customers
    std::size_t rows_at = board.customers.size();
    repeated_users_ = 0;
    TF_TRY(run_.for_each(stays_.all().size(), [&](std::size_t at) {
        const Stays::Stay& stay = stays_.all()[at];
        if (!stay.holds(period)) return;
        while (next < board.customers.size() && board.customers[next] < stay.customer)
            ++next;
        if (next == board.customers.size() || board.customers[next] != stay.customer) return;
        if (rows_at != next) find_rows(board, next, ranked, rows);
        rows_at = next;
        for (const std::uint32_t row : rows) {
            if (stay.shared) {
                shared.emplace_back(stay.user, row);
            } else {
                ++tallies[row].users;
            }
        }
        if (!stay.shared) repeated_users_ += rows.size() - 1;
    }));
    std::ranges::sort(shared);
    const auto rest = std::ranges::unique(shared);
    shared.erase(rest.begin(), rest.end());
    for (std::size_t i = 0; i < shared.size(); ++i) {
        ++tallies[shared[i].second].users;
        if (i > 0 && shared[i - 1].first == shared[i].first) ++repeated_users_;
    }
    return {};
}

std::vector<ask::Cell> Sides::begin_row(std::uint32_t period) const {
    if (!is_timed()) return {};
    return {ask::TimeLabel{run_.plan().range.labels[period]}};
}

Status Sides::add_free_users(std::uint32_t period, ask::Answer& answer) const {
    TF_ASSIGN(const kernel::BitSet free, stays_.free_users(run_, period));
    std::uint64_t using_it = 0;
    free.each([&](std::uint32_t user) { using_it += used_by_users_.test(user, period) ? 1 : 0; });
    for (const bool uses : {true, false}) {
        std::vector<ask::Cell> row = begin_row(period);
        row.emplace_back(std::string(uses_text(uses ? 0 : 1)));
        row.emplace_back(std::string(kNoCustomer));
        row.push_back(count_cell(0));
        row.push_back(count_cell(uses ? using_it : free.count() - using_it));
        row.push_back(mrr_cell({}, run_.frames().currency()));
        answer.rows.push_back(std::move(row));
    }
    return {};
}

Status Sides::add_board(ask::Answer& answer) {
    TF_TRY(read_people());
    TF_ASSIGN(const RankedCells ranked, rank());
    const std::size_t rows_each = std::size_t{ranked.count()} * kCells + 2;
    if (rows_each * periods() > kSidesRowsMax) {
        return fail(ErrorCode::kTooLarge,
                    fmt::format("the answer would have more than {} rows", kSidesRowsMax));
    }
    for (std::uint32_t period = 0; period < periods(); ++period) {
        TF_ASSIGN(const Board board, look(period));
        TF_ASSIGN(const std::vector<Tally> tallies, tally(board, period, ranked));
        for (std::size_t i = 0; i < tallies.size(); ++i) {
            std::vector<ask::Cell> row = begin_row(period);
            for (const std::string& label : ranked.labels[i / kCells])
                row.emplace_back(label);
            const auto cell = static_cast<Cell>(i % kCells);
            row.emplace_back(std::string(uses_text(cell)));
            row.emplace_back(std::string(pays_text(cell)));
            row.push_back(count_cell(tallies[i].customers));
            row.push_back(count_cell(tallies[i].users));
            row.push_back(mrr_cell(tallies[i].mrr, run_.frames().currency()));
            answer.rows.push_back(std::move(row));
        }
        if (plan_.has_free_users) TF_TRY(add_free_users(period, answer));
    }
    return {};
}

void Sides::add_flow_rows(std::uint32_t period, const std::vector<Flow>& flows,
                          ask::Answer& answer) const {
    const std::string& currency = run_.frames().currency();
    for (std::size_t i = 0; i < flows.size(); ++i) {
        if (flows[i].customers == 0) continue;
        std::vector<ask::Cell> row = begin_row(period);
        for (const std::size_t side : {i / (kCells + 1), i % (kCells + 1)}) {
            row.emplace_back(std::string(uses_text(static_cast<Cell>(side))));
            row.emplace_back(std::string(pays_text(static_cast<Cell>(side))));
        }
        row.push_back(count_cell(flows[i].customers));
        row.push_back(mrr_cell(flows[i].before, currency));
        row.push_back(mrr_cell(flows[i].mrr, currency));
        answer.rows.push_back(std::move(row));
    }
}

Status Sides::add_flows(ask::Answer& answer) {
    TF_ASSIGN(Board before, look(0));
    for (std::uint32_t period = 1; period < periods(); ++period) {
        TF_ASSIGN(Board now, look(period));
        std::vector<Flow> flows((kCells + 1) * (kCells + 1));
        TF_TRY(run_.for_each(now.cells.size(), [&](std::size_t i) {
            if (now.cells[i] == before.cells[i]) return;
            Flow& flow = flows[before.cells[i] * (kCells + 1U) + now.cells[i]];
            const auto& money =
                run_.frames().money(model::CustomerOrdinal{static_cast<std::uint32_t>(i)});
            ++flow.customers;
            flow.before.add(money.at(facts_instant(period - 1)).mrr);
            flow.mrr.add(money.at(facts_instant(period)).mrr);
        }));
        add_flow_rows(period, flows, answer);
        if (answer.rows.size() > kSidesRowsMax) {
            return fail(ErrorCode::kTooLarge,
                        fmt::format("the answer would have more than {} rows", kSidesRowsMax));
        }
        before = std::move(now);
    }
    return {};
}

std::vector<ask::AnswerColumn> Sides::columns() const {
    std::vector<ask::AnswerColumn> columns;
    const std::string& currency = run_.frames().currency();
    const auto add = [&columns](const char* name, ask::CellType type, std::string unit = {}) {
        columns.push_back({name, type, std::move(unit)});
    };
    if (is_timed()) add("time", ask::CellType::kTime);
    for (const plan::Breakdown& item : plan_.by.items)
        columns.push_back({item.text, ask::CellType::kText, ""});
    if (plan_.flows) {
        add("uses_before", ask::CellType::kText);
        add("pays_before", ask::CellType::kText);
    }
    add("uses", ask::CellType::kText);
    add("pays", ask::CellType::kText);
    add("customers", ask::CellType::kInteger, "customers");
    if (plan_.flows) {
        add("mrr_before", ask::CellType::kMoney, currency);
    } else {
        add("users", ask::CellType::kInteger, "users");
    }
    add("mrr", ask::CellType::kMoney, currency);
    return columns;
}

void Sides::add_notes(ask::Answer& answer) const {
    const std::string when = is_timed() && !ends_.empty()
                                 ? " of " + run_.plan().range.labels[ends_.size() - 1]
                                 : std::string();
    if (repeated_customers_ > 0) {
        answer.notes.push_back(
            fmt::format("{} customers more by adding up the rows{}: some fall into several.",
                        repeated_customers_, when));
    }
    if (repeated_users_ > 0) {
        answer.notes.push_back(fmt::format(
            "{} users more by adding up the rows{}: some are inside customers of several.",
            repeated_users_, when));
    }
    if (cells_.overflowed()) {
        answer.notes.push_back(fmt::format("More than {} cells: what came later is in one of them.",
                                           CellTable::kCellsMax));
    }
    note_foreign_money(run_.frames(), answer.notes);
}

Result<ask::Answer> Sides::answer() {
    ask::Answer answer;
    answer.columns = columns();
    if (periods() == 0) return answer;
    TF_TRY(read_customers(true));
    TF_TRY(plan_.flows ? add_flows(answer) : add_board(answer));
    add_notes(answer);
    return answer;
}

// Opening.

/// Whether the request speaks of this answer at all.
Status Sides::check(const OpenRequest& request) const {
    if (request.step || request.dropped) {
        return fail(ErrorCode::kInvalid,
                    "sides has no steps; open {\"time\":\"…\",\"uses\":\"no\",\"pays\":\"yes\"}");
    }
    if (!plan_.flows && (request.uses_before || request.pays_before)) {
        return fail(ErrorCode::kInvalid, "only flows have uses_before and pays_before");
    }
    if (plan_.flows && request.of_users) {
        return fail(ErrorCode::kInvalid, "flows count customers, not users");
    }
    const auto is_side = [this](const std::string& text, bool pays) {
        if (text == "yes" || text == "no") return true;
        if (plan_.flows && text == kNoneLabel) return true;
        return pays && (text == "past" || (plan_.has_free_users && text == kNoCustomer));
    };
    for (const auto* uses : {&request.uses, &request.uses_before}) {
        if (*uses && !is_side(**uses, false)) return no_such_row("uses", **uses);
    }
    for (const auto* pays : {&request.pays, &request.pays_before}) {
        if (*pays && !is_side(**pays, true)) return no_such_row("pays", **pays);
    }
    return {};
}

Result<Sides::Wanted> Sides::wanted(const OpenRequest& request) {
    Wanted wanted;
    if (request.time) {
        const auto& labels = run_.plan().range.labels;
        const auto found = std::ranges::find(labels, *request.time);
        if (!is_timed() || found == labels.end()) {
            return fail(ErrorCode::kNotFound, "the answer has no such time: " + *request.time);
        }
        wanted.period = static_cast<std::uint32_t>(found - labels.begin());
        wanted.what = *request.time;
    } else if (is_timed()) {
        return fail(ErrorCode::kInvalid, "say which period to open: {\"time\":\"…\"}");
    }
    if (wanted.period >= periods()) {
        return fail(ErrorCode::kNotFound, "this period has not begun: " + wanted.what);
    }
    if (plan_.flows && wanted.period == 0) {
        return fail(ErrorCode::kNotFound, "flows begin with the second period: " + wanted.what);
    }
    TF_TRY(read_customers(false));
    TF_ASSIGN(ranked_, rank());
    if (request.by) {
        const auto found = std::ranges::find(ranked_.labels, *request.by);
        if (plan_.by.items.empty() || found == ranked_.labels.end()) {
            return fail(ErrorCode::kNotFound,
                        "the answer has no such cell: " + request.by->front());
        }
        wanted.group = static_cast<std::uint32_t>(found - ranked_.labels.begin());
        for (const std::string& label : *request.by)
            wanted.what += (wanted.what.empty() ? "" : ", ") + label;
    }
    const auto say = [&wanted](const char* name, const std::optional<std::string>& text) {
        if (!text) return;
        wanted.what += fmt::format("{}{} {}", wanted.what.empty() ? "" : ", ", name, *text);
    };
    say("used before", request.uses_before);
    say("paid before", request.pays_before);
    say("uses", request.uses);
    say("pays", request.pays);
    return wanted;
}

Status Sides::open_flow(const OpenRequest& request, const Wanted& wanted, Opened& opened) {
    TF_ASSIGN(const Board before, look(wanted.period - 1));
    TF_ASSIGN(const Board now, look(wanted.period));
    return run_.for_each(now.cells.size(), [&](std::size_t i) {
        const Cell from = before.cells[i];
        const Cell to = now.cells[i];
        const bool moved = from != to && fits(request.uses_before, uses_text(from)) &&
                           fits(request.pays_before, pays_text(from)) &&
                           fits(request.uses, uses_text(to)) && fits(request.pays, pays_text(to));
        if (moved) opened.units.set(static_cast<std::uint32_t>(i));
    });
}

Status Sides::open_row(const OpenRequest& request, const Wanted& wanted, Opened& opened) {
    TF_ASSIGN(const Board board, look(wanted.period));
    kernel::BitSet customers(run_.frames().customer_count());
    TF_TRY(run_.for_each(board.customers.size(), [&](std::size_t i) {
        const std::uint32_t customer = board.customers[i];
        const Cell cell = board.cells[customer];
        if (!fits(request.uses, uses_text(cell)) || !fits(request.pays, pays_text(cell))) return;
        if (wanted.group) {
            const std::vector<std::uint32_t> groups = ranked_.rows_of(board.groups.of(i));
            if (std::ranges::find(groups, *wanted.group) == groups.end()) return;
        }
        customers.set(customer);
    }));
    if (!request.of_users) {
        opened.units = std::move(customers);
        return {};
    }
    TF_ASSIGN(stays_, Stays::read(run_, judge_.facts(), ends_));
    opened.unit = plan::Unit::kUsers;
    opened.units = kernel::BitSet(run_.frames().user_count());
    return run_.for_each(stays_.all().size(), [&](std::size_t i) {
        const Stays::Stay& stay = stays_.all()[i];
        if (stay.holds(wanted.period) && customers.test(stay.customer)) {
            opened.units.set(stay.user);
        }
    });
}

Status Sides::open_free_users(const OpenRequest& request, const Wanted& wanted, Opened& opened) {
    TF_TRY(read_people());
    TF_ASSIGN(opened.units, stays_.free_users(run_, wanted.period));
    opened.unit = plan::Unit::kUsers;
    if (!request.uses) return {};
    const bool uses = *request.uses == uses_text(0);
    kernel::BitSet left(opened.units.size());
    opened.units.each([&](std::uint32_t user) {
        if (used_by_users_.test(user, wanted.period) == uses) left.set(user);
    });
    opened.units = std::move(left);
    return {};
}

Result<Opened> Sides::open(const OpenRequest& request) {
    TF_TRY(check(request));
    TF_ASSIGN(const Wanted wanted, this->wanted(request));
    Opened opened;
    opened.what = wanted.what;
    opened.unit = plan::Unit::kCustomers;
    opened.units = kernel::BitSet(run_.frames().customer_count());
    if (plan_.flows) {
        TF_TRY(open_flow(request, wanted, opened));
    } else if (request.pays == kNoCustomer) {
        TF_TRY(open_free_users(request, wanted, opened));
    } else {
        TF_TRY(open_row(request, wanted, opened));
    }
    return opened;
}

}  // namespace twofold::engine
