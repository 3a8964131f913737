// SPDX-License-Identifier: Apache-2.0
// Questions from templates. What ask.md leaves open is not asked: README.md of tests/questions says
// which, and there are files for what is certain about them.
#include <fmt/format.h>

#include "oracle/random_world.h"

namespace twofold::oracle {
namespace {

using Texts = std::vector<std::string>;

class Asker {
public:
    Asker(Dice& dice, bool has_ties) : dice_(dice), has_ties_(has_ties) {}

    std::string question() {
        std::string text = any_kind();
        return counts_customers(text) && dice_.one_in(3) ? text + " rolled up" : text;
    }

private:
    static bool counts_customers(const std::string& text) {
        for (const char* start : {"trend customers", "count customers", "list customers", "sides"})
            if (text.starts_with(start)) return true;
        return text.contains(" for customers");
    }

    std::string any_kind() {
        switch (dice_.below(8)) {
            case 0:
                return trend();
            case 1:
                return trend_of_customers();
            case 2:
                return count();
            case 3:
                return list();
            case 4:
                return retention();
            case 5:
                return sides();
            case 6:
                return overlap();
            default:
                return funnel();
        }
    }

    // Parts.

    std::string event_condition() {
        static const Texts all = {R"(event.c = "red")", R"(event.c != "red")",
                                  "event.n > 1",        "event.n = 2",
                                  "event.c is set",     "event.c is not set",
                                  "event.n <= 2",       R"(event.c in ("red", "blue"))",
                                  R"(event.t = "x")",   R"(event.c contains "e")",
                                  "not event.n = 2",    R"(event.c starts with "b")"};
        return dice_.of(all);
    }

    std::string selector() {
        static const Texts all = {R"("A")",
                                  R"("B")",
                                  R"("C")",
                                  R"("D")",
                                  R"("A")",
                                  R"("B")",
                                  "anything",
                                  "use",
                                  "use",
                                  R"(("A" or "B"))",
                                  R"("A"[c = "red"])",
                                  R"("B"[n >= 2])",
                                  R"(anything[c != "blue"])",
                                  R"(("A"[n = 1] or "C"))",
                                  R"("B"[c = "red" or customer.plan = "pro"])"};
        return dice_.of(all);
    }

    std::string frame() {
        static const Texts certain = {"",
                                      "",
                                      " in the last 3 days",
                                      " in the last 8 days",
                                      " in the 3 days before the last 4 days",
                                      " since 2026-02-06",
                                      " from 2026-02-03 to 2026-02-07"};
        static const Texts without_ties = {R"( after "A")", R"( before "B")",
                                           R"( within 2 days after "A")",
                                           R"( within 2 days before "C")", " in the first 3 days"};
        return !has_ties_ && dice_.one_in(4) ? dice_.of(without_ties) : dice_.of(certain);
    }

    std::string did() {
        static const Texts times = {
            "", "", "", " at least 2 times", " at most 1 time", " exactly 2 times"};
        static const Texts chains = {R"("A" > "B" within 1 day)", R"("B" > use within 2 days)",
                                     R"("A" > "B" > "C" within 5 days)"};
        const std::string head = dice_.one_in(4) ? "did not " : "did ";
        if (!has_ties_ && dice_.one_in(6)) return head + dice_.of(chains);
        return head + selector() + dice_.of(times) + frame();
    }

    std::string number() {
        static const Texts counts = {"events of ", "days of "};
        static const Texts compared = {">= 1", ">= 2", "> 2", "= 0", "!= 1"};
        static const Texts values = {"sum(event.n) of ", "max(event.n) of ",
                                     "average(event.n) of "};
        if (dice_.one_in(3)) return dice_.of(values) + selector() + frame() + " > 2";
        return dice_.of(counts) + selector() + frame() + ' ' + dice_.of(compared);
    }

    std::string trait() {
        static const Texts all = {R"(user.country = "NO")", R"(user.country != "NO")",
                                  "user.age >= 30", "user.country is set",
                                  R"(user.country in ("NO", "SE"))"};
        return dice_.of(all);
    }

    std::string of_customer() {
        static const Texts all = {"paying",
                                  R"(customer.plan = "pro")",
                                  R"(customer.plan != "pro")",
                                  R"(customer.industry = "steel")",
                                  "customer.size > 20",
                                  "customer.mrr > 100",
                                  "customer.plan is set",
                                  R"(customer.plan in ("pro", "wish"))"};
        return dice_.of(all);
    }

