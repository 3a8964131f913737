// SPDX-License-Identifier: Apache-2.0
// The engine against the oracle, over small random worlds and questions from templates. A failure
// prints the seed, the fewest records that still show it, the question and both answers; one seed
// is repeated with TWOFOLD_FIRST_SEED=n TWOFOLD_SEEDS=1; TWOFOLD_FAILURES=n stops later.
#include "oracle/oracle.h"

#include <atomic>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

#include "ask/parse.h"
#include "oracle/random_world.h"
#include "questions/arrival.h"
#include "questions/oracle_settings.h"
#include "questions/project_in_test.h"
#include "questions/table.h"

namespace twofold::oracle {
namespace {

using questions::Digits;
using questions::Parts;
using questions::ProjectInTest;

constexpr int kQuestionsPerWorld = 10;
constexpr std::size_t kCellsOpened = 5;
/// Most of a project's time is waiting for its own threads.
constexpr unsigned kThreads = 8;
constexpr std::uint64_t kFailuresShown = 5;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* wished = std::getenv(name);
    return wished == nullptr ? otherwise : std::strtoull(wished, nullptr, 10);
}

/// In a quarter of the worlds every user is a customer, and in some that are merged or killed.
bool has_self_customers(std::uint64_t seed) {
    return seed % 4 == 3 || seed % 20 == 6 || seed % 20 == 14;
}

/// In some of these and some of the others, rules join users to customers.
bool has_rules(std::uint64_t seed) {
    return seed % 5 == 2;
}

void add_rules(ledger::Settings& settings) {
    for (const ledger::JoinBy by :
         {ledger::JoinBy::kActing, ledger::JoinBy::kTrait, ledger::JoinBy::kEmailDomain}) {
        ledger::JoinRule rule;
        rule.name = name_of(by);
        rule.by = by;
        rule.days = 2;
        if (by == ledger::JoinBy::kTrait) {
            rule.user_trait = "company";
            rule.role = "admin";
        }
        const Status put = put_rule(settings.join_rules, checked(rule).value());
        EXPECT_TRUE(put);
    }
}

ledger::Settings settings(std::uint64_t seed) {
    ledger::Settings settings;
    settings.now = kRandomWorldNow;
    settings.self_customers = has_self_customers(seed);
    if (has_rules(seed)) add_rules(settings);
    return settings;
}

/// In which way the records come in and lie when they are asked about.
std::unique_ptr<ProjectInTest> loaded(const std::vector<std::string>& lines, std::uint64_t seed) {
    const Parts parts = seed % 2 == 0 ? Parts::kMany : Parts::kHead;
    ledger::Settings first = settings(seed);
    // Or not before the records are there.
    const bool turned_later =
        (first.self_customers && seed / 4 % 2 == 1) || (has_rules(seed) && seed % 2 == 0);
    if (turned_later) {
        first.self_customers = false;
        first.join_rules.clear();
    }
    auto project = std::make_unique<ProjectInTest>(first, parts);
    const auto all = seed % 3 == 0 ? questions::batches(lines, seed)
                                   : std::vector<std::vector<std::string>>{lines};
    for (const auto& batch : all) {
        const Status taken = project->take(batch);
        EXPECT_TRUE(taken) << taken.error().message;
    }
    if (turned_later) {
        EXPECT_TRUE(project->set(settings(seed)));
    }
    if (seed % 10 == 4) {
        EXPECT_TRUE(project->merge());
    }
    if (seed % 10 == 5) {
        EXPECT_TRUE(project->restart());
    }
    if (seed % 10 == 6) {
        EXPECT_TRUE(project->kill());
    }
    return project;
}

/// Both answers when they differ; empty when they agree.
std::string difference(const ProjectInTest& project, const std::vector<std::string>& lines,
                       const std::string& text, std::uint64_t seed) {
    const auto question = ask::parse(text);
    if (!question) return "does not parse: " + question.error().message;
    const auto right = Oracle(lines, questions::oracle_settings(settings(seed))).answer(*question);
    if (!right) return "the oracle does not know this question";
    const auto got = project.ask(*question);
    if (!got) return "refused: " + got.error().message;
    const questions::Table left = table_of(*got, *question, Digits::kExact);
    const questions::Table expected = table_of(*right, *question, Digits::kExact);
    if (left.columns.size() == expected.columns.size() && same_cells(left, expected)) return {};
    return fmt::format("the oracle says\n{}the engine says\n{}", print(expected, "  "),
                       print(left, "  "));
}

/// What opens a row of sides or overlap: it has a name in each column before its numbers.
std::string side_of(const ask::Answer& answer, const std::vector<ask::Cell>& row) {
    std::string open;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const auto* time = std::get_if<ask::TimeLabel>(&row[i]);
        const auto* text = std::get_if<std::string>(&row[i]);
        if (time == nullptr && text == nullptr) break;
        open += fmt::format(R"({}"{}":"{}")", open.empty() ? "{" : ",", answer.columns[i].name,
                            time != nullptr ? time->text : *text);
    }
    return open + "}";
}

