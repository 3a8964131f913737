// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands.h"
#include "app/serving.h"

namespace {

void print_problem(const twofold::Error& error) {
    fmt::print(stderr, "twofold: {}", error.message);
    if (error.at) fmt::print(stderr, " (line {}, column {})", error.at->line, error.at->column);
    if (!error.suggestion.empty()) fmt::print(stderr, "\n         {}", error.suggestion);
    fmt::print(stderr, "\n");
}

}  // namespace

int main(int argc, char** argv) {
    twofold::app::hold_stop_signals();
    CLI::App cli("Twofold: the users who use a product and the customers who pay for it, together");
    cli.set_version_flag("--version", "twofold 0.1.0");
    cli.require_subcommand(1);
    twofold::app::Outcome outcome;
    twofold::app::add_serve(cli, outcome);
    twofold::app::add_demo(cli, outcome);
    twofold::app::add_import(cli, outcome);
    twofold::app::add_export(cli, outcome);
    twofold::app::add_ask(cli, outcome);
    twofold::app::add_key(cli, outcome);
    twofold::app::add_project(cli, outcome);
    twofold::app::add_rule(cli, outcome);
    twofold::app::add_source(cli, outcome);
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0
                                    : twofold::error_info(twofold::ErrorCode::kInvalid).exit_code;
    }
    if (outcome) return 0;
    print_problem(outcome.error());
    return twofold::error_info(outcome.error().code).exit_code;
}
