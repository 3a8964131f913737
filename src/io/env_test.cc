// SPDX-License-Identifier: Apache-2.0
// What every Env promises while the power stays on.
#include "io/env.h"

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <string>

#include "base/bytes.h"
#include "io/faulty_env.h"
#include "io/memory_env.h"

namespace twofold::io {
namespace {

using Names = std::vector<std::string>;

/// An Env and a fresh folder in it.
struct World {
    std::string name;
    std::unique_ptr<Env> owned;
    Env* env = nullptr;
    Path root;
    World() = default;
    World(World&&) = default;
    ~World() {
        if (owned == nullptr && !root.empty()) std::filesystem::remove_all(root);
    }
};

World real_world() {
    World world;
    std::string pattern = std::filesystem::temp_directory_path() / "twofold-env-XXXXXX";
    world.root = ::mkdtemp(pattern.data());
    world.env = &Env::real();
    return world;
}

template <typename Made>
World world_of(std::unique_ptr<Made> env) {
    World world;
    world.owned = std::move(env);
    world.env = world.owned.get();
    world.root = "root";
    EXPECT_TRUE(world.env->make_folders(world.root));
    return world;
}

struct Kind {
    const char* name;
    std::function<World()> make;
};

class EnvTest : public testing::TestWithParam<Kind> {
protected:
    Path at(std::string_view name) const { return join(world_.root, name); }
    void write(std::string_view name, std::string_view text) {
        auto file = env_.create(at(name));
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->append(as_bytes(text)));
        ASSERT_TRUE((*file)->sync());
    }
    std::string read(std::string_view name) {
        const auto bytes = env_.read(at(name));
        return bytes ? std::string(as_text(*bytes)) : "(" + bytes.error().message + ")";
    }
    ErrorCode code(const auto& result) {
        EXPECT_FALSE(result);
        return result ? ErrorCode::kInternal : result.error().code;
    }

