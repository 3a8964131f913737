// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/check.h"
#include "demo/names.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

/// How many of each course: 700 older ones and 1,300 of the year. Of those who paid in the year
/// and before, 388 stopped.
struct CourseCount {
    Course course;
    int count;
};
constexpr CourseCount kCourses[] = {
    {Course::kOlderPaying, 480},       {Course::kOlderLeft, 160},
    {Course::kGoneBefore, 60},         {Course::kNeverUser, kSilentNeverUser},
    {Course::kEarlyPayer, 223},        {Course::kLatePayer, 268},
    {Course::kTrial, kCustomersTrial}, {Course::kFree, kCustomersFree},
};
constexpr int kYearPayersLeft = 168;  ///< Of early and late payers.
constexpr int kLastMonthChurn = 9;    ///< Of kOlderLeft (truth 7).

/// Stretches of the year in which customers begin, apart from each other by more than two days.
/// Truth 5 compares the two in the middle; truth 4 takes all who begin before the last 37 days.
struct Stretch {
    int first;
    int last;
    int early;  ///< Payers of each course, and customers that do not pay.
    int late;
    int others;
};
constexpr Stretch kStretches[] = {
    {2, 181, 126, 205, 329},
    {kReleaseDay - 58, kReleaseDay - 3, 40, 63, 107},
    {kReleaseDay + 2, kReleaseDay + 57, 42, 0, 178},
    {kReleaseDay + 62, kReleaseDay + 80, 15, 0, 65},
};
constexpr int kRecentFirst = kLastDay - 26;
constexpr int kRecentLast = kLastDay - 3;
constexpr int kTrialDays = 30;
void cast_courses(Draft& draft) {
    std::vector<Course> courses;
    for (const CourseCount& entry : kCourses) {
        courses.insert(courses.end(), static_cast<std::size_t>(entry.count), entry.course);
    }
    TF_CHECK(courses.size() == kCustomers);
    Random random = draft.random("courses");
    random.shuffle(courses);
    const std::uint64_t first_name = random.next() % (kCompanyNames - kCustomers);
    draft.customers.resize(kCustomers);
    for (std::size_t i = 0; i < courses.size(); ++i) {
        Customer& customer = draft.customers[i];
        CompanyName name = company_name(first_name + i);
        customer.id = std::move(name.id);
        customer.name = std::move(name.name);
        customer.industry = name.industry;
        customer.course = courses[i];
        customer.country = country(random.next());
    }
}

std::vector<Customer*> of_course(Draft& draft, Course course) {
    std::vector<Customer*> found;
    for (Customer& customer : draft.customers) {
        if (customer.course == course) found.push_back(&customer);
    }
    return found;
}

