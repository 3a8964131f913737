// SPDX-License-Identifier: Apache-2.0
#include "store/part.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "io/memory_env.h"
#include "store/merge.h"
#include "store/naive_rows.h"
#include "store/part_format.h"
#include "store/part_writer.h"
#include "store/tail.h"

namespace twofold::store {
namespace {

// Rows become a part as they do in a store, but for the file, which the test makes itself.
class PartTest : public testing::Test {
protected:
    void make(std::uint64_t seed, std::uint32_t count, const Variety& variety = {}) {
        std::mt19937_64 random(seed);
        Tail tail;
        for (std::uint32_t i = 1; i <= count; ++i) {
            rows_.push_back(random_row(random, i, variety));
            add(tail, rows_.back());
        }
        auto parts = tail.take();
        ASSERT_EQ(parts.size(), 1U);
        head_ = parts.front();
        std::sort(rows_.begin(), rows_.end(), [](const auto& a, const auto& b) {
            return std::tie(a.ordinal, a.time, a.sequence) <
                   std::tie(b.ordinal, b.time, b.sequence);
        });
        write_file();
    }

    void add(Tail& tail, const NaiveRow& row) {
        TailRow added;
        added.user = model::UserOrdinal{row.ordinal};
        added.time = row.time;
        added.name = *names_.add_event(row.event, row.automatic);
        if (row.acting) added.acting = model::CustomerOrdinal{*row.acting};
        added.sequence = row.sequence;
        tail.add(added);
        for (const auto& [key, value] : row.properties) {
            tail.set(*names_.add_column(key.first, key.second), value.view());
        }
    }

    void write_file() {
        const Part* from = head_.get();
        const auto content = MergeContent::make({&from, 1}, {});
        ASSERT_TRUE(content.has_value());
        PartOutput output;
        const PartInfo& info = from->info();
        const auto written =
            write_part(**content, {12, 12, info.month_begin, info.month_end}, output);
        ASSERT_TRUE(written.has_value());
        info_ = *written;
        bytes_ = std::move(output).take();
    }

    std::shared_ptr<const Part> open(const std::vector<std::byte>& bytes, Error* error = nullptr) {
        io::MemoryEnv env;
        auto file = env.create(part_file_name(info_.id));
        EXPECT_TRUE((*file)->append(bytes).has_value());
        auto part = Part::open(env, "", info_);
        if (!part && error != nullptr) *error = part.error();
        return part ? *part : nullptr;
    }

