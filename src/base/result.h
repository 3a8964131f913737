// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace twofold {

/// What went wrong, in the few ways a caller can act on. `error_info` says what each means outside.
enum class ErrorCode : std::uint8_t {
    kInvalid,      ///< The request or question makes no sense; the message says where.
    kNotFound,     ///< It names something that does not exist.
    kDenied,       ///< Unknown key, no session, or not allowed.
    kConflict,     ///< It collides with what exists (a folder in use, a file that is there).
    kTooLarge,     ///< Beyond a documented limit.
    kUnavailable,  ///< Not now: overloaded, shutting down, failed disk. Trying later may work.
    kBusy,         ///< Too much at once; the same will work as soon as less is asked for.
    kIo,           ///< The operating system said no.
    kCorrupt,      ///< A file is damaged or of a format this build cannot read.
    kInternal,     ///< Our fault, caught at an edge.
};

/// How a code looks from outside: the one table that turns codes into statuses.
struct ErrorInfo {
    ErrorCode code;
    std::string_view name;  ///< In JSON: "invalid", "not_found", …
    int http_status;
    int exit_code;
    bool retry;    ///< Whether trying the same again later may succeed.
    bool public_;  ///< Whether the message may leave the house.
};
const ErrorInfo& error_info(ErrorCode code) noexcept;

/// A place in a text, both counted from 1, in characters (not bytes).
struct Place {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    bool operator==(const Place&) const = default;
};

/// One sentence for the person who can act on it, with the offending value at its end.
struct Error {
    ErrorCode code = ErrorCode::kInternal;
    std::string message;
    std::optional<Place> at;  ///< In the text of a question.
    std::string suggestion;   ///< What to write instead; empty when there is none.
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
    return std::unexpected(Error{code, std::move(message), std::nullopt, {}});
}

}  // namespace twofold

// Returns the error of `expression` from the enclosing function, if it has one.
#define TF_TRY(expression)                                        \
    do {                                                          \
        if (auto tf_status = (expression); !tf_status) {          \
            return std::unexpected(std::move(tf_status).error()); \
        }                                                         \
    } while (false)

#define TF_CONCAT_INNER(a, b) a##b
#define TF_CONCAT(a, b) TF_CONCAT_INNER(a, b)
// TF_ASSIGN(auto x, f()): declares x from the value, or returns the error. A declaration cannot
// stand in parentheses.
#define TF_ASSIGN(declaration, expression)                                          \
    auto TF_CONCAT(tf_result_, __LINE__) = (expression);                            \
    if (!TF_CONCAT(tf_result_, __LINE__)) {                                         \
        return std::unexpected(std::move(TF_CONCAT(tf_result_, __LINE__)).error()); \
    }                                                                               \
    declaration = *std::move(TF_CONCAT(tf_result_, __LINE__))  // NOLINT(bugprone-macro-parentheses)
