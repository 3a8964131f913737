// SPDX-License-Identifier: Apache-2.0
//
// The first gate: 20 M events over 12 months through the whole server but HTTP, then the questions
// a newcomer asks, each checked against a recount of the plain events. Prints one table and fails
// when an answer is wrong or a time is beyond its bound.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <bitset>
#include <filesystem>
#include <fmt/format.h>
#include <optional>

#include "ask/parse.h"
#include "io/env.h"
#include "loading.h"
#include "project/asking.h"
#include "project/project.h"
#include "timing.h"
#include "world.h"

namespace twofold::bench {
namespace {

constexpr int kRepeats = 5;
constexpr DurationMs kWindow = 7 * kDayMs;

struct Line {
    std::string what;
    double value = 0;
    double bound = 0;
    bool at_least = false;
    std::string unit;
    bool right = true;
};

/// What is left of an event for the recounts, times since the world's begin.
struct Plain {
    std::uint32_t user = 0;
    std::uint32_t second = 0;
    std::uint16_t millisecond = 0;
    std::uint8_t name = 0;

    DurationMs time() const { return second * kSecondMs + millisecond; }
};

/// The events of every user in order of time: what the recounts read.
class Recount {
public:
    explicit Recount(const World& world) : world_(world) {
        events_.reserve(world.options().events);
        (void)world.each_event([&](const World::Event& event) -> Status {
            const DurationMs time = event.time - world.from();
            events_.push_back({event.user, static_cast<std::uint32_t>(time / kSecondMs),
                               static_cast<std::uint16_t>(time % kSecondMs), event.name});
            return {};
        });
        std::ranges::sort(events_, {}, [](const Plain& e) { return std::pair(e.user, e.time()); });
    }

    std::int64_t count(std::uint8_t name) const {
        return std::ranges::count(events_, name, &Plain::name);
    }

