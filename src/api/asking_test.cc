// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <chrono>
#include <fmt/format.h>
#include <functional>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "api/services.h"
#include "base/sanitized.h"
#include "http/server.h"
#include "project/project_fixture.h"

namespace twofold::api {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kEndsWithin{kSanitized ? 1'000 : 100};

/// A plain socket, to leave in the middle of things.
class Connection {
public:
    explicit Connection(std::uint16_t port, int read_seconds = 60)
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        const timeval limit{read_seconds, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    ~Connection() { leave(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void send(std::string_view bytes) const {
        EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    /// The answer's head, and its body as far as it comes with it.
    std::string read() const {
        std::string bytes(64 << 10, '\0');
        const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
        bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
        return bytes;
    }
    void leave() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

private:
    int socket_;
};

class AskingOverHttp : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = project::ledger_folder("asking");
        project::Options options;
        options.ledger_path = folder_ + "/ledger.db";
        options.clock = &clock_;
        project_ = *project::Project::open(env_, "p", options);
        accounts_ = *account::Accounts::open(folder_ + "/server.db", clock_);
        key_ = *accounts_->create_key(account::KeyKind::kSecret, "test");
        for (int batch = 0; batch < 4; ++batch) {
            std::string lines;
            for (int i = 0; i < 5'000; ++i) {
                lines += fmt::format(
                    R"({{"type":"track","userId":"u{}","event":"A","timestamp":"2026-02-{:02}T10:00:00Z","properties":{{"size":{}}}}})"
                    "\n",
                    batch * 5'000 + i, 1 + i % 28, i % 100);
            }
            ASSERT_TRUE(project_->accept(project::decoded(*project_, lines)));
        }
        ASSERT_TRUE(project_->settle());
    }
    void TearDown() override {
        stop();
        project_.reset();
        accounts_.reset();
        std::filesystem::remove_all(folder_);
    }
    void start(const project::AskingOptions& options) {
        asking_.emplace(*project_, clock_, options);
        services_.emplace(Services{*project_, *asking_, *accounts_, clock_, rejections_, stripe_});
        http::Router router;
        add_routes(router, *services_);
        http::ServerOptions server_options;
        server_options.port = 0;
        server_ = *http::Server::start(std::move(router), server_options);
    }
    void stop() {
        if (server_ != nullptr) server_->drain(0);
        if (asking_) asking_->close();
        server_.reset();
    }
    /// One slow question and one quick one at a time; what is slow is told by its work.
    static project::AskingOptions options() {
        project::AskingOptions options;
        options.threads = 1;
        options.quick_at_once = 1;
        options.slow_at_once = 1;
        options.quick_work_max = 1'000'000;
        return options;
    }

    std::string request(std::string_view question) const {
        const std::string body = fmt::format(R"({{"ask":"{}"}})", question);
        return fmt::format(
            "POST /v1/ask HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n"
            "Content-Length: {}\r\n\r\n{}",
            key_, body.size(), body);
    }
    /// Judges every user a thousand times over, and holds for nobody: seconds of work.
    static std::string slow_question() {
        std::string text = "count users where ";
        for (int i = 0; i < 900; ++i)
            text += fmt::format("{}did use at least {} times", i == 0 ? "" : " or ", i + 2);
        return text;
    }
    static constexpr std::string_view kQuick = "trend events of use in total";

    bool within(milliseconds most, const std::function<bool()>& holds) const {
        const auto until = steady_clock::now() + most;
        while (!holds()) {
            if (steady_clock::now() >= until) return false;
            std::this_thread::sleep_for(milliseconds(1));
        }
        return true;
    }
    project::Lanes::Counts slow() const {
        return asking_->lanes().counts(project::Lanes::Lane::kSlow);
    }
    bool slow_runs() const {
        return within(milliseconds(10'000), [this] { return slow().running == 1; });
    }

    io::MemoryEnv env_;
    std::string folder_;
    ManualClock clock_{project::kTestNow};
    std::unique_ptr<project::Project> project_;
    std::unique_ptr<account::Accounts> accounts_;
    std::string key_;
    RejectionCounts rejections_;
    StripeCounts stripe_;
    std::optional<project::Asking> asking_;
    std::optional<Services> services_;
    std::unique_ptr<http::Server> server_;
};

TEST_F(AskingOverHttp, AQuestionEndsSoonAfterItsClientHasLeft) {
    start(options());
    for (int i = 0; i < 3; ++i) {
        Connection client(server_->port());
        client.send(request(slow_question()));
        ASSERT_TRUE(slow_runs());
        std::this_thread::sleep_for(milliseconds(30 * (i + 1)));
        ASSERT_EQ(slow().running, 1U) << "it must take long for this to be a test";
        client.leave();
        EXPECT_TRUE(within(kEndsWithin, [this] { return slow().running == 0; }));
    }
}

TEST_F(AskingOverHttp, QuickQuestionsDoNotWaitForSlowOnesAndTooManySlowOnesAreToldToComeLater) {
    project::AskingOptions bounds = options();
    bounds.waiting_max = 1;
    start(bounds);
    Connection first(server_->port());
    first.send(request(slow_question()));
    ASSERT_TRUE(slow_runs());
    Connection second(server_->port());
    second.send(request(slow_question()));
    ASSERT_TRUE(within(milliseconds(10'000), [this] { return slow().waiting == 1; }));

    const Connection third(server_->port());
    third.send(request(slow_question()));
    const std::string refused = third.read();
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 429")) << refused;
    EXPECT_NE(refused.find("Retry-After: "), std::string::npos) << refused;

    const Connection quick(server_->port());
    quick.send(request(kQuick));
    const std::string answer = quick.read();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    EXPECT_NE(answer.find("20000"), std::string::npos) << answer;
    EXPECT_EQ(slow().running, 1U);
    // Who waits and leaves makes room: no refusal comes, and no answer yet.
    second.leave();
    EXPECT_TRUE(within(milliseconds(10'000), [&] {
        const Connection fourth(server_->port(), 1);
        fourth.send(request(slow_question()));
        return fourth.read().empty();
    }));
}

TEST_F(AskingOverHttp, TimeAndMemoryOfAQuestionAreBoundedAndOthersGoOn) {
    project::AskingOptions bounds = options();
    bounds.time_max = milliseconds(50);
    start(bounds);
    {
        const Connection client(server_->port());
        client.send(request(slow_question()));
        const std::string answer = client.read();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 413")) << answer;
        EXPECT_NE(answer.find("longer than a question may"), std::string::npos) << answer;
    }
    stop();
    bounds = options();
    bounds.memory_bytes_max = 256 << 10;
    start(bounds);
    const Connection client(server_->port());
    client.send(request("list users show user.first_seen sort by user.first_seen"));
    const std::string answer = client.read();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413")) << answer;
    EXPECT_NE(answer.find("more memory than a question may"), std::string::npos) << answer;
    client.send(request(kQuick));
    EXPECT_TRUE(client.read().starts_with("HTTP/1.1 200"));
}

TEST_F(AskingOverHttp, StoppingTheServerEndsWhatIsAsked) {
    start(options());
    const Connection client(server_->port());
    client.send(request(slow_question()));
    ASSERT_TRUE(slow_runs());
    server_->drain(0);
    EXPECT_TRUE(within(kEndsWithin, [this] { return slow().running == 0; }));
}

}  // namespace
}  // namespace twofold::api
