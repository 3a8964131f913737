// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands.h"
#include "app/data_folder.h"
#include "app/serving.h"

namespace twofold::app {

namespace {

struct ServeArguments {
    std::string data = kDataFolderDefault;
    ServeOptions options;
};

Status run(const ServeArguments& arguments) {
    TF_ASSIGN(const auto accounts, open_accounts(arguments.data));
    TF_ASSIGN(const auto project, open_project(arguments.data));
    return serve(*project, *accounts, arguments.options);
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
    command->add_option("--threads", arguments->options.query_threads, "Threads for one question")
        ->check(CLI::Range(1U, 64U))
        ->capture_default_str();
    command->callback([arguments, &outcome] { outcome = run(*arguments); });
}

}  // namespace twofold::app
