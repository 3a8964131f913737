// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "app/commands.h"
#include "app/data_folder.h"
#include "app/serving.h"

namespace twofold::app {

namespace {

struct ServeArguments {
    std::string data = kDataFolderDefault;
    ServeOptions options;
    unsigned seconds = 60;
    unsigned memory_mib = 2'048;
};

Status run(const ServeArguments& arguments) {
    ServeOptions options = arguments.options;
    options.asking.time_max = std::chrono::seconds(arguments.seconds);
    options.asking.memory_bytes_max = std::int64_t{arguments.memory_mib} << 20;
    TF_ASSIGN(const auto accounts, open_accounts(arguments.data));
    TF_ASSIGN(const auto project, open_project(arguments.data));
    return serve(*project, *accounts, options);
}

}  // namespace

void add_serve(CLI::App& cli, Outcome& outcome) {
    auto arguments = std::make_shared<ServeArguments>();
    CLI::App* command = cli.add_subcommand("serve", "Serve the API and the page");
    command->add_option("--data", arguments->data, "Data folder")->capture_default_str();
    command->add_option("--address", arguments->options.address, "IP address to listen on")
        ->capture_default_str();
    command->add_option("--port", arguments->options.port, "Port to listen on; 0 takes a free one")
        ->capture_default_str();
    project::AskingOptions& asking = arguments->options.asking;
    command->add_option("--threads", asking.threads, "Threads for one question")
        ->check(CLI::Range(1U, 64U))
        ->capture_default_str();
    command->add_option("--slow", asking.slow_at_once, "Slow questions at once; others wait")
        ->check(CLI::Range(1U, 64U))
        ->capture_default_str();
    command->add_option("--seconds", arguments->seconds, "Most seconds of one question")
        ->check(CLI::Range(1U, 86'400U))
        ->capture_default_str();
    command->add_option("--memory", arguments->memory_mib, "Most MiB of memory of one question")
        ->check(CLI::Range(16U, 1U << 20))
        ->capture_default_str();
    command->callback([arguments, &outcome] { outcome = run(*arguments); });
}

}  // namespace twofold::app
