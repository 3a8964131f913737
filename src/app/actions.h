// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <type_traits>
#include <utility>

#include "app/commands.h"

namespace twofold::app {

/// A command of several actions, such as `key create`: each is a subcommand that puts its name into
/// the arguments and runs them.
template <typename Arguments>
class Actions {
public:
    using Run = Status (*)(const std::type_identity_t<Arguments>&);

    /// `outcome` is borrowed, and outlives the parsing.
    Actions(CLI::App& command, std::shared_ptr<Arguments> arguments, Outcome& outcome, Run run)
        : command_(command), arguments_(std::move(arguments)), outcome_(outcome), run_(run) {
        command.require_subcommand(1);
        command.add_option("--data", arguments_->data, "Data folder")->capture_default_str();
    }

    CLI::App* add(const char* name, const char* what) {
        CLI::App* sub = command_.add_subcommand(name, what);
        sub->fallthrough();
        sub->callback([arguments = arguments_, run = run_, &outcome = outcome_, name] {
            arguments->action = name;
            outcome = run(*arguments);
        });
        return sub;
    }

private:
    CLI::App& command_;
    std::shared_ptr<Arguments> arguments_;
    Outcome& outcome_;
    Run run_;
};

}  // namespace twofold::app
