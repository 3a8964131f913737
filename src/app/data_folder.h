// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "account/accounts.h"
#include "base/result.h"
#include "project/project.h"

namespace twofold::app {

inline constexpr const char* kDataFolderDefault = "./twofold-data";

/// Where things lie in a data folder: server.db, and projects/main, the one project of this
/// version.
std::string project_folder(const std::string& data);

/// Whether there is a project in it.
bool has_project(const std::string& data);
/// Errors: kIo, kCorrupt, kConflict when a server has it open (ask it with --url then).
Result<std::unique_ptr<project::Project>> open_project(const std::string& data);
/// Errors: kNotFound when there is no project in it yet.
Result<std::unique_ptr<project::Project>> open_existing_project(const std::string& data);
/// Keys, links and sessions; made if missing.
Result<std::unique_ptr<account::Accounts>> open_accounts(const std::string& data);
/// Errors: kNotFound when there are none yet.
Result<std::unique_ptr<account::Accounts>> open_existing_accounts(const std::string& data);

/// The text of the project's first key of that kind, made if there is none. Errors: kIo.
Result<std::string> first_write_key(account::Accounts& accounts);

}  // namespace twofold::app