    World world_ = GetParam().make();
    Env& env_ = *world_.env;
};

TEST_P(EnvTest, WhatIsAppendedIsRead) {
    auto file = env_.create(at("a"));
    ASSERT_TRUE(file);
    EXPECT_EQ((*file)->size(), 0u);
    ASSERT_TRUE((*file)->reserve(1'000'000));
    EXPECT_EQ((*file)->size(), 0u);
    EXPECT_EQ(env_.size(at("a")).value(), 0u);
    ASSERT_TRUE((*file)->append(as_bytes("one")));
    ASSERT_TRUE((*file)->append({}));
    ASSERT_TRUE((*file)->append(as_bytes("two")));
    ASSERT_TRUE((*file)->sync());
    EXPECT_EQ((*file)->size(), 6u);
    EXPECT_EQ(read("a"), "onetwo");
    EXPECT_EQ(env_.size(at("a")).value(), 6u);
    EXPECT_EQ(as_text((*env_.map(at("a")))->bytes()), "onetwo");

    auto more = env_.append_to(at("a"));
    ASSERT_TRUE(more);
    EXPECT_EQ((*more)->size(), 6u);
    ASSERT_TRUE((*more)->append(as_bytes("three")));
    EXPECT_EQ(read("a"), "onetwothree");
}

TEST_P(EnvTest, AFileIsMadeOnceAndWhereItsFolderIs) {
    write("a", "1");
    EXPECT_EQ(code(env_.create(at("a"))), ErrorCode::kConflict);
    EXPECT_EQ(read("a"), "1");
    EXPECT_EQ(code(env_.create(at("none/a"))), ErrorCode::kNotFound);
}

TEST_P(EnvTest, WhatIsNotThereIsNotFound) {
    EXPECT_EQ(code(env_.append_to(at("a"))), ErrorCode::kNotFound);
    EXPECT_EQ(code(env_.read(at("a"))), ErrorCode::kNotFound);
    EXPECT_EQ(code(env_.map(at("a"))), ErrorCode::kNotFound);
    EXPECT_EQ(code(env_.size(at("a"))), ErrorCode::kNotFound);
    EXPECT_EQ(code(env_.list(at("a"))), ErrorCode::kNotFound);
    EXPECT_EQ(code(env_.rename(at("a"), at("b"))), ErrorCode::kNotFound);
    EXPECT_EQ(code(env_.remove(at("a"))), ErrorCode::kNotFound);
    EXPECT_EQ(code(env_.truncate(at("a"), 0)), ErrorCode::kNotFound);
    EXPECT_EQ(code(env_.sync_folder(at("a"))), ErrorCode::kNotFound);
    EXPECT_EQ(code(env_.resync(at("a"), 0)), ErrorCode::kNotFound);
    EXPECT_EQ(code(env_.lock(at("a"))), ErrorCode::kNotFound);
    EXPECT_FALSE(env_.exists(at("a")));
}

TEST_P(EnvTest, AMappingOutlivesItsFileAndItsName) {
    write("empty", "");
    EXPECT_TRUE((*env_.map(at("empty")))->bytes().empty());
    write("a", "before");
    const auto mapping = env_.map(at("a"));
    ASSERT_TRUE(mapping);
    ASSERT_TRUE((*env_.append_to(at("a")))->append(as_bytes(" and after")));
    EXPECT_EQ(as_text((*mapping)->bytes()).substr(0, 6), "before");
    EXPECT_EQ(read("a"), "before and after");
    ASSERT_TRUE(env_.remove(at("a")));
    EXPECT_EQ(as_text((*mapping)->bytes()).substr(0, 6), "before");
}

TEST_P(EnvTest, NamesAreListedRenamedAndRemoved) {
    EXPECT_EQ(env_.list(world_.root).value(), Names{});
    write("b", "1");
    write("a", "2");
    ASSERT_TRUE(env_.make_folders(at("deep/er/still")));
    ASSERT_TRUE(env_.make_folders(at("deep")));
    EXPECT_EQ(env_.list(world_.root).value(), (Names{"a", "b", "deep"}));
    EXPECT_EQ(env_.list(at("deep")).value(), Names{"er"});
    EXPECT_TRUE(env_.exists(at("deep/er")));
    EXPECT_EQ(code(env_.make_folders(at("a"))), ErrorCode::kConflict);
    ASSERT_TRUE(env_.rename(at("a"), at("b")));
    EXPECT_EQ(read("b"), "2");
    ASSERT_TRUE(env_.rename(at("b"), at("deep/b")));
    ASSERT_TRUE(env_.sync_folder(world_.root));
    EXPECT_EQ(env_.list(world_.root).value(), Names{"deep"});
    ASSERT_TRUE(env_.remove(at("deep/b")));
    EXPECT_FALSE(env_.exists(at("deep/b")));
}

TEST_P(EnvTest, AFileIsCutAndGoesOnFromThere) {
    write("a", "onetwo");
    ASSERT_TRUE(env_.truncate(at("a"), 3));
    ASSERT_TRUE((*env_.append_to(at("a")))->append(as_bytes("!")));
    EXPECT_EQ(read("a"), "one!");
    ASSERT_TRUE(env_.resync(at("a"), 2));
    ASSERT_TRUE(env_.resync(at("a"), 99));
    EXPECT_EQ(read("a"), "one!");
}

TEST_P(EnvTest, AFolderIsLockedByOneAtATime) {
    auto lock = env_.lock(world_.root);
    ASSERT_TRUE(lock);
    EXPECT_EQ(code(env_.lock(world_.root)), ErrorCode::kConflict);
    EXPECT_EQ(env_.list(world_.root).value(), Names{});
    lock->reset();
    EXPECT_TRUE(env_.lock(world_.root));
}

TEST_P(EnvTest, AReplacedFileIsWholeAndNothingIsLeftBeside) {
    ASSERT_TRUE(replace_file(env_, at("a"), as_bytes("old")));
    EXPECT_EQ(read("a"), "old");
    write("a.new", "left by a crash");
    ASSERT_TRUE(replace_file(env_, at("a"), as_bytes("new")));
    EXPECT_EQ(read("a"), "new");
    EXPECT_EQ(env_.list(world_.root).value(), Names{"a"});
}

INSTANTIATE_TEST_SUITE_P(
    All, EnvTest,
    testing::Values(Kind{"Real", real_world},
                    Kind{"Memory", [] { return world_of(std::make_unique<MemoryEnv>()); }},
                    Kind{"Faulty", [] { return world_of(std::make_unique<FaultyEnv>(1)); }}),
    [](const auto& kind) { return kind.param.name; });

TEST(Paths, AreJoinedAndTakenApart) {
    EXPECT_EQ(join("a/b", "c"), "a/b/c");
    EXPECT_EQ(join("a/", "c"), "a/c");
    EXPECT_EQ(join("", "c"), "c");
    EXPECT_EQ(parent("a/b/c"), "a/b");
    EXPECT_EQ(parent("/c"), "/");
    EXPECT_EQ(parent("c"), ".");
}

TEST(RealEnv, ALongFileIsResyncedAsItIs) {
    World world = real_world();
    std::string text(2'500'000, 'x');
    for (std::size_t i = 0; i < text.size(); i += 7)
        text[i] = static_cast<char>('a' + i % 26);
    auto file = world.env->create(join(world.root, "a"));
    ASSERT_TRUE(file && (*file)->append(as_bytes(text)));
    ASSERT_TRUE(world.env->resync(join(world.root, "a"), 5));
    EXPECT_EQ(as_text(world.env->read(join(world.root, "a")).value()), text);
}

TEST(RealEnv, AFullDiskIsUnavailableAndTheFileStaysFailed) {
    auto file = Env::real().append_to("/dev/full");
    ASSERT_TRUE(file);
    const Status full = (*file)->append(as_bytes("x"));
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ((*file)->sync().error().code, ErrorCode::kUnavailable);
    EXPECT_EQ((*file)->append({}).error().code, ErrorCode::kUnavailable);
}

TEST(MemoryEnv, CorruptionIsSeen) {
    MemoryEnv env;
    ASSERT_TRUE((*env.create("a"))->append(as_bytes("abc")));
    env.corrupt("a", 1, 0x01);
    EXPECT_EQ(as_text(env.read("a").value()), "acc");
}

}  // namespace
}  // namespace twofold::io
