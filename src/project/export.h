// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "project/project.h"

namespace twofold::project {

/// Takes lines of JSON, whole ones.
using OnLines = std::function<Status(std::string_view lines)>;

/// Everything that answers are made from, as records of the wire: which ids are one person or one
/// customer, then what was said of customers, users and their relations, then money, then events.
/// Imported into an empty project with the same settings, it answers the same. Message ids are not
/// in it: only their hashes are kept. Errors: kIo, kCorrupt, what `take` returns.
Status export_records(const Project& project, const OnLines& take);

}  // namespace twofold::project
