// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ask/question.h"
#include "base/result.h"

namespace twofold::ask {

/// The question as JSON, one object without line breaks; absent parts are left out.
std::string to_json(const Question& question);

/// The question of a JSON object: from_json(to_json(question)) == question.
/// Errors: kInvalid with the path of the member that is wrong ("where.and[1].op"), unknown members
/// included; kTooLarge beyond a bound of question.h.
Result<Question> from_json(std::string_view json);

}  // namespace twofold::ask
