// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <optional>

namespace twofold::http {

namespace {
// The parameter, if `path` fits `pattern`; "" where the pattern has none.
std::optional<std::string> fits(std::string_view pattern, std::size_t open, std::string_view path) {
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
std::string_view method_name(Method method) {
    switch (method) {
        case Method::kGet:
            return "GET";
        case Method::kHead:
            return "HEAD";
        case Method::kPost:
            return "POST";
        case Method::kPut:
            return "PUT";
        case Method::kDelete:
            return "DELETE";
        case Method::kOptions:
            return "OPTIONS";
        case Method::kOther:
            break;
    }
    return {};
}
}  // namespace

void Router::add(Route route) {
    const std::size_t parameter_at = route.path.find('<');
    routes_.push_back({std::move(route), parameter_at});
}

Router::Match Router::find(Method method, std::string_view path) const {
    Match match;
    const Method wanted = method == Method::kHead ? Method::kGet : method;
    for (const auto& [route, parameter_at] : routes_) {
        auto parameter = fits(route.path, parameter_at, path);
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

std::string Router::methods(std::string_view path) const {
    std::string names;
    const auto add = [&names](Method method) {
        if (!names.empty()) names += ", ";
        names += method_name(method);
    };
    bool any_origin = false;
    for (const auto& [route, parameter_at] : routes_) {
        if (!fits(route.path, parameter_at, path)) continue;
        add(route.method);
        if (route.method == Method::kGet) add(Method::kHead);
        any_origin = any_origin || route.any_origin;
    }
    if (any_origin) add(Method::kOptions);
    return names;
}

}  // namespace twofold::http
