// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace twofold::http {

/// Where a handler runs. What may wait or compute for long runs on a worker; what only hands
/// bytes over runs where the bytes arrived.
enum class Runs : std::uint8_t { kInline, kOnWorker };

/// One line of the server's surface. Every route is declared, none is found by accident.
struct Route {
    Method method = Method::kGet;
    /// "/v1/batch", or with one parameter as a whole segment: "/v1/customers/<id>". With a
    /// parameter at the end that is "<rest...>", the rest of the path whatever it holds.
    std::string path;
    Handler handler;
    Runs runs = Runs::kOnWorker;
    std::size_t body_bytes_max = 64 << 10;
    /// Answers of this route may be read by pages of any origin (ingest of browsers' SDKs).
    bool any_origin = false;
    /// Tell the handler when the client leaves: see Request::gone. For what computes for long; it
    /// costs a look at the socket.
    bool watched = false;
    /// Asked first, on the connection's thread, where it is set; false when it left the request
    /// alone, and the handler is to take it. It must neither wait nor compute for long: what is
    /// small is answered here in less time than handing it to a worker takes.
    std::function<bool(const Request& request, const Reply& reply)> at_once = {};
};

/// Finds the route of a request. A path with and without its last slash is the same path: a
/// redirect would turn clients' POSTs into GETs.
class Router {
public:
    void add(Route route);

    struct Match {
        const Route* route = nullptr;
        std::string parameter;
        bool path_known = false;  ///< The path exists, but not with this method: 405.
    };
    /// `path` as in Request. Valid until the next add.
    Match find(Method method, std::string_view path) const;
    /// "GET, POST": what a path takes; for the header Allow of a 405. Empty for an unknown path.
    std::string methods(std::string_view path) const;

private:
    /// With what every look-up would find out again.
    struct Entry {
        Route route;
        std::size_t parameter_at = 0;  ///< Of the '<'; npos without one.
    };
    std::vector<Entry> routes_;
};

}  // namespace twofold::http
