// SPDX-License-Identifier: Apache-2.0
//
// Relations repaired after the fact: millions of dated ones loaded as lines, in no order, until the
// next question has them all; then single corrections, each until a question shows it. Fails when
// an answer is wrong or a time is beyond its bound.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <unordered_set>

#include "app/loader.h"
#include "ask/parse.h"
#include "dice.h"
#include "io/env.h"
#include "project/asking.h"
#include "project/project.h"
#include "timing.h"

namespace twofold::bench {
namespace {

constexpr std::size_t kChunkBytes = 1 << 20;
constexpr double kLoadSeconds = 10;
constexpr double kCorrectionSeconds = 0.1;

struct Sizes {
    std::uint32_t relations = 2'000'000;
    std::uint32_t users = 400'000;
    std::uint32_t customers = 20'000;
    int corrections = 50;
};

/// The relations by number, each of another user than the one before. Some end before now, some
/// customers come twice to a user, in other roles or at other times.
class Relations {
public:
    explicit Relations(const Sizes& sizes) : sizes_(sizes) {}

    struct One {
        std::uint32_t user = 0;
        std::uint32_t customer = 0;
        std::string_view role;
        int month = 1;
        int day = 1;
        bool open = true;
    };
    One at(std::uint32_t number) const {
        static constexpr std::array<std::string_view, 3> kRoles = {"admin", "member", "viewer"};
        const std::uint64_t dice = mix(number);
        One one;
        one.user = static_cast<std::uint32_t>((number * 7'919ULL) % sizes_.users);
        one.customer = static_cast<std::uint32_t>(dice % sizes_.customers);
        one.role = kRoles[(dice >> 32) % kRoles.size()];
        one.month = static_cast<int>(1 + (dice >> 36) % 12);
        // Relations of one user differ in the day, so that none replaces another.
        one.day = static_cast<int>(1 + (number / sizes_.users) % 28);
        one.open = (dice >> 48) % 8 != 0;
        return one;
    }
    std::string line(std::uint32_t number, bool open) const {
        const One one = at(number);
        return fmt::format(
            R"({{"type":"relation","userId":"u{}","customerId":"c{}","role":"{}","from":"2025-{:02}-{:02}","until":{}}})"
            "\n",
            one.user, one.customer, one.role, one.month, one.day,
            open ? "null" : R"("2026-01-10")");
    }
    /// Pairs of a user and a customer that are related at the end.
    std::int64_t open_pairs() const {
        std::unordered_set<std::uint64_t> pairs;
        pairs.reserve(sizes_.relations);
        for (std::uint32_t i = 0; i < sizes_.relations; ++i) {
            const One one = at(i);
            if (one.open) pairs.insert(std::uint64_t{one.user} << 32 | one.customer);
        }
        return static_cast<std::int64_t>(pairs.size());
    }

private:
    Sizes sizes_;
};

class Bench {
public:
    Bench(const Sizes& sizes, project::Project& project)
        : sizes_(sizes),
          relations_(sizes),
          project_(project),
          asking_(project, twofold::Clock::real(), 2) {}

    /// What was wrong, and what took too long.
    struct Failures {
        int wrong = 0;
        int missed = 0;
    };
    Result<Failures> run() {
        TF_TRY(load_events());
        const std::int64_t pairs = relations_.open_pairs();
        const auto start = SteadyClock::now();
        TF_TRY(load_relations());
        const double written = seconds_since(start);
        TF_ASSIGN(const std::int64_t found, related());
        const double loaded = seconds_since(start);
        fmt::print("{} relations: durable and applied after {:.2f} s, ", sizes_.relations, written);
        within("asked", loaded, kLoadSeconds);
        check(found, pairs);
        TF_TRY(correct(pairs));
        return failures_;
    }

private:
    Status load_events() {
        ledger::Settings settings = project_.settings();
        TF_ASSIGN(const TimeMs now, parse_instant("2026-01-20T00:00:00Z"));
        settings.now = now;
        TF_TRY(project_.set_settings(settings));
        return load(sizes_.users, 1, [](std::uint32_t user) {
            return fmt::format(
                R"({{"type":"track","userId":"u{}","event":"Opened","timestamp":"2026-01-{:02}T08:00:00Z"}})"
                "\n",
                user, 1 + user % 19);
        });
    }
    Status load_relations() {
        return load(sizes_.relations, 2, [this](std::uint32_t number) {
            return relations_.line(number, relations_.at(number).open);
        });
    }

    template <typename LineOf>
    Status load(std::uint32_t count, std::uint64_t file, LineOf&& line_of) {
        TF_ASSIGN(app::Loader loader, app::Loader::make(project_, file));
        std::string lines;
        intake::LineChunk chunk;
        chunk.first_line = 1;
        const auto send = [&]() -> Status {
            chunk.bytes = lines;
            chunk.line_count = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
            TF_TRY(loader.load(chunk));
            chunk.first_line += chunk.line_count;
            lines.clear();
            return {};
        };
        for (std::uint32_t i = 0; i < count; ++i) {
            lines += line_of(i);
            if (lines.size() >= kChunkBytes) TF_TRY(send());
        }
        TF_TRY(send());
        TF_TRY(loader.finish());
        if (loader.totals().rejected == 0) return {};
        return fail(ErrorCode::kInternal,
                    "lines were rejected: " + loader.totals().first_rejections.front().message);
    }

    /// Users of customers, once for each pair.
    Result<std::int64_t> related() { return last_of("count customers, sum(customer.users)"); }
    Result<std::int64_t> users_of(std::string_view customer) {
        return last_of(fmt::format(R"(list customers show customer.users where customer.id = "{}")",
                                   customer));
    }
    /// The last cell of an answer's first row.
    Result<std::int64_t> last_of(std::string_view text) {
        TF_ASSIGN(const ask::Question question, ask::parse(text));
        TF_ASSIGN(const ask::Answer answer, asking_.backend().answer(question, {}));
        const ask::Cell& cell = answer.rows.at(0).back();
        if (const auto* count = std::get_if<std::int64_t>(&cell)) return *count;
        if (const auto* real = std::get_if<double>(&cell)) return static_cast<std::int64_t>(*real);
        return fail(ErrorCode::kInternal, "not answered by a number: " + std::string(text));
    }

    /// Ends relations one by one; each has been seen when its customer has one user less. What ends
    /// is the only relation of its pair.
    Status correct(std::int64_t pairs) {
        std::vector<double> seconds;
        TF_ASSIGN(app::LineDecoder decoder,
                  app::LineDecoder::make(project_.settings(), project_.message_key(), 0,
                                         app::LineForm::kRecords));
        app::LoadTotals totals;
        for (std::uint32_t number = 0; static_cast<int>(seconds.size()) < sizes_.corrections;
             ++number) {
            if (!alone(number)) continue;
            const std::string customer = fmt::format("c{}", relations_.at(number).customer);
            TF_ASSIGN(const std::int64_t before, users_of(customer));
            const auto start = SteadyClock::now();
            TF_ASSIGN(
                [[maybe_unused]] const auto accepted,
                project_.accept(decoder.decode({relations_.line(number, false), 1, 1}, totals)));
            std::int64_t found = before;
            while (found == before && seconds_since(start) < 5) {
                TF_ASSIGN(found, users_of(customer));
            }
            seconds.push_back(seconds_since(start));
            check(found, before - 1);
        }
        TF_ASSIGN(const std::int64_t left, related());
        check(left, pairs - sizes_.corrections);
        std::ranges::sort(seconds);
        fmt::print("{} corrections, each until a question shows it: longest {:.3f} s, ",
                   seconds.size(), seconds.back());
        within("median", seconds[seconds.size() / 2], kCorrectionSeconds);
        return {};
    }

    void within(std::string_view what, double seconds, double bound) {
        const bool met = seconds <= bound;
        fmt::print("{} {:.3f} s <= {} s{}\n", what, seconds, bound, met ? "" : " MISSED");
        if (!met) ++failures_.missed;
    }
    void check(std::int64_t found, std::int64_t expected) {
        if (found == expected) return;
        fmt::print("WRONG ANSWER: {} pairs of a user and a customer instead of {}\n", found,
                   expected);
        ++failures_.wrong;
    }

    bool alone(std::uint32_t number) const {
        const Relations::One one = relations_.at(number);
        if (!one.open) return false;
        for (std::uint32_t other = number % sizes_.users; other < sizes_.relations;
             other += sizes_.users) {
            if (other != number && relations_.at(other).customer == one.customer) return false;
        }
        return true;
    }

    Sizes sizes_;
    Relations relations_;
    project::Project& project_;
    project::Asking asking_;
    Failures failures_;
};

Result<Bench::Failures> run(const Sizes& sizes, const std::string& folder) {
    std::filesystem::remove_all(folder);
    TF_ASSIGN(const auto project, project::Project::open(io::Env::real(), folder));
    return Bench(sizes, *project).run();
}

}  // namespace
}  // namespace twofold::bench

int main(int argc, char** argv) {
    CLI::App cli("Speed of relations that are loaded and corrected, with answers checked");
    twofold::bench::Sizes sizes;
    bool no_gate = false;
    std::string folder = (std::filesystem::temp_directory_path() / "twofold-relations").string();
    cli.add_option("--relations", sizes.relations, "How many");
    cli.add_option("--users", sizes.users, "Of how many users");
    cli.add_option("--corrections", sizes.corrections, "How many are corrected");
    cli.add_option("--folder", folder, "Where to work; emptied first, and at the end");
    cli.add_flag("--no-gate", no_gate, "Fail for wrong answers only, not for slow ones");
    CLI11_PARSE(cli, argc, argv);
    const auto failed = twofold::bench::run(sizes, folder);
    std::filesystem::remove_all(folder);
    if (!failed) {
        fmt::print(stderr, "bench: {}\n", failed.error().message);
        return 1;
    }
    return failed->wrong > 0 || (failed->missed > 0 && !no_gate) ? 1 : 0;
}
