// SPDX-License-Identifier: Apache-2.0
//
// docs/demo.md says what the constants say.
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>

#include "demo/constants.h"

namespace twofold::demo {
namespace {

/// The page in one line, whatever its line breaks.
std::string page() {
    std::ifstream file(std::string(TWOFOLD_SOURCE_DIR) + "/docs/demo.md");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::string line;
    for (const char c : text) {
        const bool space = c == '\n' || c == ' ';
        if (!space || (!line.empty() && line.back() != ' ')) line.push_back(space ? ' ' : c);
    }
    return line;
}

/// "18,944"
std::string count(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    return digits;
}

/// "14,820.00"
std::string money(std::int64_t cents) {
    return fmt::format("{}.{:02}", count(cents / 100), cents % 100);
}

class DemoPage : public testing::Test {
protected:
    template <typename... Args>
    void says(fmt::format_string<Args...> format, Args&&... args) {
        const std::string phrase = fmt::format(format, std::forward<Args>(args)...);
        EXPECT_NE(page_.find(phrase), std::string::npos) << phrase;
    }

private:
    std::string page_ = page();
};

TEST_F(DemoPage, SaysWhatTheWorldHolds) {
    says("{} = {} paying + {} in trial + {} free + {} past", count(kCustomers), kCustomersPaying,
         kCustomersTrial, kCustomersFree, kCustomersPast);
    says("began before the year | {} |", kCustomersOlder);
    says("{} USD, {} paid", money(kMrr), count(kSeats));
    says("known users | {} |", count(kUsersKnown));
    says("buyers | {} |", kBuyersWithoutEvent);
    says("two customers or more | {} |", kInsideSeveral);
    says("guests of a customer | {} |", count(kGuests));
    says("never known | {} |", count(kVisitors));
    says("| events | {} |", count(kEvents));
    says("{}: {} came twice", count(kEvents + kDuplicates), count(kDuplicates));
    says("late | {},", count(kLate));
}

TEST_F(DemoPage, SaysTheTruthsOfUse) {
    says(
        "{} customers with an MRR of {}: {} never had a user, {} fell silent 31 to 60 days ago, {} "
        "longer",
        kSilent, money(kSilentMrr), kSilentNeverUser, kSilentTwoMonths, kSilentLonger);
    says("finds {}:", kSilent - kSilentGuests - kSilentConsultants);
    says("{} more get nothing but \"Digest Sent\": {} with {}", kAutomaticOnly,
         kSilent + kAutomaticOnly, money(kSilentMrr + kAutomaticOnlyMrr));
    says(
        "{} customers with 50 seats or more use under a fifth of them: {} seats, {} people, an MRR "
        "of {}",
        kGhosts, count(kGhostSeats), kGhostPeople, money(kGhostMrr));
    says("{} free customers have ten", kBusyNow);
    says("In the year {} were in that state, and {} of them paid", kBusyEver, kBusyPaid);
    says("{} people used the product in the last 30 days", count(kActivePeople));
    says(
        "the column adds up to {}. That is {} more, because {} people worked for two customers and "
        "{} for three",
        count(kActivePerCustomerSum), kActivePerCustomerSum - kActivePeople, kActiveInTwo,
        kActiveInThree);
    says("{} are at paying customers: the seats used of the {} paid", count(kSeatsUsed),
         count(kSeats));
    says("Contractors work for {} customers", kLateCustomers);
    says("{} relations, from", kLateRelations);
    says("{} customers were used in the week", kActiveInWeek);
    says("after, {} were. {} silent customers become {}", kActiveInWeekRepaired, kSilent,
         kSilentRepaired);
}

TEST_F(DemoPage, SaysTheTruthsOfMoney) {
    says(
        "{} customers lost their only champion in months 2 to 9 of the year, and {} of them "
        "churned",
        kChampionsLost, kChampionsLostChurned);
    says("Of {} whose champion stayed, {} left", kChampionsKept, kChampionsKeptChurned);
    says("{} payers lost theirs in the last 60 days, with an MRR of {}; {} of them are silent",
         kChampionGoneNow, money(kChampionGoneNowMrr), kChampionGoneNowSilent);
    says("{} customers began in the year and have been seen", count(kBegun));
    says(
        "{} invited somebody in their first 7 days: {} of them paid in the 30 days after, of the "
        "other {} did {}. {} turned on dark mode in their first 7 days, of whom {} paid",
        kInvited, kInvitedPaid, kBegun - kInvited, kNotInvitedPaid, kDark, kDarkPaid);
    says(
        "Release 3.0 was {} days before D. Of {} who signed up in the 60 days before, {} created a "
        "project within a day; of {} in the 60 days after, {}.",
        kReleaseDaysAgo, count(kSignupsBefore), count(kProjectsBefore), count(kSignupsAfter),
        count(kProjectsAfter));
    says(
        "Of the {} customers that began in the first of these, {} paid within 30 days; of {} in "
        "the "
        "second, {}.",
        kBegunBefore, kPaidBefore, kBegunAfter, kPaidAfter);
    says("{} yearly terms ended in the year, {} were renewed", kTermsEnded, kTermsRenewed);
    says("{} of {} renewed, elsewhere {} of {}; with emoji reactions {} of {}, without {} of {}",
         kTermsExportedRenewed, kTermsExported, kTermsRenewed - kTermsExportedRenewed,
         kTermsEnded - kTermsExported, kTermsReactedRenewed, kTermsReacted,
         kTermsRenewed - kTermsReactedRenewed, kTermsEnded - kTermsReacted);
    says("{} react and {} export", count(kActiveReacted), count(kActiveExported));
    says("{} + {} new + {} expansion - {} contraction - {} churn + {} reactivation = {}",
         money(kMrrMonthBefore), money(kMrrNew), money(kMrrExpansion), money(kMrrContraction),
         money(kMrrChurn), money(kMrrReactivation), money(kMrrLastMonth));
    says("{} customers churned; one of them paid {}", kChurnedLastMonth, money(kMrrChurnLargest));
    says(
        "{} champions' relations ended. {} of these people began at another customer, and {} of "
        "those",
        kChampionsEnded, kChampionsMoved, kChampionsMovedPaid);
}

}  // namespace
}  // namespace twofold::demo
