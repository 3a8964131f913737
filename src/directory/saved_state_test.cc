// SPDX-License-Identifier: Apache-2.0
#include "directory/saved_state.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <fmt/core.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <random>
#include <string>

#include "directory/directory_testing.h"
#include "io/faulty_env.h"
#include "io/memory_env.h"

namespace twofold::directory {
namespace {

using model::CustomerOrdinal;
using model::RecordBuilder;
using model::RecordFlag;
using model::RecordType;
using model::UserOrdinal;

// Everything that can be seen of a directory from outside.
std::string describe(Directory& directory) {
    const auto view = directory.publish().view;
    std::string text;
    const auto add = [&](auto ordinal) {
        const auto canonical = view->canonical(ordinal);
        text += fmt::format("{}={}", model::index(ordinal), model::index(canonical));
        if (canonical == ordinal) {
            const Seen seen = view->seen(canonical);
            text += fmt::format(" {} {} {} {} {}", view->id(canonical), seen.first_fact,
                                seen.first_event, seen.first_use, seen.last_use);
            for (auto member : view->members(canonical)) {
                text += fmt::format(",{}", model::index(member));
            }
            for (const Id& id : view->ids(canonical)) {
                text += fmt::format(" {}:{}", static_cast<int>(id.kind), id.text);
            }
        }
        text += '\n';
    };
    for (std::uint32_t i = 0; i < view->user_count(); ++i) {
        if (view->canonical(UserOrdinal{i}) == UserOrdinal{i}) {
            text += view->known(UserOrdinal{i}) ? "known " : "anonymous ";
        }
        add(UserOrdinal{i});
    }
    for (std::uint32_t i = 0; i < view->customer_count(); ++i)
        add(CustomerOrdinal{i});
    const Counts counts = directory.counts();
    text +=
        fmt::format("{} {} {} {} {} {}", counts.ids, counts.joins, counts.shared_device_records,
                    counts.key_conflicts, counts.corrected_devices, directory.messages().size());
    for (std::uint64_t file : {1, 2})
        text += fmt::format(" {}", directory.imports().taken(file));
    return text;
}

// Records of all kinds about few people, so that they meet.
class RandomRecords {
public:
    explicit RandomRecords(unsigned seed, const char* customers = "c")
        : random_(seed), customers_(customers) {}

    RecordBuilder next() {
        now_ += random_() % 3 == 0 ? kMinuteMs : 7;
        const auto what = static_cast<unsigned>(random_() % 12);
        RecordBuilder record(type(what));
        record.received(now_).time(now_ - static_cast<TimeMs>(random_() % 5) * kHourMs);
        if (random_() % 2 == 0) {
            record.sent(now_ - static_cast<TimeMs>(random_() % 4) * kHourMs);
        }
        if (random_() % 3 != 0) {
            record.message_hash({.low = random_(), .high = static_cast<std::uint32_t>(random_())});
        }
        if (random_() % 6 == 0) record.origin({random_() % 2 + 1, random_() % 30 + 1});
        texts_ = {pick("u", 8), pick("a", 10), pick(customers_, 4), pick("u", 8)};
        if (random_() % 5 == 0) texts_[2] = "stripe:" + pick("k", 3);
        if (random_() % 3 == 0) texts_[0].clear();
        if (random_() % 3 == 0) texts_[1].clear();
        if (what == 9) {
            record.customer_id(texts_[2]);
            record.own("keys.stripe", random_() % 4 == 0 ? model::Value::null()
                                                         : model::Value::of_string(pick("k", 3)));
            if (random_() % 3 == 0)
                record.own("parentId", model::Value::of_string(pick(customers_, 4)));
            return record;
        }
        record.user_id(texts_[0]).anonymous_id(texts_[1]);
        if (what == 10) {
            if (texts_[0].empty()) texts_[0] = "u0";
            record.user_id(texts_[0]).own("previousId", model::Value::of_string(texts_[3]));
            record.flag(RecordFlag::kUndo, random_() % 3 == 0);
        } else if (what == 11) {
            record.user_id({}).anonymous_id({}).customer_id(texts_[2]);
            record.own("previousCustomerId", model::Value::of_string(pick(customers_, 4)));
            record.flag(RecordFlag::kUndo, random_() % 3 == 0);
        } else if (random_() % 3 == 0) {
            record.customer_id(texts_[2]);
        }
        return record;
    }

private:
    static RecordType type(unsigned what) {
        if (what < 8) return RecordType::kTrack;
        if (what == 8) return RecordType::kIdentify;
        return what == 9 ? RecordType::kCustomer : RecordType::kAlias;
    }
    std::string pick(const char* prefix, unsigned of) {
        return prefix + std::to_string(random_() % of);
    }

