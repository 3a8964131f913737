// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "ask/backend.h"
#include "engine/engine.h"
#include "engine/scan.h"
#include "engine/world.h"
#include "project/lanes.h"
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

/// What the questions of a server may take. docs/limits.md.
struct AskingOptions {
    unsigned threads = 2;  ///< Of one question, its own included.
    unsigned quick_at_once = 2;
    unsigned slow_at_once = 1;
    std::size_t waiting_max = 64;                           ///< In line, quick and slow each.
    std::chrono::milliseconds time_max{60'000};             ///< Of one question, its wait apart.
    std::int64_t memory_bytes_max = std::int64_t{2} << 30;  ///< Of one question.
    /// A question of less work (engine::work_of) is quick: it takes some 20 ms at the most.
    std::uint64_t quick_work_max = 1 << 21;
};

/// One slow question at a time for every two cores.
AskingOptions asking_options_of_this_machine();

/// Answers a project's questions. Thread-safe.
class Asking {
public:
    /// Both borrowed; must outlive it.
    Asking(const Project& project, const Clock& clock, const AskingOptions& options);
    /// With the bounds of AskingOptions, `threads` apart.
    Asking(const Project& project, const Clock& clock, unsigned threads)
        : Asking(project, clock, AskingOptions{.threads = threads}) {}

    /// On the calling thread, without the bounds.
    ask::Backend& backend() noexcept { return engine_; }
    engine::Engine& engine() noexcept { return engine_; }

    /// Answers on a thread for questions, when its turn has come, within the bounds. `done` is
    /// called there, or on a thread that asks when `gone` had been set meanwhile; also for
    /// errors. `gone` (may be null) is set by another thread once nobody waits for the answer:
    /// it is then ended within 100 ms. What `done` holds on to counts too: when it finds no memory
    /// it is called a second time, with that error.
    /// Errors: of questions that make no sense, as ask::Backend; kBusy when too many wait.
    /// Then `done` is not called.
    using Done = std::function<void(Result<ask::Answer>)>;
    Status ask(ask::Question question, ask::AskOptions options,
               std::shared_ptr<const std::atomic<bool>> gone, Done done);
    const Lanes& lanes() const noexcept { return lanes_; }
    /// Ends with what is in line; later questions are refused.
    void close() { lanes_.close(); }

private:
    const AskingOptions options_;
    Worlds worlds_;
    engine::Scanner scanner_;
    engine::Engine engine_;
    Lanes lanes_;
};

}  // namespace twofold::project
