// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

// Asio's coroutine headers of Boost 1.74 use std::exchange without including it.
#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <cerrno>
#include <chrono>
#include <deque>
#include <fmt/format.h>
#include <limits>
#include <mutex>
#include <optional>
#include <set>
#include <sys/socket.h>
#include <thread>
#include <utility>

#include "http/wire.h"

namespace twofold::http {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using tcp = net::ip::tcp;
using std::chrono::seconds;

namespace {

// Every session lives on one thread: nothing that it does needs a lock or an executor that is
// known only when it runs.
using Executor = net::io_context::executor_type;
template <typename T>
using Task = net::awaitable<T, Executor>;
using Socket = net::basic_stream_socket<tcp, Executor>;
constexpr net::use_awaitable_t<Executor> kAwait{};
using boost::system::error_code;

/// How exact the time-outs are.
constexpr std::int64_t kTicksPerSecond = 4;
constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kReadBytesMax = 64 << 10;
/// An answer up to this is put behind its head; a larger one is sent from where it lies.
constexpr std::size_t kCopiedBytesMax = 16 << 10;
/// Buffers beyond this are not kept by a connection that may be idle for long.
constexpr std::size_t kKeptBytesMax = 16 << 10;

Response problem(int status, std::string_view code, std::string_view message) {
    return json(status,
                fmt::format(R"({{"error":{{"code":"{}","message":"{}"}}}})", code, message));
}

/// An answer on its way from whatever thread made it back to its connection.
class Pending : public Reply::Sink, public std::enable_shared_from_this<Pending> {
public:
    /// On the connection's thread, once.
    virtual void complete() = 0;
};

class Connection;

/// One thread with its connections.
struct Loop {
    // In this order: what ends with the context still finds what it belongs to.
    std::set<Connection*> connections;
    std::int64_t tick = 0;
    net::io_context io{1};
    std::mutex mutex;
    std::vector<std::shared_ptr<Pending>> answers;  // guarded by the mutex
    std::thread thread;

    /// The log answers a whole group at once: one call wakes this thread for all of them.
    void deliver(std::shared_ptr<Pending> answer) {
        const std::scoped_lock lock(mutex);
        answers.push_back(std::move(answer));
        if (answers.size() == 1) net::post(io, [this] { complete_all(); });
    }
    void complete_all() {
        std::vector<std::shared_ptr<Pending>> now;
        {
            const std::scoped_lock lock(mutex);
            now.swap(answers);
        }
        for (const auto& answer : now)
            answer->complete();
    }
};

template <typename Completion>
class PendingReply final : public Pending {
public:
    PendingReply(Loop& loop, Completion completion)
        : loop_(loop), completion_(std::move(completion)) {}
    PendingReply(const PendingReply&) = delete;
    PendingReply& operator=(const PendingReply&) = delete;
    ~PendingReply() override {
        if (sent_) return;
        const auto last = std::make_shared<PendingReply>(loop_, std::move(completion_));
        last->send(problem(500, "internal", "the server gave no answer"));
    }

    void send(Response response) override {
        if (sent_.exchange(true)) return;
        answer_ = std::move(response);
        loop_.deliver(this->shared_from_this());
    }
    void complete() override {
        Completion completion = std::move(completion_);
        completion(std::move(answer_));
    }

private:
    Loop& loop_;
    Completion completion_;
    Response answer_;
    std::atomic<bool> sent_ = false;
};

/// A client's connection, of its loop's thread alone.
class Connection {
public:
    Connection(Loop& loop_in, Socket socket_in) : loop(loop_in), socket(std::move(socket_in)) {
        loop.connections.insert(this);
        error_code ignored;
        socket.non_blocking(true, ignored);
        const auto endpoint = socket.remote_endpoint(ignored);
        if (!ignored) remote_address = endpoint.address().to_string();
    }
    ~Connection() { loop.connections.erase(this); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void expires_after(std::int64_t seconds_from_now) {
        expires_at_ = loop.tick + seconds_from_now * kTicksPerSecond + 1;
    }
    void expires_never() { expires_at_ = std::numeric_limits<std::int64_t>::max(); }
    /// Ends what the session waits for, if its time is over.
    void look_at_the_clock() {
        if (loop.tick < expires_at_) return;
        expires_never();
        expired = true;
        error_code ignored;
        socket.close(ignored);
    }

    Loop& loop;
    Socket socket;
    beast::flat_buffer buffer;
    Request request;  ///< The one under way, unless a worker has it.
    std::string out;
    std::string remote_address;
    bool expired = false;

private:
    std::int64_t expires_at_ = std::numeric_limits<std::int64_t>::max();
};

/// The requests whose handlers want to know when nobody waits for them any more.
class Watched {
public:
    using Flag = std::shared_ptr<std::atomic<bool>>;

