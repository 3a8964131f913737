// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <array>

#include "base/check.h"

namespace twofold {

namespace {
constexpr std::array<ErrorInfo, 10> kErrors{{
    {ErrorCode::kInvalid, "invalid", 400, 2, false, true},
    {ErrorCode::kNotFound, "not_found", 404, 3, false, true},
    {ErrorCode::kDenied, "denied", 401, 4, false, true},
    {ErrorCode::kConflict, "conflict", 409, 5, false, true},
    {ErrorCode::kTooLarge, "too_large", 413, 6, false, true},
    {ErrorCode::kUnavailable, "unavailable", 503, 7, true, true},
    {ErrorCode::kBusy, "busy", 429, 11, true, true},
    {ErrorCode::kIo, "io", 500, 8, true, false},
    {ErrorCode::kCorrupt, "corrupt", 500, 9, false, false},
    {ErrorCode::kInternal, "internal", 500, 10, false, false},
}};
}  // namespace

const ErrorInfo& error_info(ErrorCode code) noexcept {
    for (const ErrorInfo& info : kErrors) {
        if (info.code == code) return info;
    }
    TF_CHECK(false);
    return kErrors.back();
}

}  // namespace twofold
