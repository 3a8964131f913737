// SPDX-License-Identifier: Apache-2.0
// A whole project on a disk that keeps only what was synced: what was acknowledged is there after
// any power cut, once, also when its sender tries again. The ledger's file stays outside that disk;
// a power cut takes its write-ahead log away, which is all that SQLite may lose.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <random>

#include "base/seeds.h"
#include "io/faulty_env.h"
#include "project/events.h"
#include "project/project.h"
#include "project/project_fixture.h"

namespace twofold::project {
namespace {

/// Several lives of one project. Message n is the event "n" of some user, and is sent until it is
/// acknowledged, like a client does.
class CrashRun {
public:
    CrashRun(std::uint64_t seed, Options options, std::string ledger)
        : env_(seed), random_(seed), options_(std::move(options)), ledger_(std::move(ledger)) {
        options_.ledger_path = ledger_;
        options_.store.mini_rows = 8;
        options_.store.head_rows_seal = 24;
        options_.store.head_rows_max = 48;
        options_.log.segment_bytes = 4'000;
        options_.log.reserve_bytes = 1'000;
        options_.log_kept_ms = 0;
        options_.publish_every_ms = 1;
    }

    /// What went wrong; empty when all is well.
    std::string run() {
        for (int life = 0; life < 3 && problem_.empty(); ++life) {
            live();
            cut_power();
        }
        if (problem_.empty()) check();
        return problem_;
    }

private:
    void live() {
        env_.stop_after(random_() % 150);
        auto project = Project::open(env_, "p", options_);
        if (!project) return;
        for (int i = 0; i < 25; ++i)
            send(**project);
        // The machine stops here, whatever the destructor would like to write.
        env_.stop_after(0);
    }

    void send(Project& project) {
        std::string lines;
        std::vector<int> sent;
        const int count = 1 + static_cast<int>(random_() % 4);
        for (int i = 0; i < count; ++i) {
            // Now and then again what was acknowledged already, or was not for certain.
            const int message = next_ > 0 && random_() % 4 == 0
                                    ? static_cast<int>(random_() % static_cast<unsigned>(next_))
                                    : next_++;
            sent.push_back(message);
            lines += fmt::format(
                "{{\"type\":\"track\",\"userId\":\"u{}\",\"event\":\"E\",\"messageId\":\"m{}\","
                "\"timestamp\":\"2026-02-{:02}T10:00:00Z\",\"properties\":{{\"n\":{}}}}}\n",
                message % 5, message, 1 + message % 28, message);
        }
        const auto accepted = project.accept(decoded(project, lines));
        if (!accepted) return;
        for (const int message : sent)
            acknowledged_[message] = true;
    }

    void cut_power() {
        env_.power_cut();
        if (random_() % 2 == 0) {
            std::filesystem::remove(ledger_ + "-wal");
            std::filesystem::remove(ledger_ + "-shm");
        }
    }

    void check() {
        auto project = Project::open(env_, "p", options_);
        if (!project) {
            problem_ = "does not open: " + project.error().message;
            return;
        }
        // Whatever was not acknowledged is sent again, and so is all the rest.
        for (int message = 0; message < next_; ++message) {
            const std::string line = fmt::format(
                "{{\"type\":\"track\",\"userId\":\"u{}\",\"event\":\"E\",\"messageId\":\"m{}\","
                "\"timestamp\":\"2026-02-{:02}T10:00:00Z\",\"properties\":{{\"n\":{}}}}}\n",
                message % 5, message, 1 + message % 28, message);
            const auto accepted = (*project)->accept(decoded(**project, line));
            if (!accepted) {
                problem_ = "cannot take more: " + accepted.error().message;
                return;
            }
            if (acknowledged_[message] && accepted->accepted != 0) {
                problem_ = fmt::format("message {} was acknowledged and is forgotten", message);
            }
        }
        static_cast<void>((*project)->settle());
        std::map<std::int64_t, int> found;
        static_cast<void>(each_event(*(*project)->world(), [&](const Event& event) -> Status {
            for (const auto& property : event.properties) {
                if (property.name == "n") ++found[property.value.integer];
            }
            return {};
        }));
        for (int message = 0; message < next_ && problem_.empty(); ++message) {
            if (found[message] != 1) {
                problem_ = fmt::format("message {} counts {} times", message, found[message]);
            }
        }
    }

    io::FaultyEnv env_;
    std::mt19937_64 random_;
    Options options_;
    std::string ledger_;
    int next_ = 0;
    std::map<int, bool> acknowledged_;
    std::string problem_;
};

class ProjectCrash : public testing::Test {
protected:
    void SetUp() override { folder_ = ledger_folder("crash"); }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string run(std::uint64_t seed, const Options& options = {}) {
        const std::string ledger = fmt::format("{}/{}.db", folder_, seed);
        std::string problem = CrashRun(seed, options, ledger).run();
        for (const char* suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(ledger + suffix);
        return problem;
    }
    /// Whether any of the seeds sees that something is wrong.
    bool found(const Options& options) {
        for (std::uint64_t seed = 0; seed < seed_count(1'000); ++seed) {
            if (!run(seed, options).empty()) return true;
        }
        return false;
    }

    std::string folder_;
};

TEST_F(ProjectCrash, WhatWasAcknowledgedSurvivesAPowerCutAndCountsOnce) {
    for (std::uint64_t seed = 0; seed < seed_count(1'000); ++seed) {
        const std::string problem = run(seed);
        ASSERT_TRUE(problem.empty()) << "seed " << seed << ": " << problem;
    }
}

TEST_F(ProjectCrash, AMissingSyncOfTheLogsFileIsFound) {
    Options options;
    options.log.unsafe_skip_file_sync = true;
    EXPECT_TRUE(found(options));
}

TEST_F(ProjectCrash, AMissingSyncOfTheLogsFolderIsFound) {
    Options options;
    options.log.unsafe_skip_folder_sync = true;
    EXPECT_TRUE(found(options));
}

TEST_F(ProjectCrash, AMessageIdThatIsNotDurableWithItsRecordIsFound) {
    Options options;
    options.unsafe_log_without_message_ids = true;
    EXPECT_TRUE(found(options));
}

}  // namespace
}  // namespace twofold::project
