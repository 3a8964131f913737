// SPDX-License-Identifier: Apache-2.0
#include "frame/join_preview.h"

#include <algorithm>
#include <fmt/format.h>

#include "frame/join_rules.h"

namespace twofold::frame {
namespace {

using model::CustomerOrdinal;
using model::UserOrdinal;

class Preview {
public:
    Preview(const Snapshot& frames, const ledger::JoinRule& rule, TimeMs at, std::size_t pairs_max)
        : frames_(frames), rule_(rule), at_(at), pairs_max_(pairs_max) {}

    JoinPreview by_value() {
        JoinSources sources;
        sources.view = &frames_.directory();
        sources.user_trait = [this](std::string_view name) { return frames_.user_trait(name); };
        sources.history = [this](CustomerOrdinal customer,
                                 std::string_view name) -> std::span<const DatedValue> {
            const auto trait = frames_.customer_trait(name);
            if (!trait) return {};
            return frames_.trait_history(customer, *trait);
        };
        JoinRules rules;
        rules.set({&rule_, 1});
        for (std::uint32_t i = 0; i < frames_.customer_count(); ++i)
            rules.refresh(CustomerOrdinal{i}, sources);
        found_.shared = rules.shared_values();
        const RoleCode role = 0;
        std::vector<StandingFact> facts;
        for (std::uint32_t i = 0; i < frames_.user_count(); ++i) {
            const UserOrdinal user{i};
            if (frames_.canonical(user) != user) continue;
            facts.clear();
            rules.find(user, sources, {&role, 1}, facts);
            std::ranges::sort(facts, {}, &StandingFact::customer);
            std::uint32_t last = frames_.customer_count();
            for (const StandingFact& fact : facts) {
                const bool over = fact.known_until != kEndOfTime && at_ >= fact.known_until;
                if (fact.known_from > at_ || over || fact.customer == last) continue;
                last = fact.customer;
                const CustomerOrdinal customer{fact.customer};
                add(user, customer, [&] { return rules.evidence(0, user, customer, sources); });
            }
        }
        return finish();
    }

    JoinPreview by_acting() {
        for (std::uint32_t i = 0; i < frames_.user_count(); ++i) {
            const UserOrdinal user{i};
            const UserEdges edges = frames_.edges_of(user);
            for (std::uint32_t e = 0; e < edges.size(); ++e) {
                const std::int64_t days = frames_.acting_days(user, edges.customer(e), at_);
                if (days < rule_.days) continue;
                add(user, edges.customer(e), [days] { return fmt::format("{} days", days); });
            }
        }
        return finish();
    }

private:
    template <typename Evidence>
    void add(UserOrdinal user, CustomerOrdinal customer, const Evidence& evidence) {
        const CustomerEdges edges = frames_.edges_of(customer);
        const std::uint32_t place = edges.find(user);
        if (place < edges.size()) {
            const auto spans = edges.inside(place);
            const auto now = [this](const Span& span) { return span.holds(at_); };
            if (std::ranges::any_of(spans, now)) {
                ++found_.already;
                return;
            }
            // An end that is stated stops values; days are counted from there.
            const bool values = rule_.by != ledger::JoinBy::kActing;
            if (values && !frames_.stated(user, customer).empty()) {
                ++found_.stated;
                return;
            }
        }
        ++found_.relations;
        if (user != last_user_ || found_.users == 0) ++found_.users;
        last_user_ = user;
        customers_.push_back(model::index(customer));
        if (found_.pairs.size() < pairs_max_) found_.pairs.push_back({user, customer, evidence()});
    }

    JoinPreview finish() {
        std::ranges::sort(customers_);
        customers_.erase(std::ranges::unique(customers_).begin(), customers_.end());
        found_.customers = static_cast<std::uint32_t>(customers_.size());
        return std::move(found_);
    }

    const Snapshot& frames_;
    const ledger::JoinRule& rule_;
    TimeMs at_;
    std::size_t pairs_max_;
    UserOrdinal last_user_{};
    std::vector<std::uint32_t> customers_;
    JoinPreview found_;
};

}  // namespace

JoinPreview preview_join(const Snapshot& frames, const ledger::JoinRule& rule, TimeMs at,
                         std::size_t pairs_max) {
    Preview preview(frames, rule, at, pairs_max);
    return rule.by == ledger::JoinBy::kActing ? preview.by_acting() : preview.by_value();
}

std::vector<std::uint64_t> joined_by_rules(const Snapshot& frames, std::size_t rules, TimeMs at) {
    std::vector<std::uint64_t> counts(rules);
    std::vector<RelationInterval> scratch;
    for (std::uint32_t i = 0; i < frames.user_count(); ++i) {
        const UserOrdinal user{i};
        const UserEdges edges = frames.edges_of(user);
        for (std::uint32_t e = 0; e < edges.size(); ++e) {
            for (const RelationInterval& one : frames.relations(user, e, at, scratch)) {
                const bool counts_here = one.source == RelationSource::kRule && one.holds(at) &&
                                         one.rule < counts.size();
                if (counts_here) ++counts[one.rule];
            }
        }
    }
    return counts;
}

}  // namespace twofold::frame
