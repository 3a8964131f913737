// SPDX-License-Identifier: Apache-2.0
#include "store/policy.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace twofold::store {
namespace {

constexpr std::uint32_t kSealRows = 500'000;

// A manifest that only knows sizes: seals and merges are arithmetic, so years take milliseconds.
class Played {
public:
    explicit Played(std::uint32_t persons, std::uint32_t rows_max = 32 << 20)
        : persons_(persons), rows_max_(rows_max) {}

    void seal(Month month, std::uint64_t rows) {
        sealed_rows_ += rows;
        add(month, month + 1, rows);
    }

    /// Merges until the policy is content.
    void settle(Month current, bool idle) {
        while (const auto plan = next_merge(parts_, current, idle, {})) {
            ASSERT_LT(++merges_, 10'000U) << "no end";
            ASSERT_GE(runs_of(*plan), 2U);
            std::uint64_t rows = 0;
            for (const std::uint64_t id : plan->inputs) {
                const auto part = std::find_if(parts_.begin(), parts_.end(),
                                               [&](const auto& p) { return p.id == id; });
                ASSERT_NE(part, parts_.end());
                ASSERT_GE(part->month_begin, plan->month_begin);
                ASSERT_LE(part->month_end, plan->month_end);
                rows += part->rows;
                parts_.erase(part);
            }
            merged_rows_ += rows;
            add(plan->month_begin, plan->month_end, rows);
        }
    }

    std::vector<std::pair<Month, Month>> spans() const {
        std::vector<std::pair<Month, Month>> spans;
        for (const PartInfo& part : parts_)
            spans.emplace_back(part.month_begin, part.month_end);
        std::sort(spans.begin(), spans.end());
        return spans;
    }

    const std::vector<PartInfo>& parts() const { return parts_; }
    /// How often a row was rewritten on the average.
    double amplification() const {
        return static_cast<double>(merged_rows_) / static_cast<double>(sealed_rows_);
    }

private:
    void add(Month begin, Month end, std::uint64_t rows) {
        const std::uint64_t run = next_id_;
        const std::uint64_t slices = (rows + rows_max_ - 1) / rows_max_;
        for (std::uint64_t slice = 0; slice < slices; ++slice) {
            PartInfo part;
            part.id = next_id_++;
            part.run = run;
            part.month_begin = begin;
            part.month_end = end;
            part.rows = static_cast<std::uint32_t>(rows / slices);
            part.persons =
                static_cast<std::uint32_t>(std::min<std::uint64_t>(persons_ / slices, part.rows));
            parts_.push_back(part);
        }
    }

    std::size_t runs_of(const MergePlan& plan) const {
        std::vector<std::uint64_t> runs;
        for (const PartInfo& part : parts_) {
            if (std::binary_search(plan.inputs.begin(), plan.inputs.end(), part.id)) {
                runs.push_back(part.run);
            }
        }
        std::sort(runs.begin(), runs.end());
        return static_cast<std::size_t>(std::unique(runs.begin(), runs.end()) - runs.begin());
    }

    std::uint32_t persons_;
    std::uint32_t rows_max_;
    std::vector<PartInfo> parts_;
    std::uint64_t next_id_ = 1;
    std::uint64_t sealed_rows_ = 0;
    std::uint64_t merged_rows_ = 0;
    std::uint32_t merges_ = 0;
};

TEST(MergePolicy, NothingToMergeInNothing) {
    EXPECT_EQ(next_merge({}, 10, true, {}), std::nullopt);
}

TEST(MergePolicy, AMonthThatGrowsKeepsFewPartsAndRewritesARowSeldom) {
    Played played(1'000'000);
    for (int seal = 0; seal < 200; ++seal) {
        played.seal(10, kSealRows);
        played.settle(10, true);
        ASSERT_LE(played.parts().size(), 16U);
    }
    EXPECT_LE(played.amplification(), 4.5);
}

TEST(MergePolicy, AClosedMonthBecomesOnePartWhenThereIsTime) {
    Played played(10'000);
    for (int seal = 0; seal < 7; ++seal) {
        played.seal(10, kSealRows);
        played.settle(10, true);
    }
    played.settle(11, false);
    EXPECT_GT(played.parts().size(), 1U);
    played.settle(11, true);
    EXPECT_EQ(played.spans(), (std::vector<std::pair<Month, Month>>{{10, 11}}));
}

TEST(MergePolicy, AnOpenMonthIsNotMadeOnePart) {
    Played played(10'000);
    for (int seal = 0; seal < 7; ++seal) {
        played.seal(10, kSealRows);
        played.settle(10, true);
    }
    EXPECT_GT(played.parts().size(), 1U);
}

// Two million persons, 8 million rows a month: four rows a person and part, so months grow
// together.
TEST(MergePolicy, SparseClosedMonthsBecomeQuartersAndYears) {
    Played played(2'000'000);
    for (Month month = 24; month < 36; ++month) {
        for (int seal = 0; seal < 16; ++seal) {
            played.seal(month, kSealRows);
            played.settle(month, true);
        }
    }
    // December is open: three quarters and the last months.
    EXPECT_LE(played.parts().size(), 3U + 2 + 8);
    played.settle(36, true);
    const auto spans = played.spans();
    ASSERT_EQ(spans.size(), 3U);  // slices of one year of 96 M rows
    for (const auto& span : spans)
        EXPECT_EQ(span, (std::pair<Month, Month>{24, 36}));
    EXPECT_LE(played.amplification(), 6.0);
}

TEST(MergePolicy, DenseMonthsStayMonths) {
    Played played(1'000);
    for (Month month = 24; month < 36; ++month) {
        for (int seal = 0; seal < 4; ++seal)
            played.seal(month, kSealRows);
    }
    played.settle(40, true);
    EXPECT_EQ(played.parts().size(), 12U);
}

TEST(MergePolicy, AFewLateRowsWaitAndManyAreTakenIn) {
    Played played(2'000'000);
    for (Month month = 24; month < 36; ++month)
        played.seal(month, 8 * kSealRows);
    played.settle(36, true);
    ASSERT_EQ(played.parts().size(), 2U);
    const double before = played.amplification();
    for (int late = 0; late < 100; ++late) {
        played.seal(24 + late % 12, 1'000);
        played.settle(40, true);
        // One run beside the year's two slices, and one of the smallest size.
        ASSERT_LE(played.parts().size(), 2U + 1 + 1);
    }
    EXPECT_LT(played.amplification() - before, 0.1);
    for (int late = 0; late < 3; ++late)
        played.seal(24, kSealRows);
    played.settle(40, true);
    for (const auto& span : played.spans())
        EXPECT_EQ(span, (std::pair<Month, Month>{24, 36}));
    EXPECT_EQ(played.parts().size(), 2U);
}

// One row in ten comes late, to any month of a year that is one run: they never lie in many runs,
// and what they make be rewritten stays within bounds, however they are cut into seals.
TEST(MergePolicy, LateRowsLieInFewRunsAndRewriteTheRestSeldom) {
    for (const std::uint64_t piece : {500ULL, 5'000ULL, 50'000ULL, 500'000ULL}) {
        SCOPED_TRACE(testing::Message() << "pieces of " << piece << " rows");
        Played played(2'000'000);
        for (Month month = 24; month < 36; ++month)
            played.seal(month, 2 * kSealRows);
        played.settle(36, true);
        const double before = played.amplification();
        const std::uint64_t rows = 12ULL * 2 * kSealRows;
        for (std::uint64_t late = 0; late < rows / 10; late += 3 * piece) {
            for (Month month = 24; month < 36; month += 4)
                played.seal(month, piece);
            played.settle(40, true);
            // The year; 32nd, 128th, 512th of it at the most, and one below the smallest size.
            ASSERT_LE(played.parts().size(), 5U);
        }
        // A tenth, each row rewriting 32 of the year's, and itself once for each level beside it.
        EXPECT_LT(played.amplification() - before, 0.1 * (32 + 4 * 8));
    }
}

// A year loaded in any order, while nothing else is done; then the rest.
TEST(MergePolicy, AnImportInAnyOrderRewritesARowSeldom) {
    Played played(2'000'000);
    for (int seal = 0; seal < 200; ++seal) {
        for (Month month = 24; month < 36; ++month)
            played.seal(month, kSealRows / 12);
        played.settle(100, false);
        ASSERT_LE(played.parts().size(), 12U * 16);
    }
    EXPECT_LE(played.amplification(), 4.0);
    played.settle(36, true);
    EXPECT_EQ(played.spans().front(), (std::pair<Month, Month>{24, 36}));
    EXPECT_EQ(played.spans().back(), (std::pair<Month, Month>{24, 36}));
    EXPECT_LE(played.amplification(), 5.5);
}

TEST(MergePolicy, StraysFromWrongClocksDoNotDragTheRestAlong) {
    Played played(2'000'000);
    for (Month month = 288; month < 300; ++month)
        played.seal(month, 8 * kSealRows);
    for (Month month = 0; month < 280; month += 7)
        played.seal(month, 3);
    played.settle(312, true);
    EXPECT_LE(played.amplification(), 2.1);
    EXPECT_LE(played.parts().size(), 12U);
}

// Slices of a span are one run: they alone are no reason to merge, however many they are.
TEST(MergePolicy, SlicesAreNotMergedWithEachOther) {
    Played played(1'000, 1'000'000);
    played.seal(10, 8'000'000);
    EXPECT_EQ(played.parts().size(), 8U);
    EXPECT_EQ(next_merge(played.parts(), 100, true, {}), std::nullopt);
}

TEST(MergePolicy, EveryRandomHistoryComesToAnEnd) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        std::mt19937_64 random(seed);
        Played played(static_cast<std::uint32_t>(1 + random() % 3'000'000), 2'000'000);
        for (int step = 0; step < 60; ++step) {
            const Month month = static_cast<Month>(random() % 60);
            played.seal(month, 1 + random() % (random() % 4 == 0 ? 9'000'000 : 50'000));
            if (random() % 3 == 0) {
                played.settle(static_cast<Month>(random() % 70), random() % 2 == 0);
            }
        }
        played.settle(70, true);
        if (HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace twofold::store
