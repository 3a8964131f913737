// SPDX-License-Identifier: Apache-2.0
#include "oracle/random_world.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/calendar.h"

namespace twofold::oracle {
namespace {

constexpr TimeMs kBegin = kRandomWorldNow - 14 * kDayMs;

class Maker {
public:
    Maker(Dice& dice, bool self_customers, bool rules)
        : dice_(dice), self_customers_(self_customers), rules_(rules), has_ties_(dice.one_in(2)) {
        const int users = dice.between(2, 5);
        for (int i = 1; i <= users; ++i)
            users_.push_back(fmt::format("u{}", i));
        const int customers = dice.between(2, 4);
        for (int i = 1; i <= customers; ++i)
            customers_.push_back(fmt::format("c{}", i));
        if (self_customers_) customers_.push_back(dice.of(users_));
    }

    RandomWorld run() {
        known_names();
        for (int i = dice_.between(5, 35); i > 0; --i)
            event();
        for (int i = dice_.between(0, 6); i > 0; --i)
            relation();
        for (int i = dice_.between(0, 5); i > 0; --i)
            group();
        for (int i = dice_.between(0, 4); i > 0; --i)
            traits();
        if (dice_.one_in(2)) {
            for (int i = dice_.between(1, 4); i > 0; --i)
                parent();
        }
        for (int i = rules_ ? dice_.between(2, 8) : 0; i > 0; --i)
            shared_value();
        if (dice_.one_in(3)) alias();
        for (const std::string& customer : customers_)
            money(customer);
        // Anything may come late; who is who then follows from this order.
        for (std::size_t i = world_.lines.size(); i > 1; --i) {
            std::swap(world_.lines[i - 1],
                      world_.lines[static_cast<std::size_t>(dice_.below(static_cast<int>(i)))]);
        }
        world_.has_ties = has_ties_;
        return std::move(world_);
    }

private:
    void add(std::string line) { world_.lines.push_back(std::move(line)); }

    /// With ties four hours of a day; without, no two times are equal, and no two differ by a
    /// duration that questions name.
    std::string time(int first_day = 0, int last_day = 12) {
        TimeMs time =
            kBegin + dice_.between(first_day, last_day) * kDayMs + dice_.between(9, 12) * kHourMs;
        if (!has_ties_) time += dice_.between(0, 50) * kMinuteMs + ++serial_;
        return format_utc(time);
    }
    /// A bare date, or a time at which events may lie too.
    std::string bound(int first_day, int last_day) {
        if (dice_.one_in(3)) return time(std::max(first_day, -20), last_day);
        return format_utc(kBegin + dice_.between(first_day, last_day) * kDayMs).substr(0, 10);
    }

    /// So that no question is refused for a name that is nowhere.
    void known_names() {
        for (const char* name : {"A", "B", "C", "D"}) {
            add(fmt::format(R"({{"type":"track","userId":"u1","event":"{}","timestamp":"{}",)"
                            R"("properties":{{"c":"red","n":1,"t":["x"]}}}})",
                            name, time(-9, -8)));
        }
        add(fmt::format(R"({{"type":"identify","userId":"u1","timestamp":"{}",)"
                        R"("traits":{{"country":"NO","age":30}}}})",
                        time(-9, -8)));
        add(fmt::format(R"({{"type":"customer","customerId":"c1","timestamp":"{}",)"
                        R"("traits":{{"industry":"steel","size":10,"plan":"wish"}}}})",
                        time(-9, -8)));
    }

    std::string person() {
        const int kind = dice_.below(8);
        const std::string device = fmt::format("x{}", dice_.between(1, 3));
        if (kind == 0) return fmt::format(R"("anonymousId":"{}")", device);
        const std::string user = fmt::format(R"("userId":"{}")", dice_.of(users_));
        return kind == 1 ? user + fmt::format(R"(,"anonymousId":"{}")", device) : user;
    }

    void event() {
        static const std::vector<std::string> names = {"A", "A", "B", "B", "C", "D"};
        static const std::vector<std::string> colors = {R"("red")", R"("red")", R"("blue")",
                                                        R"("green")"};
        static const std::vector<std::string> numbers = {"1", "2", "3", "2.5", R"("2")", "0"};
        static const std::vector<std::string> lists = {R"(["x","y"])", R"(["y"])", R"("x")"};
        std::string properties;
        const auto property = [&](const char* name, const std::string& value) {
            properties += fmt::format(R"({}"{}":{})", properties.empty() ? "" : ",", name, value);
        };
        if (!dice_.one_in(4)) property("c", dice_.of(colors));
        if (!dice_.one_in(4)) property("n", dice_.of(numbers));
        if (dice_.one_in(4)) property("t", dice_.of(lists));
        std::string context;
        if (dice_.one_in(6)) context = fmt::format(R"("groupId":"{}")", dice_.of(customers_));
        if (dice_.one_in(9)) {
            context += std::string(context.empty() ? "" : ",") + R"("automatic":true)";
        }
        add(fmt::format(R"({{"type":"track",{},"event":"{}","timestamp":"{}",)"
                        R"("properties":{{{}}},"context":{{{}}}}})",
                        person(), dice_.of(names), time(), properties, context));
    }

    void relation() {
        static const std::vector<std::string> roles = {"user",  "user",  "user",    "admin",
                                                       "admin", "buyer", "partner", "self"};
        const bool self = self_customers_ && dice_.one_in(3);
        const std::string from = bound(-10, 9);
        std::string until = "null";
        if (dice_.one_in(2)) {
            const std::string end = bound(-9, 13);
            if (end.substr(0, 10) > from.substr(0, 10)) until = '"' + end + '"';
        }
        add(fmt::format(R"({{"type":"relation","userId":"{}","customerId":"{}","role":"{}",)"
                        R"("from":"{}","until":{}}})",
                        dice_.of(users_), dice_.of(customers_), self ? "self" : dice_.of(roles),
                        from, until));
    }

