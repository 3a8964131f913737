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

// Truth 8: ghost seats.
inline constexpr int kGhosts = 14;
inline constexpr int kGhostSeats = 1'960;
inline constexpr int kGhostPeople = 294;
inline constexpr std::int64_t kGhostMrr = 3'822'000;

// Truth 11: one join, counted once.
inline constexpr int kActivePeople = 18'944;  ///< With use in 30 days at a customer of their own.
inline constexpr int kActiveInTwo = 397;
inline constexpr int kActiveInThree = 15;
inline constexpr int kActivePerCustomerSum = kActivePeople + kActiveInTwo + 2 * kActiveInThree;
inline constexpr int kInsideSeveral = 412;  ///< Users inside two customers or more at D.

}  // namespace twofold::demo
