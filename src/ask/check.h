// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ask/names.h"
#include "ask/question.h"
#include "base/result.h"

namespace twofold::ask {

/// Whether the question makes sense in a project that knows these names: that all names are known,
/// that clauses fit the kind and each other, that values fit what they are compared with.
/// Errors: kInvalid with the place (of a question that was parsed), and the nearest known name or
/// the question to ask instead. What a backend cannot answer yet is the backend's to refuse.
Status check(const Question& question, const Names& names);

}  // namespace twofold::ask
