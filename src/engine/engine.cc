// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <new>
#include <utility>
#include <variant>

#include "ask/check.h"
#include "engine/count.h"
#include "engine/funnel.h"
#include "engine/judge.h"
#include "engine/list.h"
#include "engine/names.h"
#include "engine/opened.h"
#include "engine/overlap.h"
#include "engine/pool.h"
#include "engine/retention.h"
#include "engine/run.h"
#include "engine/sides.h"
#include "engine/trend.h"
#include "engine/work.h"
#include "frame/roll_up.h"
#include "plan/crossing.h"
#include "plan/plan.h"

namespace twofold::engine {
namespace {

std::string_view mode_name(ask::RelationsAsOf relations) {
    switch (relations) {
        case ask::RelationsAsOf::kEvent:
            return "event";
        case ask::RelationsAsOf::kNow:
            return "now";
        case ask::RelationsAsOf::kEver:
            return "ever";
    }
    return "";
}

/// One plan on one world.
class Answering {
public:
    Answering(const World& world, const plan::Plan& plan, Scanner& scanner,
              const ask::AskOptions& options)
        : plan_(plan), options_(options), run_(world, plan, scanner, options.stop), judge_(run_) {}

    Result<ask::Answer> answer() {
        if (options_.open.empty()) {
            return std::visit([this](const auto& kind) { return answer_kind(kind); }, plan_.kind);
        }
        TF_ASSIGN(const OpenRequest request, parse_open(options_.open));
        const bool of_cohort = request.cohort || request.period;
        if (of_cohort && !std::holds_alternative<plan::RetentionPlan>(plan_.kind)) {
            return fail(ErrorCode::kInvalid, "only retention has cohorts and periods to open");
        }
        const bool overlap = std::holds_alternative<plan::OverlapPlan>(plan_.kind);
        const bool sides = std::holds_alternative<plan::SidesPlan>(plan_.kind);
        if (request.names_a_group() && !overlap) {
            return fail(ErrorCode::kInvalid, "only overlap has groups to open");
        }
        if (request.names_a_side() && !sides) {
            return fail(ErrorCode::kInvalid, "only sides has uses and pays to open");
        }
        if ((request.of_users || request.of_customers) && !overlap && !sides) {
            return fail(ErrorCode::kInvalid, "only sides and overlap have two lists to open");
        }
        TF_ASSIGN(
            const Opened opened,
            std::visit([&](const auto& kind) { return open_kind(kind, request); }, plan_.kind));
        plan::ListPlan list;
        list.counted =
            opened.unit == plan::Unit::kCustomers ? ask::Counted::kCustomers : ask::Counted::kUsers;
        list.columns = plan::default_columns(list.counted);
        TF_ASSIGN(ask::Answer answer, List(run_, judge_, list).answer(opened, options_));
        answer.unit = plan::unit_name(opened.unit);
        answer.kind = "list";
        answer.rule =
            opened.what.empty() ? plan_.rule : "Opened " + opened.what + ": " + plan_.rule;
        return answer;
    }

    const ScanCost& cost() const { return run_.cost(); }

private:
    Result<ask::Answer> answer_kind(const plan::TrendPlan& kind) {
        return Trend(run_, judge_, kind).answer();
    }
    Result<ask::Answer> answer_kind(const plan::CountPlan& kind) {
        return Count(run_, judge_, kind).answer();
    }
    Result<ask::Answer> answer_kind(const plan::ListPlan& kind) {
        return List(run_, judge_, kind).answer(options_);
    }
    Result<ask::Answer> answer_kind(const plan::FunnelPlan& kind) {
        return Funnel(run_, judge_, kind).answer();
    }
    Result<ask::Answer> answer_kind(const plan::RetentionPlan& kind) {
        return Retention(run_, judge_, kind).answer();
    }
    Result<ask::Answer> answer_kind(const plan::SidesPlan& kind) {
        return Sides(run_, judge_, kind).answer();
    }
    Result<ask::Answer> answer_kind(const plan::OverlapPlan& kind) {
        return Overlap(run_, judge_, kind).answer();
    }

    Result<Opened> open_kind(const plan::TrendPlan& kind, const OpenRequest& request) {
        return Trend(run_, judge_, kind).open(request);
    }
    Result<Opened> open_kind(const plan::CountPlan& kind, const OpenRequest& request) {
        return Count(run_, judge_, kind).open(request);
    }
    Result<Opened> open_kind(const plan::FunnelPlan& kind, const OpenRequest& request) {
        return Funnel(run_, judge_, kind).open(request);
    }
    Result<Opened> open_kind(const plan::RetentionPlan& kind, const OpenRequest& request) {
        return Retention(run_, judge_, kind).open(request);
    }
    Result<Opened> open_kind(const plan::SidesPlan& kind, const OpenRequest& request) {
        return Sides(run_, judge_, kind).open(request);
    }
    Result<Opened> open_kind(const plan::OverlapPlan& kind, const OpenRequest& request) {
        return Overlap(run_, judge_, kind).open(request);
    }
    Result<Opened> open_kind(const plan::ListPlan& /*kind*/, const OpenRequest& /*request*/) {
        return fail(ErrorCode::kInvalid, "a list is open already: it names every row");
    }

