// SPDX-License-Identifier: Apache-2.0
#include "engine/overlap.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "engine/answer_cells.h"

namespace twofold::engine {
namespace {

constexpr std::string_view kUsersOnly = "users only";
constexpr std::string_view kCustomersOnly = "customers only";
constexpr std::string_view kBoth = "both";
constexpr std::string_view kBySelf = "self";
constexpr std::string_view kByRoles = "roles";

ask::Cell whole_cell(std::uint64_t count) {
    return static_cast<std::int64_t>(count);
}

}  // namespace

Overlap::Overlap(Run& run, Judge& judge, const plan::OverlapPlan& plan)
    : run_(run), judge_(judge), plan_(plan) {}

std::vector<plan::Moment> Overlap::all_moments() const {
    const plan::Plan& plan = run_.plan();
    if (!is_timed()) return {plan.moment};
    std::vector<plan::Moment> ends;
    for (std::size_t i = 0; i < plan.range.buckets() && plan.range.bounds[i] <= plan.at; ++i) {
        const TimeMs end = plan.range.bounds[i + 1];
        ends.push_back(end > plan.at ? plan::Moment::including(plan.at)
                                     : plan::Moment::end_of_period(end));
    }
    return ends;
}

Overlap::Row Overlap::row_of_user(Roles roles) {
    if ((roles & kSelf) != 0) return Row::kBothBySelf;
    if ((roles & kBuys) == 0) return Row::kUsersOnly;
    return (roles & kUses) != 0 ? Row::kBothByRoles : Row::kCustomersOnly;
}

/// One whom nobody uses is a customer and nothing else.
Overlap::Row Overlap::row_of_customer(Roles roles) {
    return roles == 0 ? Row::kCustomersOnly : row_of_user(roles);
}

std::string_view Overlap::group_text(Row row) {
    switch (row) {
        case Row::kUsersOnly:
            return kUsersOnly;
        case Row::kCustomersOnly:
            return kCustomersOnly;
        case Row::kBothBySelf:
        case Row::kBothByRoles:
            return kBoth;
    }
    return {};
}

std::string_view Overlap::how_text(Row row) {
    switch (row) {
        case Row::kUsersOnly:
        case Row::kCustomersOnly:
            return {};
        case Row::kBothBySelf:
            return kBySelf;
        case Row::kBothByRoles:
            return kByRoles;
    }
    return {};
}

Result<kernel::BitSet> Overlap::counted(const plan::Moment& moment, Points::Side side) {
    const bool customers = side == Points::Side::kCustomers;
    const auto& where = customers ? plan_.where_of_customers : plan_.where_of_users;
    Points points;
    points.side = side;
    points.moments = {run_.plan().judged ? run_.plan().moment : moment};
    TF_ASSIGN((customers ? points.customers : points.users),
              customers ? customers_existing(run_, moment.instant())
                        : users_existing(run_, moment.instant(), true));
    if (where) {
        TF_ASSIGN(const kernel::BitSet held, judge_.holds(*where, points));
        points = points.pick(held);
    }
    const std::vector<std::uint32_t>& units = customers ? points.customers : points.users;
    kernel::BitSet set(customers ? run_.frames().customer_count() : run_.frames().user_count());
    for (const std::uint32_t unit : units)
        set.set(unit);
    return set;
}

Status Overlap::read(const std::vector<plan::Moment>& moments) {
    moments_ = moments;
    for (const plan::Moment& moment : moments_) {
        instants_.push_back(moment.instant());
        if (plan_.of_users) {
            TF_ASSIGN(kernel::BitSet users, counted(moment, Points::Side::kUsers));
            users_.push_back(std::move(users));
        }
        if (plan_.of_customers) {
            TF_ASSIGN(kernel::BitSet customers, counted(moment, Points::Side::kCustomers));
            customers_.push_back(std::move(customers));
        }
    }
    of_customers_.assign(std::size_t{run_.frames().customer_count()} * moments_.size(), 0);
    return {};
}

Overlap::Roles Overlap::kind_of(frame::RoleCode role) const {
    const frame::Role& one = run_.frames().roles()[role];
    if (one.outside) return 0;
    if (one.name == kBySelf) return kSelf;
    return one.buying ? kBuys : kUses;
}

/// What edge `i` of the user adds to it, and to its customer. Who does not exist yet is inside
/// nobody.
void Overlap::add_edge(model::UserOrdinal user, TimeMs exists, const frame::UserEdges& edges,
                       std::uint32_t i, std::vector<Roles>& of_user) {
    const frame::Snapshot& frames = run_.frames();
    const auto known = frames.relations(user, i, run_.plan().at, scratch_);
    TimeMs first_inside = kEndOfTime;
    for (const frame::RelationInterval& relation : known) {
        if (kind_of(relation.role) != 0) first_inside = std::min(first_inside, relation.since);
    }
    if (first_inside == kEndOfTime) return;
    const frame::CustomerEdges of_customer = frames.edges_of(edges.customer(i));
    const auto inside = run_.belonging().inside(of_customer, of_customer.find(user));
    Roles* const customer =
        of_customers_.data() + std::size_t{model::index(edges.customer(i))} * moments_.size();
    const ask::RelationsAsOf mode = run_.plan().relations;
    for (const frame::RelationInterval& relation : known) {
        const Roles kind = kind_of(relation.role);
        TimeMs since = relation.since;
        // All that start with the first one reach back with it.
        if (since == first_inside && !inside.empty()) since = std::min(since, inside.front().from);
        for (std::size_t moment = 0; moment < instants_.size(); ++moment) {
            const TimeMs instant =
                mode == ask::RelationsAsOf::kNow ? run_.plan().at : instants_[moment];
            const bool holds = since <= instant && instant < relation.until;
            if (instants_[moment] < exists || (mode != ask::RelationsAsOf::kEver && !holds)) {
                continue;
            }
            of_user[moment] |= kind;
            customer[moment] |= kind;
        }
    }
}

Status Overlap::each_user(const EachUser& each) {
    const frame::Snapshot& frames = run_.frames();
    std::vector<Roles> by_moment(moments_.size());
    return run_.for_each(frames.user_count(), [&](std::size_t i) {
        const model::UserOrdinal user{static_cast<std::uint32_t>(i)};
        if (frames.canonical(user) != user || !frames.directory().known(user)) return;
        std::ranges::fill(by_moment, Roles{0});
        const TimeMs exists = frames.exists_from(user);
        const frame::UserEdges edges = frames.edges_of(user);
        for (std::uint32_t edge = 0; edge < edges.size(); ++edge)
            add_edge(user, exists, edges, edge, by_moment);
        each(model::index(user), by_moment);
    });
}

Status Overlap::tally_customers(std::vector<Board>& boards) {
    const TimeMs now = run_.plan().at;
    for (std::size_t moment = 0; moment < boards.size(); ++moment) {
        const TimeMs instant = run_.plan().facts_now ? now : instants_[moment];
        without_people_ = 0;
        TF_TRY(run_.check_cancelled());
        customers_[moment].each([&](std::uint32_t customer) {
            const Roles roles = of_customers_[std::size_t{customer} * boards.size() + moment];
            Tally& tally = boards[moment][static_cast<std::size_t>(row_of_customer(roles))];
            ++tally.customers;
            tally.mrr.add(run_.frames().money(model::CustomerOrdinal{customer}).at(instant).mrr);
            without_people_ += roles == 0 ? 1 : 0;
        });
    }
    return {};
}

void Overlap::add_numbers(const Tally& tally, std::vector<ask::Cell>& row) const {
    if (plan_.of_users) row.push_back(whole_cell(tally.users));
    if (!plan_.of_customers) return;
    row.push_back(whole_cell(tally.customers));
    row.push_back(money_cell(tally.mrr.whole(), run_.frames().currency()));
}

void Overlap::add_rows(std::size_t moment, const Board& board, ask::Answer& answer) const {
    for (std::size_t i = 0; i < kRows; ++i) {
        const auto at = static_cast<Row>(i);
        std::vector<ask::Cell> row;
        if (is_timed()) row.emplace_back(ask::TimeLabel{run_.plan().range.labels[moment]});
        row.emplace_back(std::string(group_text(at)));
        row.push_back(how_text(at).empty() ? ask::Cell{} : ask::Cell{std::string(how_text(at))});
        add_numbers(board[i], row);
        answer.rows.push_back(std::move(row));
    }
}

void Overlap::add_totals(const Board& board, ask::Answer& answer) const {
    Tally total;
    for (const Tally& tally : board) {
        total.users += tally.users;
        total.customers += tally.customers;
        total.mrr.merge(tally.mrr);
    }
    answer.totals.resize(2);
    add_numbers(total, answer.totals);
}

std::vector<ask::AnswerColumn> Overlap::columns() const {
    std::vector<ask::AnswerColumn> columns;
    if (is_timed()) columns.push_back({"time", ask::CellType::kTime, ""});
    columns.push_back({"group", ask::CellType::kText, ""});
    columns.push_back({"how", ask::CellType::kText, ""});
    if (plan_.of_users) columns.push_back({"users", ask::CellType::kInteger, "users"});
    if (!plan_.of_customers) return columns;
    columns.push_back({"customers", ask::CellType::kInteger, "customers"});
    columns.push_back({"mrr", ask::CellType::kMoney, run_.frames().currency()});
    return columns;
}

Result<ask::Answer> Overlap::answer() {
    ask::Answer answer;
    answer.columns = columns();
    TF_TRY(read(all_moments()));
    std::vector<Board> boards(moments_.size());
    TF_TRY(each_user([&](std::uint32_t user, std::span<const Roles> by_moment) {
        for (std::size_t moment = 0; moment < users_.size(); ++moment) {
            if (!users_[moment].test(user)) continue;
            ++boards[moment][static_cast<std::size_t>(row_of_user(by_moment[moment]))].users;
        }
    }));
    if (plan_.of_customers) TF_TRY(tally_customers(boards));
    for (std::size_t moment = 0; moment < boards.size(); ++moment)
        add_rows(moment, boards[moment], answer);
    if (!is_timed()) add_totals(boards.front(), answer);
    if (without_people_ > 0) {
        answer.notes.push_back(fmt::format(
            "{} customers have no known users inside them: they are among the customers only.",
            without_people_));
    }
    return answer;
}

// Opening.

bool Overlap::fits(Row row, const OpenRequest& request) {
    return (!request.group || *request.group == group_text(row)) &&
           (!request.how || *request.how == how_text(row));
}

Status Overlap::check(const OpenRequest& request) const {
    if (request.step || request.dropped || request.by) {
        return fail(ErrorCode::kInvalid,
                    "overlap has no steps and no by; open {\"group\":\"both\",\"how\":\"self\"}");
    }
    if (!plan_.of_users && request.of_users) {
        return fail(ErrorCode::kInvalid, "this overlap counts customers, not users");
    }
    if (!plan_.of_customers && request.of_customers) {
        return fail(ErrorCode::kInvalid, "this overlap counts users, not customers");
    }
    bool is_there = false;
    for (std::size_t i = 0; i < kRows; ++i)
        is_there = is_there || fits(static_cast<Row>(i), request);
    if (is_there) return {};
    const std::string how = request.how ? ", how: " + *request.how : "";
    return fail(ErrorCode::kNotFound,
                "the answer has no such row: " + request.group.value_or("any group") + how);
}

Result<std::size_t> Overlap::wanted_moment(const OpenRequest& request) const {
    if (!is_timed()) {
        if (!request.time) return std::size_t{0};
        return fail(ErrorCode::kNotFound, "the answer has no such time: " + *request.time);
    }
    if (!request.time) {
        return fail(ErrorCode::kInvalid, "say which period to open: {\"time\":\"…\"}");
    }
    const auto& labels = run_.plan().range.labels;
    const auto found = std::ranges::find(labels, *request.time);
    if (found == labels.end()) {
        return fail(ErrorCode::kNotFound, "the answer has no such time: " + *request.time);
    }
    return static_cast<std::size_t>(found - labels.begin());
}

Result<Opened> Overlap::open(const OpenRequest& request) {
    TF_TRY(check(request));
    TF_ASSIGN(const std::size_t wanted, wanted_moment(request));
    const std::vector<plan::Moment> moments = all_moments();
    if (wanted >= moments.size()) {
        return fail(ErrorCode::kNotFound, "this period has not begun: " + *request.time);
    }
    TF_TRY(read({moments[wanted]}));
    const bool customers = request.of_customers || !plan_.of_users;
    Opened opened;
    opened.unit = customers ? plan::Unit::kCustomers : plan::Unit::kUsers;
    opened.units =
        kernel::BitSet(customers ? run_.frames().customer_count() : run_.frames().user_count());
    for (const auto* part : {&request.time, &request.group, &request.how}) {
        if (*part) opened.what += (opened.what.empty() ? "" : ", ") + **part;
    }
    TF_TRY(each_user([&](std::uint32_t user, std::span<const Roles> roles) {
        if (customers || !users_[0].test(user)) return;
        if (fits(row_of_user(roles[0]), request)) opened.units.set(user);
    }));
    if (!customers) return opened;
    customers_[0].each([&](std::uint32_t customer) {
        if (fits(row_of_customer(of_customers_[customer]), request)) opened.units.set(customer);
    });
    return opened;
}

}  // namespace twofold::engine
