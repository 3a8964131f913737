// SPDX-License-Identifier: Apache-2.0
//
// How fast records come in: drives `twofold serve` over HTTP on this machine, with a durable answer
// for each request, and counts afterwards that every acknowledged event is there once. One line of
// JSON per case:
//
//   {"case":"batches of 100","seconds":10.0,"events":…,"events_per_s":…,"server_cpu_s":…,
//    "events_per_core_s":…,"p50_ms":…,"p99_ms":…,"refused":…,"answerable_ms":…}
//
// events_per_core_s is by the processor time of the server alone: clients are on the same machine.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/check.h"
#include "timing.h"

namespace twofold::bench {
namespace {

namespace bhttp = boost::beast::http;
using std::chrono::duration;
using std::chrono::milliseconds;

int connect_to(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    TF_CHECK(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

/// One answer, read as its bytes come.
class Answer {
public:
    Answer() { parser_->eager(true); }

    /// Waits for bytes; false at the end of the connection.
    bool receive(int socket) {
        char bytes[16 << 10];
        const ssize_t count = ::recv(socket, bytes, sizeof bytes, 0);
        if (count <= 0) return false;
        pending_.append(bytes, static_cast<std::size_t>(count));
        boost::system::error_code error;
        while (!pending_.empty() && !parser_->is_done()) {
            pending_.erase(0, parser_->put(boost::asio::buffer(pending_), error));
            if (error == bhttp::error::need_more) break;
            TF_CHECK(!error);
        }
        return true;
    }
    bool is_whole() const { return parser_->is_done(); }
    unsigned status() const { return parser_->get().result_int(); }
    /// A number of the JSON in the body.
    std::uint64_t number(const char* name) const {
        return nlohmann::json::parse(parser_->get().body()).at(name).get<std::uint64_t>();
    }

private:
    using Parser = bhttp::response_parser<bhttp::string_body>;
    std::unique_ptr<Parser> parser_ = std::make_unique<Parser>();  // which cannot be moved
    std::string pending_;  ///< What the parser did not take yet.
};

/// `twofold serve` on a folder of its own.
class Served {
public:
    Served(const std::string& binary, const std::string& folder) {
        int out[2];
        TF_CHECK(::pipe(out) == 0);
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(out[1], STDOUT_FILENO);
            ::execl(binary.c_str(), binary.c_str(), "serve", "--data", folder.c_str(), "--port",
                    "0", nullptr);
            ::_exit(127);
        }
        ::close(out[1]);
        FILE* const lines = ::fdopen(out[0], "r");
        char line[1024];
        while (write_key_.empty() && std::fgets(line, sizeof line, lines) != nullptr) {
            const std::string_view text(line);
            constexpr std::string_view kHost = "http://127.0.0.1:";
            constexpr std::string_view kKey = "write key  ";
            if (const std::size_t at = text.find(kHost); at != text.npos) {
                std::from_chars(line + at + kHost.size(), line + text.size(), port_);
            }
            if (const std::size_t at = text.find(kKey); at != text.npos) {
                write_key_ = text.substr(at + kKey.size());
                write_key_.erase(write_key_.find_last_not_of(" \n") + 1);
            }
        }
        TF_CHECK(port_ != 0 && !write_key_.empty());
        lines_ = lines;
    }
    ~Served() {
        ::kill(child_, SIGTERM);
        int status = 0;
        ::waitpid(child_, &status, 0);
        std::fclose(lines_);
    }
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;

    std::uint16_t port() const { return port_; }
    const std::string& write_key() const { return write_key_; }

    /// Processor time of the server so far.
    double cpu_seconds() const {
        std::ifstream stat(fmt::format("/proc/{}/stat", child_));
        std::string all((std::istreambuf_iterator<char>(stat)), std::istreambuf_iterator<char>());
        std::istringstream rest(all.substr(all.rfind(')') + 2));
        std::string field;
        for (int i = 0; i < 11; ++i)
            rest >> field;
        std::uint64_t user = 0;
        std::uint64_t system = 0;
        rest >> user >> system;
        return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    }
    /// One request on a connection of its own; ends the program unless it is answered.
    Answer exchange(std::string_view head, std::string_view body) const {
        const int socket = connect_to(port_);
        const std::string request =
            fmt::format("{}\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}", head,
                        body.size(), body);
        TF_CHECK(::send(socket, request.data(), request.size(), MSG_NOSIGNAL) ==
                 static_cast<ssize_t>(request.size()));
        Answer answer;
        while (!answer.is_whole())
            TF_CHECK(answer.receive(socket));
        ::close(socket);
        return answer;
    }
    std::uint64_t events() const { return exchange("GET /health HTTP/1.1", "").number("events"); }

private:
    pid_t child_ = 0;
    std::uint16_t port_ = 0;
    std::string write_key_;
    FILE* lines_ = nullptr;
};

/// Requests of so many events, each with ids and times of its own in a body made once.
class Body {
public:
    Body(const Served& served, std::size_t events) : events_(events) {
        std::string body = R"({"batch":[)";
        for (std::size_t i = 0; i < events; ++i) {
            body += i == 0 ? "" : ",";
            body += R"({"type":"track","event":")";
            constexpr std::string_view kNames[] = {"Page Seen", "Exported", "Report Opened",
                                                   "Invited"};
            body += kNames[i % 4];
            body += R"(","messageId":"bench-)";
            ids_.push_back(body.size());
            body += std::string(kIdDigits, '0') + R"(","userId":"user-)";
            users_.push_back(body.size());
            body += std::string(kUserDigits, '0') + R"(","timestamp":")";
            body += now_text() + R"(","properties":{"plan":"team","size":)";
            body += fmt::format(
                R"({},"seconds":{}.25,"country":"{}","dark":{},"path":"/reports/{}"}}}})",
                i * 37 % 1'000, i % 60, i % 3 == 0 ? "NO" : "DE", i % 2 == 0, i % 50);
        }
        body += "]}";
        const std::string head = fmt::format(
            "POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: "
            "application/json\r\nContent-Length: {}\r\n\r\n",
            served.write_key(), body.size());
        for (std::size_t* at = ids_.data(); at != ids_.data() + ids_.size(); ++at)
            *at += head.size();
        for (std::size_t* at = users_.data(); at != users_.data() + users_.size(); ++at)
            *at += head.size();
        bytes_ = head + body;
    }

    std::size_t events() const { return events_; }
    /// The request whose first event is number `first` of all.
    const std::string& request(std::uint64_t first) {
        for (std::size_t i = 0; i < events_; ++i) {
            write(ids_[i], kIdDigits, first + i);
            // Users come and go: some of some hundred thousand, several events each.
            write(users_[i], kUserDigits, (first / 7 + i / 4 * 7'919) % 300'000);
        }
        return bytes_;
    }

private:
    static constexpr std::size_t kIdDigits = 12;
    static constexpr std::size_t kUserDigits = 6;

    static std::string now_text() {
        const std::time_t now = std::time(nullptr);
        std::tm utc{};
        gmtime_r(&now, &utc);
        char text[32];
        std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
        return text;
    }
    void write(std::size_t at, std::size_t digits, std::uint64_t number) {
        for (std::size_t i = digits; i-- > 0; number /= 10)
            bytes_[at + i] = static_cast<char>('0' + number % 10);
    }

    std::size_t events_;
    std::string bytes_;
    std::vector<std::size_t> ids_;
    std::vector<std::size_t> users_;
};

struct Case {
    std::string name;
    std::size_t events_a_request = 100;
    std::size_t connections = 8;
    double seconds = 10;
    double requests_per_s = 0;  ///< 0: as fast as answers come.
    bool ask = false;           ///< Questions in a loop meanwhile.
};

struct Outcome {
    std::uint64_t acknowledged = 0;
    std::uint64_t refused = 0;
    std::vector<float> latencies_ms;
};

/// One thread, many connections, one request under way on each.
class Driver {
public:
    Driver(const Served& served, const Case& run, std::atomic<std::uint64_t>& next)
        : run_(run), body_(served, run.events_a_request), next_(next) {
        for (std::size_t i = 0; i < run.connections; ++i)
            lines_.push_back({connect_to(served.port()), Answer(), {}, {}, false});
    }

    Outcome drive() {
        const auto begin = SteadyClock::now();
        const auto until = begin + duration<double>(run_.seconds);
        std::vector<pollfd> polls(lines_.size());
        for (std::size_t i = 0; i < lines_.size(); ++i)
            polls[i] = {lines_[i].socket, POLLIN, 0};
        std::size_t busy = 0;
        while (true) {
            const auto now = SteadyClock::now();
            for (Line& line : lines_) {
                if (line.busy || now >= until || now < line.not_before) continue;
                if (!due(now - begin)) break;
                send(line);
                ++busy;
            }
            if (busy == 0 && now >= until) break;
            ::poll(polls.data(), polls.size(), 1);
            for (std::size_t i = 0; i < lines_.size(); ++i) {
                if (polls[i].revents != 0 && receive(lines_[i])) --busy;
            }
        }
        for (const Line& line : lines_)
            ::close(line.socket);
        return std::move(outcome_);
    }

private:
    struct Line {
        int socket;
        Answer answer;
        SteadyClock::time_point sent;
        SteadyClock::time_point not_before;
        bool busy;
    };

    /// Whether the pace allows one more.
    bool due(SteadyClock::duration since) const {
        return run_.requests_per_s == 0 ||
               static_cast<double>(sent_) < duration<double>(since).count() * run_.requests_per_s;
    }
    void send(Line& line) {
        const std::string& bytes = body_.request(next_.fetch_add(body_.events()));
        line.sent = SteadyClock::now();
        for (std::size_t at = 0; at < bytes.size();) {
            const ssize_t count =
                ::send(line.socket, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
            TF_CHECK(count > 0);
            at += static_cast<std::size_t>(count);
        }
        line.busy = true;
        ++sent_;
    }
    bool receive(Line& line) {
        TF_CHECK(line.answer.receive(line.socket));
        if (!line.answer.is_whole()) return false;
        if (line.answer.status() == 200) {
            outcome_.acknowledged += line.answer.number("accepted");
            outcome_.latencies_ms.push_back(static_cast<float>(1e3 * seconds_since(line.sent)));
        } else {
            TF_CHECK(line.answer.status() == 429 || line.answer.status() == 503);
            ++outcome_.refused;
            line.not_before = SteadyClock::now() + milliseconds(100);
        }
        line.answer = Answer();
        line.busy = false;
        return true;
    }

    const Case& run_;
    Body body_;
    std::atomic<std::uint64_t>& next_;
    std::vector<Line> lines_;
    std::uint64_t sent_ = 0;
    Outcome outcome_;
};

double percentile(std::vector<float>& sorted, double share) {
    if (sorted.empty()) return 0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
    return static_cast<double>(sorted[at]);
}

class Bench {
public:
    Bench(const std::string& binary, const std::string& folder, const std::string& secret)
        : served_(binary, folder), secret_(secret) {
        expected_ = served_.events();
        next_ = static_cast<std::uint64_t>(std::time(nullptr)) % 100'000 * 1'000'000;
    }

    /// Requests a second that were answered. Prints the case; ends the program when a count is
    /// wrong.
    double run(const Case& one) {
        std::atomic<bool> over = false;
        std::uint64_t asked = 0;
        std::thread asking([&] {
            while (one.ask && !over) {
                ask();
                ++asked;
            }
        });
        const double cpu_before = served_.cpu_seconds();
        const auto begin = SteadyClock::now();
        Outcome outcome = Driver(served_, one, next_).drive();
        const double seconds = seconds_since(begin);
        over = true;
        asking.join();
        expected_ += outcome.acknowledged;
        const auto told = SteadyClock::now();
        while (served_.events() < expected_ && seconds_since(told) < 60)
            std::this_thread::sleep_for(milliseconds(2));
        const double answerable_ms = 1e3 * seconds_since(told);
        const double cpu = served_.cpu_seconds() - cpu_before;
        const std::uint64_t found = served_.events();
        if (found != expected_) {
            fmt::print(stderr, "{}: {} events were acknowledged, {} are there\n", one.name,
                       expected_, found);
            std::exit(1);
        }
        std::ranges::sort(outcome.latencies_ms);
        const auto events = static_cast<double>(outcome.acknowledged);
        fmt::print(
            R"({{"case":"{}","seconds":{:.2f},"events":{},"events_per_s":{:.0f},"server_cpu_s":{:.2f},)"
            R"("events_per_core_s":{:.0f},"p50_ms":{:.2f},"p99_ms":{:.2f},"refused":{},"asked":{},)"
            R"("answerable_ms":{:.0f}}})"
            "\n",
            one.name, seconds, outcome.acknowledged, events / seconds, cpu, events / cpu,
            percentile(outcome.latencies_ms, 0.5), percentile(outcome.latencies_ms, 0.99),
            outcome.refused, asked, answerable_ms);
        std::fflush(stdout);
        return static_cast<double>(outcome.latencies_ms.size()) / seconds;
    }

private:
    void ask() {
        const Answer answer = served_.exchange(
            fmt::format("POST /v1/ask HTTP/1.1\r\nAuthorization: Bearer {}", secret_),
            R"({"ask":"trend users of anything every day over the last 30 days"})");
        TF_CHECK(answer.status() == 200);
    }

    Served served_;
    std::string secret_;
    std::atomic<std::uint64_t> next_ = 0;
    std::uint64_t expected_ = 0;
};

/// A secret key of the folder, from `twofold key create`.
std::string secret_key(const std::string& binary, const std::string& folder) {
    const std::string command =
        fmt::format("'{}' key create --kind secret --name bench --data '{}'", binary, folder);
    FILE* const out = ::popen(command.c_str(), "r");
    TF_CHECK(out != nullptr);
    char line[512];
    std::string all;
    while (std::fgets(line, sizeof line, out) != nullptr)
        all += line;
    ::pclose(out);
    all.erase(all.find_last_not_of(" \n") + 1);
    return all.substr(all.find_last_of(" \n") + 1);
}

void run_all(Bench&& bench, const std::vector<std::string>& only, double seconds,
             double long_seconds) {
    const auto wanted = [&only](std::string_view name) {
        return only.empty() || std::ranges::find(only, name) != only.end();
    };
    // Half of what it can do is told by the case before.
    double batches = 0;
    double singles = 0;
    if (wanted("warm")) bench.run({.name = "warm", .seconds = 1});
    if (wanted("batches") || wanted("batches-half")) {
        batches = bench.run({.name = "batches of 100", .seconds = seconds});
    }
    if (wanted("batches-half")) {
        bench.run({.name = "batches of 100 at half load, questions in a loop",
                   .connections = 64,
                   .seconds = seconds,
                   .requests_per_s = batches / 2,
                   .ask = true});
    }
    if (wanted("singles") || wanted("singles-half")) {
        singles = bench.run({.name = "one event a request",
                             .events_a_request = 1,
                             .connections = 128,
                             .seconds = seconds});
    }
    if (wanted("singles-half")) {
        bench.run({.name = "one event a request at half load, questions in a loop",
                   .events_a_request = 1,
                   .connections = 256,
                   .seconds = seconds,
                   .requests_per_s = singles / 2,
                   .ask = true});
    }
    if (wanted("long")) bench.run({.name = "batches of 100, long", .seconds = long_seconds});
}

int main_of(int count, char** arguments) {
    CLI::App cli("How fast records come in over HTTP");
    const std::string here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    std::string binary = here + "/twofold";
    std::string folder;
    double seconds = 10;
    double long_seconds = 60;
    std::vector<std::string> only;
    cli.add_option("--server", binary, "The twofold to serve with")->capture_default_str();
    cli.add_option("--folder", folder, "An empty folder on the disk to measure; else one here");
    cli.add_option("--seconds", seconds, "Of each case")->capture_default_str();
    cli.add_option("--long", long_seconds, "Of the long case")->capture_default_str();
    cli.add_option("--only", only, "warm, batches, singles, batches-half, singles-half, long");
    CLI11_PARSE(cli, count, arguments);
    const bool own_folder = folder.empty();
    if (own_folder) {
        std::string name = "ingest.XXXXXX";
        TF_CHECK(::mkdtemp(name.data()) != nullptr);
        folder = name;
    }
    std::filesystem::create_directories(folder);
    const std::string secret = secret_key(binary, folder);
    run_all(Bench(binary, folder, secret), only, seconds, long_seconds);
    if (own_folder) std::filesystem::remove_all(folder);
    return 0;
}

}  // namespace
}  // namespace twofold::bench

int main(int count, char** arguments) {
    return twofold::bench::main_of(count, arguments);
}
