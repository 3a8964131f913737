// SPDX-License-Identifier: Apache-2.0
#include "project/asking.h"

namespace twofold::project {

Result<engine::World> Worlds::world(std::optional<model::Sequence> position) const {
    std::shared_ptr<const World> found;
    if (position) {
        TF_ASSIGN(found, project_.world_at(*position));
    } else {
        found = project_.world();
        project_.hold(found);
    }
    auto settings = std::make_shared<plan::Settings>();
    TF_ASSIGN(settings->zone, Zone::find(found->settings->zone));
    settings->now = found->settings->now;
    settings->outside_roles = found->settings->outside_roles;
    settings->automatic_events = found->settings->automatic_events;
    engine::World world;
    world.input = {found->events, found->frames};
    world.settings = std::move(settings);
    world.position = found->position;
    return world;
}

}  // namespace twofold::project