    std::mt19937_64 random_;
    const char* customers_;
    TimeMs now_ = kYear2000Ms + 9'000 * kDayMs;
    std::array<std::string, 4> texts_;
};

TEST(SavedState, ReopenedAndReplayedItIsAsIfNothingHadHappened) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        RandomRecords records(seed);
        std::mt19937 random(seed);
        io::MemoryEnv calm_env;
        io::MemoryEnv env;
        TestDirectory calm(calm_env);
        TestDirectory directory(env);
        for (int i = 0; i < 250; ++i) {
            const RecordBuilder record = records.next();
            const Applied want = calm.apply(record);
            const Applied got = directory.apply(record);
            ASSERT_EQ(got.user, want.user);
            ASSERT_EQ(got.customer, want.customer);
            ASSERT_EQ(got.time, want.time);
            if (random() % 25 == 0) directory.commit();
            if (random() % 40 == 0) directory.crash();
            if (random() % 40 == 0) {
                ASSERT_TRUE(directory->release_old_files().has_value());
            }
        }
        ASSERT_EQ(describe(*directory.operator->()), describe(*calm.operator->()));
    }
}

// By user, the customer of the same id, as the last one told says.
using Selves = std::map<UserOrdinal, CustomerOrdinal>;
void take_selves(Directory& directory, Selves& selves) {
    for (const auto& [user, customer] : directory.publish().self_customers)
        selves[user] = customer;
}

TEST(SavedState, SelfCustomersAreTheSameAfterAReplay) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        RandomRecords records(seed, "u");
        std::mt19937 random(seed);
        io::MemoryEnv calm_env;
        io::MemoryEnv env;
        TestDirectory calm(calm_env);
        TestDirectory directory(env);
        for (int i = 0; i < 150; ++i) {
            const RecordBuilder record = records.next();
            const Applied want = calm.apply(record);
            const Applied got = directory.apply(record);
            ASSERT_EQ(got.customer, want.customer);
            if (random() % 10 == 0) directory.commit();
            if (random() % 20 == 0) {
                calm.turn_self_customers();
                directory.turn_self_customers();
            }
            if (random() % 10 == 0) directory.commit();
            if (random() % 30 == 0) directory.crash();
        }
        if (!directory.has_self_customers()) {
            calm.turn_self_customers();
            directory.turn_self_customers();
        }
        Selves selves;
        take_selves(*calm.operator->(), selves);
        directory.crash();
        Selves after;
        take_selves(*directory.operator->(), after);
        EXPECT_EQ(after, selves);
        EXPECT_EQ(describe(*directory.operator->()), describe(*calm.operator->()));
    }
}

TEST(SavedState, APowerCutLosesNothingThatAManifestNames) {
    for (unsigned seed = 0; seed < 150; ++seed) {
        SCOPED_TRACE(seed);
        io::FaultyEnv env(seed);
        RandomRecords records(seed);
        std::mt19937 random(seed);
        std::string saved;
        {
            TestDirectory directory(env);
            const unsigned commits = random() % 4 + 1;
            for (unsigned i = 0; i < commits; ++i) {
                for (int n = 0; n < 40; ++n)
                    directory.apply(records.next());
                directory.commit();
            }
            saved = describe(*directory.operator->());
            for (int n = 0; n < 20; ++n)
                directory.apply(records.next());
            // The commit after it may stop anywhere.
            const ManifestPiece piece = directory.piece();
            env.stop_after(random() % 12);
            const auto torn = directory->commit();
            if (torn) static_cast<void>(directory->release_old_files() || torn.has_value());
            env.power_cut();
            if (torn) continue;  // released: the manifest would have had the newer piece
            auto opened = Directory::open(env, "directory", {}, piece);
            ASSERT_TRUE(opened.has_value()) << opened.error().message;
            ASSERT_EQ(describe(**opened), saved);
        }
    }
}

TEST(SavedState, AFailedCommitIsFinal) {
    io::FaultyEnv env(1);
    TestDirectory directory(env);
    directory.apply(RecordBuilder(RecordType::kTrack).user_id("u"));
    env.fail_after(1);
    EXPECT_FALSE(directory->commit().has_value());
    EXPECT_EQ(directory->commit().error().code, ErrorCode::kUnavailable);
}

TEST(SavedState, AStateFileIsMadeAnewOnceItHasGrown) {
    io::MemoryEnv env;
    TestDirectory directory(env);
    TimeMs now = kYear2000Ms;
    for (int round = 0; round < 40; ++round) {
        for (int user = 0; user < 3'000; ++user) {
            ++now;
            directory.apply(RecordBuilder(RecordType::kTrack)
                                .user_id("user-" + std::to_string(user))
                                .time(now)
                                .received(now));
        }
        directory.commit();
        ASSERT_TRUE(directory->release_old_files().has_value());
    }
    const auto names = *env.list("directory");
    EXPECT_EQ(names.size(), 2U);
    EXPECT_GT(names.back(), "state.1");
    EXPECT_LT(*env.size("directory/" + names.back()), 2'000'000U);
    const std::string before = describe(*directory.operator->());
    directory.crash();
    EXPECT_EQ(describe(*directory.operator->()), before);
}

