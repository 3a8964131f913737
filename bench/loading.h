// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "app/loader.h"
#include "arrival.h"
#include "base/result.h"
#include "project/project.h"
#include "world.h"

namespace twofold::bench {

/// Brings a world's records into a project the way `twofold import` does. One thread.
class Loading {
public:
    /// Sets the project's now to the world's end. `file`: under which lines are remembered as
    /// taken in; another one for each Loading of a folder. `world` and `project` are borrowed.
    static Result<Loading> make(project::Project& project, const World& world, std::uint64_t file);

    /// As Arrival's; late() after bulk(), also of an earlier Loading. Each returns when the
    /// project's world has it all. Errors: the project's; kInternal when a line was rejected.
    Status bulk();
    Status late();

private:
    Loading(app::Loader loader, const World& world);
    Status load(std::string_view lines);
    Status finish();

    app::Loader loader_;
    Arrival arrival_;
    std::uint64_t next_line_ = 1;
};

}  // namespace twofold::bench