    /// Two who were both identified are one person, perhaps not for good.
    void alias() {
        const std::string previous = dice_.of(users_);
        const std::string user = dice_.of(users_);
        if (previous == user) return;
        add(fmt::format(R"({{"type":"alias","previousId":"{}","userId":"{}","timestamp":"{}"}})",
                        previous, user, time()));
        if (!dice_.one_in(4)) return;
        add(fmt::format(R"({{"type":"alias","previousId":"{}","userId":"{}","undo":true,)"
                        R"("timestamp":"{}"}})",
                        previous, user, time()));
    }

    void group() {
        add(fmt::format(R"({{"type":"group","userId":"{}","groupId":"{}",{}"timestamp":"{}"}})",
                        dice_.of(users_), dice_.of(customers_),
                        dice_.one_in(3) ? R"("role":"admin",)" : "", time(-3, 12)));
    }

    void traits() {
        static const std::vector<std::string> countries = {R"("NO")", R"("SE")", "null"};
        static const std::vector<std::string> industries = {R"("steel")", R"("food")"};
        if (dice_.one_in(2)) {
            add(fmt::format(R"({{"type":"identify","userId":"{}","timestamp":"{}",)"
                            R"("traits":{{"country":{},"age":{}}}}})",
                            dice_.of(users_), time(), dice_.of(countries),
                            dice_.between(2, 5) * 10));
            return;
        }
        add(fmt::format(R"({{"type":"customer","customerId":"{}","timestamp":"{}",)"
                        R"("traits":{{"industry":{},"size":{}}}}})",
                        dice_.of(customers_), time(), dice_.of(industries),
                        dice_.between(1, 5) * 10));
    }

    /// Also itself, in rings, and none from then on.
    void parent() {
        const std::string parent =
            dice_.one_in(5) ? "null" : fmt::format(R"("{}")", dice_.of(customers_));
        add(fmt::format(R"({{"type":"customer","customerId":"{}","parentId":{},)"
                        R"("timestamp":"{}"}})",
                        dice_.of(customers_), parent, time(dice_.one_in(2) ? -9 : 0, 12)));
    }

    /// What a rule may find in a user and in a customer.
    void shared_value() {
        static const std::vector<std::string> domains = {"one.io", "two.io", "GMail.com"};
        const std::string domain = dice_.of(domains);
        const std::string user = dice_.of(users_);
        const std::string customer = dice_.of(customers_);
        std::string traits;
        switch (dice_.below(4)) {
            case 0:
                add(fmt::format(R"({{"type":"customer","customerId":"{}","timestamp":"{}",)"
                                R"("traits":{{"domain":{}}}}})",
                                customer, time(),
                                dice_.one_in(3) ? R"(["one.io","two.io"])" : '"' + domain + '"'));
                return;
            case 1:
                traits = fmt::format(R"("email":"a@{}")", domain);
                break;
            case 2:
                traits = fmt::format(R"("email_verified":{})", !dice_.one_in(4));
                break;
            default:
                traits =
                    fmt::format(R"("company":{})", dice_.one_in(4) ? "null" : '"' + customer + '"');
        }
        add(fmt::format(R"({{"type":"identify","userId":"{}","timestamp":"{}","traits":{{{}}}}})",
                        user, time(), traits));
    }

    void money(const std::string& customer) {
        if (dice_.one_in(3)) return;
        if (dice_.one_in(4)) {
            // Pays without a subscription.
            add(fmt::format(R"({{"type":"payment","id":"p-{0}","customerId":"{0}","amount":4000,)"
                            R"("currency":"USD","time":"{1}"}})",
                            customer, time(dice_.one_in(2) ? -95 : 0, 12)));
            return;
        }
        for (int number = dice_.between(1, 2); number > 0; --number)
            subscription(customer, number);
    }

    void subscription(const std::string& customer, int number) {
        static const std::vector<std::string> plans = {"basic", "pro", "team"};
        static const std::vector<std::string> rhythms = {"month", "month", "quarter", "year"};
        int day = dice_.between(-20, 8);
        for (int change = dice_.between(1, 2); change > 0; --change) {
            const auto date = [](int which) {
                return format_utc(kBegin + which * kDayMs).substr(0, 10);
            };
            std::string rest;
            if (dice_.one_in(4)) {
                rest += fmt::format(R"(,"trialUntil":"{}")", date(day + dice_.between(1, 6)));
            }
            if (dice_.one_in(3)) {
                rest += fmt::format(R"(,"until":"{}")", date(day + dice_.between(1, 15)));
            }
            add(fmt::format(R"({{"type":"subscription","id":"s{0}-{1}","customerId":"{1}",)"
                            R"("plan":"{2}","amount":{3},"currency":"USD","every":"{4}",)"
                            R"("quantity":{5},"from":"{6}"{7}}})",
                            number, customer, dice_.of(plans), dice_.between(0, 4) * 12'000,
                            dice_.of(rhythms), dice_.between(1, 3), date(day), rest));
            day += dice_.between(1, 10);
        }
    }

    Dice& dice_;
    bool self_customers_;
    bool rules_;
    bool has_ties_;
    int serial_ = 0;
    std::vector<std::string> users_;
    std::vector<std::string> customers_;
    RandomWorld world_;
};

}  // namespace

RandomWorld random_world(Dice& dice, bool self_customers, bool rules) {
    return Maker(dice, self_customers, rules).run();
}

}  // namespace twofold::oracle
