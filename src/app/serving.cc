// SPDX-License-Identifier: Apache-2.0
#include "app/serving.h"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <signal.h>
#include <thread>

#include "api/services.h"
#include "app/data_folder.h"
#include "app/page_files.h"
#include "http/server.h"
#include "http/static_files.h"
#include "project/asking.h"

namespace twofold::app {

namespace {

constexpr int kDrainSeconds = 10;
// The addresses of the page: each can be opened and shared.
constexpr std::string_view kPages[] = {"/",
                                       "/ask",
                                       "/match",
                                       "/rules",
                                       "/sign-in",
                                       "/customers",
                                       "/users",
                                       "/customers/<id...>",
                                       "/users/<id...>"};

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

/// Whether a stop signal came within a second.
bool stop_asked() {
    const sigset_t signals = stop_signals();
    const timespec second{1, 0};
    return sigtimedwait(&signals, nullptr, &second) > 0;
}

/// What is being asked gets its answer or is stopped before the server goes, to which it replies.
struct Closing {
    http::Server& server;
    project::Asking& asking;
    ~Closing() {
        server.drain(kDrainSeconds);
        asking.close();
    }
};

void greet(const std::string& address, std::uint16_t port, const std::string& link,
           const std::string& write_key, std::uint64_t events) {
    fmt::print(
        "\nTwofold serves {} events.\n\n"
        "  open       http://{}:{}/sign-in#{}\n"
        "             (signs in once; `twofold key link` prints another)\n"
        "  write key  {}\n\n"
        "Stop with Ctrl-C.\n",
        events, address, port, link, write_key);
    std::fflush(stdout);
}

}  // namespace

void hold_stop_signals() {
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
}

Status serve(project::Project& project, account::Accounts& accounts, const ServeOptions& options) {
    project::Asking asking(project, Clock::real(), options.asking);
    api::RejectionCounts rejections;
    api::StripeCounts stripe;
    api::Services services{project,    asking, accounts,     Clock::real(),
                           rejections, stripe, options.demo, options.late_relations};
    http::Router router;
    api::add_routes(router, services);
    http::add_static_files(router, page_files(), kPages);
    http::ServerOptions server_options;
    server_options.address = options.address;
    server_options.port = options.port;
    server_options.worker_threads = std::max(server_options.worker_threads,
                                             static_cast<int>(std::thread::hardware_concurrency()));
    TF_ASSIGN(const auto server, http::Server::start(std::move(router), server_options));
    const Closing closing{*server, asking};
    TF_ASSIGN(const std::string link, accounts.create_link());
    TF_ASSIGN(const std::string write_key, first_write_key(accounts));
    greet(options.address, server->port(), link, write_key, project.health().events);
    while (!stop_asked()) {
        if (const std::string failure = project.health().failure; !failure.empty()) {
            // What was acknowledged is on disk; a new start finds it.
            return fail(ErrorCode::kUnavailable,
                        "the project cannot go on; start again after mending this: " + failure);
        }
    }
    fmt::print("Stopping: answering what is being asked, writing what is in memory.\n");
    return {};
}

}  // namespace twofold::app
