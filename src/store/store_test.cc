// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "io/memory_env.h"
#include "store/naive_rows.h"

namespace twofold::store {
namespace {

Options small_options() {
    Options options;
    options.mini_rows = 500;
    options.head_rows_seal = 2'000;
    options.head_rows_max = 4'000;
    options.part_rows_max = 3'000;
    return options;
}

class StoreTest : public testing::Test {
protected:
    void open(Options options = small_options(), ManifestPiece piece = {}) {
        auto opened = Store::open(env_, "events", std::move(piece), options);
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        store_ = *std::move(opened);
    }

    void add(std::uint32_t count, const Variety& variety = {}) {
        for (std::uint32_t i = 0; i < count; ++i) {
            rows_.push_back(random_row(random_, ++sequence_, variety));
            const Status status = append(*store_, rows_.back());
            ASSERT_TRUE(status.has_value()) << status.error().message;
        }
    }

    void publish() { store_->publish(sequence_); }

    void run(std::unique_ptr<Work> work) {
        ASSERT_NE(work, nullptr);
        ASSERT_TRUE(store_->install(work->run()).has_value());
    }

    void seal() {
        publish();
        run(store_->next_seal());
        publish();
    }

    void merge_all(bool idle = true) {
        while (auto work = store_->next_merge(kNow, idle))
            run(std::move(work));
        publish();
    }

    void expect_rows() {
        const auto snapshot = store_->snapshot();
        EXPECT_EQ(snapshot->position, sequence_);
        const auto rows = read_snapshot(*snapshot);
        ASSERT_TRUE(rows.has_value()) << rows.error().message;
        ASSERT_EQ(rows->size(), rows_.size());
        for (std::size_t i = 0; i < rows_.size(); ++i)
            ASSERT_EQ((*rows)[i], rows_[i]);
    }

    std::size_t file_count() { return env_.list("events")->size(); }

