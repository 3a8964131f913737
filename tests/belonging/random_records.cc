// SPDX-License-Identifier: Apache-2.0
#include "belonging/random_records.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace twofold::belonging {
namespace {

constexpr TimeMs kBegin = kNow - 14 * kDayMs;

class Maker {
public:
    Maker(Random& random, const std::string& prefix)
        : random_(random),
          prefix_(prefix),
          users_(between(1, 4)),
          devices_(between(1, 3)),
          customers_(between(1, 4)) {}

    std::vector<Record> run() {
        for (int left = between(10, 40); left > 0; --left)
            records_.push_back(one_in(10) ? again() : next());
        return std::move(records_);
    }

private:
    int between(int low, int high) { return low + below(random_, high - low + 1); }
    bool one_in(int n) { return below(random_, n) == 0; }
    std::string of(std::initializer_list<const char*> all) {
        return *(all.begin() + below(random_, static_cast<int>(all.size())));
    }

    std::string user() { return fmt::format("{}u{}", prefix_, between(1, users_)); }
    std::string device() { return fmt::format("{}x{}", prefix_, between(1, devices_)); }
    std::string key() { return fmt::format("stripe:{}k{}", prefix_, between(1, 2)); }
    std::string own_customer() { return fmt::format("{}c{}", prefix_, between(1, customers_)); }
    std::string customer() { return one_in(8) ? key() : own_customer(); }

    /// Few enough times that many are equal.
    TimeMs time() { return kBegin + between(0, 13) * kDayMs + between(9, 12) * kHourMs; }
    /// A bare date, or a time at which events may lie too; a few of them far away.
    TimeMs bound() {
        if (one_in(12)) return kBegin + between(-40, 40) * kDayMs;
        return one_in(2) ? time() : kBegin + between(-1, 16) * kDayMs;
    }

    Record next() {
        const int kind = below(random_, 100);
        if (kind < 36) return track();
        if (kind < 44) return by_somebody(What::kIdentify);
        if (kind < 60) return group();
        if (kind < 80) return relation();
        if (kind < 86) return alias();
        if (kind < 90) return of_customer(What::kCustomer);
        if (kind < 94) return key_of_customer();
        if (kind < 97) return customer_alias();
        return subscription();
    }

    /// The content of one that came before, in another message.
    Record again() {
        if (records_.empty()) return next();
        Record record =
            records_[static_cast<std::size_t>(below(random_, static_cast<int>(records_.size())))];
        name(record);
        return record;
    }

    void name(Record& record) {
        record.message.clear();
        if (!one_in(3)) record.message = fmt::format("{}m{}", prefix_, ++serial_);
        if (record.what == What::kTrack) record.name = fmt::format("{}e{}", prefix_, ++serial_);
    }

    Record of(What what) {
        Record record;
        record.what = what;
        record.time = time();
        name(record);
        return record;
    }

    Record by_somebody(What what) {
        Record record = of(what);
        const int who = below(random_, 10);
        if (who < 8) record.user = user();
        if (who >= 6) record.anonymous = device();
        return record;
    }

    Record track() {
        Record record = by_somebody(What::kTrack);
        if (one_in(5)) record.customer = customer();
        return record;
    }

    Record group() {
        Record record = by_somebody(What::kGroup);
        record.customer = customer();
        if (one_in(3)) record.role = of({"admin", "buyer", "guest"});
        if (one_in(3)) record.tier = of({"gold", "iron"});
        return record;
    }

    Record relation() {
        if (!stated_.empty() && one_in(4)) return restated();
        Record record = of(What::kRelation);
        record.user = user();
        record.customer = customer();
        record.role = of({"user", "user", "user", "admin", "buyer", "partner", "guest"});
        record.time = bound();
        if (one_in(2)) end(record);
        stated_.push_back(record);
        return record;
    }

    /// Replaces what was stated before, or takes it back.
    Record restated() {
        Record record =
            stated_[static_cast<std::size_t>(below(random_, static_cast<int>(stated_.size())))];
        name(record);
        record.until.reset();
        record.removed = one_in(2);
        if (!record.removed && one_in(2)) end(record);
        return record;
    }

    /// Not between the events of one day: of a user's events that name one customer the first and
    /// the last of a day are remembered (docs/limits.md), and it may be the first after an end that
    /// makes a guest.
    void end(Record& record) {
        TimeMs until = bound();
        if (until <= record.time) until = record.time + between(1, 5) * kDayMs;
        const DurationMs of_day = until % kDayMs;
        if (of_day > 9 * kHourMs) until += 13 * kHourMs - of_day;
        record.until = until;
    }

    Record alias() {
        Record record = of(What::kAlias);
        record.user = user();
        record.previous = one_in(3) ? device() : identified();
        return undone_or(record, aliases_);
    }

    /// A user id that came before: what came not yet would be taken for an anonymous one.
    std::string identified() {
        std::vector<std::string> ids;
        for (const Record& record : records_)
            if (!record.user.empty()) ids.push_back(record.user);
        if (ids.empty()) return device();
        return ids[static_cast<std::size_t>(below(random_, static_cast<int>(ids.size())))];
    }

    Record customer_alias() {
        Record record = of(What::kCustomerAlias);
        record.customer = own_customer();
        record.previous = customer();
        return undone_or(record, customer_aliases_);
    }

