// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>

#include "app/actions.h"
#include "app/commands.h"
#include "app/data_folder.h"

namespace twofold::app {

namespace {

struct KeyArguments {
    std::string data = kDataFolderDefault;
    std::string action;
    std::string kind = "write";
    std::string name = "unnamed";
    std::int64_t id = 0;
};

std::string_view kind_name(account::KeyKind kind) {
    return kind == account::KeyKind::kWrite ? "write" : "secret";
}

Status list(const account::Accounts& accounts) {
    for (const account::Key& key : accounts.keys()) {
        fmt::print("{:>4}  {:<6}  {:<20}  {}\n", key.id, kind_name(key.kind), key.name,
                   key.kind == account::KeyKind::kWrite ? key.text : "(shown once, when made)");
    }
    return {};
}

Status run(const KeyArguments& arguments) {
    const bool makes = arguments.action == "create";
    TF_ASSIGN(const auto accounts,
              makes ? open_accounts(arguments.data) : open_existing_accounts(arguments.data));
    if (arguments.action == "list") return list(*accounts);
    if (arguments.action == "remove") return accounts->remove_key(arguments.id);
    if (arguments.action == "link") {
        TF_ASSIGN(const std::string link, accounts->create_link());
        fmt::print("/sign-in#{}\n", link);
        return {};
    }
    const auto kind =
        arguments.kind == "secret" ? account::KeyKind::kSecret : account::KeyKind::kWrite;
    TF_ASSIGN(const std::string key, accounts->create_key(kind, arguments.name));
    fmt::print("{}\n", key);
    return {};
}

}  // namespace

void add_key(CLI::App& cli, Outcome& outcome) {
    auto arguments = std::make_shared<KeyArguments>();
    CLI::App* command =
        cli.add_subcommand("key", "Make, list and remove keys; make a sign-in link");
    Actions actions(*command, arguments, outcome, run);
    CLI::App* create =
        actions.add("create", "Make a key and print it; a running server knows it within a second");
    create->add_option("--kind", arguments->kind, "write (takes events in) or secret (does all)")
        ->check(CLI::IsMember({"write", "secret"}))
        ->capture_default_str();
    create->add_option("--name", arguments->name, "What it is for")->capture_default_str();
    actions.add("list", "List the keys");
    actions.add("remove", "Remove a key")
        ->add_option("id", arguments->id, "Its number in the list")
        ->required();
    actions.add("link", "Print the path of a link that signs in once");
}

}  // namespace twofold::app