    const plan::Plan& plan_;
    const ask::AskOptions& options_;
    Run run_;
    Judge judge_;
};

std::string list_unit(const plan::Plan& plan) {
    const auto* list = std::get_if<plan::ListPlan>(&plan.kind);
    if (list != nullptr && list->counted == ask::Counted::kRelations) return "relations";
    return std::string(plan::unit_name(plan.unit));
}

/// What a question of customers with their children reads.
Result<World> rolled_up(World world, const plan::Plan& plan, const Stop* stop) {
    TF_ASSIGN(world.input.frames,
              frame::roll_up(*world.input.frames, frame_mode(plan.relations), plan.at, stop));
    if (world.input.frames == nullptr) return std::unexpected(stopped_error(*stop));
    return world;
}

/// Parents that lead back to themselves are somebody's mistake: say whose.
std::optional<std::string> ring_note(const frame::Snapshot& frames) {
    constexpr std::size_t kNamed = 5;
    if (frames.rolled_up() == nullptr) return std::nullopt;
    const auto& ringed = frames.rolled_up()->roots.ringed();
    if (ringed.empty()) return std::nullopt;
    std::string names;
    for (std::size_t i = 0; i < std::min(kNamed, ringed.size()); ++i)
        names += (i == 0 ? "" : ", ") + std::string(frames.directory().id(ringed[i]));
    if (ringed.size() > kNamed) names += fmt::format(" and {} more", ringed.size() - kNamed);
    return "Parents that lead back to themselves are none; each of these stands for itself while "
           "they do: " +
           names + '.';
}

void fill_in(ask::Answer& answer, const plan::Plan& plan, const World& world,
             const ScanCost& cost) {
    if (answer.kind.empty()) answer.kind = ask::kind_name(plan.question);
    if (answer.rule.empty()) answer.rule = plan.rule;
    if (answer.unit.empty()) answer.unit = list_unit(plan);
    answer.range = {plan.range.from, plan.range.to, plan.calendar.zone().name()};
    answer.mode = mode_name(plan.relations);
    answer.notes.insert(answer.notes.begin(), plan.notes.begin(), plan.notes.end());
    if (auto note = ring_note(*world.input.frames)) answer.notes.push_back(*std::move(note));
    answer.cost.events_read = cost.events_read;
    answer.cost.users_read = cost.users_read;
    answer.cost.bytes_read = cost.bytes_read;
    answer.cost.unattached_events = cost.unattached_events;
    answer.position = world.position;
    if (answer.row_count == 0) answer.row_count = answer.rows.size();
}

}  // namespace

Result<ask::Answer> Engine::answer(const ask::Question& question, const ask::AskOptions& options) {
    TF_ASSIGN(const Moment moment, moment_of(options));
    return answer(question, options, moment);
}

Result<ask::Answer> Engine::answer(const ask::Question& question, const ask::AskOptions& options,
                                   const Moment& moment) {
    try {
        return run(question, options, moment);
    } catch (const std::bad_alloc&) {
        return std::unexpected(memory_error());
    }
}

Result<Engine::Moment> Engine::moment_of(const ask::AskOptions& options) const {
    TF_ASSIGN(World world, worlds_.world(options.position));
    const TimeMs now = options.now.value_or(world.settings->now.value_or(clock_.now()));
    return Moment{std::move(world), now};
}

Result<ask::Answer> Engine::run(const ask::Question& question, const ask::AskOptions& options,
                                const Moment& moment) const {
    if (options.stop != nullptr && options.stop->wanted()) {
        return std::unexpected(stopped_error(*options.stop));
    }
    const auto begun = std::chrono::steady_clock::now();
    World world = moment.world;
    const WorldNames names(world);
    TF_TRY(ask::check(question, names));
    TF_ASSIGN(const plan::Plan plan, plan::bind(question, names, *world.settings, moment.now));
    if (question.rolled_up) {
        TF_ASSIGN(world, rolled_up(std::move(world), plan, options.stop));
    }
    Answering answering(world, plan, scanner_, options);
    TF_ASSIGN(ask::Answer answer, answering.answer());
    fill_in(answer, plan, world, answering.cost());
    if (plan::crosses_sides(plan)) {
        unmatched_note_.append_to(answer.notes, world.input.frames, plan.at);
    }
    const auto took = std::chrono::steady_clock::now() - begun;
    answer.cost.seconds = std::chrono::duration<double>(took).count();
    return answer;
}

Result<Engine::Outlook> Engine::look_ahead(const ask::Question& question,
                                           const ask::AskOptions& options) const {
    TF_ASSIGN(Moment moment, moment_of(options));
    const WorldNames names(moment.world);
    TF_TRY(ask::check(question, names));
    TF_ASSIGN(const plan::Plan plan,
              plan::bind(question, names, *moment.world.settings, moment.now));
    return Outlook{work_of(plan, moment.world.input), std::move(moment)};
}

Result<std::shared_ptr<const ask::Names>> Engine::names() const {
    TF_ASSIGN(World world, worlds_.world(std::nullopt));
    return std::make_shared<const WorldNames>(std::move(world));
}

}  // namespace twofold::engine
