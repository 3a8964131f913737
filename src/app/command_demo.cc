// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/data_folder.h"
#include "app/loader.h"
#include "app/progress.h"
#include "app/serving.h"
#include "demo/world.h"

namespace twofold::app {

namespace {

struct DemoArguments {
    std::string data = "./twofold-data/demo";
    std::string until;
    std::string write_late_relations;
    std::string write_truths;
    std::int64_t events = demo::kEvents;
    bool no_serve = false;
    ServeOptions serve;
};

Result<demo::Options> world_options(const DemoArguments& arguments) {
    demo::Options options;
    options.events = arguments.events;
    if (!arguments.until.empty()) {
        TF_ASSIGN(options.until, parse_date(arguments.until));
        return options;
    }
    TF_ASSIGN(const Zone zone, Zone::find(demo::kZoneName));
    options.until = zone.date_of(Clock::real().now());
    return options;
}

// The same world gives the same number, so a load that was cut off goes on where it was.
std::uint64_t world_id(const demo::Options& options) {
    const auto day = static_cast<std::uint64_t>(options.until.year) * 10'000 +
                     options.until.month * 100 + options.until.day;
    return (options.seed << 56) | (day << 26) | static_cast<std::uint64_t>(options.events);
}

Status write_file(const std::string& path, std::string_view text) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "w"),
                                                               std::fclose);
    if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size()) {
        return fail(ErrorCode::kIo, "cannot write this file: " + path);
    }
    return {};
}

/// What was forgotten lies beside the data, so that the page can load it.
std::string late_path(const std::string& data) {
    return data + "/late-relations.csv";
}
std::string read_late_relations(const std::string& data) {
    std::ifstream file(late_path(data));
    return {std::istreambuf_iterator<char>(file), {}};
}

Status fill(project::Project& project, const std::string& data, const demo::Options& options) {
    TF_ASSIGN(const demo::World world, demo::World::make(options));
    ledger::Settings settings = project.settings();
    settings.zone = std::string(demo::kZoneName);
    settings.now = world.now();
    settings.currency = std::string(demo::kCurrency);
    TF_TRY(project.set_settings(settings));
    TF_ASSIGN(Loader loader, Loader::make(project, world_id(options)));
    Progress progress("making a year of data");
    intake::LineChunk chunk;
    std::uint64_t line = 1;
    TF_TRY(world.each_batch([&](std::string_view lines) -> Status {
        chunk.bytes = lines;
        chunk.first_line = line;
        chunk.line_count = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
        line += chunk.line_count;
        progress.show(static_cast<double>(line) / static_cast<double>(world.line_count()), line);
        return loader.load(chunk);
    }));
    TF_TRY(loader.finish());
    TF_TRY(project.compact());
    TF_TRY(write_file(late_path(data), world.late_relations_csv()));
    const LoadTotals& totals = loader.totals();
    fmt::print("A year of a software company: {} records taken, {} sent twice, in {:.0f} s.\n",
               totals.accepted, totals.duplicate, progress.seconds());
    if (totals.rejected == 0) return {};
    return fail(ErrorCode::kInternal,
                fmt::format("{} of the demo's own records were rejected: {}", totals.rejected,
                            totals.first_rejections.front().message));
}

nlohmann::json customers_json(const std::vector<demo::PlantedCustomer>& customers) {
    nlohmann::json list = nlohmann::json::array();
    for (const demo::PlantedCustomer& one : customers) {
        list.push_back({{"id", one.id},
                        {"name", one.name},
                        {"mrr_minor", one.mrr},
                        {"seats", one.seats},
                        {"active", one.active}});
    }
    return list;
}

/// Which customers the truths of docs/demo.md were planted in, to compare answers with.
std::string truths_json(const demo::World& world) {
    const demo::Truths& truths = world.truths();
    const nlohmann::json all = {{"silent", customers_json(truths.silent)},
                                {"silent_but_busy", customers_json(truths.silent_but_busy)},
                                {"automatic_only", customers_json(truths.automatic_only)},
                                {"champion_gone", customers_json(truths.champion_gone)},
                                {"churned_last_month", customers_json(truths.churned_last_month)},
                                {"ghost_seats", customers_json(truths.ghost_seats)},
                                {"free_and_busy", customers_json(truths.free_and_busy)},
                                {"repaired", customers_json(truths.repaired)},
                                {"repaired_week", truths.repaired_week}};
    return all.dump(1) + "\n";
}

/// Writes what was asked for of a world, and nothing into a data folder.
Status write_files(const DemoArguments& arguments, const demo::Options& options) {
    TF_ASSIGN(const demo::World world, demo::World::make(options));
    if (!arguments.write_late_relations.empty()) {
        const bool csv = arguments.write_late_relations.ends_with(".csv");
        TF_TRY(write_file(arguments.write_late_relations,
                          csv ? world.late_relations_csv() : world.late_relation_lines()));
    }
    if (arguments.write_truths.empty()) return {};
    return write_file(arguments.write_truths, truths_json(world));
}

Status run(const DemoArguments& arguments) {
    TF_ASSIGN(const demo::Options options, world_options(arguments));
    if (!arguments.write_late_relations.empty() || !arguments.write_truths.empty()) {
        return write_files(arguments, options);
    }
    TF_ASSIGN(const auto accounts, open_accounts(arguments.data));
    TF_ASSIGN(const auto project, open_project(arguments.data));
    // A folder that holds another day's world is served as it is, not mixed with this one.
    const bool filled = project->settings().now.has_value() && project->health().events > 0;
    const bool this_world = project->imported_lines(world_id(options)) > 0;
    if (!filled || this_world) TF_TRY(fill(*project, arguments.data, options));
    if (arguments.no_serve) return {};
    ServeOptions served = arguments.serve;
    served.late_relations = read_late_relations(arguments.data);
    return serve(*project, *accounts, served);
}

}  // namespace

void add_demo(CLI::App& cli, Outcome& outcome) {
    auto arguments = std::make_shared<DemoArguments>();
    arguments->serve.demo = true;
    CLI::App* command =
        cli.add_subcommand("demo", "Make a year of a software company, and serve it");
    command->add_option("--data", arguments->data, "Data folder")->capture_default_str();
    command->add_option("--until", arguments->until, "The last day with data; today by default");
    command->add_option("--events", arguments->events, "How many events to make")
        ->check(CLI::Range(demo::kEventsMin, demo::kEvents))
        ->capture_default_str();
    command->add_option("--late-relations", arguments->write_late_relations,
                        "Only write the relations that were forgotten to this file, to import: CSV "
                        "if its name ends with .csv, else JSON lines");
    command->add_option("--truths", arguments->write_truths,
                        "Only write which customers the truths were planted in to this file");
    command->add_flag("--no-serve", arguments->no_serve, "Make the data and stop");
    command->add_option("--address", arguments->serve.address, "IP address to listen on")
        ->capture_default_str();
    command->add_option("--port", arguments->serve.port, "Port to listen on; 0 takes a free one")
        ->capture_default_str();
    command->callback([arguments, &outcome] { outcome = run(*arguments); });
}

}  // namespace twofold::app
