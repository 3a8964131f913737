// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

// What the demo's world is made to hold. These numbers are the documentation (docs/demo.md is held
// to them by a test) and what tests ask the product for. Amounts are US cents a month.
namespace twofold::demo {

inline constexpr std::string_view kZoneName = "Europe/Oslo";
inline constexpr std::string_view kCurrency = "USD";

// The world at day D.
inline constexpr int kCustomers = 2'000;
inline constexpr int kCustomersPaying = 812;
inline constexpr int kCustomersTrial = 96;
inline constexpr int kCustomersFree = 704;
inline constexpr int kCustomersPast = 388;
inline constexpr int kCustomersOlder = 700;  ///< Began before the year; the others in it.
inline constexpr int kUsersKnown = 30'000;   ///< With the buyers who never did anything.
inline constexpr int kVisitors = 61'000;     ///< Persons with an anonymous id only.
inline constexpr int kBuyersWithoutEvent = 540;
inline constexpr int kGuests = 1'900;  ///< Users with the role guest anywhere.
inline constexpr std::int64_t kMrr = 48'040'000;
inline constexpr int kSeats = 24'600;      ///< Paid.
inline constexpr int kSeatsUsed = 17'220;  ///< People of paying customers with use in 30 days.

// Events: `page` and `track` records. Sent = distinct + duplicates. A world with fewer events has
// duplicates and late ones in proportion.
inline constexpr std::int64_t kEvents = 3'000'000;
inline constexpr std::int64_t kEventsMin = 400'000;  ///< Of `Options::events`.
inline constexpr std::int64_t kDuplicates = 31'400;  ///< Sent again with the same messageId.
inline constexpr std::int64_t kLate = 60'000;  ///< Arrived more than a day after they happened.

// Truth 1: they pay and nobody uses it.
inline constexpr int kSilent = 37;
inline constexpr int kSilentNeverUser = 9;
inline constexpr int kSilentTwoMonths = 16;  ///< Last event 31 to 60 days ago.
inline constexpr int kSilentLonger = 12;
inline constexpr std::int64_t kSilentMrr = 1'482'000;
inline constexpr int kSilentGuests = 4;       ///< Of them: people busy as guests elsewhere.
inline constexpr int kSilentConsultants = 1;  ///< Of them: people busy for another customer.

// Truth 2: automatic mail is not use.
inline constexpr int kAutomaticOnly = 6;
inline constexpr std::int64_t kAutomaticOnlyMrr = 208'500;

// Truth 3: the champion leaves, then the contract.
inline constexpr int kChampionsLost = 48;  ///< Customers, the only one, in months 2 to 9.
inline constexpr int kChampionsLostChurned = 30;
inline constexpr int kChampionsKept = 600;
inline constexpr int kChampionsKeptChurned = 54;
inline constexpr int kChampionGoneNow = 11;
inline constexpr int kChampionGoneNowSilent = 4;  ///< Of them also truth 1.
inline constexpr std::int64_t kChampionGoneNowMrr = 943'000;

// Truth 4: an invitation in week one comes before money; dark mode does not. Customers begun in the
// year and seen for 37 days.
inline constexpr int kBegun = 1'170;
inline constexpr int kInvited = 470;
inline constexpr int kInvitedPaid = 188;
inline constexpr int kNotInvitedPaid = 35;
inline constexpr int kDark = 150;
inline constexpr int kDarkPaid = 29;

// Truth 5: users happier, customers unmoved. The 60 days before the release and after it.
inline constexpr int kReleaseDaysAgo = 120;  ///< At D.
inline constexpr int kSignupsBefore = 2'400;
inline constexpr int kSignupsAfter = 2'600;
inline constexpr int kProjectsBefore = 1'008;
inline constexpr int kProjectsAfter = 1'482;
inline constexpr int kBegunBefore = 210;
inline constexpr int kBegunAfter = 220;
inline constexpr int kPaidBefore = 40;
inline constexpr int kPaidAfter = 42;

// Truth 6: most used is not what is paid for.
inline constexpr int kTermsEnded = 500;
inline constexpr int kTermsRenewed = 444;
inline constexpr int kTermsExported = 300;
inline constexpr int kTermsExportedRenewed = 288;
inline constexpr int kTermsReacted = 400;
inline constexpr int kTermsReactedRenewed = 355;
inline constexpr int kActiveReacted = 11'745;  ///< 62 % of the active people
inline constexpr int kActiveExported = 1'705;  ///< 9 %

// Truth 7: MRR of last month, and because of whom.
inline constexpr std::int64_t kMrrMonthBefore = 46'210'000;  ///< At the start of last month.
inline constexpr std::int64_t kMrrLastMonth = 47'125'000;    ///< At its end.
inline constexpr std::int64_t kMrrNew = 1'840'000;
inline constexpr std::int64_t kMrrExpansion = 975'000;
inline constexpr std::int64_t kMrrContraction = 630'000;
inline constexpr std::int64_t kMrrChurn = 1'490'000;
inline constexpr std::int64_t kMrrReactivation = 220'000;
inline constexpr int kChurnedLastMonth = 9;
inline constexpr std::int64_t kMrrChurnLargest = 910'000;
static_assert(kMrrMonthBefore + kMrrNew + kMrrExpansion - kMrrContraction - kMrrChurn +
                  kMrrReactivation ==
              kMrrLastMonth);

// Truth 8: ghost seats.
inline constexpr int kGhosts = 14;
inline constexpr int kGhostSeats = 1'960;
inline constexpr int kGhostPeople = 294;
inline constexpr std::int64_t kGhostMrr = 3'822'000;

// Truth 9: free and busy.
inline constexpr int kBusyNow = 23;
inline constexpr int kBusyEver = 120;
inline constexpr int kBusyPaid = 54;

// Truth 10: champions take us along.
inline constexpr int kChampionsEnded = 70;
inline constexpr int kChampionsMoved = 19;
inline constexpr int kChampionsMovedPaid = 12;

// Truth 11: one join, counted once.
inline constexpr int kActivePeople = 18'944;  ///< With use in 30 days at a customer of their own.
inline constexpr int kActiveInTwo = 397;
inline constexpr int kActiveInThree = 15;
inline constexpr int kActivePerCustomerSum = kActivePeople + kActiveInTwo + 2 * kActiveInThree;
inline constexpr int kInsideSeveral = 412;  ///< Users inside two customers or more at D.

// Truth 12: repair of the past.
inline constexpr int kLateRelations = 310;
inline constexpr int kLateCustomers = 20;
inline constexpr int kSilentRepaired = 34;
inline constexpr int kActiveInWeek = 731;  ///< Customers with use in the week of D-100.
inline constexpr int kActiveInWeekRepaired = 744;

}  // namespace twofold::demo