void cast_older(Draft& draft, Random& random) {
    for (Customer* customer : of_course(draft, Course::kOlderPaying)) {
        customer->standing = Standing::kPaying;
        customer->pay_day = random.between(-900, -20);
        customer->begin = customer->pay_day - random.between(1, 30);
    }
    std::vector<Customer*> left = of_course(draft, Course::kOlderLeft);
    random.shuffle(left);
    for (std::size_t i = 0; i < left.size(); ++i) {
        Customer& customer = *left[i];
        customer.standing = Standing::kPast;
        customer.pay_day = random.between(-900, -20);
        customer.begin = customer.pay_day - random.between(1, 30);
        customer.end_day = i < kLastMonthChurn
                               ? random.between(draft.year.month_before(), draft.year.month() - 1)
                               : random.between(10, kQuietMoneyFrom);
    }
    for (Customer* customer : of_course(draft, Course::kGoneBefore)) {
        customer->standing = Standing::kPast;
        customer->pay_day = random.between(-1'000, -300);
        customer->begin = customer->pay_day;
        customer->end_day = random.between(-200, -3);
    }
}

void cast_year_payers(Draft& draft, Random& random) {
    std::vector<Customer*> early = of_course(draft, Course::kEarlyPayer);
    std::vector<Customer*> late = of_course(draft, Course::kLatePayer);
    std::size_t next_early = 0;
    std::size_t next_late = 0;
    for (const Stretch& stretch : kStretches) {
        // Early payers of the stretch before the quiet months must have paid by then.
        const int latest = stretch.last > kQuietMoneyFrom - 28 && stretch.first < kQuietMoneyFrom
                               ? kQuietMoneyFrom - 28
                               : stretch.last;
        for (int i = 0; i < stretch.early; ++i) {
            Customer& customer = *early[next_early++];
            customer.begin = random.between(stretch.first, latest);
            customer.pay_day = customer.begin + random.between(8, 28);
        }
        for (int i = 0; i < stretch.late; ++i) {
            Customer& customer = *late[next_late++];
            customer.begin = random.between(stretch.first, stretch.last);
            customer.pay_day = random.between(customer.begin + 45, kQuietMoneyFrom);
        }
    }
    TF_CHECK(next_early == early.size() && next_late == late.size());
    for (Customer* customer : early)
        customer->standing = Standing::kPaying;
    for (Customer* customer : late)
        customer->standing = Standing::kPaying;

    std::vector<Customer*> may_leave = early;
    may_leave.insert(may_leave.end(), late.begin(), late.end());
    std::erase_if(may_leave, [](const Customer* c) { return c->pay_day > kQuietMoneyFrom - 60; });
    random.shuffle(may_leave);
    TF_CHECK(may_leave.size() > kYearPayersLeft);
    for (std::size_t i = 0; i < kYearPayersLeft; ++i) {
        Customer& customer = *may_leave[i];
        customer.standing = Standing::kPast;
        customer.end_day = random.between(customer.pay_day + 32, kQuietMoneyFrom);
    }
    for (std::vector<Customer*>* payers : {&early, &late}) {
        for (Customer* customer : *payers) {
            // A trial of 14 days came before the money.
            if (customer->pay_day - customer->begin > 15 && random.chance(400)) {
                customer->trial_day = customer->pay_day - 14;
            }
        }
    }
}

void cast_others(Draft& draft, Random& random) {
    std::vector<Customer*> others = of_course(draft, Course::kFree);
    random.shuffle(others);
    std::vector<Customer*> trials = of_course(draft, Course::kTrial);
    random.shuffle(trials);
    // Sixteen began long ago and try it only now.
    for (std::size_t i = 0; i < 16; ++i)
        others.push_back(trials[i]);
    std::size_t next = others.size();
    for (const Stretch& stretch : kStretches) {
        for (int i = 0; i < stretch.others; ++i) {
            others[--next]->begin = random.between(stretch.first, stretch.last);
        }
    }
    while (next > 0)
        others[--next]->begin = random.between(kRecentFirst, kRecentLast);
    for (std::size_t i = 16; i < trials.size(); ++i) {
        trials[i]->begin = random.between(kRecentFirst, kRecentLast);
    }
    for (Customer* customer : of_course(draft, Course::kFree))
        customer->standing = Standing::kFree;
    for (Customer* customer : trials) {
        customer->standing = Standing::kTrial;
        customer->trial_day = std::max(customer->begin, random.between(kRecentFirst, kRecentLast));
        customer->end_day = customer->trial_day + kTrialDays;  // of the trial
    }
}

void cast_never_users(Draft& draft, Random& random) {
    for (Customer* customer : of_course(draft, Course::kNeverUser)) {
        customer->standing = Standing::kPaying;
        customer->pay_day = random.between(60, kQuietMoneyFrom);
        customer->begin = customer->pay_day;
    }
}

/// Some pay for themselves: one person, one seat.
void cast_solos(Draft& draft, Random& random) {
    std::vector<Customer*> may;
    for (Customer& customer : draft.customers) {
        const bool payer =
            customer.course == Course::kEarlyPayer || customer.course == Course::kLatePayer;
        if (payer && customer.pay_day < kQuietMoneyFrom - 20) may.push_back(&customer);
    }
    random.shuffle(may);
    int paying = 0;
    int past = 0;
    for (Customer* customer : may) {
        int& count = customer->standing == Standing::kPaying ? paying : past;
        const int enough = customer->standing == Standing::kPaying ? kSolosPaying : kSolosPast;
        if (count == enough) continue;
        ++count;
        customer->story = Story::kSolo;
        const PersonName name = person_name(random.next());
        customer->name = std::string(name.first) + " " + name.last;
        customer->id = "solo-" + customer->id;
        customer->industry = "";
    }
    TF_CHECK(paying == kSolosPaying && past == kSolosPast);
}

}  // namespace

void cast_customers(Draft& draft) {
    cast_courses(draft);
    Random random = draft.random("customers");
    cast_older(draft, random);
    cast_year_payers(draft, random);
    cast_others(draft, random);
    cast_never_users(draft, random);
    cast_solos(draft, random);
    for (Customer& customer : draft.customers) {
        if (customer.standing == Standing::kPaying) customer.group = MoneyGroup::kRest;
        customer.names_itself = customer.story != Story::kSolo && random.chance(150);
        if (customer.end_day < kLastDay && customer.standing == Standing::kPast) {
            customer.last_use = std::min(customer.end_day, kIdleLast);
        }
    }
}

}  // namespace twofold::demo
