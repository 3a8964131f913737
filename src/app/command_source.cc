// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <memory>

#include "app/actions.h"
#include "app/commands.h"
#include "app/data_folder.h"

namespace twofold::app {

namespace {

constexpr const char* kSecretVariable = "TWOFOLD_SOURCE_SECRET";
// As Stripe's dashboard shows them. An API key pasted by mistake would be kept for nothing.
constexpr std::string_view kStripeSecretPrefix = "whsec_";

struct SourceArguments {
    std::string data = kDataFolderDefault;
    std::string action;
    std::string kind;
    std::string name;
    std::string secret_file;
    bool replace = false;
};

Result<std::string> first_line(std::istream& from, const std::string& what) {
    std::string line;
    if (!std::getline(from, line))
        return fail(ErrorCode::kInvalid, "no secret can be read: " + what);
    const std::size_t start = line.find_first_not_of(" \t\r");
    if (start == std::string::npos)
        return fail(ErrorCode::kInvalid, "the secret is empty: " + what);
    return line.substr(start, line.find_last_not_of(" \t\r") - start + 1);
}

// Never from the command line: what stands there is seen by everyone on the machine.
Result<std::string> read_secret(const SourceArguments& arguments) {
    if (arguments.secret_file == "-") return first_line(std::cin, "standard input");
    if (!arguments.secret_file.empty()) {
        std::ifstream file(arguments.secret_file);
        if (!file) return fail(ErrorCode::kNotFound, "cannot read: " + arguments.secret_file);
        return first_line(file, arguments.secret_file);
    }
    if (const char* given = std::getenv(kSecretVariable); given != nullptr && *given != '\0') {
        return std::string(given);
    }
    return fail(ErrorCode::kInvalid,
                fmt::format("where is the secret? --secret-file FILE, - for standard input, or the "
                            "environment's {}",
                            kSecretVariable));
}

Status list_sources(const account::Accounts& accounts) {
    for (const account::Source& source : accounts.sources()) {
        fmt::print("{:<8}  {:<20}  /v1/sources/{}/{}\n", source.kind, source.name, source.kind,
                   source.name);
    }
    return {};
}

Status add(const SourceArguments& arguments, account::Accounts& accounts) {
    TF_ASSIGN(const std::string secret, read_secret(arguments));
    if (!secret.starts_with(kStripeSecretPrefix)) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("a signing secret of Stripe's begins with {}, all of which belongs "
                                "to it; this one does not",
                                kStripeSecretPrefix));
    }
    TF_TRY(accounts.set_source({arguments.kind, arguments.name, secret, 0}, arguments.replace));
    fmt::print("/v1/sources/{}/{}\n", arguments.kind, arguments.name);
    return {};
}

Status run(const SourceArguments& arguments) {
    TF_ASSIGN(const auto accounts, arguments.action == "add"
                                       ? open_accounts(arguments.data)
                                       : open_existing_accounts(arguments.data));
    if (arguments.action == "list") return list_sources(*accounts);
    if (arguments.action == "remove")
        return accounts->remove_source(arguments.kind, arguments.name);
    return add(arguments, *accounts);
}

}  // namespace

void add_source(CLI::App& cli, Outcome& outcome) {
    auto arguments = std::make_shared<SourceArguments>();
    CLI::App* command =
        cli.add_subcommand("source", "Add, list and remove systems that send on their own: Stripe");
    Actions actions(*command, arguments, outcome, run);
    const auto which = [&](CLI::App* sub) {
        sub->add_option("kind", arguments->kind, "stripe")
            ->required()
            ->check(CLI::IsMember({"stripe"}));
        sub->add_option("name", arguments->name, "The last part of its address")->required();
    };
    CLI::App* add = actions.add("add",
                                "Add a source and print the path it sends to; a running server "
                                "knows it within a second");
    which(add);
    add->add_option("--secret-file", arguments->secret_file,
                    fmt::format("File with the signing secret, - for standard input; else it is "
                                "the environment's {}",
                                kSecretVariable));
    add->add_flag("--replace", arguments->replace, "Give a source that is there a new secret");
    actions.add("list", "List the sources, without their secrets");
    which(actions.add("remove", "Remove a source: what it sends is refused"));
}

}  // namespace twofold::app
