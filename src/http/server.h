// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/router.h"

namespace twofold::http {

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;  ///< 0 takes any free one; Server::port() tells.
    std::size_t connections_max = 12'000;
    std::size_t header_bytes_max = 32 << 10;
    /// Bytes of bodies being received or handled, over all connections; beyond it 503.
    std::size_t body_bytes_in_flight_max = 256u << 20;
    int worker_threads = 4;
    int io_threads = 1;
    std::int64_t header_seconds_max = 10;  ///< A slower header is cut off.
    std::int64_t stall_seconds_max = 15;   ///< So is a body, or a reader, that stands still.
    std::int64_t idle_seconds_max = 75;    ///< Keep-alive without a request.
    /// After the last answer: what a refused client is still sending is taken and thrown away.
    std::int64_t linger_seconds_max = 5;
};

/// HTTP/1.1 on one address. Knows routes, limits and time-outs, and nothing of the product.
///
/// Thread-safe. Starts accepting in `start`; the destructor stops accepting, lets requests that
/// are being handled finish for a few seconds, and joins its threads. Handlers must outlive it.
class Server {
public:
    /// Errors: kConflict when the port is taken, kIo.
    static Result<std::unique_ptr<Server>> start(Router router, ServerOptions options);
    virtual ~Server() = default;
    virtual std::uint16_t port() const = 0;
    /// Stops accepting; what is being answered gets its answer. Waits at most `seconds`, then tells
    /// watched requests that they are not waited for (Request::gone).
    virtual void drain(int seconds) = 0;
};

}  // namespace twofold::http
