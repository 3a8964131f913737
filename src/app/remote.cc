// SPDX-License-Identifier: Apache-2.0
#include "app/remote.h"

#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

namespace twofold::app {

namespace {

constexpr int kBusyTries = 60;
constexpr std::chrono::seconds kServerBusyWait{1};
constexpr int kHealthTries = 600;
constexpr std::chrono::milliseconds kHealthWait{50};

}  // namespace

http::Outgoing Remote::request(std::string_view path) const {
    std::string_view base = url;
    while (base.ends_with('/'))
        base.remove_suffix(1);
    http::Outgoing request;
    request.url = fmt::format("{}{}", base, path);
    request.headers = {{"Authorization", "Bearer " + key}};
    return request;
}

Status Remote::check() const {
    if (!key.empty()) return {};
    return fail(ErrorCode::kInvalid,
                "--url needs --key, a secret key of the server; on its machine `twofold key create "
                "--kind secret` makes one");
}

Error problem_of(const http::Incoming& answer) {
    Error error{ErrorCode::kInternal,
                fmt::format("the server answered {}", answer.status),
                std::nullopt,
                {}};
    const auto body = nlohmann::json::parse(answer.body, nullptr, false);
    if (!body.is_object() || !body.contains("error")) return error;
    const auto& problem = body["error"];
    error.message = problem.value("message", error.message);
    error.suggestion = problem.value("suggestion", "");
    if (problem.contains("at")) {
        error.at = Place{problem["at"].value("line", 1U), problem["at"].value("column", 1U)};
    }
    for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
        const ErrorInfo& info = error_info(static_cast<ErrorCode>(code));
        if (problem.value("code", "") == info.name) error.code = info.code;
    }
    return error;
}

Result<http::Incoming> post_patiently(const http::Outgoing& request) {
    for (int tries = 1;; ++tries) {
        TF_ASSIGN(http::Incoming answer, http::post(request));
        if (answer.status == 200) return answer;
        const bool busy = answer.status == 429 || answer.status == 503;
        if (!busy || tries == kBusyTries) return std::unexpected(problem_of(answer));
        std::this_thread::sleep_for(kServerBusyWait);
    }
}

void wait_until_answered(const Remote& remote) {
    std::optional<std::uint64_t> taken;
    for (int tries = 0; tries < kHealthTries; ++tries) {
        const auto answer = http::get(remote.request("/health"));
        if (!answer || answer->status != 200) return;
        const auto health = nlohmann::json::parse(answer->body, nullptr, false);
        if (!health.is_object()) return;
        if (!taken) taken = health.value("durable", std::uint64_t{0});
        if (health.value("position", std::uint64_t{0}) >= *taken) return;
        std::this_thread::sleep_for(kHealthWait);
    }
}

}  // namespace twofold::app