    io::MemoryEnv env_;
    std::unique_ptr<Store> store_;
    std::mt19937_64 random_{7};
    model::Sequence sequence_ = 0;
    std::vector<NaiveRow> rows_;
};

TEST_F(StoreTest, ANewStoreIsEmpty) {
    open();
    EXPECT_EQ(store_->snapshot()->rows, 0U);
    EXPECT_EQ(store_->snapshot()->parts.size(), 0U);
    EXPECT_EQ(store_->next_seal(), nullptr);
    EXPECT_EQ(store_->next_merge(kNow, true), nullptr);
    store_->publish(5);
    EXPECT_EQ(store_->snapshot()->position, 5U);
}

TEST_F(StoreTest, RowsAreSeenWithTheNextPublishAndNotBefore) {
    open();
    add(1'700);
    EXPECT_EQ(store_->snapshot()->rows, 0U);
    publish();
    expect_rows();
    const auto before = store_->snapshot();
    add(10);
    EXPECT_EQ(store_->snapshot(), before);
    publish();
    EXPECT_EQ(before->rows, 1'700U);
    EXPECT_TRUE(read_snapshot(*before).has_value());
    expect_rows();
}

class StoreStages : public StoreTest, public testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(TimesDifferOrNot, StoreStages, testing::Bool());

TEST_P(StoreStages, HeadSealedAndMergedRowsAreTheSame) {
    open();
    Variety variety;
    variety.few_times = GetParam();
    variety.span = 70 * kDayMs;
    for (int round = 0; round < 6; ++round) {
        add(1'500, variety);
        publish();
        expect_rows();
        seal();
        expect_rows();
        EXPECT_EQ(store_->head_rows(), 0U);
    }
    merge_all(false);
    expect_rows();
    merge_all(true);
    expect_rows();
    const ManifestPiece piece = store_->manifest();
    EXPECT_EQ(piece.position, sequence_);
    store_->committed(piece);
    EXPECT_EQ(file_count(), piece.parts.size());
}

TEST_F(StoreTest, AReopenedStoreHasWhatTheManifestSays) {
    open();
    add(3'000);
    seal();
    const ManifestPiece piece = store_->manifest();
    const auto bytes = piece.encode();
    // Not in that manifest: rows in the head, and files of a seal that nobody committed.
    const auto kept = rows_;
    add(1'000);
    seal();
    store_ = nullptr;
    EXPECT_GT(file_count(), piece.parts.size());

    auto decoded = ManifestPiece::decode(bytes);
    ASSERT_TRUE(decoded.has_value());
    const auto replayed = rows_;
    rows_ = kept;
    sequence_ = piece.position;
    open(small_options(), *std::move(decoded));
    EXPECT_EQ(file_count(), piece.parts.size());
    expect_rows();

    // Replay gives the same names again, in the same order.
    for (std::size_t i = kept.size(); i < replayed.size(); ++i) {
        ASSERT_TRUE(append(*store_, replayed[i]).has_value());
    }
    rows_ = replayed;
    sequence_ = rows_.back().sequence;
    seal();
    expect_rows();
}

TEST_F(StoreTest, SmallPublishesLeaveFewPartsAndLoseNothing) {
    Options options = small_options();
    options.head_rows_max = 20'000;
    open(options);
    std::size_t parts_most = 0;
    for (int i = 0; i < 700; ++i) {
        add(static_cast<std::uint32_t>(1 + random_() % 20));
        publish();
        parts_most = std::max(parts_most, store_->snapshot()->parts.size());
    }
    // Full ones of 250 to 500 rows, and at most one of each size below.
    EXPECT_LE(parts_most, rows_.size() / 250 + 9);
    expect_rows();
}

TEST_F(StoreTest, AppendsGoOnWhileASealAndAMergeAreUnderWay) {
    open();
    for (int i = 0; i < 4; ++i) {
        add(1'000);
        seal();
    }
    auto merge = store_->next_merge(kNow, false);
    ASSERT_NE(merge, nullptr);
    add(800);
    publish();
    auto seal_work = store_->next_seal();
    ASSERT_NE(seal_work, nullptr);
    EXPECT_EQ(store_->next_seal(), nullptr);
    EXPECT_EQ(store_->next_merge(kNow, true), nullptr);
    add(700);
    publish();
    expect_rows();
    Finished sealed = seal_work->run();
    Finished merged = merge->run();
    add(5);
    ASSERT_TRUE(store_->install(std::move(merged)).has_value());
    ASSERT_TRUE(store_->install(std::move(sealed)).has_value());
    publish();
    expect_rows();
    EXPECT_EQ(store_->manifest().position, 4'800U);
}

TEST_F(StoreTest, FilesOfReplacedPartsGoWhenTheLastSnapshotDoes) {
    open();
    for (int i = 0; i < 4; ++i) {
        add(500);
        seal();
    }
    auto old = store_->snapshot();
    merge_all();
    const ManifestPiece piece = store_->manifest();
    EXPECT_EQ(file_count(), 4U + piece.parts.size());
    store_->committed(piece);
    EXPECT_EQ(file_count(), 4U + piece.parts.size());
    EXPECT_TRUE(read_snapshot(*old).has_value());
    old = nullptr;
    store_->remove_unused();
    EXPECT_EQ(file_count(), piece.parts.size());
}

TEST_F(StoreTest, APartThatAnOlderManifestNamesStays) {
    open();
    for (int i = 0; i < 4; ++i) {
        add(500);
        seal();
    }
    const ManifestPiece before = store_->manifest();
    merge_all();
    store_->committed(before);  // the commit after the merge has not happened yet
    EXPECT_EQ(file_count(), 4U + store_->manifest().parts.size());
}

TEST_F(StoreTest, LongPartsAreSlicedByOrdinal) {
    Options options = small_options();
    options.head_rows_max = 20'000;
    open(options);
    add(10'000);
    seal();
    const ManifestPiece piece = store_->manifest();
    ASSERT_GE(piece.parts.size(), 4U);
    for (std::size_t i = 0; i < piece.parts.size(); ++i) {
        EXPECT_LE(piece.parts[i].rows, options.part_rows_max);
        EXPECT_EQ(piece.parts[i].run, piece.parts[0].run);
        EXPECT_TRUE(i == 0 || piece.parts[i].min_ordinal > piece.parts[i - 1].max_ordinal);
    }
    expect_rows();
    EXPECT_EQ(store_->next_merge(kNow, true), nullptr);
}

// A slice takes over only what its rows use, or four slices would be four times the texts.
TEST_F(StoreTest, SlicesKeepOnlyTheEntriesTheyUse) {
    Options options = small_options();
    options.head_rows_max = 20'000;
    open(options);
    for (std::uint32_t i = 0; i < 6'000; ++i) {
        NaiveRow row;
        row.ordinal = i;
        row.time = 1'767'225'600'000 + i;
        row.event = i < 3'000 ? "First" : "Second";
        row.sequence = ++sequence_;
        const std::string text = "only here " + std::to_string(i);
        row.properties[{"id", model::ValueType::kString}] =
            model::OwnedValue(model::Value::of_string(text));
        rows_.push_back(row);
        ASSERT_TRUE(append(*store_, row).has_value());
    }
    seal();
    expect_rows();
    const auto snapshot = store_->snapshot();
    ASSERT_EQ(snapshot->parts.size(), 2U);
    for (const auto& part : snapshot->parts) {
        EXPECT_EQ(part->names().size(), 1U);
        const auto column = part->column(0);
        ASSERT_TRUE(column.has_value());
        EXPECT_EQ((*column)->entry_count(), part->row_count());
    }
}

TEST_F(StoreTest, AFullHeadRefusesUntilItIsSealed) {
    open();
    add(4'000);
    EXPECT_TRUE(store_->wants_seal());
    NaiveRow row = random_row(random_, sequence_ + 1, {});
    const Status refused = append(*store_, row);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    seal();
    EXPECT_FALSE(store_->wants_seal());
    expect_rows();
    ASSERT_TRUE(append(*store_, row).has_value());
}

TEST_F(StoreTest, AHeadFullOfTextRefusesUntilItIsSealed) {
    Options options = small_options();
    options.head_bytes_seal = 100'000;
    options.head_bytes_max = 200'000;
    open(options);
    const std::string text(10'000, 'x');
    Status status;
    int taken = 0;
    for (; taken < 100 && status; ++taken) {
        NaiveRow row;
        row.time = kNow;
        row.event = "Long";
        row.sequence = ++sequence_;
        const std::string own = text + std::to_string(taken);
        row.properties[{"text", model::ValueType::kString}] =
            model::OwnedValue(model::Value::of_string(own));
        status = append(*store_, row);
    }
    EXPECT_LT(taken, 30);
    EXPECT_GT(taken, 15);
    EXPECT_TRUE(store_->wants_seal());
}

TEST_F(StoreTest, AFailedSealLeavesEverythingAsItWas) {
    open();
    add(1'000);
    publish();
    auto work = store_->next_seal();
    std::atomic<bool> stop = true;
    Finished finished = work->run(&stop);
    EXPECT_FALSE(finished.status.has_value());
    EXPECT_EQ(file_count(), 0U);
    add(100);
    EXPECT_FALSE(store_->install(std::move(finished)).has_value());
    publish();
    expect_rows();
    EXPECT_EQ(store_->manifest().position, 0U);
    seal();
    expect_rows();
    EXPECT_EQ(store_->manifest().position, sequence_);
}

TEST_F(StoreTest, ASealWithoutEventsMovesThePosition) {
    open();
    store_->publish(17);
    auto work = store_->next_seal();
    ASSERT_NE(work, nullptr);
    EXPECT_EQ(work->row_count(), 0U);
    ASSERT_TRUE(store_->install(work->run()).has_value());
    EXPECT_EQ(store_->manifest().position, 17U);
    EXPECT_EQ(store_->next_seal(), nullptr);
    EXPECT_EQ(file_count(), 0U);
}

TEST_F(StoreTest, TimesOutsideTheCalendarAreClamped) {
    open();
    for (const TimeMs time : {kBeginningOfTime, kYear2000Ms - 1, kYear2000Ms, kEndOfTime}) {
        NaiveRow row;
        row.time = time;
        row.event = "When";
        row.sequence = ++sequence_;
        ASSERT_TRUE(append(*store_, row).has_value());
    }
    publish();
    const auto rows = read_snapshot(*store_->snapshot());
    ASSERT_TRUE(rows.has_value());
    EXPECT_EQ((*rows)[0].time, kYear2000Ms);
    EXPECT_EQ((*rows)[1].time, kYear2000Ms);
    EXPECT_EQ((*rows)[2].time, kYear2000Ms);
    EXPECT_EQ((*rows)[3].time, kYear2000Ms + TimeMs{0xFFFF'FFFF} * 1000 + 999);
}

TEST_F(StoreTest, AManifestThatNamesAMissingPartIsRefused) {
    open();
    add(1'000);
    seal();
    ManifestPiece piece = store_->manifest();
    store_ = nullptr;
    piece.parts[0].id = 999;
    const auto opened = Store::open(env_, "events", std::move(piece), small_options());
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
}

// A name beyond the limit is kept as a property, and the event under the name of all others.
TEST_F(StoreTest, EventNamesBeyondTheLimitAreKeptAsAProperty) {
    Options options;
    open(options);
    const std::uint32_t count = kEventNamesMax + 10;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::string name = "Name " + std::to_string(i);
        Row row;
        row.user = model::UserOrdinal{1};
        row.time = kNow;
        row.event = name;
        row.sequence = ++sequence_;
        ASSERT_TRUE(store_->append(row).has_value());
    }
    seal();
    EXPECT_EQ(store_->names().event_count(), kEventNamesMax - 1);
    EXPECT_EQ(store_->counters().events_over_limit, 12U);
    EXPECT_EQ(store_->manifest().counters.events_over_limit, 12U);
    const auto rows = read_snapshot(*store_->snapshot());
    ASSERT_TRUE(rows.has_value());
    ASSERT_EQ(rows->size(), count);
    EXPECT_EQ(rows->at(kEventNamesMax - 3).event, "Name 65532");
    const NaiveRow& last = rows->back();
    EXPECT_EQ(last.event, kOtherName);
    const std::pair<std::string, model::ValueType> key(kOtherNameProperty,
                                                       model::ValueType::kString);
    EXPECT_EQ(last.properties.at(key).view().text, "Name 65544");
}

TEST_F(StoreTest, PropertiesBeyondTheLimitAreCounted) {
    open(Options{});
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < kColumnsMax + 10; ++i)
        names.push_back("p" + std::to_string(i));
    for (std::size_t at = 0; at < names.size(); at += 100) {
        std::vector<Property> properties;
        for (std::size_t i = at; i < std::min(at + 100, names.size()); ++i) {
            properties.push_back({names[i], model::Value::of_int(1)});
        }
        Row row;
        row.time = kNow;
        row.event = "Wide";
        row.sequence = ++sequence_;
        row.properties = properties;
        ASSERT_TRUE(store_->append(row).has_value());
    }
    EXPECT_EQ(store_->names().column_count(), kColumnsMax - 5);
    EXPECT_EQ(store_->counters().properties_over_limit, 15U);
    seal();
    EXPECT_TRUE(read_snapshot(*store_->snapshot()).has_value());
}

TEST_F(StoreTest, OfTwoPropertiesOfOneNameTheLastCounts) {
    open();
    const std::vector<Property> properties = {{"a", model::Value::of_string("first")},
                                              {"a", model::Value::of_int(1)},
                                              {"a", model::Value::null()},
                                              {"a", model::Value::of_string("last")}};
    Row row;
    row.time = kNow;
    row.event = "Twice";
    row.sequence = ++sequence_;
    row.properties = properties;
    ASSERT_TRUE(store_->append(row).has_value());
    publish();
    const auto rows = read_snapshot(*store_->snapshot());
    ASSERT_TRUE(rows.has_value());
    ASSERT_EQ(rows->front().properties.size(), 2U);
    const std::pair<std::string, model::ValueType> key("a", model::ValueType::kString);
    EXPECT_EQ(rows->front().properties.at(key).view().text, "last");
}

}  // namespace
}  // namespace twofold::store
