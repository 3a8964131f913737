// SPDX-License-Identifier: Apache-2.0
// Relations that follow from what is known: self customers and rules. Whatever came in whatever
// pieces, it is as if all had come at once; and when they are taken back, as if they never were.
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "directory/directory.h"
#include "frame/builder.h"
#include "frame/join_preview.h"
#include "io/memory_env.h"
#include "model/record.h"

namespace twofold::frame {
namespace {

using ledger::JoinBy;
using ledger::JoinRule;
using model::RecordBuilder;
using model::RecordFlag;
using model::RecordType;
using model::Value;

constexpr TimeMs kStart = kYear2000Ms + 1'000 * kDayMs;

JoinRule rule_of(const char* name, JoinBy by) {
    JoinRule rule;
    rule.name = name;
    rule.by = by;
    rule.user_trait = by == JoinBy::kTrait ? "company" : "";
    if (by == JoinBy::kActing) rule.role = "member";
    rule.days = 2;
    return *checked(rule);
}

std::vector<JoinRule> three_rules() {
    return {rule_of("acting", JoinBy::kActing), rule_of("company", JoinBy::kTrait),
            rule_of("mail", JoinBy::kEmailDomain)};
}

/// A directory and the frames beside it, as project feeds them.
class Fed {
public:
    explicit Fed(Rules rules) : builder_(rules) { set(std::move(rules)); }

    void set(Rules rules) {
        directory_->set_self_customers(rules.self_customers);
        builder_.set_rules(std::move(rules));
    }
    std::shared_ptr<const Snapshot> publish() {
        return builder_.publish(directory_->publish(), sequence_);
    }
    std::uint64_t memory_bytes() const {
        return builder_.memory_bytes() + directory_->memory_bytes();
    }

    void identify(const std::string& id, std::string_view trait, const Value& value, TimeMs time) {
        const auto applied = tell(RecordBuilder(RecordType::kIdentify).user_id(id), time);
        builder_.add(ledger::UserTrait{*applied.user, trait, value, time, sequence_});
    }
    void describe(const std::string& id, std::string_view trait, const Value& value, TimeMs time) {
        const auto applied = tell(RecordBuilder(RecordType::kCustomer).customer_id(id), time);
        builder_.add(ledger::CustomerTrait{*applied.customer, ledger::CustomerField::kTrait, trait,
                                           value, time, sequence_});
    }
    void act(const std::string& id, const std::string& anonymous, const std::string& customer,
             TimeMs time) {
        RecordBuilder record(RecordType::kTrack);
        record.user_id(id).anonymous_id(anonymous).customer_id(customer);
        const auto applied = tell(record, time);
        if (!applied.customer) return;
        builder_.add(ledger::ImpliedRelation{*applied.user, *applied.customer, "guest", time,
                                             ledger::ImpliedBy::kNaming});
    }
    void group(const std::string& id, const std::string& customer, TimeMs time) {
        const auto applied =
            tell(RecordBuilder(RecordType::kGroup).user_id(id).customer_id(customer), time);
        builder_.add(ledger::ImpliedRelation{*applied.user, *applied.customer, "user", time,
                                             ledger::ImpliedBy::kGroup});
        builder_.add(ledger::Choice{*applied.user, *applied.customer, time, sequence_});
    }
    void relate(const std::string& id, const std::string& customer, std::string_view role,
                TimeMs from, TimeMs until, bool removed) {
        const auto applied =
            tell(RecordBuilder(RecordType::kRelation).user_id(id).customer_id(customer), from);
        builder_.add(
            ledger::StatedRelation{*applied.user, *applied.customer, role, from, until, removed});
    }
    void alias(const std::string& id, const std::string& previous, bool undo) {
        tell(RecordBuilder(RecordType::kAlias)
                 .user_id(id)
                 .own("previousId", Value::of_string(previous))
                 .flag(RecordFlag::kUndo, undo),
             kStart);
    }
    void alias_customer(const std::string& id, const std::string& previous, bool undo) {
        tell(RecordBuilder(RecordType::kAlias)
                 .customer_id(id)
                 .own("previousCustomerId", Value::of_string(previous))
                 .flag(RecordFlag::kUndo, undo),
             kStart);
    }
    void key(const std::string& id, const Value& key, TimeMs time) {
        tell(RecordBuilder(RecordType::kCustomer).customer_id(id).own("keys.crm", key), time);
    }

private:
    directory::Applied tell(RecordBuilder& record, TimeMs time) {
        auto bytes = record.time(time).received(time).bytes();
        model::set_sequence(bytes, ++sequence_);
        return *directory_->apply(*model::RecordView::parse(bytes));
    }
    directory::Applied tell(RecordBuilder&& record, TimeMs time) { return tell(record, time); }

