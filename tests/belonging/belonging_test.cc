// SPDX-License-Identifier: Apache-2.0
// Projects against the model of identity and belonging, over small random worlds. A failure prints
// the seed, the fewest records that still show it, and what each side says; one seed is repeated
// with TWOFOLD_FIRST_SEED=n TWOFOLD_SEEDS=1.
#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "belonging/product.h"
#include "belonging/random_records.h"

namespace twofold::belonging {
namespace {

using questions::Parts;
using questions::ProjectInTest;

/// A project takes longer to open than a small world to judge, so this many share one.
constexpr std::uint32_t kWorldsOfProject = 40;
constexpr std::uint32_t kSeeds = 10'000;
constexpr std::size_t kFailuresShown = 5;

std::uint32_t first_seed() {
    const char* wished = std::getenv("TWOFOLD_FIRST_SEED");
    return wished == nullptr ? 1 : static_cast<std::uint32_t>(std::strtoul(wished, nullptr, 10));
}

ledger::Settings settings() {
    ledger::Settings settings;
    settings.now = kNow;
    return settings;
}

/// A world: what the model reads, and what the project gets instead, which must say the same.
struct Judged {
    std::uint32_t seed = 0;
    std::vector<Record> said;
    std::vector<Record> sent;
};

std::vector<Record> sent_of(std::uint32_t seed, const std::vector<Record>& said) {
    Random random(seed);
    return as_sent(said, random);
}

Judged judged_of(std::uint32_t seed) {
    Random random(seed);
    Judged judged{seed, random_records(random, fmt::format("{}.", seed)), {}};
    judged.sent = sent_of(seed, judged.said);
    return judged;
}

enum class Then : std::uint8_t { kNothing, kMerged, kRestarted, kKilled };

/// How the worlds of one project arrive and lie.
struct Way {
    Parts parts = Parts::kHead;
    Then then = Then::kNothing;
    bool in_batches = false;
    TimeMs asked_at = kNow;
    std::uint32_t seed = 0;
};

/// Worlds of one number share a project.
std::uint32_t project_of(std::uint32_t seed) {
    return seed / kWorldsOfProject;
}

Way way_of(std::uint32_t number) {
    Random random(number);
    Way way;
    way.seed = number;
    if (below(random, 2) == 0) way.parts = Parts::kMany;
    static const std::vector<Then> all = {Then::kNothing, Then::kNothing, Then::kMerged,
                                          Then::kRestarted, Then::kKilled};
    way.then = all[static_cast<std::size_t>(below(random, static_cast<int>(all.size())))];
    way.in_batches = below(random, 2) == 0;
    way.asked_at = kNow - below(random, 14) * kDayMs + below(random, 13) * kHourMs;
    return way;
}

/// The worlds' records, taken in turns.
std::vector<std::string> mixed(const std::vector<Judged>& worlds, Random& random) {
    std::vector<std::size_t> next(worlds.size(), 0);
    std::vector<std::size_t> turns;
    for (std::size_t i = 0; i < worlds.size(); ++i)
        turns.insert(turns.end(), worlds[i].sent.size(), i);
    for (std::size_t i = turns.size(); i > 1; --i)
        std::swap(turns[i - 1],
                  turns[static_cast<std::size_t>(below(random, static_cast<int>(i)))]);
    std::vector<std::string> lines;
    for (const std::size_t world : turns)
        lines.push_back(json(worlds[world].sent[next[world]++]));
    return lines;
}

/// So that no question is refused for a name that is nowhere.
std::vector<std::string> known_names() {
    Record customer;
    customer.what = What::kCustomer;
    customer.customer = "0.c1";
    customer.tier = "gold";
    Record event;
    event.user = "0.u1";
    event.name = "0.e1";
    customer.time = event.time = kNow - 20 * kDayMs;
    return {json(customer), json(event)};
}

void take(ProjectInTest& project, const std::vector<std::string>& lines, const Way& way) {
    Random random(way.seed);
    const std::span all(lines);
    for (std::size_t begin = 0; begin < lines.size();) {
        const std::size_t size =
            way.in_batches ? 1 + static_cast<std::size_t>(below(random, 300)) : lines.size();
        const std::size_t end = std::min(lines.size(), begin + size);
        const Status taken = project.take(all.subspan(begin, end - begin));
        ASSERT_TRUE(taken) << taken.error().message;
        begin = end;
    }
}

std::string both(const Facts& model, const Facts& product) {
    std::string text;
    for (const std::string& fact : model)
        if (!product.contains(fact)) text += "  the model:   " + fact + '\n';
    for (const std::string& fact : product)
        if (!model.contains(fact)) text += "  the project: " + fact + '\n';
    return text;
}

/// What a project and the model say differently of each world; empty where they agree.
std::vector<std::string> differences(const ProjectInTest& project,
                                     const std::vector<Judged>& worlds, TimeMs at,
                                     bool with_answers) {
    std::map<std::string, Facts> answers;
    if (with_answers) answers = answer_facts(project, at);
    const auto world = project.world();
    std::vector<std::string> all;
    for (const Judged& judged : worlds) {
        const Asked asked = asked_of(judged.said);
        const Model model(judged.said, at);
        std::string text = both(frame_facts(model, asked), frame_facts(*world, asked, at));
        if (with_answers) {
            text += both(answer_facts(model), answers[fmt::format("{}.", judged.seed)]);
        }
        all.push_back(text.empty() ? "" : "as of " + time_text(at) + '\n' + text);
    }
    return all;
}

Status afterwards(ProjectInTest& project, Then then) {
    switch (then) {
        case Then::kNothing:
            return {};
        case Then::kMerged:
            return project.merge();
        case Then::kRestarted:
            return project.restart();
        case Then::kKilled:
            return project.kill();
    }
    return {};
}

/// By world: the first difference that shows in one way of asking.
std::vector<std::string> judge(const std::vector<Judged>& worlds, const Way& way) {
    ProjectInTest project(settings(), way.parts);
    take(project, known_names(), way);
    Random random(way.seed);
    take(project, mixed(worlds, random), way);
    std::vector<std::string> found(worlds.size());
    const auto look = [&](TimeMs at, bool with_answers, const std::string& when) {
        const auto now = differences(project, worlds, at, with_answers);
        for (std::size_t i = 0; i < worlds.size(); ++i)
            if (found[i].empty() && !now[i].empty()) found[i] = when + ", " + now[i];
    };
    look(kNow, true, "as they came");
    look(way.asked_at, true, "as they came");
    look(kNow + 3650 * kDayMs, false, "as they came");
    const Status done = afterwards(project, way.then);
    EXPECT_TRUE(done);
    if (way.then != Then::kNothing) {
        look(kNow, true, "later");
        look(way.asked_at, true, "later");
    }
    return found;
}

bool fails(const Judged& judged, const Way& way) {
    return !judge({judged}, way).front().empty();
}

/// Leaves records out as long as something still differs.
Judged fewest(Judged judged, const Way& way) {
    const Judged plain{judged.seed, judged.said, judged.said};
    const bool as_said = fails(plain, way);
    if (as_said) judged = plain;
    for (std::size_t i = judged.said.size(); i-- > 0;) {
        Judged fewer = judged;
        fewer.said.erase(fewer.said.begin() + static_cast<std::ptrdiff_t>(i));
        fewer.sent = as_said ? fewer.said : sent_of(judged.seed, fewer.said);
        if (fails(fewer, way)) judged = std::move(fewer);
    }
    return judged;
}

std::string shown(const Judged& judged, const Way& way, const std::string& difference) {
    const std::string seed = fmt::format("seed {}\n", judged.seed);
    if (!fails(judged, way)) {
        return fmt::format("{}only beside all others from seed {} on: {}", seed,
                           way.seed * kWorldsOfProject, difference);
    }
    const Judged few = fewest(judged, way);
    std::string text = seed;
    for (const Record& record : few.sent)
        text += json(record) + '\n';
    return text + judge({few}, way).front();
}

TEST(Belonging, IsWhatTheModelSays) {
    const std::uint32_t begin = first_seed();
    const std::uint32_t end = begin + seed_count(kSeeds);
    std::size_t failures = 0;
    for (std::uint32_t seed = begin; seed < end && failures < kFailuresShown;) {
        const std::uint32_t number = project_of(seed);
        const Way way = way_of(number);
        std::vector<Judged> worlds;
        while (seed < end && project_of(seed) == number)
            worlds.push_back(judged_of(seed++));
        const auto found = judge(worlds, way);
        for (std::size_t i = 0; i < worlds.size() && failures < kFailuresShown; ++i) {
            if (found[i].empty()) continue;
            ADD_FAILURE() << shown(worlds[i], way, found[i]);
            ++failures;
        }
    }
}

}  // namespace
}  // namespace twofold::belonging