    std::string role() {
        static const Texts all = {"role is admin", "role is user", "role is buyer",
                                  "role is partner", "role is guest"};
        return dice_.of(all);
    }

    /// Of a user, or of the customers that an event belongs to.
    std::string lower(bool of_event) {
        switch (dice_.below(of_event ? 5 : 8)) {
            case 0:
                return of_customer();
            case 1:
                return "not " + of_customer();
            case 2:
                return role();
            case 3:
                return role() + " and " + of_customer();
            case 4:
                return of_customer() + " and " + of_customer();
            case 5:
                return "every customer " + of_customer();
            case 6:
                return "no customer " + of_customer();
            default:
                return "any customer with role admin " + of_customer();
        }
    }

    std::string of_user() {
        switch (dice_.below(5)) {
            case 0:
                return trait();
            case 1:
                return number();
            case 2:
                return lower(false);
            case 3:
                return dice_.one_in(3) ? R"(related to customer "c1")" : did();
            default:
                return did();
        }
    }

    std::string lift() {
        static const Texts quantifiers = {"any user",
                                          "every user",
                                          "no user",
                                          "at least 2 users",
                                          "at least 50% of users",
                                          "at least 34% of users"};
        static const Texts roles = {"", "", "", " with role admin", " with role user or partner"};
        std::string inner;
        switch (dice_.below(4)) {
            case 0:
                inner = trait();
                break;
            case 1:
                inner = fmt::format("({} and {})", did(), trait());
                break;
            case 2:
                inner = number();
                break;
            default:
                inner = did();
        }
        if (dice_.one_in(8)) return "any user ever related " + inner;
        return dice_.of(quantifiers) + dice_.of(roles) + ' ' + inner;
    }

    std::string of_counted() {
        switch (dice_.below(5)) {
            case 0:
                return of_customer();
            case 1:
                return did();
            case 2:
                return fmt::format("users of {}{} >= {}", selector(), frame(), dice_.between(1, 2));
            default:
                return lift();
        }
    }

    std::string combined(const std::string& left, const std::string& right) {
        switch (dice_.below(6)) {
            case 0:
                return fmt::format("({}) and ({})", left, right);
            case 1:
                return fmt::format("({}) or ({})", left, right);
            case 2:
                return fmt::format("not ({})", left);
            default:
                return left;
        }
    }

    std::string mode(bool lifts) {
        static const Texts all = {"", "", "", " relations as of now", " facts as of now"};
        // With `ever`, who is meant by a lift is left to the files.
        if (!lifts && dice_.one_in(8)) return " relations as of ever";
        return dice_.of(all);
    }

    std::string at() {
        // A moment at which nothing happens.
        static const Texts all = {"", "", "", " at 2026-02-10T06:00Z", " at 2026-02-07T15:30Z"};
        return dice_.of(all);
    }

    std::string range() {
        static const Texts all = {
            " from 2026-02-01 to 2026-02-14", " from 2026-02-03 to 2026-02-09",
            " from 2026-02-02T10:00Z to 2026-02-09T11:00Z", " over the last 10 days"};
        return dice_.of(all);
    }

    std::string every() {
        static const Texts all = {" in total", " in total", " every day", " every week",
                                  " every month"};
        return dice_.of(all);
    }

    // Kinds.

    std::string trend_selector() {
        static const Texts firsts = {R"(first "A")", R"(first "B"[c = "red"])",
                                     R"(first matching "A"[n >= 2])", R"(first ("A" or "B"))"};
        return dice_.one_in(5) && !has_ties_ ? dice_.of(firsts) : selector();
    }

    std::string trend() {
        static const Texts measures = {"users of ", "users of ", "events of ", "sum(event.n) of ",
                                       "max(event.n) of "};
        const std::string measure = dice_.of(measures);
        std::string text = "trend " + measure + trend_selector();
        std::string interval = every();
        const bool quotient = dice_.one_in(6);
        const bool smooth = !quotient && dice_.one_in(6);
        if (quotient) text += " / events of " + selector();
        if (smooth) {
            text += dice_.one_in(2) ? " rolling 3 days" : " cumulative";
            interval = " every day";
        }
        text += interval + range();
        if (dice_.one_in(2)) {
            const std::string one = dice_.one_in(2) ? event_condition() : lower(true);
            text += " where " + combined(one, dice_.one_in(2) ? did() : trait());
        }
        if (!quotient && !smooth && dice_.one_in(2)) text += trend_by();
        text += mode(false);
        return interval == " in total" ? text + at() : text;
    }

