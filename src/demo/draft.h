// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/time.h"
#include "demo/constants.h"
#include "demo/event_names.h"
#include "demo/random.h"
#include "demo/year.h"

// What the world is made of while it is made. Stages (stages.h) fill it one after the other; then
// it is only read. Customers, memberships and people are referred to by index.

namespace twofold::demo {

/// People who are not active in the last 30 days have their last event on this day or earlier,
/// those who are have one on kActiveFirst or later: more than two days to each side of the bound.
inline constexpr int kIdleLast = kLastDay - 33;
inline constexpr int kActiveFirst = kLastDay - 27;
/// No money changes later than this, unless truth 7 puts it there: the month before D's begins at
/// D-61 at the earliest.
inline constexpr int kQuietMoneyFrom = kLastDay - 64;
inline constexpr int kReleaseDay = kLastDay - kReleaseDaysAgo;  // truth 5

/// Truth 9: the people act from so many days before busy_day, then the limits are hit.
inline constexpr int kBusyUseDays = 24;
inline constexpr int kBusyLimitDays = 9;

/// Known users that are inside no customer: those who only ever were guests, and those who signed
/// up and never came to anything. Their last event is long ago.
inline constexpr int kGuestsOnly = 400;
inline constexpr int kUsersUnattached = 600;

inline constexpr int kSolosPaying = 100;
inline constexpr int kSolosPast = 20;

enum class Standing : std::uint8_t { kPaying, kTrial, kFree, kPast };

/// Where a customer comes from and what becomes of it.
enum class Course : std::uint8_t {
    kOlderPaying,  ///< Paid before the year, and does.
    kOlderLeft,    ///< Paid before the year, stopped in it.
    kGoneBefore,   ///< Stopped before the year; only its money and a buyer are known.
    kNeverUser,    ///< Bought in the year; nobody was ever let in.
    kEarlyPayer,   ///< Began in the year, paid 8 to 28 days later.
    kLatePayer,    ///< Began in the year, paid after 45 days or more.
    kTrial,
    kFree,
};

/// What a truth has made of a customer. A customer has one story at most.
enum class Story : std::uint8_t {
    kOrdinary,
    kSilentShort,  // 1
    kSilentLong,   // 1
    kMailOnly,     // 2
    kGhost,        // 8
    kBusy,         // 9, now
    kSolo,         // pays for themself
};

/// Customers whose MRR has to add up to a planted sum.
enum class MoneyGroup : std::uint8_t {
    kRest,
    kSilentOnes,    // 1
    kMailOnlyOnes,  // 2
    kGhostOnes,     // 8
    kNewLastMonth,  // 7
    kNewThisMonth,  // 7
    kReturned,      // 7
    kChampionGone,  // 3: those that are not silent
    kChurnedLarge,  // 7
    kChurnedSmall,  // 7
    kNone,          // pays nothing at D
};

enum class Plan : std::uint8_t { kSolo, kTeam, kPro, kBusiness };

/// Of one seat.
struct Price {
    Plan plan = Plan::kTeam;
    bool yearly = false;
    bool listed = true;      ///< From the price list; else negotiated.
    std::int64_t month = 0;  ///< Cents a month, discount taken off.
};

/// One stretch of a subscription.
struct Segment {
    TimeMs from = 0;
    TimeMs until = 0;        ///< 0: open
    TimeMs trial_until = 0;  ///< 0: no trial
    TimeMs renews_at = 0;    ///< 0: no term
    Price price;
    int quantity = 0;
    std::uint8_t number = 1;  ///< Of the subscription: those who come back get a second.
    bool left = false;        ///< `until` is the end of the subscription, not a change.
};

/// Another quantity and price before a day (truth 7).
struct MoneyChange {
    int day = kNever;
    int quantity_before = 0;
    Price price_before;
};

struct Customer {
    std::string id;
    std::string name;
    std::string_view industry;
    Course course = Course::kFree;
    Story story = Story::kOrdinary;
    Standing standing = Standing::kFree;
    MoneyGroup group = MoneyGroup::kNone;
    std::uint8_t country = 0;
    bool names_itself = false;  ///< Its people's clients send context.groupId.
    bool digests = false;       ///< Some of its people get a mail every Monday.
    bool on_in_week = false;    ///< Truth 12: is used in the week of D-100.

    int begin = 0;            ///< Day its first user came; negative before the year.
    int pay_day = kNever;     ///< First day with MRR.
    int trial_day = kNever;   ///< A trial began.
    int end_day = kNever;     ///< Stopped paying.
    int due_day = kNever;     ///< Truth 6: a term of a year ended.
    int return_day = kNever;  ///< Truth 7: pays again, after end_day.
    int busy_day = kNever;    ///< Truth 9: until then ten people and three limits in 30 days.
    int last_use = kLastDay;  ///< Nobody acts for it after this day.
    bool exported = false;    ///< Truth 6: in the 30 days before due_day.
    bool reacted = false;     ///< Truth 6: likewise.
    bool renewed = false;     ///< Truth 6.

    int seats = 0;   ///< Paid at D; before the end for those who left; in trial.
    int active = 0;  ///< People with use in the last 30 days.
    int idle = 0;    ///< Other people.
    Price price;
    int growth_day = kNever;  ///< Had `seats_before` until then.
    int seats_before = 0;
    MoneyChange change;
    std::vector<Segment> segments;

    std::uint32_t members_begin = 0;  ///< Its memberships, the owner first.
    std::uint32_t members_end = 0;

