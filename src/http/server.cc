// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

// Asio's coroutine headers of Boost 1.74 use std::exchange without including it.
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <chrono>
#include <fmt/format.h>
#include <limits>
#include <mutex>
#include <optional>
#include <set>
#include <sys/socket.h>
#include <thread>
#include <type_traits>
#include <utility>

namespace twofold::http {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using tcp = net::ip::tcp;
using std::chrono::seconds;

namespace {

Method method_of(bhttp::verb verb) {
    if (verb == bhttp::verb::get) return Method::kGet;
    if (verb == bhttp::verb::head) return Method::kHead;
    if (verb == bhttp::verb::post) return Method::kPost;
    if (verb == bhttp::verb::put) return Method::kPut;
    if (verb == bhttp::verb::delete_) return Method::kDelete;
    if (verb == bhttp::verb::options) return Method::kOptions;
    return Method::kOther;
}

Response problem(int status, std::string_view code, std::string_view message) {
    return json(status,
                fmt::format(R"({{"error":{{"code":"{}","message":"{}"}}}})", code, message));
}

/// Carries one answer from whatever thread makes it back to the connection.
template <typename Completion>
class PendingReply {
public:
    PendingReply(net::any_io_executor executor, Completion completion)
        : executor_(std::move(executor)), completion_(std::move(completion)) {}
    PendingReply(const PendingReply&) = delete;
    PendingReply& operator=(const PendingReply&) = delete;
    ~PendingReply() { send(problem(500, "internal", "the server gave no answer")); }

    void send(Response response) {
        if (sent_.exchange(true)) return;
        net::post(executor_,
                  [completion = std::move(completion_), answer = std::move(response)]() mutable {
                      completion(std::move(answer));
                  });
    }

private:
    net::any_io_executor executor_;
    Completion completion_;
    std::atomic<bool> sent_ = false;
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
          workers_(static_cast<std::size_t>(options_.worker_threads)) {}