    std::string trend_by() {
        static const Texts all = {" by event.c",
                                  " by user.country",
                                  " by customer",
                                  " by customer.plan",
                                  " by role",
                                  " by user",
                                  " by customer.industry",
                                  " by user.country, event.c",
                                  " by customer, event.c",
                                  " by event.n"};
        return dice_.of(all) + (dice_.one_in(4) ? " top 2" : "");
    }

    std::string trend_of_customers() {
        const std::string interval = every();
        std::string text = "trend customers of " + trend_selector() + interval + range();
        if (dice_.one_in(2)) {
            const std::string one = dice_.one_in(3) ? event_condition() : of_counted();
            text += " where " + combined(one, dice_.one_in(3) ? role() : of_customer());
        }
        static const Texts by = {" by customer.plan", " by customer.industry", " by event.c",
                                 " by customer"};
        if (dice_.one_in(3)) text += dice_.of(by);
        text += mode(true);
        return interval == " in total" ? text + at() : text;
    }

    std::string count() {
        const bool customers = dice_.one_in(2);
        std::string text = customers ? "count customers" : "count users";
        const auto condition = [&] { return customers ? of_counted() : of_user(); };
        if (customers && dice_.one_in(3)) text += ", sum(customer.mrr), max(customer.size)";
        if (!customers && dice_.one_in(4)) text += ", average(user.age)";
        if (dice_.one_in(8)) {
            return text + " where " + condition() + " among " +
                   (customers ? "customers where " : "users where ") + condition() + at();
        }
        text += " where " + combined(condition(), customers || dice_.one_in(2) ? did() : trait());
        if (dice_.one_in(4)) {
            // Days of a zone whose ends fall between what happens.
            return text + " every day from 2026-02-03 to 2026-02-06 in zone \"Asia/Kolkata\"";
        }
        static const Texts by_user = {" by user.country", " by user.age", " by customer.plan"};
        static const Texts by_customer = {" by customer.plan", " by customer.industry",
                                          " by any user did \"A\""};
        if (dice_.one_in(4)) text += dice_.of(customers ? by_customer : by_user);
        return text + mode(true) + at();
    }

    std::string list() {
        const bool customers = dice_.one_in(2);
        std::string text = customers ? "list customers" : "list users";
        text += fmt::format(" show events of {}{} as n, days of {} as days", selector(), frame(),
                            selector());
        if (customers) text += fmt::format(", users of {} as people, customer.users", selector());
        if (!customers) text += ", user.country, user.customers";
        if (customers && dice_.one_in(2)) text += ", customer.plan, customer.mrr, customer.size";
        if (dice_.one_in(2)) text += " where " + (customers ? of_counted() : of_user());
        return text + mode(true) + at();
    }

    std::string funnel() {
        const bool customers = dice_.one_in(3);
        static const Texts steps = {R"("A" > "B")",
                                    R"("A" > "B" > "C")",
                                    R"("B" > "A" > use)",
                                    R"("A" > "A")",
                                    R"("A"[c = "red"] > "B" > "A")",
                                    R"(("A" or "B") > ("B" or "C") > "A")",
                                    R"(use > "B"[n >= 2])",
                                    R"("C" > anything > "D")"};
        static const Texts windows = {" within 1 hour", " within 1 day", " within 2 days",
                                      " within 25 hours", ""};
        std::string text = "funnel " + dice_.of(steps) + dice_.of(windows);
        const int kind = dice_.below(8);
        if (kind == 0 && !has_ties_) text += " strict";
        if (kind == 1) text = R"(funnel "A" > "B" > "C" within 2 days in any order)";
        if (kind == 2 && !has_ties_) {
            text = R"(funnel "A" > "B" within 2 days excluding "C")";
            if (dice_.one_in(2)) text += " ending the attempt";
            if (dice_.one_in(2)) text += " entries only";
        }
        if (kind == 3) text += " holding event.c";
        if (kind >= 4 && dice_.one_in(3)) text += " entries only";
        if (customers) text += " for customers";
        text += range();
        const bool plain = kind >= 3;
        if (plain && dice_.one_in(3)) {
            const std::string what = dice_.one_in(2) ? event_condition()
                                     : customers     ? of_customer()
                                                     : trait();
            text += " where " + what;
        }
        if (plain && dice_.one_in(4)) {
            static const Texts by = {" by event.c", " by event.n", " by event.c, event.n",
                                     " by event.hour"};
            static const Texts touch = {"", "", " last touch", " step 2", " every value"};
            text += customers || dice_.one_in(2) ? dice_.of(by) : std::string(" by user.country");
            text += dice_.of(touch);
        }
        return text + mode(true) + at();
    }

