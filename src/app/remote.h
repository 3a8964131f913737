// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/client.h"

namespace twofold::app {

/// A running server, as subcommands with --url and --key speak to it.
struct Remote {
    std::string url;  ///< As given, with a slash at the end or without.
    std::string key;  ///< A secret key.

    /// A request to `path`, which carries the key.
    http::Outgoing request(std::string_view path) const;
    /// Errors: kInvalid without a key.
    Status check() const;
};

/// The error that an answer other than 200 carries, as the server knew it.
Error problem_of(const http::Incoming& answer);

/// Sends again, for up to a minute, what the server says it cannot take now (429, 503).
/// Errors: as http::post; problem_of an answer other than 200.
Result<http::Incoming> post_patiently(const http::Outgoing& request);

/// Waits until questions see what the server has taken so far: it answers them from what it had
/// some hundred milliseconds ago. Gives up quietly after half a minute.
void wait_until_answered(const Remote& remote);

}  // namespace twofold::app
