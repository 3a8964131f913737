// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <gtest/gtest.h>
#include <memory>

#include "ask/parse.h"
#include "engine/names.h"
#include "engine/run.h"
#include "engine/small_world.h"
#include "plan/plan.h"

namespace twofold::engine {

/// For tests of what a question does outside scans: a run over a small world, with a stop.
class StoppableRun : public ::testing::Test {
protected:
    using Fill = void (*)(SmallWorld&);

    /// `fill` puts into the world what the question is asked of; null: nothing.
    StoppableRun(const char* question, Fill fill)
        : world_(filled(fill)), plan_(planned(question)) {}

    void stop(bool wanted = true) { *asked_ = wanted; }

private:
    World filled(Fill fill) {
        if (fill != nullptr) fill(small_);
        static_cast<void>(small_.rows("count users"));
        return *small_.world(std::nullopt);
    }
    plan::Plan planned(const char* question) const {
        const WorldNames names(world_);
        return *plan::bind(*ask::parse(question), names, *world_.settings, *world_.settings->now);
    }

    SmallWorld small_;
    World world_;
    std::shared_ptr<std::atomic<bool>> asked_ = std::make_shared<std::atomic<bool>>(false);
    Stop stop_{asked_};
    Scanner scanner_{1};

protected:
    plan::Plan plan_;
    engine::Run run_{world_, plan_, scanner_, &stop_};
};

}  // namespace twofold::engine