    ~BeastServer() override {
        drain(5);
        // Those that were told to end have some time to say so.
        const auto until = std::chrono::steady_clock::now() + seconds(1);
        while (busy_ > 0 && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        io_.stop();
        for (std::thread& thread : io_threads_)
            thread.join();
        workers_.join();
    }

    Status listen() {
        boost::system::error_code error;
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
        net::co_spawn(io_, accept_loop(), net::detached);
        for (int i = 0; i < options_.io_threads; ++i) {
            io_threads_.emplace_back([this] { io_.run(); });
        }
        return {};
    }

    std::uint16_t port() const override { return port_; }

    void drain(int wait_seconds) override {
        if (!draining_.exchange(true)) {
            net::post(io_, [this] {
                boost::system::error_code ignored;
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
    using Header = bhttp::request_parser<bhttp::empty_body>;
    using Body = bhttp::request_parser<bhttp::string_body>;

    net::awaitable<void> accept_loop() {
        while (!draining_) {
            boost::system::error_code error;
            tcp::socket socket =
                co_await acceptor_.async_accept(net::redirect_error(net::use_awaitable, error));
            if (draining_) co_return;
            // Out of descriptors or of our own bound: pause, so that those connected go on.
            if (error || connections_ >= options_.connections_max) {
                if (!error) socket.close(error);
                net::steady_timer pause(io_, std::chrono::milliseconds(50));
                co_await pause.async_wait(net::redirect_error(net::use_awaitable, error));
                continue;
            }
            socket.set_option(tcp::no_delay(true), error);
            ++connections_;
            net::co_spawn(session_executor(), session(std::move(socket)),
                          [this](const std::exception_ptr&) { --connections_; });
        }
    }

    /// A strand is for several threads; with one, all it does is cost.
    net::any_io_executor session_executor() {
        if (options_.io_threads == 1) return io_.get_executor();
        return net::make_strand(io_);
    }

    net::awaitable<void> session(tcp::socket socket) {
        beast::tcp_stream stream(std::move(socket));
        beast::flat_buffer buffer;
        bool open = true;
        while (open && !draining_) {
            boost::system::error_code error;
            if (buffer.size() == 0) {
                stream.expires_after(seconds(options_.idle_seconds_max));
                const std::size_t count = co_await stream.async_read_some(
                    buffer.prepare(4096), net::redirect_error(net::use_awaitable, error));
                if (error) break;
                buffer.commit(count);
            }
            open = co_await exchange(stream, buffer);
        }
        co_await linger(stream, buffer);
    }

    /// Says the end and takes what is still on its way: closing over bytes that nobody read resets
    /// the connection, and a client in the middle of sending would lose the answer that says why.
    net::awaitable<void> linger(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
        boost::system::error_code error;
        stream.socket().shutdown(tcp::socket::shutdown_send, error);
        buffer.clear();
        stream.expires_after(seconds(options_.linger_seconds_max));  // for all of it
        while (!error && !draining_) {
            co_await stream.async_read_some(buffer.prepare(64 << 10),
                                            net::redirect_error(net::use_awaitable, error));
        }
    }

    /// One request and its answer; whether the connection can take another.
    net::awaitable<bool> exchange(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
        boost::system::error_code error;
        Header header;
        header.header_limit(static_cast<std::uint32_t>(options_.header_bytes_max));
        header.body_limit(std::numeric_limits<std::uint64_t>::max());  // the route decides, below
        parse_at_hand(buffer, header, error);
        if (!error && !header.is_header_done()) {
            stream.expires_after(seconds(options_.header_seconds_max));
            co_await bhttp::async_read_header(stream, buffer, header,
                                              net::redirect_error(net::use_awaitable, error));
        }
        if (error) {
            if (error == bhttp::error::end_of_stream || error == beast::error::timeout) {
                co_return false;
            }
            co_await write(stream, Method::kGet, false, 11, unreadable(error));
            co_return false;
        }
        const auto busy = std::unique_ptr<BeastServer, void (*)(BeastServer*)>(
            (++busy_, this), [](BeastServer* server) { --server->busy_; });
        Request request = read_head(stream, header);
        const Router::Match match = router_.find(request.method, request.path);
        if (auto refusal = refuse(request, match, header)) {
            co_await write(stream, request.method, false, header.get().version(),
                           finish(request, match, *std::move(refusal)));
            co_return false;
        }
        const std::size_t cap = match.route->body_bytes_max;
        const std::size_t expected =
            std::min<std::size_t>(header.content_length().value_or(cap), cap);
        if (bytes_in_flight_.fetch_add(expected) > options_.body_bytes_in_flight_max) {
            bytes_in_flight_ -= expected;
            auto response = problem(503, "unavailable", "too many requests at once; try again");
            response.with("Retry-After", "1");
            co_await write(stream, request.method, false, header.get().version(),
                           finish(request, match, std::move(response)));
            co_return false;
        }
        const auto held = std::unique_ptr<std::atomic<std::size_t>, InFlight>(&bytes_in_flight_,
                                                                              InFlight{expected});
        const unsigned version = header.get().version();
        if (beast::iequals(header.get()[bhttp::field::expect], "100-continue")) {
            bhttp::response<bhttp::empty_body> go_on(bhttp::status::continue_, version);
            co_await bhttp::async_write(stream, go_on,
                                        net::redirect_error(net::use_awaitable, error));
        }
        Body body(std::move(header));
        body.body_limit(cap);
        parse_at_hand(buffer, body, error);
        while (!error && !body.is_done()) {
            stream.expires_after(seconds(options_.stall_seconds_max));
            co_await bhttp::async_read_some(stream, buffer, body,
                                            net::redirect_error(net::use_awaitable, error));
        }
        if (error) {
            if (error == bhttp::error::body_limit) {
                co_await write(stream, request.method, false, version,
                               finish(request, match, too_large(cap)));
            }
            co_return false;
        }
        const bool keep_alive = body.get().keep_alive() && !draining_;
        request.body = std::move(body.get().body());
        stream.expires_never();
        const Method method = request.method;
        Request head;  // what finish() asks of the request
        head.method = method;
        if (!request.header("origin").empty()) head.headers = request.headers;
        Response response;
        if (match.route->watched) {
            response = co_await dispatch_watched(stream, *match.route, std::move(request));
        } else {
            response = co_await dispatch(*match.route, std::move(request));
        }
        co_return co_await write(stream, method, keep_alive, version,
                                 finish(head, match, std::move(response)));
    }

    /// Takes what has come already, so that a small request that came whole is not waited for three
    /// times: each wait costs more than its parsing.
    template <typename Parser>
    static void parse_at_hand(beast::flat_buffer& buffer, Parser& parser,
                              boost::system::error_code& error) {
        const auto done = [&parser] {
            return parser.is_done() || (std::is_same_v<Parser, Header> && parser.is_header_done());
        };
        while (!error && !done() && buffer.size() > 0) {
            const std::size_t count = parser.put(net::const_buffer(buffer.data()), error);
            buffer.consume(count);
            if (error == bhttp::error::need_more) {
                error = {};
                return;
            }
            if (count == 0) return;
        }
    }

    struct InFlight {
        std::size_t bytes = 0;
        void operator()(std::atomic<std::size_t>* total) const { *total -= bytes; }
    };

    static Request read_head(beast::tcp_stream& stream, const Header& header) {
        Request request;
        request.method = method_of(header.get().method());
        const std::string_view target(header.get().target().data(), header.get().target().size());
        const std::size_t mark = target.find('?');
        request.path = percent_decode(target.substr(0, mark));
        while (request.path.size() > 1 && request.path.ends_with('/'))
            request.path.pop_back();
        if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
        for (const auto& field : header.get()) {
            std::string name(field.name_string().data(), field.name_string().size());
            for (char& c : name)
                c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            request.headers.emplace_back(std::move(name), std::string(field.value()));
        }
        boost::system::error_code ignored;
        const auto endpoint = stream.socket().remote_endpoint(ignored);
        if (!ignored) request.remote_address = endpoint.address().to_string();
        request.received_at = Clock::real().now();
        return request;
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
    Response unreadable(const boost::system::error_code& error) const {
        if (error != bhttp::error::header_limit) {
            return problem(400, "invalid", "not a readable HTTP request header");
        }
        return problem(
            431, "too_large",
            fmt::format("the request's header is larger than {} bytes", options_.header_bytes_max));
    }

    /// What is answered without reading the body: unknown paths, preflights, bodies too large.
    std::optional<Response> refuse(Request& request, const Router::Match& match,
                                   const Header& header) const {
        if (match.route == nullptr) {
            return match.path_known ? wrong_method(request.path)
                                    : problem(404, "not_found", "there is nothing at this path");
        }
        if (request.method == Method::kOptions) {
            return match.route->any_origin ? Response{200, {}, {}} : wrong_method(request.path);
        }
        if (header.content_length().value_or(0) > match.route->body_bytes_max) {
            return too_large(match.route->body_bytes_max);
        }
        request.parameter = match.parameter;
        return std::nullopt;
    }

    /// As dispatch, with an eye on the connection. Bytes that come meanwhile are the next
    /// request's: what stands behind them is not seen, and the answer is made to its end.
    net::awaitable<Response> dispatch_watched(beast::tcp_stream& stream, const Route& route,
                                              Request request) {
        const Watched::Flag gone = watched_.add();
        request.gone = gone;
        const auto answered = std::make_shared<bool>(false);  // of this session's executor alone
        tcp::socket& socket = stream.socket();
        // Not in the call: g++ 12 destroys such temporaries twice.
        const auto executor = co_await net::this_coro::executor;
        auto look = [gone, answered, &socket](const boost::system::error_code& error) {
            if (!*answered && (error || closed_by_peer(socket))) *gone = true;
        };
        socket.async_wait(tcp::socket::wait_read, net::bind_executor(executor, std::move(look)));
        Response response = co_await dispatch(route, std::move(request));
        *answered = true;
        boost::system::error_code ignored;
        socket.cancel(ignored);
        watched_.remove(gone);
        co_return response;
    }

    static bool closed_by_peer(tcp::socket& socket) {
        char byte = 0;
        const ssize_t count = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
    }

    net::awaitable<Response> dispatch(const Route& route, Request request) {
        auto executor = co_await net::this_coro::executor;
        co_return co_await net::async_initiate<const net::use_awaitable_t<>&, void(Response)>(
            [this, &route, &request, &executor](auto completion) {
                using Pending = PendingReply<decltype(completion)>;
                auto pending = std::make_shared<Pending>(executor, std::move(completion));
                Reply reply = [pending](Response response) { pending->send(std::move(response)); };
                if (route.runs == Runs::kInline) {
                    call(route, std::move(request), reply);
                    return;
                }
                net::post(workers_, [&route, taken = std::move(request), reply]() mutable {
                    call(route, std::move(taken), reply);
                });
            },
            net::use_awaitable);
    }

    /// The one handler of what libraries throw in handlers.
    static void call(const Route& route, Request request, const Reply& reply) {
        try {
            route.handler(std::move(request), reply);
        } catch (const std::exception&) {
            reply(problem(500, "internal", "the server failed on this request"));
        }
    }

    /// Adds what every answer carries: CORS where the route is for pages of any origin.
    static Response finish(const Request& request, const Router::Match& match, Response response) {
        response.with("X-Content-Type-Options", "nosniff");
        const bool any_origin = match.route != nullptr && match.route->any_origin;
        const std::string_view origin = request.header("origin");
        if (!any_origin || origin.empty()) return response;
        response.with("Access-Control-Allow-Origin", std::string(origin))
            .with("Vary", "Origin")
            .with("Access-Control-Expose-Headers", "Retry-After, ETag");
        if (request.method != Method::kOptions) return response;
        const std::string_view asked = request.header("access-control-request-headers");
        response.with("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
            .with("Access-Control-Max-Age", "7200")
            .with("Access-Control-Allow-Headers",
                  asked.empty() ? "Authorization, Content-Type, Content-Encoding, X-Retry-Count"
                                : std::string(asked));
        return response;
    }

    /// Whether the connection can go on.
    net::awaitable<bool> write(beast::tcp_stream& stream, Method method, bool keep_alive,
                               unsigned version, Response response) {
        bhttp::response<bhttp::string_body> out(static_cast<bhttp::status>(response.status),
                                                version);
        for (auto& [name, value] : response.headers)
            out.insert(name, value);
        out.keep_alive(keep_alive);
        out.content_length(response.body.size());
        out.body() = std::move(response.body);
        stream.expires_after(seconds(options_.stall_seconds_max));
        boost::system::error_code error;
        bhttp::response_serializer<bhttp::string_body> serializer(out);
        if (method == Method::kHead) {
            co_await bhttp::async_write_header(stream, serializer,
                                               net::redirect_error(net::use_awaitable, error));
            co_return !error && keep_alive;
        }
        while (!error && !serializer.is_done()) {
            stream.expires_after(seconds(options_.stall_seconds_max));
            co_await bhttp::async_write_some(stream, serializer,
                                             net::redirect_error(net::use_awaitable, error));
        }
        co_return !error && keep_alive;
    }

    Router router_;
    ServerOptions options_;
    net::io_context io_;
    tcp::acceptor acceptor_{io_};
    std::uint16_t port_ = 0;
    std::atomic<bool> draining_ = false;
    std::atomic<std::size_t> connections_ = 0;
    std::atomic<std::size_t> busy_ = 0;
    std::atomic<std::size_t> bytes_in_flight_ = 0;
    Watched watched_;
    net::thread_pool workers_;
    std::vector<std::thread> io_threads_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Router router, ServerOptions options) {
    auto server = std::make_unique<BeastServer>(std::move(router), std::move(options));
    TF_TRY(server->listen());
    return server;
}

}  // namespace twofold::http
