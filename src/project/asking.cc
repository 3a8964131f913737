// SPDX-License-Identifier: Apache-2.0
#include "project/asking.h"

#include <algorithm>
#include <new>
#include <thread>
#include <utility>

#include "base/memory_account.h"
#include "engine/pool.h"

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

AskingOptions asking_options_of_this_machine() {
    AskingOptions options;
    options.slow_at_once = std::max(1U, std::thread::hardware_concurrency() / 2);
    options.quick_at_once = std::max(options.quick_at_once, options.slow_at_once);
    return options;
}

Asking::Asking(const Project& project, const Clock& clock, const AskingOptions& options)
    : options_(options),
      worlds_(project),
      scanner_(options.threads),
      engine_(worlds_, scanner_, clock),
      lanes_({options.quick_at_once, options.slow_at_once, options.waiting_max}) {}

Status Asking::ask(ask::Question question, ask::AskOptions options,
                   std::shared_ptr<const std::atomic<bool>> gone, Done done) {
    TF_ASSIGN(engine::Engine::Outlook outlook, engine_.look_ahead(question, options));
    const bool quick = outlook.work <= options_.quick_work_max;
    const Lanes::Lane lane = quick ? Lanes::Lane::kQuick : Lanes::Lane::kSlow;
    const Stop left(gone);
    return lanes_.put(
        lane, left,
        [this, question = std::move(question), options = std::move(options), gone = std::move(gone),
         moment = std::move(outlook.moment), done = std::move(done)]() mutable {
            const Stop stop(std::move(gone), Stop::Clock::now() + options_.time_max);
            options.stop = &stop;
            MemoryAccount account(options_.memory_bytes_max);
            const Charging charging(&account);
            auto answer = engine_.answer(question, options, moment);
            if (stop.asked()) answer = std::unexpected(engine::stopped_error(stop));
            try {
                done(std::move(answer));
            } catch (const std::bad_alloc&) {
                done(std::unexpected(engine::memory_error()));
            }
        });
}

}  // namespace twofold::project
