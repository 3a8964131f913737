// SPDX-License-Identifier: Apache-2.0
#include "column/dictionary.h"

#include <gtest/gtest.h>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/seeds.h"

namespace twofold::column {
namespace {

std::vector<std::byte> write(const std::set<std::string>& entries) {
    DictionaryWriter writer;
    std::vector<std::byte> bytes;
    const auto take = [&] {
        const Bytes pending = writer.pending().bytes();
        bytes.insert(bytes.end(), pending.begin(), pending.end());
        writer.pending().clear();
    };
    for (const std::string& entry : entries) {
        writer.add(entry);
        if (writer.size() % 3 == 0) take();
    }
    writer.finish();
    take();
    return bytes;
}

void expect_holds(const std::set<std::string>& entries) {
    const auto bytes = write(entries);
    const auto dictionary = Dictionary::open(bytes);
    ASSERT_TRUE(dictionary.has_value());
    ASSERT_EQ(dictionary->size(), entries.size());
    std::uint32_t code = 0;
    std::string scratch;
    for (const std::string& entry : entries) {
        ++code;
        ASSERT_EQ(dictionary->entry(code, scratch), entry);
        ASSERT_EQ(dictionary->find(entry), code);
        ASSERT_EQ(dictionary->lower_bound(entry), code);
        const std::string after = entry + '\0';
        ASSERT_EQ(dictionary->lower_bound(after), code + 1);
        ASSERT_EQ(dictionary->find(after), entries.contains(after) ? code + 1 : 0U);
    }
    auto expected = entries.begin();
    dictionary->each([&](std::uint32_t seen, std::string_view text) {
        ASSERT_EQ(text, *expected);
        ASSERT_EQ(seen, std::distance(entries.begin(), expected) + 1);
        ++expected;
    });
    ASSERT_EQ(expected, entries.end());
}

TEST(Dictionary, EverySizeAroundAGroupComesBack) {
    std::set<std::string> entries;
    expect_holds(entries);
    for (int i = 0; i < 70; ++i) {
        entries.insert("entry " + std::to_string(i));
        SCOPED_TRACE(entries.size());
        expect_holds(entries);
    }
}

TEST(Dictionary, AwkwardTextsComeBack) {
    expect_holds({"", std::string(1, '\0'), "\x7f", "\xc3\xa5", "\xff\xff",
                  std::string(300'000, 'u'), std::string(300'000, 'u') + "v", "a", "aa", "aaa"});
}

TEST(Dictionary, RandomEntriesComeBackInTheOrderOfTheirBytes) {
    for (std::uint64_t seed = 1; seed <= seed_count(20); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        std::mt19937_64 random(seed);
        std::set<std::string> entries;
        const auto count = random() % 500;
        for (std::uint64_t i = 0; i < count; ++i) {
            std::string entry = random() % 2 == 0 ? "https://example.com/" : "";
            const auto length = random() % 12;
            for (std::uint64_t c = 0; c < length; ++c) {
                entry += static_cast<char>(random() % 4 == 0 ? random() : 'a' + random() % 3);
            }
            entries.insert(entry);
        }
        expect_holds(entries);
    }
}

TEST(Dictionary, SharedBeginningsAreWrittenOnce) {
    std::set<std::string> entries;
    for (int i = 100'000; i < 110'000; ++i) {
        entries.insert("https://shop.example.com/products/" + std::to_string(i));
    }
    EXPECT_LT(write(entries).size(), entries.size() * 8);
}

TEST(Dictionary, TooFewBytesAreRefused) {
    const auto bytes = write({"a", "b"});
    EXPECT_FALSE(Dictionary::open(Bytes{}).has_value());
    const auto cut = Dictionary::open(Bytes(bytes).first(10));
    if (cut) {
        std::string scratch;
        for (std::uint32_t code = 1; code <= std::min(cut->size(), 100U); ++code) {
            cut->entry(code, scratch);
        }
    }
}

}  // namespace
}  // namespace twofold::column
