// SPDX-License-Identifier: Apache-2.0
//
// Twofold's side of the bench beside the peers (peers/bench.js drives it):
//
//   beside rows TABLE FILE   writes a table of the world for the peers
//   beside serve FOLDER      loads the same world the real way, then answers line by line
//   beside again FOLDER      answers of what `serve` loaded there before
//
// A line of input is "ask THREADS QUESTION" or "bytes"; each is answered by one line of JSON.
#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <malloc.h>
#include <map>
#include <memory>
#include <sstream>
#include <thread>

#include "ask/answer_print.h"
#include "ask/parse.h"
#include "bytes_on_disk.h"
#include "io/env.h"
#include "loading.h"
#include "peer_rows.h"
#include "project/asking.h"
#include "project/project.h"
#include "timing.h"
#include "world.h"

namespace twofold::bench {
namespace {

// Logs are of no use here and would be larger than all parts; everything else as always.
project::Options project_options() {
    project::Options options;
    options.log_kept_ms = 0;
    return options;
}

Result<std::unique_ptr<project::Project>> open(const std::string& folder) {
    return project::Project::open(io::Env::real(), folder, project_options());
}

// Seals and merges are over when the processors rest.
void wait_until_quiet() {
    constexpr std::chrono::milliseconds kLook{500};
    constexpr double kBusy = 0.02;
    for (int quiet = 0; quiet < 4;) {
        const double before = processor_seconds();
        std::this_thread::sleep_for(kLook);
        quiet = processor_seconds() - before < kBusy ? quiet + 1 : 0;
    }
}

struct Loaded {
    double bulk_seconds = 0;
    double compact_seconds = 0;
    double start_seconds = 0;
    double late_seconds = 0;
};

Result<std::unique_ptr<project::Project>> load(const World& world, const std::string& folder,
                                               Loaded& took) {
    std::filesystem::remove_all(folder);
    {
        TF_ASSIGN(const auto project, open(folder));
        TF_ASSIGN(Loading loading, Loading::make(*project, world, 1));
        auto start = SteadyClock::now();
        TF_TRY(loading.bulk());
        took.bulk_seconds = seconds_since(start);
        start = SteadyClock::now();
        TF_TRY(project->compact());
        took.compact_seconds = seconds_since(start);
    }
    malloc_trim(0);
    auto start = SteadyClock::now();
    TF_ASSIGN(auto project, open(folder));
    took.start_seconds = seconds_since(start);
    TF_ASSIGN(Loading loading, Loading::make(*project, world, 2));
    start = SteadyClock::now();
    TF_TRY(loading.late());
    took.late_seconds = seconds_since(start);
    wait_until_quiet();
    return project;
}

class Serving {
public:
    Serving(const project::Project& project, std::string folder)
        : project_(project), folder_(std::move(folder)) {}

    std::string reply(const std::string& line) {
        const Result<std::string> made = line == "bytes" ? bytes() : ask(line);
        return made ? *made : ask::problem_json(made.error());
    }

private:
    Result<std::string> ask(const std::string& line) {
        std::istringstream in(line);
        std::string verb;
        unsigned threads = 0;
        in >> verb >> threads >> std::ws;
        std::string text;
        std::getline(in, text);
        if (verb != "ask" || threads == 0) {
            return fail(ErrorCode::kInvalid, "neither ask THREADS QUESTION nor bytes: " + line);
        }
        TF_ASSIGN(const ask::Question question, ask::parse(text));
        auto& asking = asking_[threads];
        if (!asking) {
            asking = std::make_unique<project::Asking>(project_, twofold::Clock::real(), threads);
        }
        const double processors = processor_seconds();
        const auto start = SteadyClock::now();
        TF_ASSIGN(const ask::Answer answer, asking->backend().answer(question, {}));
        const double seconds = seconds_since(start);
        return fmt::format(R"({{"seconds":{},"processors":{},"answer":{}}})", seconds,
                           processor_seconds() - processors,
                           ask::format_answer(answer, ask::AnswerFormat::kJson));
    }

    Result<std::string> bytes() const {
        TF_ASSIGN(const BytesOnDisk sum,
                  bytes_on_disk(io::Env::real(), folder_ + "/store", *project_.world()->events));
        std::string columns;
        for (const auto& [name, bytes] : sum.columns)
            columns += fmt::format(R"({}"{}":{})", columns.empty() ? "" : ",", name, bytes);
        return fmt::format(R"({{"rows":{},"columns":{{{}}}}})", sum.rows, columns);
    }

    const project::Project& project_;
    std::string folder_;
    std::map<unsigned, std::unique_ptr<project::Asking>> asking_;
};

Status answer_lines(const project::Project& project, const std::string& folder) {
    const project::Health health = project.health();
    fmt::print(R"("events":{},"parts":{},"head_rows":{}}})"
               "\n",
               health.events, health.parts, health.head_rows);
    std::fflush(stdout);
    Serving serving(project, folder);
    for (std::string line; std::getline(std::cin, line);) {
        fmt::print("{}\n", serving.reply(line));
        std::fflush(stdout);
    }
    return {};
}

Status serve(const Options& options, const std::string& folder) {
    Loaded took;
    std::unique_ptr<project::Project> project;
    {
        const World world(options);
        TF_ASSIGN(project, load(world, folder, took));
    }
    malloc_trim(0);
    fmt::print(R"({{"bulk_seconds":{},"compact_seconds":{},"late_seconds":{},"start_seconds":{},)",
               took.bulk_seconds, took.compact_seconds, took.late_seconds, took.start_seconds);
    return answer_lines(*project, folder);
}

Status serve_again(const std::string& folder) {
    const auto start = SteadyClock::now();
    TF_ASSIGN(const auto project, open(folder));
    fmt::print(R"({{"start_seconds":{},)", seconds_since(start));
    wait_until_quiet();
    return answer_lines(*project, folder);
}

}  // namespace
}  // namespace twofold::bench

int main(int argc, char** argv) {
    using namespace twofold;
    CLI::App cli("Twofold's side of the bench beside the peers");
    cli.require_subcommand(1);
    bench::Options options;
    cli.add_option("--events", options.events, "How many events");
    cli.add_option("--seed", options.seed, "Of the world");
    Status status;
    std::string table;
    std::string file;
    std::string folder;
    CLI::App* rows = cli.add_subcommand("rows", "Write a table of the world");
    rows->add_option("table", table, "events, relations or subscriptions")->required();
    rows->add_option("file", file, "A file or a pipe")->required();
    rows->callback([&] { status = bench::write_peer_rows(bench::World(options), table, file); });
    CLI::App* serve = cli.add_subcommand("serve", "Load the world and answer questions");
    serve->add_option("folder", folder, "Emptied first")->required();
    serve->callback([&] { status = bench::serve(options, folder); });
    CLI::App* again = cli.add_subcommand("again", "Answer questions of what was loaded before");
    again->add_option("folder", folder, "Where `serve` loaded it")->required();
    again->callback([&] { status = bench::serve_again(folder); });
    CLI11_PARSE(cli, argc, argv);
    if (!status) fmt::print(stderr, "beside: {}\n", status.error().message);
    return status ? 0 : 1;
}
