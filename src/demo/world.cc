// SPDX-License-Identifier: Apache-2.0
#include "demo/world.h"

#include <algorithm>

#include "demo/line_writer.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

constexpr std::size_t kBatchBytes = 1'000'000;

void make_customers(Draft& draft) {
    cast_customers(draft);
    claim_silent(draft);
    claim_ghosts(draft);
    claim_movements(draft);
    claim_terms(draft);
    claim_busy(draft);
    claim_champions(draft);
    size_customers(draft);
    claim_contractors(draft);
    price_customers(draft);
    write_segments(draft);
}

void make_people(Draft& draft) {
    cast_members(draft);
    place_contractors(draft);
    join_consultants(draft);
    place_champions(draft);
    cast_people(draft);
    place_signups(draft);
    place_events(draft);
}

/// By customer: when anybody acted for it last.
struct LastActs {
    std::vector<TimeMs> event;
    std::vector<TimeMs> use;
};

LastActs last_acts(const Draft& draft, const Timeline& timeline) {
    LastActs last{std::vector<TimeMs>(draft.customers.size()),
                  std::vector<TimeMs>(draft.customers.size())};
    for (const Row& row : timeline.rows) {
        if (row.customer == kNoCustomer) continue;
        last.event[row.customer] = row.time;
        if (!is_automatic(row.name)) last.use[row.customer] = row.time;
    }
    return last;
}

}  // namespace

struct World::Plan {
    explicit Plan(const Year& year) : draft(year) {}
    Draft draft;
    Timeline timeline;
    Truths truths;
};

Result<World> World::make(const Options& options) {
    if (options.events < kEventsMin || options.events > kEvents) {
        return fail(ErrorCode::kInvalid,
                    "the demo's number of events must be " + std::to_string(kEventsMin) + " to " +
                        std::to_string(kEvents) + ", not " + std::to_string(options.events));
    }
    TF_ASSIGN(const Year year, Year::make(options.until));
    auto plan = std::make_unique<Plan>(year);
    plan->draft.seed = options.seed;
    plan->draft.events = options.events;
    make_customers(plan->draft);
    make_people(plan->draft);
    write_rows(plan->draft, plan->timeline);
    write_notes(plan->draft, plan->timeline);
    write_arrivals(plan->draft, plan->timeline);

    const Draft& draft = plan->draft;
    const LastActs last = last_acts(draft, plan->timeline);
    const auto planted = [&](std::vector<std::uint16_t> indexes) {
        std::vector<PlantedCustomer> list;
        for (const std::uint16_t index : indexes) {
            const Customer& customer = draft.customer(index);
            list.push_back({customer.id, customer.name, customer.mrr(), customer.seats,
                            customer.active, last.event[index], last.use[index]});
        }
        std::ranges::sort(list, {}, &PlantedCustomer::id);
        return list;
    };
    Truths& truths = plan->truths;
    truths.silent = planted(draft.silent);
    truths.silent_but_busy = planted(draft.silent_busy);
    truths.automatic_only = planted(draft.automatic);
    truths.champion_gone = planted(draft.gone_now);
    truths.churned_last_month = planted(draft.churned_last_month);
    truths.ghost_seats = planted(draft.ghosts);
    truths.free_and_busy = planted(draft.busy);
    truths.repaired =
        planted({draft.clients.begin(), draft.clients.begin() + (kSilent - kSilentRepaired)});
    truths.repaired_week = year.start(year.week());
    return World(std::move(plan));
}

World::World(std::unique_ptr<const Plan> plan) : plan_(std::move(plan)) {}
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;
World::~World() = default;

TimeMs World::now() const {
    return plan_->draft.year.now();
}

const Truths& World::truths() const {
    return plan_->truths;
}

std::int64_t World::line_count() const {
    const Timeline& timeline = plan_->timeline;
    // Late rows are among the rows and among the arrivals.
    const std::int64_t late = kLate * plan_->draft.events / kEvents;
    return std::ssize(timeline.rows) + std::ssize(timeline.notes) + std::ssize(timeline.arrivals) -
           late;
}

Status World::each_batch(const LineSink& sink) const {
    const Timeline& timeline = plan_->timeline;
    std::string lines;
    lines.reserve(kBatchBytes + 4'096);
    LineWriter writer(plan_->draft, lines);
    auto row = timeline.rows.begin();
    auto note = timeline.notes.begin();
    auto arrival = timeline.arrivals.begin();
    const auto next_time = [](auto at, const auto& all) {
        return at == all.end() ? kEndOfTime : at->time;
    };
    for (;;) {
        const TimeMs row_time = next_time(row, timeline.rows);
        const TimeMs note_time = next_time(note, timeline.notes);
        const TimeMs arrival_time = next_time(arrival, timeline.arrivals);
        if (std::min({row_time, note_time, arrival_time}) == kEndOfTime) break;
        if (note_time <= row_time && note_time <= arrival_time) {
            writer.note(timeline, *note++);
        } else if (row_time <= arrival_time) {
            if (!row->has(Row::kLate)) {
                writer.event(*row, static_cast<std::uint32_t>(row - timeline.rows.begin()));
            }
            ++row;
        } else {
            writer.event(timeline.rows[arrival->row], arrival->row);
            ++arrival;
        }
        if (lines.size() >= kBatchBytes) {
            TF_TRY(sink(lines));
            lines.clear();
        }
    }
    return lines.empty() ? Status() : sink(lines);
}

std::string World::late_relations_csv() const {
    const Draft& draft = plan_->draft;
    const auto date = [&](int day) {
        return day == kNever ? std::string() : format_utc(draft.year.start(day));
    };
    std::string csv = "user,customer,role,from,until\n";
    for (const LateRelation& late : draft.late_relations) {
        csv += user_id(draft, late.person) + "," + draft.customer(late.customer).id + "," +
               std::string(role_name(Role::kContractor)) + "," + date(late.from_day) + "," +
               date(late.until_day) + "\n";
    }
    return csv;
}

std::string World::late_relation_lines() const {
    std::string lines;
    LineWriter writer(plan_->draft, lines);
    for (const LateRelation& late : plan_->draft.late_relations)
        writer.late_relation(late);
    return lines;
}

}  // namespace twofold::demo
