// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "ask/backend.h"
#include "ask/names.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/scan.h"
#include "engine/unmatched_note.h"
#include "engine/world.h"

namespace twofold::engine {

/// Answers questions from the snapshots of this process. Safe to call from any number of threads;
/// each answer reads one world and holds nothing after it.
///
///   Engine engine(worlds, scanner, Clock::real());
///   TF_ASSIGN(const ask::Answer answer, engine.answer(question, {}));
class Engine final : public ask::Backend {
public:
    /// All three are borrowed and must outlive the engine.
    Engine(const WorldSource& worlds, Scanner& scanner, const Clock& clock)
        : worlds_(worlds), scanner_(scanner), clock_(clock) {}

    /// Checks the question against the names that the world knows, binds it, and runs it.
    /// Opening (options.open) of a trend `{"time": "2026-01-05", "by": ["NO"]}`, a count
    /// `{"time": …, "by": […]}`, a funnel `{"step": 2, "dropped": true, "by": […]}`, retention
    /// `{"cohort": …, "period": 3, "dropped": true, "by": […]}` and sides `{"time": …, "uses":
    /// "no", "pays": "yes", "by": […], "of": "users"}` gives the `list` of the units in that cell;
    /// flows have `uses_before` and `pays_before` beside. Errors: as ask::Backend; kInvalid also
    /// for what this version does not answer, by name.
    Result<ask::Answer> answer(const ask::Question& question,
                               const ask::AskOptions& options) override;

    /// What a question is asked of.
    struct Moment {
        World world;
        TimeMs now = 0;
    };
    /// What is known of a question before it is answered.
    struct Outlook {
        std::uint64_t work = 0;  ///< See work_of().
        Moment moment;           ///< To answer from that one, however long the question waits.
    };
    /// The answer of that moment, whatever position and time the options name.
    Result<ask::Answer> answer(const ask::Question& question, const ask::AskOptions& options,
                               const Moment& moment);
    /// Errors: as answer(), for questions that make no sense.
    Result<Outlook> look_ahead(const ask::Question& question, const ask::AskOptions& options) const;

    /// What the newest world knows by name, for checking and completing; its own to keep.
    /// Errors: as WorldSource::world.
    Result<std::shared_ptr<const ask::Names>> names() const;

private:
    Result<Moment> moment_of(const ask::AskOptions& options) const;
    Result<ask::Answer> run(const ask::Question& question, const ask::AskOptions& options,
                            const Moment& moment) const;

    const WorldSource& worlds_;
    Scanner& scanner_;
    const Clock& clock_;
    UnmatchedNote unmatched_note_;
};

}  // namespace twofold::engine
