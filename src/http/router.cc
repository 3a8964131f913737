// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <optional>

namespace twofold::http {

namespace {
// The parameter, if `path` fits `pattern`; "" where the pattern has none.
std::optional<std::string> fits(std::string_view pattern, std::string_view path) {
    const std::size_t open = pattern.find('<');
    if (open == std::string_view::npos) {
        return pattern == path ? std::optional<std::string>("") : std::nullopt;
    }
    if (!path.starts_with(pattern.substr(0, open)) || path.size() == open) return std::nullopt;
    std::string_view rest = path.substr(open);
    const std::size_t close = pattern.find('>');
    if (pattern.substr(open, close - open).ends_with("...")) return std::string(rest);
    const std::string_view after = pattern.substr(close + 1);
    const std::size_t end = rest.find('/');
    const std::string_view tail = end == std::string_view::npos ? "" : rest.substr(end);
    if (tail != after) return std::nullopt;
    return std::string(rest.substr(0, end));
}
}  // namespace

void Router::add(Route route) {
    routes_.push_back(std::move(route));
}

Router::Match Router::find(Method method, std::string_view path) const {
    Match match;
    const Method wanted = method == Method::kHead ? Method::kGet : method;
    for (const Route& route : routes_) {
        auto parameter = fits(route.path, path);
        if (!parameter) continue;
        match.path_known = true;
        if (method == Method::kOptions) {
            if (match.route == nullptr || route.any_origin) match.route = &route;
        } else if (route.method == wanted) {
            match.route = &route;
            match.parameter = *std::move(parameter);
            return match;
        }
    }
    return match;
}

}  // namespace twofold::http
