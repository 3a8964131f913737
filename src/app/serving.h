// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "account/accounts.h"
#include "base/result.h"
#include "project/asking.h"
#include "project/project.h"

namespace twofold::app {

struct ServeOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    project::AskingOptions asking = project::asking_options_of_this_machine();
    bool demo = false;
    std::string late_relations;  ///< As api::Services::late_relations.
};

/// Serves API and page until SIGINT or SIGTERM, then answers what is being asked and returns.
/// Prints the address with a sign-in link that works once. Errors: kConflict when the port is
/// taken, kIo; kUnavailable when the project failed while serving.
Status serve(project::Project& project, account::Accounts& accounts, const ServeOptions& options);

/// Keeps SIGINT and SIGTERM for serve() in this thread and those it starts. Call first in main.
void hold_stop_signals();

}  // namespace twofold::app