    io::MemoryEnv env_;
    std::unique_ptr<directory::Directory> directory_ =
        *directory::Directory::open(env_, "d", {}, {});
    Builder builder_;
    model::Sequence sequence_ = 0;
};

/// All ids, as which of them is shown may follow from which came first.
template <typename Ordinal>
std::string name_of(const Snapshot& frames, Ordinal ordinal) {
    std::set<std::string> ids;
    for (const directory::Id& id : frames.directory().ids(ordinal))
        ids.insert(id.text);
    return fmt::format("{}", fmt::join(ids, "+"));
}

/// Every relation that counts at `at`, whose it is when, and since when customers are there.
std::set<std::string> said(const Snapshot& frames, TimeMs at) {
    std::set<std::string> lines;
    std::vector<RelationInterval> scratch;
    const Belonging belonging(frames, Mode::kAsOfEvent, at);
    for (std::uint32_t i = 0; i < frames.user_count(); ++i) {
        const model::UserOrdinal user{i};
        const UserEdges edges = frames.edges_of(user);
        for (std::uint32_t e = 0; e < edges.size(); ++e) {
            const auto customer = edges.customer(e);
            const std::string pair = name_of(frames, user) + ' ' + name_of(frames, customer);
            for (const RelationInterval& one : frames.relations(user, e, at, scratch)) {
                lines.insert(fmt::format("{} {} {} {} {}", pair, frames.roles()[one.role].name,
                                         frames.source_of(one), one.since - kStart, one.until));
            }
            const CustomerEdges users = frames.edges_of(customer);
            for (const Span& span : belonging.spans(users, users.find(user))) {
                if (span.from > at) continue;
                lines.insert(fmt::format("{} does {} {}", pair, span.from - kStart, span.until));
            }
        }
    }
    for (std::uint32_t i = 0; i < frames.customer_count(); ++i) {
        const model::CustomerOrdinal customer{i};
        const TimeMs from = belonging.exists_from(customer);
        if (from > at) continue;
        lines.insert(fmt::format("{} from {}", name_of(frames, customer), from - kStart));
    }
    return lines;
}

using Step = std::function<void(Fed&)>;

/// Something about few users and customers, who may have the same ids.
Step random_step(std::mt19937& random) {
    const auto below = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
    const std::string user = fmt::format("u{}", below(4));
    const std::string other = fmt::format("u{}", below(4));
    const std::string customer = below(4) == 0 ? other : fmt::format("c{}", below(3));
    const std::string named = below(6) == 0 ? fmt::format("crm:k{}", below(2)) : customer;
    const std::string device = below(4) == 0 ? fmt::format("a{}", below(2)) : std::string();
    const std::string text = fmt::format("d{}.io", below(3));
    const std::string mail = fmt::format("x@{}", below(5) == 0 ? "gmail.com" : text);
    const TimeMs time =
        kStart + static_cast<TimeMs>(below(10)) * kDayMs + static_cast<TimeMs>(below(3)) * kHourMs;
    const TimeMs until = below(2) == 0 ? kEndOfTime : time + 2 * kDayMs;
    const bool flag = below(3) == 0;
    switch (below(11)) {
        case 0:
            return [=](Fed& fed) { fed.identify(user, "email", Value::of_string(mail), time); };
        case 1:
            return [=](Fed& fed) {
                fed.identify(user, "email_verified", Value::of_bool(!flag), time);
            };
        case 2:
            return [=](Fed& fed) {
                fed.identify(user, "company", flag ? Value::null() : Value::of_string(named), time);
            };
        case 3:
            return [=](Fed& fed) {
                fed.describe(customer, "domain", flag ? Value::null() : Value::of_string(text),
                             time);
            };
        case 4:
        case 5:
            return [=](Fed& fed) { fed.act(user, device, flag ? customer : "", time); };
        case 6:
            return [=](Fed& fed) { fed.group(user, customer, time); };
        case 7:
            return [=](Fed& fed) {
                fed.relate(user, named, flag ? "self" : "user", time, until, until != kEndOfTime);
            };
        case 8:
            return [=](Fed& fed) { fed.alias(user, other, flag); };
        case 9:
            return [=](Fed& fed) { fed.alias_customer(customer, "c0", flag); };
        default:
            return [=](Fed& fed) {
                fed.key(customer, flag ? Value::null() : Value::of_string("k0"), time);
            };
    }
}

TEST(Standing, PieceByPieceItIsAsIfAllHadComeAtOnce) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        Rules rules;
        rules.self_customers = seed % 2 == 0;
        if (seed % 3 != 0) rules.join_rules = three_rules();
        Fed pieces(rules);
        Fed once(rules);
        Rules none;
        Fed never(none);
        for (auto left = 5 + random() % 40; left > 0; --left) {
            const Step step = random_step(random);
            step(pieces);
            step(once);
            step(never);
            if (random() % 4 == 0) pieces.publish();
        }
        const auto frames = pieces.publish();
        const auto whole = once.publish();
        for (const TimeMs at : {kEndOfTime - 1, kStart + 3 * kDayMs, kStart + 6 * kDayMs}) {
            ASSERT_EQ(said(*frames, at), said(*whole, at)) << (at - kStart) / kDayMs;
        }
        pieces.set(none);
        ASSERT_EQ(said(*pieces.publish(), kEndOfTime - 1), said(*never.publish(), kEndOfTime - 1));
        never.set(rules);
        ASSERT_EQ(said(*never.publish(), kEndOfTime - 1), said(*whole, kEndOfTime - 1));
    }
}

