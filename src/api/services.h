// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <string_view>

#include "account/accounts.h"
#include "base/result.h"
#include "http/router.h"
#include "intake/rejection.h"
#include "project/asking.h"
#include "project/project.h"

namespace twofold::api {

/// What was refused since the server started, by reason. Any thread.
class RejectionCounts {
public:
    void add(intake::RejectionCode code) noexcept {
        counts_[static_cast<std::size_t>(code)].fetch_add(1, std::memory_order_relaxed);
    }
    std::uint64_t of(intake::RejectionCode code) const noexcept {
        return counts_[static_cast<std::size_t>(code)].load(std::memory_order_relaxed);
    }

private:
    std::array<std::atomic<std::uint64_t>, 64> counts_{};
};

/// Of Stripe's events and objects since the server started. Any thread.
struct StripeCounts {
    std::atomic<std::uint64_t> read{0};
    std::atomic<std::uint64_t> ignored{0};  ///< Of these: no kind that is read, or no news.
    std::atomic<std::uint64_t> notes{0};
    std::atomic<std::uint64_t> refused{0};  ///< Requests: signature, source or body.
};

/// What handlers work with. Borrowed; all of it outlives the routes.
struct Services {
    project::Project& project;
    project::Asking& asking;
    account::Accounts& accounts;
    const Clock& clock;
    RejectionCounts& rejections;
    StripeCounts& stripe;
    bool demo = false;             ///< Shown in the page's bar.
    std::string late_relations{};  ///< The demo's forgotten relations, as CSV; or empty.
};

/// All routes of the API.
void add_routes(http::Router& router, Services& services);

// One part of the surface each; add_routes calls them.
void add_ingest_routes(http::Router& router, Services& services);
void add_source_routes(http::Router& router, Services& services);
void add_ask_routes(http::Router& router, Services& services);
void add_entity_routes(http::Router& router, Services& services);
void add_rule_routes(http::Router& router, Services& services);
void add_match_routes(http::Router& router, Services& services);
void add_session_routes(http::Router& router, Services& services);
void add_demo_routes(http::Router& router, Services& services);
void add_health_routes(http::Router& router, Services& services);

/// The problem of wire.md, with the status of the error's code.
http::Response problem(const Error& error);

/// The key in Authorization (Basic's user, Bearer) or, where `in_query`, in writeKey, token or
/// api_key of the query; empty when there is none.
std::string key_of(const http::Request& request, bool in_query);

/// Whether the request may ask and see: a session (whose requests that change something carry
/// X-Twofold, which no other site's form can send) or a secret key. Errors: kDenied.
Status may_ask(const Services& services, const http::Request& request);

inline constexpr std::string_view kSessionCookie = "twofold_session";

}  // namespace twofold::api
