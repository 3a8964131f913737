// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "base/sanitized.h"
#include "http/client.h"

namespace twofold::http {
namespace {

/// A plain socket, so that the tests see the very bytes.
class Connection {
public:
    explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        timeval limit{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void send(std::string_view bytes) const {
        EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    /// Everything up to and including `mark`, or up to the end of the connection.
    std::string read_until(std::string_view mark) const {
        std::string all;
        char byte = 0;
        while (!all.ends_with(mark) && ::recv(socket_, &byte, 1, 0) == 1)
            all += byte;
        return all;
    }

    /// So many bytes, or fewer at the end of the connection.
    std::string read(std::size_t bytes) const {
        std::string all(bytes, '\0');
        const ssize_t count = ::recv(socket_, all.data(), bytes, MSG_WAITALL);
        all.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return all;
    }

private:
    int socket_;
};

std::unique_ptr<Server> serve(ServerOptions options = {}) {
    Router router;
    router.add({Method::kPost, "/echo",
                [](Request request, const Reply& reply) {
                    reply(respond(200, "text/plain", request.body + "|end"));
                },
                Runs::kInline, 1000, true});
    router.add({Method::kGet, "/later",
                [](const Request&, const Reply& reply) {
                    std::thread([reply] {
                        std::this_thread::sleep_for(std::chrono::milliseconds(20));
                        reply(respond(200, "text/plain", "late|end"));
                    }).detach();
                },
                Runs::kInline, 0, false});
    router.add({Method::kGet, "/forgotten", [](const Request&, const Reply&) {}, Runs::kOnWorker, 0,
                false});
    options.port = 0;
    auto server = Server::start(std::move(router), options);
    EXPECT_TRUE(server.has_value());
    return *std::move(server);
}

TEST(Server, AnswersSeveralRequestsOnOneConnection) {
    const auto server = serve();
    const Connection connection(server->port());
    for (int i = 0; i < 3; ++i) {
        connection.send("POST /echo/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
        EXPECT_TRUE(connection.read_until("|end").ends_with("hi|end"));
    }
}

/// All that comes until the server closes, of one request.
std::string answer_to(const Server& server, std::string_view request) {
    const Connection connection(server.port());
    connection.send(request);
    return connection.read_until("there is no such mark");
}

TEST(Server, SaysWhatItSaidByteForByte) {
    const auto server = serve();
    const std::string body = "Content-Length: 2\r\n\r\nhi";
    EXPECT_EQ(answer_to(*server, "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + body),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Content-Type-Options: nosniff\r\n"
              "Connection: close\r\nContent-Length: 6\r\n\r\nhi|end");
    EXPECT_EQ(answer_to(*server, "POST /echo HTTP/1.0\r\nORIGIN: https://a.example\r\n" + body),
              "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nX-Content-Type-Options: nosniff\r\n"
              "Access-Control-Allow-Origin: https://a.example\r\nVary: Origin\r\n"
              "Access-Control-Expose-Headers: Retry-After, ETag\r\n"
              "Content-Length: 6\r\n\r\nhi|end");
    EXPECT_EQ(answer_to(*server, "HEAD /later HTTP/1.1\r\nConnection: close\r\n\r\n"),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Content-Type-Options: nosniff\r\n"
              "Connection: close\r\nContent-Length: 8\r\n\r\n");
    EXPECT_EQ(answer_to(*server, "nonsense\r\n\r\n"),
              "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\n"
              "Connection: close\r\nContent-Length: 75\r\n\r\n"
              R"({"error":{"code":"invalid","message":"not a readable HTTP request header"}})");
}

TEST(Server, ABodyInPiecesIsPutTogether) {
    const auto server = serve();
    const Connection connection(server->port());
    for (const std::string_view piece :
         {"POST /echo HTTP/1.1\r\nTransfer-", "Encoding: chunked\r\n\r\n3;x=", "y\r\nabc\r\n2",
          "\r\nd", "e\r\n0\r\nX-Behind: 1\r\n\r\n"}) {
        connection.send(piece);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(connection.read_until("|end").ends_with("\r\n\r\nabcde|end"));
    connection.send("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(connection.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    connection.send("hi");
    EXPECT_TRUE(connection.read_until("|end").ends_with("\r\n\r\nhi|end"));
}

TEST(Server, AChunkWhoseLineNeverEndsIsCutOff) {
    const auto server = serve();
    const Connection connection(server->port());
    connection.send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=" +
                    std::string(200'000, 'y'));
    EXPECT_EQ(connection.read_until("\r\n"), "");
}

TEST(Server, ALargeAnswerWaitsForASlowReaderAndNotForOneWhoStandsStill) {
    Router router;
    router.add({Method::kGet, "/large",
                [](const Request&, const Reply& reply) {
                    reply(respond(200, "text/plain", std::string(20'000'000, 'x') + "|end"));
                },
                Runs::kOnWorker, 0, false});
    ServerOptions options;
    options.port = 0;
    options.stall_seconds_max = 1;
    const auto server = *Server::start(std::move(router), options);
    const Connection slow(server->port());
    const Connection still(server->port());
    for (const Connection* one : {&slow, &still})
        one->send("GET /large HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(slow.read_until("\r\n\r\n").ends_with("Content-Length: 20000004\r\n\r\n"));
    std::size_t bytes = 0;
    for (int i = 0; i < 20; ++i) {
        bytes += slow.read(1'000'000).size();
        std::this_thread::sleep_for(std::chrono::milliseconds(120));
    }
    bytes += slow.read(4).size();
    EXPECT_EQ(bytes, 20'000'004);
    EXPECT_LT(still.read(30'000'000).size(), 20'000'000);
}

TEST(Server, WhatIsNotTakenAtOnceGoesToTheHandlerWhole) {
    Router router;
    router.add({Method::kPost, "/both",
                [](Request request, const Reply& reply) {
                    reply(respond(200, "text/plain", request.body + " later|end"));
                },
                Runs::kOnWorker, 1000, false, false,
                [](const Request& request, const Reply& reply) {
                    if (request.body != "small") return false;
                    reply(respond(200, "text/plain", "at once|end"));
                    return true;
                }});
    ServerOptions options;
    options.port = 0;
    const auto server = *Server::start(std::move(router), options);
    const Connection connection(server->port());
    for (int i = 0; i < 3; ++i) {
        connection.send("POST /both HTTP/1.1\r\nContent-Length: 5\r\n\r\nsmall");
        EXPECT_TRUE(connection.read_until("|end").ends_with("\r\nat once|end"));
        connection.send("POST /both HTTP/1.1\r\nContent-Length: 5\r\n\r\nlarge");
        EXPECT_TRUE(connection.read_until("|end").ends_with("\r\nlarge later|end"));
    }
}

TEST(Server, AHandlerMayAnswerFromAnotherThread) {
    const auto server = serve();
    const Connection connection(server->port());
    connection.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(connection.read_until("|end").starts_with("HTTP/1.1 200"));
}

TEST(Server, AForgottenReplyIsAnErrorAndNotAHungConnection) {
    const auto server = serve();
    const Connection connection(server->port());
    connection.send("GET /forgotten HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(connection.read_until("\r\n").starts_with("HTTP/1.1 500"));
}

TEST(Server, ABodyBeyondTheCapIsRefusedByNumber) {
    const auto server = serve();
    const Connection announced(server->port());
    announced.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_TRUE(announced.read_until("\r\n").starts_with("HTTP/1.1 413"));
    const Connection chunked(server->port());
    chunked.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                 std::string(1001, 'x') + "\r\n0\r\n\r\n");
    EXPECT_TRUE(chunked.read_until("\r\n").starts_with("HTTP/1.1 413"));
}

TEST(Server, AClientThatIsStillSendingGetsTheRefusalAndNoReset) {
    const auto server = serve();
    for (int i = 0; i < 20; ++i) {
        const Connection connection(server->port());
        connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        for (int k = 0; k < 40; ++k)
            connection.send(std::string(100'000, 'x'));
        EXPECT_TRUE(connection.read_until("\r\n").starts_with("HTTP/1.1 413"));
    }
}

TEST(Server, AHeaderOverTheLimitIsRefusedByName) {
    const auto server = serve();
    const Connection connection(server->port());
    connection.send("GET /later HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(40'000, 'x') +
                    "\r\n\r\n");
    const std::string answer = connection.read_until("\"}}");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 431"));
    EXPECT_NE(answer.find("larger than 32768 bytes"), std::string::npos) << answer;
}

TEST(Server, ASlowHeaderIsCutOff) {
    ServerOptions options;
    options.header_seconds_max = 1;
    const auto server = serve(options);
    const Connection connection(server->port());
    connection.send("POST /echo HT");
    EXPECT_EQ(connection.read_until("\r\n"), "");
}

TEST(Server, PreflightsAreAnsweredWithMaxAgeAndErrorsCarryTheOriginToo) {
    const auto server = serve();
    const Connection connection(server->port());
    connection.send(
        "OPTIONS /echo HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\n"
        "Access-Control-Request-Headers: x-retry-count\r\n\r\n");
    const std::string preflight = connection.read_until("\r\n\r\n");
    EXPECT_TRUE(preflight.starts_with("HTTP/1.1 200"));
    EXPECT_NE(preflight.find("Access-Control-Max-Age: 7200"), std::string::npos);
    EXPECT_NE(preflight.find("Access-Control-Allow-Headers: x-retry-count"), std::string::npos);
    const Connection large(server->port());
    large.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\nContent-Length: 5000"
        "\r\n\r\n");
    EXPECT_NE(large.read_until("\r\n\r\n").find("Access-Control-Allow-Origin: https://a.example"),
              std::string::npos);
}

TEST(Server, UnknownPathsAndMethodsAreToldApart) {
    const auto server = serve();
    const Connection unknown(server->port());
    unknown.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(unknown.read_until("\r\n").starts_with("HTTP/1.1 404"));
    const Connection method(server->port());
    method.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string refused = method.read_until("\r\n\r\n");
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 405"));
    EXPECT_NE(refused.find("Allow: POST, OPTIONS"), std::string::npos) << refused;
}

class IoThreads : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(OneAndSeveral, IoThreads, ::testing::Values(1, 3));

TEST_P(IoThreads, ManyConnectionsAtOnceEachGetTheirOwnAnswer) {
    ServerOptions options;
    options.io_threads = GetParam();
    const auto server = serve(options);
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&right, t, port = server->port()] {
            const Connection connection(port);
            for (int i = 0; i < 50; ++i) {
                const std::string text = std::to_string(1000 + t * 100 + i);
                connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n" +
                                text);
                if (connection.read_until("|end").ends_with(text + "|end")) ++right;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(right, 400);
}

/// A route whose handler answers once nobody waits for it, or after ten seconds.
class WatchedRoute {
public:
    WatchedRoute() {
        Router router;
        router.add({Method::kPost, "/long",
                    [this](const Request& request, const Reply& reply) {
                        ++begun_;
                        const auto until = steady_clock::now() + std::chrono::seconds(10);
                        while (!*request.gone && !released_ && steady_clock::now() < until)
                            std::this_thread::sleep_for(std::chrono::milliseconds(1));
                        if (*request.gone) ++left_;
                        reply(respond(200, "text/plain", request.body + "|end"));
                    },
                    Runs::kOnWorker, 1000, false, true});
        ServerOptions options;
        options.port = 0;
        server_ = *Server::start(std::move(router), options);
    }
    void ask(const Connection& connection, std::string_view body = "x") const {
        connection.send(fmt::format(
            "POST /long HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
    }
    Server& server() { return *server_; }
    void release() { released_ = true; }
    /// Whether as many were begun, and were left, within `ms`.
    bool begun(int count, int ms = 5'000) const { return reaches(begun_, count, ms); }
    bool left(int count, int ms) const { return reaches(left_, count, ms); }

private:
    using steady_clock = std::chrono::steady_clock;
    static bool reaches(const std::atomic<int>& number, int count, int ms) {
        const auto until = steady_clock::now() + std::chrono::milliseconds(ms);
        while (number < count && steady_clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return number >= count;
    }
    std::atomic<int> begun_ = 0;
    std::atomic<int> left_ = 0;
    std::atomic<bool> released_ = false;
    std::unique_ptr<Server> server_;
};

constexpr int kNoticedMs = kSanitized ? 1'000 : 100;

TEST(Server, AClientThatLeavesIsNoticedWhileItsRequestIsHandled) {
    WatchedRoute route;
    const Connection stays(route.server().port());
    route.ask(stays, "stays");
    {
        const Connection leaves(route.server().port());
        route.ask(leaves);
        EXPECT_TRUE(route.begun(2));
    }
    EXPECT_TRUE(route.left(1, kNoticedMs));
    EXPECT_FALSE(route.left(2, 50));
    route.release();
    EXPECT_TRUE(stays.read_until("|end").ends_with("stays|end"));
    route.ask(stays, "again");
    EXPECT_TRUE(stays.read_until("|end").ends_with("again|end"));
}

TEST(Server, AClientThatSendsItsNextRequestEarlyHasNotLeft) {
    WatchedRoute route;
    const Connection connection(route.server().port());
    route.ask(connection, "one");
    EXPECT_TRUE(route.begun(1));
    route.ask(connection, "two");
    EXPECT_FALSE(route.left(1, 50));
    route.release();
    EXPECT_TRUE(connection.read_until("|end").ends_with("one|end"));
    EXPECT_TRUE(connection.read_until("|end").ends_with("two|end"));
}

TEST(Server, AfterTheDrainNobodyIsWaitedFor) {
    WatchedRoute route;
    const Connection connection(route.server().port());
    route.ask(connection);
    EXPECT_TRUE(route.begun(1));
    EXPECT_FALSE(route.left(1, 20));
    route.server().drain(0);
    EXPECT_TRUE(route.left(1, kNoticedMs));
}

TEST(Client, PostsAndReadsTheAnswer) {
    const auto server = serve();
    const auto answer =
        post({fmt::format("http://127.0.0.1:{}/echo", server->port()), "hi", {}, 5});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "hi|end");
    EXPECT_EQ(post({"file:///etc/hostname", "", {}, 5}).error().code, ErrorCode::kInvalid);
    EXPECT_EQ(post({"http://127.0.0.1:1/", "", {}, 5}).error().code, ErrorCode::kUnavailable);
}

TEST(Server, TwoServersCannotTakeOnePort) {
    const auto server = serve();
    ServerOptions options;
    options.port = server->port();
    const auto second = Server::start(Router{}, options);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace twofold::http
