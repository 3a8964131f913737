// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "intake/json_value.h"
#include "intake/rejection.h"

namespace twofold::intake {

/// Why a record is not taken, before it is known which one it is. TF_TRY and TF_ASSIGN pass it on
/// as they do errors.
struct Refusal {
    RejectionCode code = RejectionCode::kMalformedJson;
    std::string message;
};

template <typename T>
using Checked = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(RejectionCode code, std::string message) {
    return std::unexpected(Refusal{code, std::move(message)});
}

/// Why a text that is no JSON is not taken.
RejectionCode rejection_of(JsonFault fault) noexcept;

}  // namespace twofold::intake
