// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ask/question.h"
#include "base/result.h"

namespace twofold::ask {

/// Bounds of a question in JSON. Each of kDepthMax levels of text takes at most four of JSON.
inline constexpr int kJsonDepthMax = 4 * kDepthMax;
inline constexpr std::size_t kJsonBytesMax = 32 * kTextBytesMax;

/// How deep brackets and braces nest outside of strings, in JSON or what claims to be. Look before
/// parsing: what walks over parsed JSON takes a stack frame for each level.
int json_depth(std::string_view json) noexcept;

/// The question as JSON, one object without line breaks; absent parts are left out.
std::string to_json(const Question& question);

/// The question of a JSON object: from_json(to_json(question)) == question.
/// Errors: kInvalid with the path of the member that is wrong ("where.and[1].op"), unknown members
/// included; kTooLarge beyond a bound of question.h.
Result<Question> from_json(std::string_view json);

}  // namespace twofold::ask