TEST(Standing, APreviewSaysWhatComesOfTheRule) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        Fed fed({});
        for (int i = 0; i < 40; ++i)
            random_step(random)(fed);
        const auto before = fed.publish();
        const TimeMs now = kStart + 20 * kDayMs;
        for (const JoinRule& rule : three_rules()) {
            const JoinPreview preview = preview_join(*before, rule, now, 1'000);
            Rules rules;
            rules.join_rules = {rule};
            fed.set(rules);
            const auto after = fed.publish();
            std::uint64_t came = 0;
            for (std::uint32_t i = 0; i < after->customer_count(); ++i) {
                const CustomerEdges edges = after->edges_of(model::CustomerOrdinal{i});
                const CustomerEdges old = before->edges_of(model::CustomerOrdinal{i});
                const auto inside = [&](const CustomerEdges& all, model::UserOrdinal user) {
                    const std::uint32_t place = all.find(user);
                    if (place == all.size()) return false;
                    for (const Span& span : all.inside(place))
                        if (span.holds(now)) return true;
                    return false;
                };
                for (const model::UserOrdinal user : edges.users()) {
                    if (inside(edges, user) && !inside(old, user)) ++came;
                }
            }
            EXPECT_EQ(preview.relations, came) << rule.name;
            EXPECT_EQ(preview.pairs.size(), came);
            fed.set({});
        }
    }
}

TEST(Standing, AValueOfTooManyCustomersJoinsNobody) {
    Rules rules;
    rules.join_rules = three_rules();
    Fed fed(rules);
    fed.identify("ana", "email", Value::of_string("ana@d.io"), kStart);
    fed.identify("ana", "email_verified", Value::of_bool(true), kStart);
    const auto describe = [&](std::size_t i) {
        fed.describe(fmt::format("c{}", i), "domain", Value::of_string("d.io"), kStart);
    };
    for (std::size_t i = 0; i < ledger::kJoinCustomersMax; ++i)
        describe(i);
    EXPECT_EQ(fed.publish()->edge_count(), ledger::kJoinCustomersMax);
    describe(ledger::kJoinCustomersMax);
    const auto frames = fed.publish();
    EXPECT_EQ(frames->edge_count(), 0U);
    const JoinPreview preview = preview_join(*frames, rules.join_rules[2], kStart + kDayMs, 10);
    EXPECT_EQ(preview.shared, std::vector<std::string>{"d.io"});
}

std::uint64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    file >> all >> resident;
    return resident * 4'096;
}

TEST(Standing, SelfCustomersOfManyUsers) {
    constexpr int kUsers = 200'000;
    auto start = std::chrono::steady_clock::now();
    const auto seconds = [&start] {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        start = std::chrono::steady_clock::now();
        return took.count();
    };
    Fed fed({});
    for (int i = 0; i < kUsers; ++i)
        fed.act(fmt::format("user-{}", i), "", "", kStart + i);
    fed.publish();
    const std::uint64_t before = resident_bytes();
    seconds();
    Rules rules;
    rules.self_customers = true;
    fed.set(rules);
    fed.publish();
    const double all = seconds();
    const auto bytes = static_cast<double>(resident_bytes() - before) / kUsers;
    for (int i = 0; i < 200; ++i)
        fed.act(fmt::format("new-{}", i), "", "", kStart + i);
    const auto frames = fed.publish();
    const double few = seconds();
    EXPECT_EQ(frames->edge_count(), static_cast<std::uint32_t>(kUsers + 200));
    std::printf("%d users: %.2f s to turn on, %.0f bytes each, %.1f ms for 200 more\n", kUsers, all,
                bytes, few * 1e3);
    EXPECT_LT(few, 0.5);  // a busy machine and sanitizers included
}

}  // namespace
}  // namespace twofold::frame
