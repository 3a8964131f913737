// SPDX-License-Identifier: Apache-2.0
#include "app/data_folder.h"

#include "io/env.h"

namespace twofold::app {

std::string project_folder(const std::string& data) {
    return io::join(io::join(data, "projects"), "main");
}

bool has_project(const std::string& data) {
    return io::Env::real().exists(project_folder(data));
}

Result<std::unique_ptr<project::Project>> open_project(const std::string& data) {
    auto project = project::Project::open(io::Env::real(), project_folder(data));
    if (!project && project.error().code == ErrorCode::kConflict) {
        project.error().suggestion =
            "if a server has it open, go through it: --url http://127.0.0.1:8080 --key … (`twofold "
            "key create --kind secret` makes the key)";
    }
    return project;
}

Result<std::unique_ptr<project::Project>> open_existing_project(const std::string& data) {
    if (!has_project(data)) {
        return fail(
            ErrorCode::kNotFound,
            "there is no project here yet (twofold import or twofold serve makes one): " + data);
    }
    return open_project(data);
}

Result<std::unique_ptr<account::Accounts>> open_accounts(const std::string& data) {
    TF_TRY(io::Env::real().make_folders(data));
    return account::Accounts::open(io::join(data, "server.db"), Clock::real());
}

Result<std::unique_ptr<account::Accounts>> open_existing_accounts(const std::string& data) {
    if (!io::Env::real().exists(io::join(data, "server.db"))) {
        return fail(
            ErrorCode::kNotFound,
            "there are no keys here yet (twofold serve or twofold key create makes some): " + data);
    }
    return open_accounts(data);
}

Result<std::string> first_write_key(account::Accounts& accounts) {
    for (const account::Key& key : accounts.keys()) {
        if (key.kind == account::KeyKind::kWrite) return key.text;
    }
    return accounts.create_key(account::KeyKind::kWrite, "first");
}

}  // namespace twofold::app
