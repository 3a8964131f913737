// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>

#include "api/ask_request.h"
#include "app/commands.h"
#include "app/data_folder.h"
#include "base/text.h"

namespace twofold::app {

namespace {

struct ProjectArguments {
    std::string data = kDataFolderDefault;
    std::string name;
    std::string value;
};

std::vector<std::string> words(const std::string& text) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        if (end > at) all.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return all;
}

Status change(ledger::Settings& settings, const ProjectArguments& arguments) {
    const std::string& value = arguments.value;
    if (arguments.name == "zone") {
        TF_TRY(Zone::find(value));
        settings.zone = value;
    } else if (arguments.name == "now") {
        settings.now.reset();
        if (value == "clock") return {};
        TF_ASSIGN(const Zone zone, Zone::find(settings.zone));
        TF_ASSIGN(settings.now, api::moment(value, zone));
    } else if (arguments.name == "currency") {
        settings.currency = value;
    } else if (arguments.name == "user-label") {
        settings.user_label = value;
    } else if (arguments.name == "customer-label") {
        settings.customer_label = value;
    } else if (arguments.name == "automatic-events") {
        settings.automatic_events = words(value);
    } else if (arguments.name == "outside-roles") {
        settings.outside_roles = words(value);
    } else if (arguments.name == "self-customers") {
        if (value != "on" && value != "off") {
            return fail(ErrorCode::kInvalid, "self-customers is on or off, not " + quoted(value));
        }
        settings.self_customers = value == "on";
    }
    return {};
}

void print(const ledger::Settings& settings) {
    fmt::print("zone              {}\n", settings.zone);
    fmt::print("now               {}\n", settings.now ? format_utc(*settings.now) : "clock");
    fmt::print("currency          {}\n",
               settings.currency.empty() ? "(the one most prices are in)" : settings.currency);
    fmt::print("user-label        {}\n", settings.user_label);
    fmt::print("customer-label    {}\n", settings.customer_label);
    fmt::print("automatic-events  {}\n", fmt::join(settings.automatic_events, ","));
    fmt::print("outside-roles     {}\n", fmt::join(settings.outside_roles, ","));
    fmt::print("self-customers    {}\n", settings.self_customers ? "on" : "off");
}

Status run(const ProjectArguments& arguments) {
    TF_ASSIGN(const auto project, open_project(arguments.data));
    ledger::Settings settings = project->settings();
    if (!arguments.name.empty()) {
        TF_TRY(change(settings, arguments));
        TF_TRY(project->set_settings(settings));
    }
    print(settings);
    return {};
}

}  // namespace

void add_project(CLI::App& cli, Outcome& outcome) {
    auto arguments = std::make_shared<ProjectArguments>();
    CLI::App* command = cli.add_subcommand("project", "Show or change the project's settings");
    command->add_option("--data", arguments->data, "Data folder")->capture_default_str();
    CLI::Option* name =
        command->add_option("setting", arguments->name, "The setting to change")
            ->check(CLI::IsMember({"zone", "now", "currency", "user-label", "customer-label",
                                   "automatic-events", "outside-roles", "self-customers"}));
    command
        ->add_option("value", arguments->value,
                     "Its value; lists by commas; now: a date, an instant, or clock")
        ->needs(name);
    command->callback([arguments, &outcome] { outcome = run(*arguments); });
}

}  // namespace twofold::app
