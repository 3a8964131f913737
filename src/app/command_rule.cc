// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>

#include "app/actions.h"
#include "app/commands.h"
#include "app/data_folder.h"
#include "frame/join_preview.h"

namespace twofold::app {

namespace {

constexpr std::size_t kRulePairsShown = 20;

struct RuleArguments {
    std::string data = kDataFolderDefault;
    std::string action;
    std::string by;
    ledger::JoinRule rule;
    bool preview = false;
};

std::string described(const ledger::JoinRule& rule) {
    switch (rule.by) {
        case ledger::JoinBy::kTrait:
            return fmt::format("user.{} is a customer's {}", rule.user_trait,
                               rule.customer_trait.empty() ? "id or key" : rule.customer_trait);
        case ledger::JoinBy::kEmailDomain:
            return fmt::format("the domain of user.{}{} is customer.{}", rule.user_trait,
                               rule.unverified ? ", verified or not," : ", if verified,",
                               rule.customer_trait);
        case ledger::JoinBy::kActing:
            return fmt::format("named the customer on {} days", rule.days);
    }
    return "";
}

void list_rules(const project::Project& project) {
    const auto world = project.world();
    const auto& rules = world->settings->join_rules;
    const auto counts = frame::joined_by_rules(*world->frames, rules.size(), project.now());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        fmt::print("{:<16}  {:<12}  {:<10}  {:>9}  {}\n", rules[i].name,
                   ledger::name_of(rules[i].by), rules[i].role, counts[i], described(rules[i]));
    }
}

void print_preview(const project::Project& project, const ledger::JoinRule& rule) {
    const auto world = project.world();
    const frame::JoinPreview found =
        frame::preview_join(*world->frames, rule, project.now(), kRulePairsShown);
    fmt::print(
        "{} users to {} customers, {} relations; {} pairs are related anyway, {} are as "
        "records state\n",
        found.users, found.customers, found.relations, found.already, found.stated);
    const directory::View& ids = world->frames->directory();
    for (const frame::JoinPreview::Pair& pair : found.pairs) {
        fmt::print("  {:<24}  {:<24}  {}\n", ids.id(pair.user), ids.id(pair.customer),
                   pair.evidence);
    }
    if (found.relations > found.pairs.size()) {
        fmt::print("  … and {} more\n", found.relations - found.pairs.size());
    }
    for (const std::string& value : found.shared) {
        fmt::print("  {} is more than {} customers': it joins nobody\n", value,
                   ledger::kJoinCustomersMax);
    }
}

Status run(const RuleArguments& arguments) {
    TF_ASSIGN(const auto project, open_project(arguments.data));
    if (arguments.action == "remove") {
        TF_TRY(project->change_settings([&](ledger::Settings& settings) {
            return ledger::take_rule(settings.join_rules, arguments.rule.name);
        }));
    } else if (arguments.action == "add") {
        ledger::JoinRule rule = arguments.rule;
        TF_ASSIGN(rule.by, ledger::join_by_of(arguments.by));
        TF_ASSIGN(rule, ledger::checked(rule));
        print_preview(*project, rule);
        if (arguments.preview) return {};
        TF_TRY(project->change_settings([&](ledger::Settings& settings) {
            return ledger::put_rule(settings.join_rules, rule);
        }));
    }
    list_rules(*project);
    return {};
}

}  // namespace

void add_rule(CLI::App& cli, Outcome& outcome) {
    auto arguments = std::make_shared<RuleArguments>();
    CLI::App* command = cli.add_subcommand(
        "rule", "Join users to customers by rules: preview, turn on, list, take back");
    Actions actions(*command, arguments, outcome, run);
    CLI::App* add = actions.add("add", "Say whom a rule joins, and turn it on");
    add->add_option("name", arguments->rule.name, "What the rule is called")->required();
    add->add_option("--by", arguments->by, "trait, email-domain or acting")
        ->required()
        ->check(CLI::IsMember({"trait", "email-domain", "acting"}));
    add->add_option("--trait", arguments->rule.user_trait,
                    "The user's trait; by email-domain: email");
    add->add_option("--customer-trait", arguments->rule.customer_trait,
                    "The customer's trait; by trait: its id or key; by email-domain: domain");
    add->add_option("--role", arguments->rule.role, "The role of the relations")
        ->capture_default_str();
    add->add_flag("--unverified", arguments->rule.unverified,
                  "By email-domain: also where email_verified is not true");
    add->add_option("--days", arguments->rule.days, "By acting: on how many days at least")
        ->capture_default_str();
    add->add_flag("--preview", arguments->preview, "Only say whom it would join");
    actions.add("list", "List the rules and how many users each joins to customers");
    actions.add("remove", "Take a rule back, with all that it joined")
        ->add_option("name", arguments->rule.name, "The rule")
        ->required();
}

}  // namespace twofold::app