    Names names_;
    std::vector<NaiveRow> rows_;
    std::shared_ptr<const Part> head_;
    PartInfo info_;
    std::vector<std::byte> bytes_;
};

TEST_F(PartTest, RowsComeBackFromMemoryAndFromTheFile) {
    for (const std::uint32_t count : {1U, 2U, 63U, 4'096U, 4'097U, 30'000U}) {
        SCOPED_TRACE(count);
        rows_.clear();
        make(count, count);
        const auto part = open(bytes_);
        ASSERT_NE(part, nullptr);
        EXPECT_EQ(*read_part(*head_, names_), rows_);
        EXPECT_EQ(*read_part(*part, names_), rows_);
        EXPECT_TRUE(part->scrub().has_value());
    }
}

TEST_F(PartTest, ManyNamesNeedTwoByteCodes) {
    Variety variety;
    variety.events = 700;
    make(3, 20'000, variety);
    const auto part = open(bytes_);
    EXPECT_TRUE(part->wide_codes());
    EXPECT_EQ(*read_part(*part, names_), rows_);
    EXPECT_GT(part->names().size(), 255U);
}

TEST_F(PartTest, TheDirectoryFindsEveryOrdinalAndEveryRange) {
    for (const std::uint32_t persons : {1U, 100U, 5'000U, 4'000'000'000U}) {
        SCOPED_TRACE(persons);
        rows_.clear();
        Variety variety;
        variety.persons = persons;
        make(persons, 3'000, variety);
        const auto part = open(bytes_);
        ASSERT_TRUE(part->verify_directory().has_value());
        const auto first_row = [&](std::uint64_t ordinal) {
            return static_cast<std::uint32_t>(
                std::lower_bound(rows_.begin(), rows_.end(), ordinal,
                                 [](const NaiveRow& row, std::uint64_t wanted) {
                                     return row.ordinal < wanted;
                                 }) -
                rows_.begin());
        };
        std::mt19937_64 random(5);
        for (int i = 0; i < 3'000; ++i) {
            auto lo = static_cast<std::uint32_t>(random() % (std::uint64_t{persons} + 70));
            if (random() % 2 == 0) lo = rows_[random() % rows_.size()].ordinal;
            const auto hi = static_cast<std::uint32_t>(
                std::min<std::uint64_t>(0xFFFF'FFFF, lo + random() % (persons / 3 + 2)));
            const RowRange expected{first_row(lo), first_row(hi)};
            ASSERT_EQ(part->rows_between(lo, hi), lo < hi ? expected : RowRange{});
            const RowRange rows = part->rows_of(model::UserOrdinal{lo});
            ASSERT_EQ(rows.size(), first_row(std::uint64_t{lo} + 1) - first_row(lo));
            ASSERT_TRUE(rows.empty() || rows.begin == first_row(lo));
            part->prefetch_directory(model::UserOrdinal{lo});
            part->prefetch_rows(rows);
        }
        EXPECT_EQ(part->lower_bound(0xFFFF'FFFF), part->ordinals().size());
    }
}

TEST_F(PartTest, LocalCodesAndNamesAreEachOthersInverse) {
    make(4, 2'000);
    const auto part = open(bytes_);
    for (std::uint32_t local = 0; local < part->names().size(); ++local) {
        EXPECT_EQ(part->local_code(part->names()[local]), local);
    }
    EXPECT_EQ(part->local_code(9'999), std::nullopt);
    EXPECT_EQ(*part->column(9'999), nullptr);
}

// Invariant of the reader: right, or an error; never wrong.
TEST_F(PartTest, NoDamageIsReadAsData) {
    make(6, 9'000);
    std::mt19937_64 random(8);
    const std::vector<std::byte> whole = bytes_;
    int refused = 0;
    for (int round = 0; round < 600; ++round) {
        SCOPED_TRACE(testing::Message() << "round " << round);
        bytes_ = whole;
        const std::size_t at = random() % bytes_.size();
        switch (random() % 4) {
            case 0:
                bytes_[at] ^= static_cast<std::byte>(1U << random() % 8);
                break;
            case 1:
                bytes_[at] ^= static_cast<std::byte>(1 + random() % 255);
                break;
            case 2:  // a lost block of the disk
                std::fill(bytes_.begin() + static_cast<std::ptrdiff_t>(at / 512 * 512),
                          bytes_.begin() + static_cast<std::ptrdiff_t>(
                                               std::min(at / 512 * 512 + 512, bytes_.size())),
                          std::byte{0});
                break;
            case 3: {  // two blocks exchanged
                const std::size_t blocks = bytes_.size() / 512;
                const auto first = static_cast<std::ptrdiff_t>(random() % blocks * 512);
                const auto second = static_cast<std::ptrdiff_t>(random() % blocks * 512);
                if (first == second) break;
                std::swap_ranges(bytes_.begin() + first, bytes_.begin() + first + 512,
                                 bytes_.begin() + second);
                break;
            }
        }
        Error error;
        const auto part = open(bytes_, &error);
        if (part == nullptr) {
            ++refused;
            EXPECT_EQ(error.code, ErrorCode::kCorrupt);
            EXPECT_NE(error.message.find("0000000000000012.part"), std::string::npos);
            continue;
        }
        const auto rows = read_part(*part, names_);
        if (rows) {
            ASSERT_EQ(*rows, rows_);
            continue;
        }
        ++refused;
        EXPECT_EQ(rows.error().code, ErrorCode::kCorrupt);
        EXPECT_NE(rows.error().message.find("0000000000000012.part"), std::string::npos);
        EXPECT_FALSE(part->scrub().has_value());
    }
    EXPECT_GT(refused, 500);  // the rest fell into the gaps between sections
}

TEST_F(PartTest, ACutFileIsRefused) {
    make(6, 3'000);
    for (std::size_t length = 0; length < bytes_.size(); length += 1 + length / 50) {
        const std::vector<std::byte> cut(bytes_.begin(),
                                         bytes_.begin() + static_cast<std::ptrdiff_t>(length));
        Error error;
        ASSERT_EQ(open(cut, &error), nullptr) << length;
        EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    }
}

TEST_F(PartTest, ANewerFormatIsRefusedInClearWords) {
    make(6, 100);
    save(std::span(bytes_), bytes_.size() - 16, std::uint32_t{2});
    Error error;
    EXPECT_EQ(open(bytes_, &error), nullptr);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_NE(error.message.find("newer Twofold"), std::string::npos);
}

TEST_F(PartTest, AnotherPartUnderTheSameNameIsRefused) {
    make(6, 100);
    const PartInfo info = info_;
    rows_.clear();
    make(7, 100);
    info_ = info;
    Error error;
    EXPECT_EQ(open(bytes_, &error), nullptr);
    EXPECT_NE(error.message.find("not the part"), std::string::npos);
}

// The bytes of version 1 as the first version wrote them. It must be read for ever; what is written
// may only change together with the version. TWOFOLD_WRITE_GOLDEN=1 writes it anew.
TEST_F(PartTest, TheGoldenFileIsReadAndWrittenAlike) {
    const std::string path = std::string(TWOFOLD_SOURCE_DIR) + "/src/store/testdata/part.v1.part";
    Variety variety;
    variety.persons = 40;
    variety.events = 5;
    make(2026, 300, variety);
    if (std::getenv("TWOFOLD_WRITE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes_.data()),
                   static_cast<std::streamsize>(bytes_.size()));
    }
    std::ifstream file(path, std::ios::binary);
    ASSERT_TRUE(file.good()) << path;
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(text, as_text(bytes_)) << "the format changed without its version";
    const Bytes golden = as_bytes(text);
    const auto part = open({golden.begin(), golden.end()});
    ASSERT_NE(part, nullptr);
    EXPECT_EQ(*read_part(*part, names_), rows_);
}

}  // namespace
}  // namespace twofold::store
