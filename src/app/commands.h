// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

namespace CLI {
class App;
}

namespace twofold::app {

/// What a subcommand came to. The process exits with the code of a problem.
using Outcome = Status;

/// Each adds its subcommand and options to `cli`; when it is chosen, it runs and leaves its outcome
/// in `outcome`. One file each.
void add_serve(CLI::App& cli, Outcome& outcome);
void add_demo(CLI::App& cli, Outcome& outcome);
void add_import(CLI::App& cli, Outcome& outcome);
void add_export(CLI::App& cli, Outcome& outcome);
void add_ask(CLI::App& cli, Outcome& outcome);
void add_key(CLI::App& cli, Outcome& outcome);
void add_project(CLI::App& cli, Outcome& outcome);
void add_rule(CLI::App& cli, Outcome& outcome);
void add_source(CLI::App& cli, Outcome& outcome);

}  // namespace twofold::app
