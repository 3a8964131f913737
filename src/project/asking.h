// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ask/backend.h"
#include "engine/engine.h"
#include "engine/scan.h"
#include "engine/world.h"
#include "project/project.h"

namespace twofold::project {

/// The worlds of a project as an engine reads them. A world that was given out stays askable by its
/// position for kPositionHeldMs, so a list opened from a number agrees with it.
class Worlds final : public engine::WorldSource {
public:
    /// Borrowed; must outlive it.
    explicit Worlds(const Project& project) : project_(project) {}
    /// Errors: kNotFound for a position that is held no longer; kInvalid for a zone that the
    /// machine does not know.
    Result<engine::World> world(std::optional<model::Sequence> position) const override;

private:
    const Project& project_;
};

/// Answers a project's questions. Thread-safe.
class Asking {
public:
    /// `threads` per question, its own included. Both borrowed; must outlive it.
    Asking(const Project& project, const Clock& clock, unsigned threads)
        : worlds_(project), scanner_(threads), engine_(worlds_, scanner_, clock) {}

    ask::Backend& backend() noexcept { return engine_; }
    engine::Engine& engine() noexcept { return engine_; }

private:
    Worlds worlds_;
    engine::Scanner scanner_;
    engine::Engine engine_;
};

}  // namespace twofold::project
