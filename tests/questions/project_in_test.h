// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ask/answer.h"
#include "ask/question.h"
#include "base/result.h"
#include "io/env.h"
#include "ledger/settings.h"
#include "project/project.h"

namespace twofold::questions {

/// How much the store is made to suffer.
enum class Parts : std::uint8_t {
    kHead,  ///< Everything stays in the head.
    kMany,  ///< Mini-parts of a few rows, sealed again and again.
};

/// A project of its own, with its ledger in memory-backed files, that can be restarted and killed.
/// Aborts the test's process on what no question file can cause.
class ProjectInTest {
public:
    ProjectInTest(const ledger::Settings& settings, Parts parts);
    ~ProjectInTest();
    ProjectInTest(const ProjectInTest&) = delete;
    ProjectInTest& operator=(const ProjectInTest&) = delete;

    /// Takes JSON lines in, as one request; they are answerable when it returns. Errors: those of
    /// the project; kInvalid with the reason when intake refuses a record.
    Status take(std::span<const std::string> lines);
    /// Other settings from now on.
    Status set(const ledger::Settings& settings);
    Result<ask::Answer> ask(const ask::Question& question, const std::string& open = "") const;

    std::shared_ptr<const project::World> world() const;

    Status seal();
    /// Seals and waits until no more merges come.
    Status merge();
    /// Closes and opens it again.
    Status restart();
    /// The process dies with what was durable, and starts again.
    Status kill();

    std::uint64_t parts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace twofold::questions