    bool older() const {
        return course == Course::kOlderPaying || course == Course::kOlderLeft ||
               course == Course::kGoneBefore;
    }
    std::int64_t mrr() const { return price.month * seats; }
    int people() const { return active + idle; }
};

enum class Role : std::uint8_t {
    kUser,
    kAdmin,
    kSelf,
    kGuest,
    kChampion,
    kBuyer,
    kBilling,
    kDecisionMaker,
    kContractor,
};

/// How the product learns of a membership.
enum class Way : std::uint8_t {
    kGroup,        ///< A `group` call when it begins: implied, and chosen.
    kStated,       ///< A `relation` record only: nothing is chosen.
    kStatedGroup,  ///< Both: what is stated counts, the call chooses.
    kNamed,        ///< Its events name the customer: an implied guest.
};

/// What a person is picked for; each for one thing at most.
enum class Part : std::uint8_t {
    kPlain,
    kOwner,       ///< First user of a customer.
    kChampion,    ///< 3, 10
    kConsultant,  ///< 11: inside several customers
    kFreelancer,  ///< 1: a consultant who is also inside a silent customer
    kContractor,  ///< 12
    kGuest,
};

inline constexpr std::uint32_t kNobody = 0xffff'ffff;
inline constexpr std::uint16_t kNoCustomer = 0xffff;

/// A person at a customer. Its sessions lie on days in [first_day, last_day].
struct Membership {
    std::uint32_t person = kNobody;
    std::uint16_t customer = kNoCustomer;
    Role role = Role::kUser;
    Way way = Way::kGroup;
    Part part = Part::kPlain;
    bool active = false;  ///< Has a session in the last 27 days.
    bool fixed = false;   ///< first_day must not be moved.
    bool follows =
        false;           ///< Has no sessions of its own: those at another customer count here too.
    bool quiet = false;  ///< No sessions but the forced ones.
    std::uint16_t chooses = kNoCustomer;  ///< Chosen instead of `customer` before its sessions.
    std::uint8_t every = 1;   ///< Sessions only on days with day % every == turn: people who work
    std::uint8_t turn = 0;    ///< for several customers are at one of them on one day.
    std::uint8_t weight = 1;  ///< How much is done in a session.
    std::int16_t work = 100;  ///< Sessions per 1,000 working days.
    int joined = 0;           ///< Day the relation began; may be before the year.
    int first_day = 0;
    int last_day = kLastDay;
    int left_day = kNever;                                 ///< The relation ended on that day.
    std::array<int, 3> forced = {kNever, kNever, kNever};  ///< Days with a session for sure.

    void force(int day) {
        for (int& slot : forced) {
            if (slot == kNever || slot == day) {
                slot = day;
                return;
            }
        }
        TF_CHECK(false && "no room for another forced day");
    }
    bool forces(int day) const { return forced[0] == day || forced[1] == day || forced[2] == day; }
};

struct Person {
    std::uint32_t home = kNobody;  ///< Its first membership; kNobody: none.
    int joined = 0;                ///< Day of its first sign of life; negative: before the year.
    Part part = Part::kPlain;
    std::uint8_t country = 0;
    bool signs_up = false;         ///< "Signed Up" in the year, on day `joined`.
    bool visits_first = false;     ///< Looked around anonymously just before.
    bool second_device = false;    ///< Joined to a second anonymous id later.
    bool sends_anonymous = false;  ///< Its client sends both ids.
    bool bought_only = false;      ///< A buyer without events.
};

/// A relation beside the membership: champion, buyer, decision_maker …
struct ExtraRole {
    std::uint32_t person = kNobody;
    std::uint16_t customer = kNoCustomer;
    Role role = Role::kUser;
    int from_day = 0;
    int until_day = kNever;
};

/// An event that is there for a truth or because noise needs it just there.
struct PlacedEvent {
    std::uint32_t person = kNobody;
    std::uint16_t customer = kNoCustomer;
    EventName name = EventName::kPageViewed;
    TimeMs time = 0;
};

/// Truth 3 and 10.
struct ChampionLoss {
    std::uint16_t customer = kNoCustomer;
    int day = kNever;
    std::uint32_t membership = kNobody;
    bool only = true;    ///< The customer had no other.
    bool taken = false;  ///< Began at another customer later.
};

/// Truth 12: a relation that is told only after the fact.
struct LateRelation {
    std::uint32_t person = kNobody;
    std::uint16_t customer = kNoCustomer;
    int from_day = 0;
    int until_day = kNever;
};

struct Draft {
    explicit Draft(const Year& y) : year(y) {}

    std::uint64_t seed = 0;
    std::int64_t events = kEvents;
    Year year;
    std::vector<Customer> customers;
    std::vector<Membership> members;
    std::vector<Person> people;  ///< The known users; visitors have the numbers after them.
    std::vector<ExtraRole> extra_roles;
    std::vector<PlacedEvent> placed;

    // What truths picked, by customer.
    std::vector<std::uint16_t> silent;       ///< 1, those who had users and those who had none
    std::vector<std::uint16_t> silent_busy;  ///< 1
    std::vector<std::uint16_t> automatic;    ///< 2
    std::vector<std::uint16_t> ghosts;       ///< 8
    std::vector<std::uint16_t> busy;         ///< 9, now
    std::vector<ChampionLoss> losses;        ///< 3, 10
    std::vector<std::uint16_t> gone_now;     ///< 3: lost their champion lately
    std::vector<std::uint16_t> churned_last_month;  ///< 7
    std::vector<std::uint16_t> clients;             ///< 12: of the contractors
    std::vector<std::uint16_t> agencies;            ///< 12: where the contractors are inside
    std::vector<LateRelation> late_relations;       ///< 12

    Random random(std::string_view purpose) const { return Random(seed, purpose); }
    Customer& customer(std::uint32_t index) { return customers[index]; }
    const Customer& customer(std::uint32_t index) const { return customers[index]; }
};

}  // namespace twofold::demo