    std::string retention() {
        const bool customers = dice_.one_in(3);
        std::string text = "retention " + trend_selector() + " then " + trend_selector();
        if (dice_.one_in(4)) text += fmt::format(" at least {} times", dice_.between(1, 3));
        if (dice_.one_in(4)) text += " on or after";
        if (dice_.one_in(4)) text += " rolling";
        if (dice_.one_in(3)) text += " every start";
        if (customers) text += " for customers";
        static const Texts periods = {" every day for 4 days", " every day for 9 days",
                                      " every week for 2 weeks", " every month for 1 month",
                                      " every hour for 3 hours"};
        static const Texts of_one_day = {" from 2026-02-03 to 2026-02-03",
                                         " from 2026-02-06T10:00Z to 2026-02-06T13:30Z"};
        const std::string period = dice_.of(periods);
        text += period + (period.starts_with(" every hour") ? dice_.of(of_one_day) : range());
        if (dice_.one_in(2)) text += " where " + retention_condition(customers);
        if (dice_.one_in(3)) text += retention_by(customers);
        static const Texts zones = {"", "", " in zone \"Asia/Kolkata\"", " weeks from sunday"};
        return text + dice_.of(zones) + mode(true) + at();
    }

    std::string retention_condition(bool customers) {
        switch (dice_.below(has_ties_ ? 3 : 5)) {
            case 0:
                return event_condition();
            case 1:
                return customers ? of_customer() : trait();
            case 2:
                return event_condition() + " and " + (customers ? of_customer() : trait());
            case 3:
                return customers ? lift() : lower(false);
            default:
                return did();
        }
    }

    std::string retention_by(bool customers) {
        static const Texts of_user = {" by event.c", " by user.country", " by customer.plan",
                                      " by customer", " by event.n, event.c"};
        static const Texts of_customer = {" by event.c", " by customer.plan",
                                          " by customer.industry", " by customer"};
        return dice_.of(customers ? of_customer : of_user) + (dice_.one_in(3) ? " top 1" : "");
    }

    std::string sides() {
        std::string text = "sides";
        if (!dice_.one_in(4)) text += " using " + trend_selector();
        const bool flows = dice_.one_in(3);
        if (flows) text += " flows";
        static const Texts intervals = {"", " every day", " every day", " every week",
                                        " every month"};
        text += !flows && dice_.one_in(6) ? " in total" : dice_.of(intervals);
        text += range();
        if (dice_.one_in(3)) text += " where " + sides_condition();
        static const Texts by = {" by customer.plan", " by customer.industry", " by customer",
                                 " by paying", " by any user did \"A\""};
        if (!flows && dice_.one_in(4)) text += dice_.of(by);
        static const Texts zones = {"", "", " in zone \"Asia/Kolkata\"", " weeks from sunday"};
        return text + dice_.of(zones) + mode(true) + at();
    }

    std::string overlap() {
        std::string text = "overlap";
        switch (dice_.below(4)) {
            case 0:
                text += " for users where " + of_user();
                break;
            case 1:
                text += " for customers" + (dice_.one_in(3) ? "" : " where " + of_counted());
                break;
            case 2:
                text += " where " + (dice_.one_in(2) ? of_customer() : did());
                break;
            default:
                break;
        }
        static const Texts intervals = {"", "", " every day", " every week"};
        const std::string interval = dice_.of(intervals);
        if (!interval.empty()) text += interval + range() + " in zone \"Asia/Kolkata\"";
        return text + mode(true) + at();
    }

    std::string sides_condition() {
        switch (dice_.below(4)) {
            case 0:
                return event_condition();
            case 1:
                return event_condition() + " and " + of_customer();
            default:
                return of_counted();
        }
    }

    Dice& dice_;
    bool has_ties_;
};

}  // namespace

std::string random_question(Dice& dice, bool has_ties) {
    return Asker(dice, has_ties).question();
}

}  // namespace twofold::oracle