    Flag add() {
        auto flag = std::make_shared<std::atomic<bool>>(false);
        const std::scoped_lock lock(mutex_);
        if (ended_) *flag = true;
        flags_.insert(flag);
        return flag;
    }
    void remove(const Flag& flag) {
        const std::scoped_lock lock(mutex_);
        flags_.erase(flag);
    }
    void end_all() {
        const std::scoped_lock lock(mutex_);
        ended_ = true;
        for (const Flag& flag : flags_)
            *flag = true;
    }

private:
    std::mutex mutex_;
    std::set<Flag> flags_;
    bool ended_ = false;
};

class BeastServer final : public Server {
public:
    BeastServer(Router router, ServerOptions options)
        : router_(std::move(router)),
          options_(std::move(options)),
          loops_(static_cast<std::size_t>(options_.io_threads)),
          workers_(static_cast<std::size_t>(options_.worker_threads)) {}

    ~BeastServer() override {
        drain(5);
        // Those that were told to end have some time to say so.
        const auto until = std::chrono::steady_clock::now() + seconds(1);
        while (busy_ > 0 && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        for (Loop& loop : loops_)
            loop.io.stop();
        for (Loop& loop : loops_) {
            if (loop.thread.joinable()) loop.thread.join();
        }
        workers_.join();
    }

    Status listen() {
        error_code error;
        const auto address = net::ip::make_address(options_.address, error);
        if (error) return fail(ErrorCode::kInvalid, "not an IP address: " + options_.address);
        const tcp::endpoint endpoint(address, options_.port);
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(net::socket_base::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
        if (error) {
            const auto code =
                error == net::error::address_in_use ? ErrorCode::kConflict : ErrorCode::kIo;
            return fail(code, fmt::format("cannot listen on {}:{}: {}", options_.address,
                                          options_.port, error.message()));
        }
        port_ = acceptor_.local_endpoint().port();
        net::co_spawn(loops_.front().io, accept_loop(), net::detached);
        for (Loop& loop : loops_) {
            net::co_spawn(loop.io, watch_the_clock(loop), net::detached);
            loop.thread = std::thread([&loop] { loop.io.run(); });
        }
        return {};
    }

    std::uint16_t port() const override { return port_; }

    void drain(int wait_seconds) override {
        if (!draining_.exchange(true)) {
            net::post(loops_.front().io, [this] {
                error_code ignored;
                acceptor_.close(ignored);
            });
        }
        const auto until = std::chrono::steady_clock::now() + seconds(wait_seconds);
        while (busy_ > 0 && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        watched_.end_all();
    }

private:
    using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                            net::wait_traits<std::chrono::steady_clock>, Executor>;

    Task<void> accept_loop() {
        std::size_t turn = 0;
        while (!draining_) {
            error_code error;
            Loop& loop = loops_[turn++ % loops_.size()];
            Socket socket(loop.io);
            co_await acceptor_.async_accept(socket, net::redirect_error(kAwait, error));
            if (draining_) co_return;
            // Out of descriptors or of our own bound: pause, so that those connected go on.
            if (error || connections_ >= options_.connections_max) {
                if (!error) socket.close(error);
                Timer pause(loops_.front().io, std::chrono::milliseconds(50));
                co_await pause.async_wait(net::redirect_error(kAwait, error));
                continue;
            }
            socket.set_option(tcp::no_delay(true), error);
            ++connections_;
            net::co_spawn(loop.io, session(loop, std::move(socket)),
                          [this](const std::exception_ptr&) { --connections_; });
        }
    }

    /// One timer for all connections: one for each read and write costs more than these.
    Task<void> watch_the_clock(Loop& loop) {
        Timer timer(loop.io);
        while (true) {
            error_code error;
            timer.expires_after(std::chrono::milliseconds(1000 / kTicksPerSecond));
            co_await timer.async_wait(net::redirect_error(kAwait, error));
            ++loop.tick;
            for (Connection* connection : loop.connections)
                connection->look_at_the_clock();
        }
    }

    Task<void> session(Loop& loop, Socket socket) {
        Connection connection(loop, std::move(socket));
        bool open = true;
        while (open && !draining_) {
            if (connection.buffer.size() == 0) {
                connection.expires_after(options_.idle_seconds_max);
                if (co_await read_more(connection, kReadBytes)) break;
            }
            open = co_await exchange(connection);
            if (connection.buffer.size() == 0 && connection.buffer.capacity() > kKeptBytesMax) {
                connection.buffer = beast::flat_buffer();
            }
            if (connection.out.capacity() > kKeptBytesMax) connection.out = std::string();
        }
        co_await linger(connection);
    }

    static Task<error_code> read_more(Connection& connection, std::size_t bytes) {
        error_code error;
        const std::size_t count = co_await connection.socket.async_read_some(
            connection.buffer.prepare(bytes), net::redirect_error(kAwait, error));
        connection.buffer.commit(count);
        co_return error;
    }

    /// Says the end and takes what is still on its way: closing over bytes that nobody read resets
    /// the connection, and a client in the middle of sending would lose the answer that says why.
    Task<void> linger(Connection& connection) {
        error_code error;
        connection.socket.shutdown(tcp::socket::shutdown_send, error);
        connection.expires_after(options_.linger_seconds_max);  // for all of it
        while (!error && !draining_) {
            connection.buffer.clear();
            error = co_await read_more(connection, kReadBytesMax);
        }
    }

    struct InFlight {
        std::size_t bytes = 0;
        void operator()(std::atomic<std::size_t>* total) const { *total -= bytes; }
    };

    /// One request and its answer; whether the connection can take another.
    Task<bool> exchange(Connection& connection) {
        error_code error;
        Request& request = connection.request;
        start(request, connection);
        RequestParser parser(request);
        parser.header_limit(static_cast<std::uint32_t>(options_.header_bytes_max));
        parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // the route decides, below
        if (!parse_head(connection, parser, error)) {
            connection.expires_after(options_.header_seconds_max);
            do {
                error = co_await read_more(connection, kReadBytes);
            } while (!error && !parse_head(connection, parser, error));
        }
        if (error) {
            if (connection.expired) co_return false;
            co_return co_await write(connection, nullptr, false, unreadable(error));
        }
        const auto busy = std::unique_ptr<BeastServer, void (*)(BeastServer*)>(
            (++busy_, this), [](BeastServer* server) { --server->busy_; });
        request.received_at = Clock::real().now();
        const Router::Match match = router_.find(request.method, request.path);
        const Asker asker = asker_of(request, match.route, parser.version());
        if (auto refusal = refuse(request, match, parser)) {
            co_return co_await write(connection, &asker, false, *std::move(refusal));
        }
        const std::size_t cap = match.route->body_bytes_max;
        const std::size_t expected =
            std::min<std::size_t>(parser.content_length().value_or(cap), cap);
        if (bytes_in_flight_.fetch_add(expected) > options_.body_bytes_in_flight_max) {
            bytes_in_flight_ -= expected;
            auto response = problem(503, "unavailable", "too many requests at once; try again");
            response.with("Retry-After", "1");
            co_return co_await write(connection, &asker, false, std::move(response));
        }
        const auto held = std::unique_ptr<std::atomic<std::size_t>, InFlight>(&bytes_in_flight_,
                                                                              InFlight{expected});
        const std::string_view expect = request.header("expect");
        if (beast::iequals({expect.data(), expect.size()}, "100-continue")) {
            connection.out = "HTTP/1.1 100 Continue\r\n\r\n";
            co_await send(connection, {});
        }
        parser.body_limit(cap);
        parse_body(connection, parser, error);
        while (!error && !parser.is_done()) {
            connection.expires_after(options_.stall_seconds_max);
            error = co_await read_more(connection, body_read_bytes(parser));
            if (!error) parse_body(connection, parser, error);
        }
        if (error) {
            if (error != bhttp::error::body_limit) co_return false;
            co_return co_await write(connection, &asker, false, too_large(cap));
        }
        const bool keep_alive = parser.keep_alive() && !draining_;
        connection.expires_never();
        Response response;
        if (match.route->watched) {
            response = co_await dispatch_watched(connection, *match.route);
        } else {
            response = co_await dispatch(connection, *match.route);
        }
        co_return co_await write(connection, &asker, keep_alive, std::move(response));
    }

    static void start(Request& request, const Connection& connection) {
        request.path.clear();
        request.query.clear();
        request.headers.clear();
        request.body.clear();
        if (request.body.capacity() > kKeptBytesMax) request.body = std::string();
        request.remote_address = connection.remote_address;
        request.parameter.clear();
        request.gone.reset();
    }

    /// Whether the header is all there, or cannot be read.
    static bool parse_head(Connection& connection, RequestParser& parser, error_code& error) {
        put(connection, parser, error);
        return error || parser.is_header_done();
    }

    /// Takes of the body what is there.
    static void parse_body(Connection& connection, RequestParser& parser, error_code& error) {
        std::size_t before = 0;
        while (!error && !parser.is_done() && connection.buffer.size() > 0 &&
               connection.buffer.size() != before) {
            before = connection.buffer.size();
            put(connection, parser, error);
        }
        // Between two chunks there can be lines without an end; in a body nothing stays.
        if (!error && !parser.is_done() && connection.buffer.size() > kReadBytesMax) {
            error = bhttp::error::bad_chunk_extension;
        }
    }

    static void put(Connection& connection, RequestParser& parser, error_code& error) {
        const std::size_t count = parser.put(net::const_buffer(connection.buffer.data()), error);
        connection.buffer.consume(count);
        if (error == bhttp::error::need_more) error = {};
    }

    static std::size_t body_read_bytes(const RequestParser& parser) {
        const auto left = parser.content_length_remaining();
        return left ? std::clamp<std::uint64_t>(*left, kReadBytes, kReadBytesMax) : kReadBytesMax;
    }

    static Asker asker_of(const Request& request, const Route* route, unsigned version) {
        Asker asker{request.method, version, route != nullptr && route->any_origin, {}, {}};
        if (asker.any_origin) asker.origin = request.header("origin");
        if (!asker.origin.empty()) {
            asker.asked_headers = request.header("access-control-request-headers");
        }
        return asker;
    }

    static Response too_large(std::size_t cap) {
        return problem(413, "too_large",
                       fmt::format("the body is larger than {} bytes; send less at once", cap));
    }

    Response wrong_method(const std::string& path) const {
        const std::string taken = router_.methods(path);
        auto response =
            problem(405, "invalid", fmt::format("this path takes {} and no other method", taken));
        response.with("Allow", taken);
        return response;
    }

    /// The answer to what is no HTTP.
    Response unreadable(const error_code& error) const {
        if (error != bhttp::error::header_limit) {
            return problem(400, "invalid", "not a readable HTTP request header");
        }
        return problem(
            431, "too_large",
            fmt::format("the request's header is larger than {} bytes", options_.header_bytes_max));
    }

    /// What is answered without reading the body: unknown paths, preflights, bodies too large.
    std::optional<Response> refuse(Request& request, const Router::Match& match,
                                   const RequestParser& parser) const {
        if (match.route == nullptr) {
            return match.path_known ? wrong_method(request.path)
                                    : problem(404, "not_found", "there is nothing at this path");
        }
        if (request.method == Method::kOptions) {
            return match.route->any_origin ? Response{200, {}, {}} : wrong_method(request.path);
        }
        if (parser.content_length().value_or(0) > match.route->body_bytes_max) {
            return too_large(match.route->body_bytes_max);
        }
        request.parameter = match.parameter;
        return std::nullopt;
    }

    /// As dispatch, with an eye on the connection. Bytes that come meanwhile are the next
    /// request's: what stands behind them is not seen, and the answer is made to its end.
    Task<Response> dispatch_watched(Connection& connection, const Route& route) {
        const Watched::Flag gone = watched_.add();
        connection.request.gone = gone;
        const auto answered = std::make_shared<bool>(false);  // of this session's thread alone
        Socket& socket = connection.socket;
        auto look = [gone, answered, &socket](const error_code& error) {
            if (!*answered && (error || closed_by_peer(socket))) *gone = true;
        };
        socket.async_wait(tcp::socket::wait_read, std::move(look));
        Response response = co_await dispatch(connection, route);
        *answered = true;
        error_code ignored;
        socket.cancel(ignored);
        watched_.remove(gone);
        co_return response;
    }

    static bool closed_by_peer(Socket& socket) {
        char byte = 0;
        const ssize_t count = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
    }

    Task<Response> dispatch(Connection& connection, const Route& route) {
        co_return co_await net::async_initiate<const net::use_awaitable_t<Executor>&,
                                               void(Response)>(
            [this, &connection, &route](auto completion) {
                using Made = PendingReply<decltype(completion)>;
                const Reply reply(std::make_shared<Made>(connection.loop, std::move(completion)));
                begin(route, connection.request, reply);
            },
            kAwait);
    }

    void begin(const Route& route, Request& request, const Reply& reply) {
        if (route.at_once) {
            bool taken = true;
            guarded(reply, [&] { taken = route.at_once(request, reply); });
            if (taken) return;
        }
        if (route.runs == Runs::kInline) {
            guarded(reply, [&] { route.handler(std::move(request), reply); });
            return;
        }
        net::post(workers_, [&route, request = std::move(request), reply]() mutable {
            guarded(reply, [&] { route.handler(std::move(request), reply); });
        });
    }

    /// The one handler of what libraries throw in handlers.
    template <typename Function>
    static void guarded(const Reply& reply, Function&& function) {
        try {
            function();
        } catch (const std::exception&) {
            reply(problem(500, "internal", "the server failed on this request"));
        }
    }

    /// Whether the connection can go on.
    Task<bool> write(Connection& connection, const Asker* asker, bool keep_alive,
                     Response response) {
        connection.out.clear();
        append_head(connection.out, response, asker, keep_alive);
        std::string_view body = response.body;
        if (asker != nullptr && asker->method == Method::kHead) body = {};
        if (body.size() <= kCopiedBytesMax) {
            connection.out += body;
            body = {};
        }
        co_return !co_await send(connection, body) && keep_alive;
    }

    /// Sends connection.out and what lies elsewhere. Mostly the socket takes all of it at once.
    Task<error_code> send(Connection& connection, std::string_view more) {
        std::string_view first = connection.out;
        error_code error;
        while (first.size() + more.size() > 0) {
            const std::array<net::const_buffer, 2> buffers{
                net::const_buffer(first.data(), first.size()),
                net::const_buffer(more.data(), more.size())};
            std::size_t count = connection.socket.write_some(buffers, error);
            if (error == net::error::would_block) {
                connection.expires_after(options_.stall_seconds_max);
                count = co_await connection.socket.async_write_some(
                    buffers, net::redirect_error(kAwait, error));
            }
            if (error) co_return error;
            const std::size_t of_first = std::min(count, first.size());
            first.remove_prefix(of_first);
            more.remove_prefix(count - of_first);
        }
        co_return error;
    }

    Router router_;
    ServerOptions options_;
    std::deque<Loop> loops_;
    net::basic_socket_acceptor<tcp, Executor> acceptor_{loops_.front().io};
    std::uint16_t port_ = 0;
    std::atomic<bool> draining_ = false;
    std::atomic<std::size_t> connections_ = 0;
    std::atomic<std::size_t> busy_ = 0;
    std::atomic<std::size_t> bytes_in_flight_ = 0;
    Watched watched_;
    net::thread_pool workers_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Router router, ServerOptions options) {
    auto server = std::make_unique<BeastServer>(std::move(router), std::move(options));
    TF_TRY(server->listen());
    return server;
}

}  // namespace twofold::http