/// What opens the row's number; nothing when there is none, or none that a list must agree with.
std::optional<std::string> cell_of(const std::vector<ask::Cell>& row, const std::string& text) {
    const auto* time = std::get_if<ask::TimeLabel>(&row[0]);
    if (text.starts_with("funnel ")) {
        return fmt::format(R"({{"step":{}}})", std::get<std::int64_t>(row[0]));
    }
    if (!text.starts_with("retention ")) {
        return time != nullptr ? fmt::format(R"({{"time":"{}"}})", time->text) : "{}";
    }
    // In the average a unit of several cohorts counts in each; the list has it once.
    const bool repeats = time == nullptr && text.find("every start") != std::string::npos;
    if (repeats || !std::holds_alternative<std::int64_t>(row[3])) return std::nullopt;
    return fmt::format(R"({{"cohort":"{}","period":{}}})", time != nullptr ? time->text : "average",
                       std::get<std::int64_t>(row[2]));
}

/// Cells whose list does not have as many rows as the cell's number says.
std::string opened_difference(const ProjectInTest& project, const std::string& text) {
    const auto question = ask::parse(text);
    if (!question || question->by || text.find(" / ") != std::string::npos) return {};
    const bool funnel = text.starts_with("funnel ");
    const bool units = text.starts_with("trend users ") || text.starts_with("trend customers ");
    const bool retention = text.starts_with("retention ");
    const bool sides = text.starts_with("sides");
    const bool overlap = text.starts_with("overlap");
    if (!funnel && !units && !retention && !sides && !overlap) return {};
    const auto got = project.ask(*question);
    if (!got) return {};
    const bool of_customers = sides || text.starts_with("overlap for customers");
    const char* const counts = units          ? "value"
                               : of_customers ? "customers"
                               : overlap      ? "users"
                                              : "count";
    const auto number =
        std::ranges::find(got->columns, counts, &ask::AnswerColumn::name) - got->columns.begin();
    // Retention and sides have many cells, and each of them is asked for anew.
    const std::size_t stride = std::max<std::size_t>(1, got->rows.size() / kCellsOpened);
    std::size_t seen = text.size();
    for (const auto& row : got->rows) {
        const bool named = sides || overlap;
        const auto cell = named ? std::optional(side_of(*got, row)) : cell_of(row, text);
        if (!cell || ((retention || named) && ++seen % stride != 0)) continue;
        const std::string& open = *cell;
        const auto opened = project.ask(*question, open);
        if (!opened) return open + " cannot be opened: " + opened.error().message;
        // Who is no customer's is a user: the column behind.
        const bool free = open.find("no customer") != std::string::npos;
        const auto counted = static_cast<std::size_t>(number) + (free ? 1 : 0);
        const std::int64_t wanted = std::get<std::int64_t>(row[counted]);
        if (static_cast<std::int64_t>(opened->rows.size()) != wanted) {
            return fmt::format("{} opens {} of {}", open, opened->rows.size(), wanted);
        }
    }
    return {};
}

/// Leaves records out as long as the answers still differ.
std::vector<std::string> fewest(std::vector<std::string> lines, const std::string& text,
                                std::uint64_t seed) {
    for (std::size_t i = lines.size(); i-- > 0;) {
        std::vector<std::string> fewer = lines;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        const std::string problem = difference(*loaded(fewer, seed), fewer, text, seed);
        // A name that is nowhere any more is another problem.
        if (!problem.empty() && !problem.starts_with("refused")) lines = std::move(fewer);
    }
    return lines;
}

/// The first difference that a seed shows; empty when there is none.
std::string run_seed(std::uint64_t seed) {
    Dice dice(seed);
    const RandomWorld world = random_world(dice, has_self_customers(seed), has_rules(seed));
    const auto project = loaded(world.lines, seed);
    for (int i = 0; i < kQuestionsPerWorld; ++i) {
        const std::string text = random_question(dice, world.has_ties);
        const std::string problem = difference(*project, world.lines, text, seed);
        if (problem.empty()) {
            const std::string opened = opened_difference(*project, text);
            if (opened.empty()) continue;
            return fmt::format("seed {}\n{}\n{}\n", seed, text, opened);
        }
        const bool refused = problem.find("says") == std::string::npos;
        if (refused) return fmt::format("seed {}\n{}\n{}\n", seed, text, problem);
        const auto records = fewest(world.lines, text, seed);
        std::string lines;
        for (const std::string& line : records)
            lines += line + '\n';
        return fmt::format("seed {}\n{}\n{}{}", seed, text,
                           difference(*loaded(records, seed), records, text, seed), lines);
    }
    return {};
}

TEST(Oracle, EveryAnswerIsTheOneThatTheDefinitionsGive) {
    const std::uint64_t first = from_environment("TWOFOLD_FIRST_SEED", 1);
    const std::uint64_t end = first + from_environment("TWOFOLD_SEEDS", 600);
    const std::uint64_t shown = from_environment("TWOFOLD_FAILURES", kFailuresShown);
    std::atomic<std::uint64_t> next = first;
    std::mutex mutex;
    std::vector<std::string> failures;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            while (true) {
                const std::uint64_t seed = next++;
                if (seed >= end) return;
                const std::string failure = run_seed(seed);
                if (failure.empty()) continue;
                const std::scoped_lock lock(mutex);
                failures.push_back(failure);
                if (failures.size() >= shown) next = end;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    for (const std::string& failure : failures)
        ADD_FAILURE() << failure;
}

}  // namespace
}  // namespace twofold::oracle