    std::vector<std::int64_t> users_a_day() const {
        std::vector<std::int64_t> days(World::kDays);
        each_user([&](std::span<const Plain> rows) {
            std::bitset<World::kDays> seen;
            for (const Plain& row : rows)
                seen.set(row.second / 86'400);
            for (std::size_t day = 0; day < days.size(); ++day)
                days[day] += seen[day] ? 1 : 0;
        });
        return days;
    }

    /// The naive definition: every entry opens an attempt, which takes the earliest next step.
    std::vector<std::int64_t> funnel(std::array<std::uint8_t, 3> steps) const {
        std::vector<std::int64_t> reached(3);
        each_user([&](std::span<const Plain> rows) {
            std::size_t best = 0;
            for (std::size_t i = 0; i < rows.size() && best < 3; ++i) {
                if (rows[i].name != steps[0]) continue;
                best = std::max(best, depth(rows, i, steps));
            }
            for (std::size_t step = 0; step < best; ++step)
                ++reached[step];
        });
        return reached;
    }

    /// Customers who pay at the end, and their cents, for whom none of their users did anything in
    /// the last days.
    std::pair<std::int64_t, std::int64_t> silent(int days) const {
        const TimeMs at = world_.to() - 1;
        std::vector<bool> busy(world_.customers());
        each_user([&](std::span<const Plain> rows) {
            const TimeMs last = world_.from() + rows.back().time();
            if (last < at - days * kDayMs) return;
            for (const World::Relation& relation : related(rows)) {
                if (relation.until <= at || last < relation.from) continue;
                busy[relation.customer] = true;
            }
        });
        std::pair<std::int64_t, std::int64_t> found{0, 0};
        for (std::uint32_t customer = 0; customer < world_.customers(); ++customer) {
            const auto paid = world_.subscription_of(customer);
            if (!paid || paid->until <= at || busy[customer]) continue;
            ++found.first;
            found.second += paid->cents;
        }
        return found;
    }

private:
    template <typename Function>
    void each_user(Function&& take) const {
        for (std::size_t i = 0; i < events_.size();) {
            std::size_t end = i;
            while (end < events_.size() && events_[end].user == events_[i].user)
                ++end;
            take(std::span(events_).subspan(i, end - i));
            i = end;
        }
    }

    // The relations of whom the rows are; the first one reaches back to the first event.
    std::vector<World::Relation> related(std::span<const Plain> rows) const {
        auto all = world_.relations_of(rows.front().user);
        if (all.empty()) return all;
        const TimeMs first = std::ranges::min(all, {}, &World::Relation::from).from;
        const TimeMs reached =
            std::max(first - 30 * kDayMs, std::min(first, world_.from() + rows.front().time()));
        for (World::Relation& relation : all)
            if (relation.from == first) relation.from = reached;
        return all;
    }

    // Rows of one instant may follow each other in the order of the steps.
    static std::size_t depth(std::span<const Plain> rows, std::size_t entry,
                             std::array<std::uint8_t, 3> steps) {
        DurationMs now = rows[entry].time();
        const DurationMs last = now + kWindow;
        std::size_t reached = 1;
        while (reached < 3) {
            const auto next = std::ranges::find_if(rows, [&](const Plain& row) {
                return row.time() >= now && row.time() <= last && row.name == steps[reached];
            });
            if (next == rows.end()) break;
            now = next->time();
            ++reached;
        }
        return reached;
    }

    const World& world_;
    std::vector<Plain> events_;
};

struct Timed {
    ask::Answer answer;
    double seconds = 0;  // the median of kRepeats, after one to warm up
};

Result<Timed> time_question(project::Asking& asking, std::string_view text) {
    TF_ASSIGN(const ask::Question question, ask::parse(text));
    Timed timed;
    std::vector<double> times;
    for (int i = 0; i <= kRepeats; ++i) {
        const auto start = SteadyClock::now();
        TF_ASSIGN(timed.answer, asking.backend().answer(question, {}));
        if (i > 0) times.push_back(seconds_since(start));
    }
    std::ranges::sort(times);
    timed.seconds = times[times.size() / 2];
    return timed;
}

std::size_t column(const ask::Answer& answer, std::string_view name) {
    const auto found = std::ranges::find(answer.columns, name, &ask::AnswerColumn::name);
    return static_cast<std::size_t>(found - answer.columns.begin());
}

std::vector<std::int64_t> integers(const ask::Answer& answer, std::size_t column) {
    std::vector<std::int64_t> all;
    for (const auto& row : answer.rows) {
        const auto* value = column < row.size() ? std::get_if<std::int64_t>(&row[column]) : nullptr;
        all.push_back(value == nullptr ? -1 : *value);
    }
    return all;
}

Result<double> load(project::Project& project, const World& world) {
    TF_ASSIGN(Loading loading, Loading::make(project, world, 1));
    const auto start = SteadyClock::now();
    TF_TRY(loading.bulk());
    TF_TRY(loading.late());
    return seconds_since(start);
}

Result<std::vector<Line>> questions(project::Project& project, const Recount& recount,
                                    unsigned threads) {
    project::Asking asking(project, twofold::Clock::real(), threads);
    std::vector<Line> lines;
    TF_ASSIGN(const Timed count,
              time_question(asking, "trend events of \"Event 00\" over all time in total"));
    lines.push_back({"count of one event", count.seconds * 1e3, 10, false, "ms",
                     integers(count.answer, count.answer.columns.size() - 1) ==
                         std::vector<std::int64_t>{recount.count(0)}});
    TF_ASSIGN(const Timed daily,
              time_question(asking, "trend users of anything every day over the last 365 days"));
    lines.push_back(
        {"unique users a day", daily.seconds * 1e3, 40, false, "ms",
         integers(daily.answer, daily.answer.columns.size() - 1) == recount.users_a_day()});
    const auto funnel = [&](std::string_view what, std::array<std::uint8_t, 3> steps) -> Status {
        TF_ASSIGN(const Timed timed,
                  time_question(asking, fmt::format("funnel \"{}\" > \"{}\" > \"{}\" within 7 days "
                                                    "over the last 365 days",
                                                    World::name(steps[0]), World::name(steps[1]),
                                                    World::name(steps[2]))));
        lines.push_back(
            {std::string(what), timed.seconds * 1e3, 100, false, "ms",
             integers(timed.answer, column(timed.answer, "count")) == recount.funnel(steps)});
        return {};
    };
    TF_TRY(funnel("funnel of three common steps", {0, 1, 2}));
    TF_TRY(funnel("funnel of three rare steps", {10, 20, 30}));
    const auto silent = [&](int days) -> Status {
        TF_ASSIGN(const Timed timed,
                  time_question(asking, fmt::format("count customers, sum(customer.mrr) where "
                                                    "paying and no user did anything in the last "
                                                    "{} days",
                                                    days)));
        const auto expected = recount.silent(days);
        const auto& row = timed.answer.rows.front();
        const auto* money = std::get_if<ask::Money>(&row.at(1));
        lines.push_back({fmt::format("silent list, {} days ({} customers)", days, expected.first),
                         timed.seconds * 1e3, 100, false, "ms",
                         integers(timed.answer, 0).front() == expected.first && money != nullptr &&
                             money->minor == expected.second});
        return {};
    };
    TF_TRY(silent(30));
    return lines;
}

int print(const std::vector<Line>& lines, bool gate) {
    int failed = 0;
    fmt::print("\n{:<48} {:>12} {:>14}\n", "what", "measured", "bound");
    for (const Line& line : lines) {
        const bool met = line.at_least ? line.value >= line.bound : line.value <= line.bound;
        fmt::print("{:<48} {:>8.1f} {:<3} {:>3} {:>7.0f} {:<3} {}{}\n", line.what, line.value,
                   line.unit, line.at_least ? ">=" : "<=", line.bound, line.unit,
                   met ? "" : "MISSED ", line.right ? "" : "WRONG ANSWER");
        if (!line.right || (gate && !met)) ++failed;
    }
    return failed;
}

Result<int> run(const Options& options, unsigned threads, bool gate, const std::string& folder) {
    const World world(options);
    std::filesystem::remove_all(folder);
    std::vector<Line> lines;
    {
        TF_ASSIGN(const auto project, project::Project::open(io::Env::real(), folder));
        TF_ASSIGN(const double seconds, load(*project, world));
        lines.push_back({"import, with making the lines",
                         static_cast<double>(options.events) / seconds / 1e3, 150, true, "k/s"});
        const auto start = SteadyClock::now();
        TF_TRY(project->compact());
        fmt::print(
            "loaded {} events of {} users and {} customers; sealed and merged the rest in {:.1f} "
            "s\n",
            options.events, world.users(), world.customers(), seconds_since(start));
    }
    const auto start = SteadyClock::now();
    TF_ASSIGN(const auto project, project::Project::open(io::Env::real(), folder));
    lines.push_back({"start", seconds_since(start), 1, false, "s"});
    fmt::print("{} parts, {} events\n", project->health().parts, project->health().events);
    const Recount recount(world);
    TF_ASSIGN(const std::vector<Line> asked, questions(*project, recount, threads));
    lines.insert(lines.end(), asked.begin(), asked.end());
    return print(lines, gate);
}

/// One question on data that an earlier run left, as often as it takes to profile it.
Result<int> time_one(const std::string& folder, const std::string& text, unsigned threads) {
    TF_ASSIGN(const auto project, project::Project::open(io::Env::real(), folder));
    project::Asking asking(*project, twofold::Clock::real(), threads);
    const double start = processor_seconds();
    TF_ASSIGN(const Timed timed, time_question(asking, text));
    const double cpu = (processor_seconds() - start) / (kRepeats + 1);
    fmt::print("{:.1f} ms, {:.1f} ms of processors  {}\n", timed.seconds * 1e3, cpu * 1e3, text);
    return 0;
}

}  // namespace
}  // namespace twofold::bench

int main(int argc, char** argv) {
    CLI::App cli("Speed of the first questions, with their answers checked");
    twofold::bench::Options options;
    options.lean = true;
    unsigned threads = 2;
    bool no_gate = false;
    bool keep = false;
    std::string folder = (std::filesystem::temp_directory_path() / "twofold-bench").string();
    cli.add_option("--events", options.events, "How many events");
    cli.add_option("--seed", options.seed, "Of the world");
    cli.add_option("--threads", threads, "Threads of one question");
    cli.add_option("--folder", folder, "Where to work; emptied first");
    cli.add_flag("--no-gate", no_gate, "Fail for wrong answers only, not for slow ones");
    cli.add_flag("--keep", keep, "Leave the data where it is");
    std::string question;
    cli.add_option("--ask", question, "Time this question on data that --keep left");
    CLI11_PARSE(cli, argc, argv);
    if (!question.empty()) {
        const auto asked = twofold::bench::time_one(folder, question, threads);
        if (!asked) fmt::print(stderr, "bench: {}\n", asked.error().message);
        return asked ? 0 : 1;
    }
    const auto failed = twofold::bench::run(options, threads, !no_gate, folder);
    if (!keep) std::filesystem::remove_all(folder);
    if (!failed) {
        fmt::print(stderr, "bench: {}\n", failed.error().message);
        return 1;
    }
    return *failed == 0 ? 0 : 1;
}