TEST(SavedState, DamageIsFound) {
    for (const char* file : {"ids.1", "state.1"}) {
        for (std::uint64_t offset : {0, 9, 13, 17, 25, 40}) {
            SCOPED_TRACE(fmt::format("{} at {}", file, offset));
            io::MemoryEnv env;
            TestDirectory directory(env);
            for (int i = 0; i < 9; ++i) {
                directory.apply(
                    RecordBuilder(RecordType::kTrack).user_id(fmt::format("user {}", i)));
            }
            directory.commit();
            env.corrupt(fmt::format("directory/{}", file), offset, 32);
            const auto opened = Directory::open(env, "directory", {}, directory.piece());
            ASSERT_FALSE(opened.has_value());
            EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
        }
    }
}

TEST(SavedState, APieceThatIsDamagedDoesNotOpen) {
    io::MemoryEnv env;
    TestDirectory directory(env);
    RandomRecords records(1);
    for (int i = 0; i < 50; ++i)
        directory.apply(records.next());
    directory.commit();
    for (std::size_t size = 1; size < directory.piece().size(); ++size) {
        ManifestPiece cut = directory.piece();
        cut.resize(size);
        EXPECT_FALSE(Directory::open(env, "directory", {}, cut).has_value()) << size;
    }
}

// A fixed history, saved by the first build that had this format.
void fixed_history(TestDirectory& directory) {
    const TimeMs now = kYear2000Ms + 9'000 * kDayMs;
    const auto record = [&](RecordType type, TimeMs after) {
        RecordBuilder made(type);
        made.time(now + after)
            .received(now + after)
            .message_hash({.low = static_cast<std::uint64_t>(after) << 50, .high = 7});
        return made;
    };
    directory.apply(record(RecordType::kTrack, 1).anonymous_id("a-1").origin({1, 1}));
    directory.apply(record(RecordType::kTrack, 2).user_id("ana").origin({1, 2}));
    directory.apply(record(RecordType::kIdentify, 3).user_id("ana").anonymous_id("a-1"));
    directory.apply(record(RecordType::kTrack, 4).user_id("bo").anonymous_id("a-1"));
    directory.apply(record(RecordType::kTrack, 5).user_id("bo").customer_id("acme"));
    directory.apply(record(RecordType::kPayment, 6).customer_id("stripe:cus_1"));
    directory.apply(record(RecordType::kCustomer, 7)
                        .customer_id("acme")
                        .own("keys.stripe", model::Value::of_string("cus_1")));
    for (TimeMs after : {8, 9}) {
        directory.apply(
            record(RecordType::kTrack, after).anonymous_id("a-1").sent(now + kDayMs + after));
    }
}

TEST(SavedState, ReadsWhatItsFirstVersionWrote) {
    const std::string golden = std::string(TWOFOLD_SOURCE_DIR) + "/src/directory/testdata/v1/";
    const std::array<std::string, 4> names{"ids.1", "state.1", "messages.1", "piece"};
    io::MemoryEnv env;
    TestDirectory written(env);
    fixed_history(written);
    written.commit();
    ASSERT_TRUE(env.make_folders("golden").has_value());
    ManifestPiece piece;
    for (const std::string& name : names) {
        SCOPED_TRACE(name);
        const auto now = name == "piece" ? written.piece() : *env.read("directory/" + name);
        if (std::getenv("TWOFOLD_WRITE_GOLDEN") != nullptr) {
            std::ofstream(golden + name, std::ios::binary) << as_text(now);
        }
        std::ifstream file(golden + name, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        EXPECT_EQ(as_text(now), text) << "the format changed: it needs a new version";
        const Bytes bytes = as_bytes(text);
        if (name == "piece") {
            piece.assign(bytes.begin(), bytes.end());
        } else {
            auto copy = env.create("golden/" + name);
            ASSERT_TRUE(copy.has_value() && (*copy)->append(bytes).has_value());
        }
    }
    auto opened = Directory::open(env, "golden", {}, piece);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_EQ(describe(**opened), describe(*written.operator->()));
}

TEST(SavedState, OpensAMillionIdsQuickly) {
    io::MemoryEnv env;
    TestDirectory directory(env);
    constexpr int kUsers = 100'000;
    for (int i = 0; i < kUsers; ++i) {
        directory.apply(RecordBuilder(RecordType::kTrack)
                            .user_id(fmt::format("user-{:08}", i))
                            .anonymous_id(fmt::format("0f8fad5b-d9cb-469f-a165-{:012}", i))
                            .time(kYear2000Ms + i)
                            .received(kYear2000Ms + i));
    }
    directory.commit();
    const auto start = std::chrono::steady_clock::now();
    auto opened = Directory::open(env, "directory", {}, directory.piece());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    ASSERT_TRUE(opened.has_value());
    std::printf("%.1f M ids a second\n", 2 * kUsers / took.count() / 1e6);
    EXPECT_LT(took.count(), 2.0);
}

}  // namespace
}  // namespace twofold::directory
