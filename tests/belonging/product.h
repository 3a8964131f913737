// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "belonging/facts.h"
#include "questions/project_in_test.h"

namespace twofold::belonging {

/// Of which world an id or an event is: "7." of "7.u1" and "stripe:7.k1".
std::string world_of(const std::string& id);

/// The facts of a project, from its frames, as known at `at`.
Facts frame_facts(const project::World& world, const Asked& asked, TimeMs at);

/// The facts of a project by world, from questions that are asked of all of its worlds at once.
/// Aborts the process when a question is refused.
std::map<std::string, Facts> answer_facts(const questions::ProjectInTest& project, TimeMs at);

}  // namespace twofold::belonging