    /// The record, or in its place one that undoes another before it.
    Record undone_or(const Record& record, std::vector<Record>& before) {
        if (before.empty() || !one_in(3)) {
            before.push_back(record);
            return record;
        }
        Record undo =
            before[static_cast<std::size_t>(below(random_, static_cast<int>(before.size())))];
        undo.undo = true;
        name(undo);
        return undo;
    }

    Record of_customer(What what) {
        Record record = of(what);
        record.customer = own_customer();
        if (what == What::kCustomer && one_in(2)) record.tier = of({"gold", "iron"});
        return record;
    }

    Record key_of_customer() {
        Record record = of_customer(What::kKey);
        if (!one_in(4)) record.key = key();
        return record;
    }

    Record subscription() {
        Record record = of(What::kSubscription);
        record.name = fmt::format("{}s{}", prefix_, ++serial_);
        record.customer = customer();
        record.time = bound();
        if (one_in(2)) end(record);
        return record;
    }

    Random& random_;
    const std::string& prefix_;
    int users_;
    int devices_;
    int customers_;
    int serial_ = 0;
    std::vector<Record> records_;
    std::vector<Record> stated_;
    std::vector<Record> aliases_;
    std::vector<Record> customer_aliases_;
};

/// Who is who is decided in the order of these.
bool decides_who(const Record& record) {
    const bool claims = !record.user.empty() && !record.anonymous.empty();
    return claims || record.what == What::kAlias || record.what == What::kKey ||
           record.what == What::kCustomerAlias;
}

bool share_an_id(const Record& a, const Record& b) {
    std::set<std::string> ids = {a.user, a.anonymous, a.previous, a.customer, a.key};
    ids.erase("");
    return std::ranges::any_of(std::vector{b.user, b.anonymous, b.previous, b.customer, b.key},
                               [&](const std::string& id) { return ids.contains(id); });
}

bool names_key(const Record& record) {
    return !record.key.empty() || record.customer.contains(':') || record.previous.contains(':');
}

bool takes_keys(const Record& record) {
    return record.what == What::kKey && record.key.empty();
}

/// Whether it says the same whichever comes first.
bool may_swap(const Record& a, const Record& b) {
    if (decides_who(a) && decides_who(b)) return false;
    // What an id is taken for depends on whether it was there before.
    if ((decides_who(a) || decides_who(b)) && share_an_id(a, b)) return false;
    if ((takes_keys(a) && names_key(b)) || (takes_keys(b) && names_key(a))) return false;
    if (a.time != b.time) return true;
    const bool relations = a.what == What::kRelation && b.what == What::kRelation;
    if (relations && a.role == b.role) return false;
    const bool choices = a.what == What::kGroup && b.what == What::kGroup;
    return !choices && (a.tier.empty() || b.tier.empty());
}

void late(std::vector<Record>& sent, Random& random) {
    constexpr int kSwapsOfEach = 10;
    const int places = static_cast<int>(sent.size()) - 1;
    for (int left = kSwapsOfEach * places; left > 0; --left) {
        const auto i = static_cast<std::size_t>(below(random, places));
        if (may_swap(sent[i], sent[i + 1])) std::swap(sent[i], sent[i + 1]);
    }
}

/// Somewhere at or behind `from`.
std::size_t insert(std::vector<Record>& sent, const Record& record, std::size_t from,
                   Random& random) {
    const std::size_t place =
        from + static_cast<std::size_t>(below(random, static_cast<int>(sent.size() - from + 1)));
    sent.insert(sent.begin() + static_cast<std::ptrdiff_t>(place), record);
    return place;
}

/// Two that both have an id of their own, and came already, are joined, and it is taken back.
void undone_join(std::vector<Record>& sent, What what, Random& random) {
    const auto id = [what](const Record& record) {
        const bool own = !record.customer.contains(':');
        return what == What::kAlias ? record.user : own ? record.customer : std::string();
    };
    std::vector<std::string> ids;
    std::size_t from = 0;
    for (std::size_t i = 0; i < sent.size(); ++i) {
        if (sent[i].what == what) return;  // What it takes back might be that one's.
        if (ids.size() >= 2 || id(sent[i]).empty() || std::ranges::count(ids, id(sent[i])) > 0) {
            continue;
        }
        ids.push_back(id(sent[i]));
        from = i + 1;
    }
    if (ids.size() < 2) return;
    Record join;
    join.what = what;
    join.time = kBegin;
    join.previous = ids.front();
    (what == What::kAlias ? join.user : join.customer) = ids.back();
    const std::size_t place = insert(sent, join, from, random);
    join.undo = true;
    insert(sent, join, place + 1, random);
}

/// The same messages again, some time after.
void repeated(std::vector<Record>& sent, Random& random) {
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const Record record = sent[i];
        const bool first =
            std::ranges::find(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(i),
                              record.message,
                              &Record::message) == sent.begin() + static_cast<std::ptrdiff_t>(i);
        if (record.message.empty() || !first || below(random, 8) != 0) continue;
        insert(sent, record, i + 1, random);
    }
}

}  // namespace

int below(Random& random, int n) {
    return static_cast<int>(random() % static_cast<std::uint32_t>(n));
}

std::vector<Record> random_records(Random& random, const std::string& prefix) {
    return Maker(random, prefix).run();
}

std::vector<Record> as_sent(const std::vector<Record>& said, Random& random) {
    std::vector<Record> sent = said;
    if (sent.size() > 1) late(sent, random);
    for (const What what : {What::kAlias, What::kCustomerAlias})
        if (below(random, 2) == 0) undone_join(sent, what, random);
    repeated(sent, random);
    return sent;
}

}  // namespace twofold::belonging
