// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace twofold::http {

struct Outgoing {
    std::string url;  ///< http or https.
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    long timeout_seconds = 60;
};
struct Incoming {
    int status = 0;
    std::string content_type;
    std::string body;
};

/// Sends a POST and waits for the answer; follows no redirects. Answers over 256 MB are refused.
/// Errors: kInvalid for a URL that is none, kUnavailable when the server cannot be reached.
Result<Incoming> post(const Outgoing& request);
/// The same as a GET; the body is not sent.
Result<Incoming> get(const Outgoing& request);

}  // namespace twofold::http
