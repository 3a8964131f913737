// SPDX-License-Identifier: Apache-2.0
#include "kernel/group_sums.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

#include "base/seeds.h"
#include "kernel/sum.h"

namespace twofold::kernel {
namespace {

/// The same values under the fast sums and, one by one, under ExactSum.
class Judged {
public:
    /// False: they were refused.
    bool add(const std::vector<std::uint32_t>& groups, const std::vector<double>& values) {
        GroupSums::Bounds bounds{std::numeric_limits<double>::infinity(), 0};
        for (const double value : values) {
            if (value == 0) continue;
            bounds.least = std::min(bounds.least, std::fabs(value));
            bounds.most = std::max(bounds.most, std::fabs(value));
        }
        if (bounds.most == 0) bounds = {1, 1};
        if (!sums_.fits(bounds, values.size())) {
            take();
            if (!sums_.begin(bounds)) return false;
            EXPECT_TRUE(sums_.fits(bounds, values.size()));
        }
        const std::uint32_t size = *std::ranges::max_element(groups) + 1;
        sums_.widen(size);
        if (expected_.size() < size) expected_.resize(size);
        if (++adds_ % 2 == 0) {
            add_by_runs(groups, values);
        } else {
            sums_.add(groups, values);
        }
        for (std::size_t i = 0; i < values.size(); ++i) {
            expected_[groups[i]].add(values[i]);
            ++count_;
        }
        return true;
    }
    void compare() {
        take();
        ASSERT_LE(summed_.size(), expected_.size());
        for (std::size_t group = 0; group < summed_.size(); ++group) {
            EXPECT_EQ(summed_[group].value(), expected_[group].value()) << "group " << group;
        }
        EXPECT_EQ(taken_, count_);
    }
    std::size_t takes() const { return takes_; }

private:
    void add_by_runs(const std::vector<std::uint32_t>& groups, const std::vector<double>& values) {
        for (std::size_t begin = 0, end = 0; begin < groups.size(); begin = end) {
            while (end < groups.size() && groups[end] == groups[begin])
                ++end;
            sums_.add(groups[begin], std::span(values).subspan(begin, end - begin));
        }
    }
    void take() {
        ++takes_;
        summed_.resize(std::max(summed_.size(), sums_.groups()));
        sums_.take([&](std::size_t group, const GroupSums::Sum& sum) {
            summed_[group].add(sum.high);
            summed_[group].add(sum.low);
            taken_ += sum.count;
        });
    }

    GroupSums sums_;
    std::vector<ExactSum> summed_;
    std::vector<ExactSum> expected_;
    std::uint64_t count_ = 0;
    std::uint64_t taken_ = 0;
    std::size_t takes_ = 0;
    std::size_t adds_ = 0;
};

TEST(GroupSums, AreTheExactSums) {
    std::uint64_t blocks = 0;
    std::uint64_t accepted = 0;
    for (std::uint32_t seed = 0; seed < seed_count(300) && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937_64 random(seed);
        Judged judged;
        std::uint32_t groups_max = 1 + static_cast<std::uint32_t>(random() % 40);
        const int spread = static_cast<int>(random() % 34);
        const int shift = static_cast<int>(random() % 200) - 100;
        const bool decimals = random() % 2 == 0;
        const auto run_length = random() % 2 == 0 ? 1 : 1 + random() % 60;
        for (int block = 0; block < 30; ++block) {
            // Groups are met as rows come: some beyond where lanes end.
            if (random() % 10 == 0) groups_max += static_cast<std::uint32_t>(random() % 200);
            const std::size_t count = 1 + random() % GroupSums::kAtOnceMax;
            std::vector<std::uint32_t> groups(count);
            std::vector<double> values(count);
            for (std::size_t i = 0; i < count; ++i) {
                groups[i] = i > 0 && random() % run_length != 0
                                ? groups[i - 1]
                                : static_cast<std::uint32_t>(random() % groups_max);
                const auto bits = static_cast<std::int64_t>(random()) >> 11;
                values[i] = decimals
                                ? static_cast<double>(bits % 1'000'000) / 100
                                : std::ldexp(static_cast<double>(bits),
                                             shift - static_cast<int>(random() % (spread + 1)));
            }
            ++blocks;
            accepted += judged.add(groups, values) ? 1 : 0;
        }
        judged.compare();
    }
    EXPECT_GT(accepted, blocks / 2);
}

TEST(GroupSums, RunFullBeforeBitsAreLost) {
    // The widest values that are taken, all of one sign: a row too many would cost a bit.
    std::mt19937_64 random(2);
    Judged judged;
    const double big = std::ldexp(2.0 - std::ldexp(1.0, -52), 20);
    const double small = std::ldexp(1.0 + std::ldexp(1.0, -52), -8);
    for (int block = 0; block < 600; ++block) {
        std::vector<std::uint32_t> groups(GroupSums::kAtOnceMax, 0);
        std::vector<double> values(GroupSums::kAtOnceMax);
        for (double& value : values)
            value = random() % 3 == 0 ? small : big;
        ASSERT_TRUE(judged.add(groups, values));
    }
    judged.compare();
    EXPECT_GT(judged.takes(), 100U);
}

TEST(GroupSums, RefuseWhatIsTooFarApart) {
    GroupSums sums;
    EXPECT_TRUE(sums.begin({1e-2, 1e6}));
    EXPECT_FALSE(sums.begin({1e-9, 1e9}));
    EXPECT_FALSE(sums.begin({1, std::numeric_limits<double>::infinity()}));
    EXPECT_FALSE(sums.begin({std::numeric_limits<double>::denorm_min(), 1e-310}));
    EXPECT_FALSE(sums.begin({1e305, 1e308}));
    // What was refused does not fit either.
    EXPECT_FALSE(sums.fits({1e305, 1e308}, 1));
}

TEST(GroupSums, ZerosAndSignsAreValuesToo) {
    Judged judged;
    EXPECT_TRUE(judged.add({0, 0, 1, 1, 2}, {0.0, -0.0, 0.1, -0.1, -0.3}));
    EXPECT_TRUE(judged.add({0, 1, 2, 3, 3}, {-0.1, 0.2, 0.3, 0.7, 0.1}));
    judged.compare();
}

}  // namespace
}  // namespace twofold::kernel
