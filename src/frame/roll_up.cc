// SPDX-License-Identifier: Apache-2.0
#include "frame/roll_up.h"

#include <algorithm>
#include <map>
#include <set>

#include "frame/customer_facts.h"
#include "frame/edge_chunks.h"
#include "frame/snapshot.h"
#include "money/add_up.h"

namespace twofold::frame {
namespace {

using model::CustomerOrdinal;
using model::UserOrdinal;

constexpr Span kAllTime{kBeginningOfTime, kEndOfTime};

/// Where the first inside relations begin, which may reach back further than that.
TimeMs first_inside(const DerivedEdge& edge, const std::vector<Role>& roles) {
    TimeMs first = kEndOfTime;
    for (const RelationInterval& relation : edge.relations) {
        if (!roles[relation.role].outside) first = std::min(first, relation.since);
    }
    return first;
}

/// Adds what `edge` is within `span` to what its root has already.
void add_cut(const DerivedEdge& edge, const Span& span, const std::vector<Role>& roles,
             DerivedEdge& root) {
    const auto first = [&](TimeMs from) { root.first = std::min(root.first, from); };
    const TimeMs first_since = first_inside(edge, roles);
    for (RelationInterval relation : edge.relations) {
        // Of a stretch that it only reaches back into, the reach is all there is.
        const bool reaches = relation.since >= span.until && relation.since == first_since &&
                             !roles[relation.role].outside && !edge.inside.empty();
        if (reaches) relation.since = std::min(relation.since, edge.inside.front().from);
        relation.since = std::max(relation.since, span.from);
        relation.until = std::min(relation.until, span.until);
        if (relation.since >= relation.until) continue;
        root.relations.push_back(relation);
        first(relation.since);
    }
    const auto cut = [&](const SpanSet& spans, SpanSet& into) {
        for (const Span& one : spans) {
            const Span both{std::max(one.from, span.from), std::min(one.until, span.until)};
            if (both.from < both.until) into.push_back(both);
        }
    };
    cut(edge.inside, root.inside);
    cut(edge.belonging, root.belonging);
    // The first relation reaches back further than it is dated.
    if (edge.first >= span.from && edge.first < span.until) first(edge.first);
    for (const Span& inside : root.inside)
        first(inside.from);
}

}  // namespace

std::vector<DerivedEdge> roll_up(std::span<const DerivedEdge> edges, const Roots& roots,
                                 const std::vector<Role>& roles) {
    std::map<std::uint32_t, DerivedEdge> rolled;
    const auto edge_of = [&](std::uint32_t customer) -> DerivedEdge& {
        DerivedEdge& edge = rolled[customer];
        edge.customer = customer;
        return edge;
    };
    for (const DerivedEdge& edge : edges) {
        const auto stretches = roots.stretches(CustomerOrdinal{edge.customer});
        if (stretches.empty()) add_cut(edge, kAllTime, roles, edge_of(edge.customer));
        for (const Roots::Stretch& stretch : stretches)
            add_cut(edge, stretch.span, roles, edge_of(stretch.root));
    }
    std::vector<DerivedEdge> result;
    for (auto& [customer, edge] : rolled) {
        join_intervals(edge.relations);
        normalize(edge.inside);
        normalize(edge.belonging);
        result.push_back(std::move(edge));
    }
    return result;
}

/// Makes the snapshot. One thread, one use.
class RollingUp {
public:
    RollingUp(const Snapshot& before, Roots roots, TimeMs at, const Stop* stop)
        : before_(before),
          stop_(stop),
          known_(before, Mode::kAsOfEvent, at),
          after_(std::make_shared<Snapshot>(before)),
          rolled_(std::make_shared<RollUp>()) {
        rolled_->roots = std::move(roots);
    }

    std::shared_ptr<const Snapshot> run() {
        find_users();
        for (const auto& [root, members] : members()) {
            if (is_stopped()) return nullptr;
            add_customer(CustomerOrdinal{root}, members);
        }
        roll_users();
        fill_blocks();
        if (is_stopped()) return nullptr;
        after_->rolled_up_ = std::move(rolled_);
        return std::move(after_);
    }

private:
    bool is_stopped() const { return stop_ != nullptr && stop_->wanted(); }
    const std::map<std::uint32_t, std::vector<Roots::Member>>& members() const {
        return rolled_->roots.members();
    }

    /// Those whose edges change: all of a customer that is part of another at some time.
    void find_users() {
        for (const auto& [root, parts] : members()) {
            for (const Roots::Member& part : parts) {
                if (rolled_->roots.stretches(CustomerOrdinal{part.customer}).empty()) continue;
                const auto edges = before_.edges_of(CustomerOrdinal{part.customer});
                for (const UserOrdinal user : edges.users())
                    users_.insert(model::index(user));
            }
        }
    }

    /// Its money and its dates.
    void add_customer(CustomerOrdinal root, const std::vector<Roots::Member>& members) {
        RolledDates& dates = rolled_->dates[model::index(root)];
        std::vector<money::Part> parts;
        for (const Roots::Member& member : members) {
            const CustomerOrdinal customer{member.customer};
            parts.push_back({before_.directory().id(customer), &before_.money(customer),
                             member.span.from, member.span.until});
            const auto within = [&](TimeMs own, TimeMs& date) {
                const TimeMs from = std::max(own, member.span.from);
                if (own < kEndOfTime && from < member.span.until) date = std::min(date, from);
            };
            within(known_.exists_from(customer), dates.exists_from);
            within(before_.free_since(customer), dates.free_since);
        }
        const CustomerFacts* own = before_.facts(root);
        auto facts = own == nullptr ? std::make_shared<CustomerFacts>()
                                    : std::make_shared<CustomerFacts>(*own);
        facts->money = money::add_up(parts);
        constexpr std::uint32_t kSize = CustomerFactsChunk::kSize;
        auto& chunks = after_->customer_facts_;
        const std::size_t number = model::index(root) / kSize;
        if (chunks.size() <= number) chunks.resize(number + 1);
        auto chunk = chunks[number] == nullptr
                         ? std::make_shared<CustomerFactsChunk>()
                         : std::make_shared<CustomerFactsChunk>(*chunks[number]);
        chunk->facts[model::index(root) % kSize] = std::move(facts);
        chunks[number] = std::move(chunk);
    }

    /// As they are with everything known: what a question hides is derived anew (edges.cc).
    std::vector<DerivedEdge> edges_before(UserOrdinal user) const {
        std::vector<DerivedEdge> edges;
        const UserEdges mine = before_.edges_of(user);
        for (std::uint32_t i = 0; i < mine.size(); ++i) {
            const UserEdge one = mine[i];
            const CustomerEdgesBlock& block = *before_.block_of(one.customer);
            const std::uint32_t place = before_.edges_of(one.customer).find(user);
            const auto inside = block.inside(place);
            const auto belonging = block.belonging(place);
            edges.push_back({model::index(one.customer),
                             {one.relations.begin(), one.relations.end()},
                             {inside.begin(), inside.end()},
                             {belonging.begin(), belonging.end()},
                             block.places[place].first});
        }
        return edges;
    }

    void roll_users() {
        auto& chunks = after_->edges_.users;
        for (auto user = users_.begin(); user != users_.end() && !is_stopped();) {
            const std::uint32_t number = *user / kEdgeChunk;
            const UserEdgesChunk& old = *chunks[number];
            auto chunk = std::make_shared<UserEdgesChunk>();
            for (std::uint32_t i = 0; i < kEdgeChunk; ++i) {
                if (user == users_.end() || *user != number * kEdgeChunk + i) {
                    chunk->add(i, old.of(i), old.settled_from[i]);
                    continue;
                }
                const auto edges =
                    roll_up(edges_before(UserOrdinal{*user}), rolled_->roots, before_.roles());
                chunk->add(i, edges, old.settled_from[i]);
                for (const DerivedEdge& edge : edges) {
                    if (members().contains(edge.customer)) put(UserOrdinal{*user}, edge);
                }
                ++user;
            }
            chunks[number] = std::move(chunk);
        }
    }

    /// Users come in order.
    void put(UserOrdinal user, const DerivedEdge& edge) {
        auto& block = blocks_[edge.customer];
        if (block == nullptr) block = std::make_shared<CustomerEdgesBlock>();
        block->add(user, edge.first, edge.inside, edge.belonging);
    }

    /// With those whose edges stay as they are.
    std::shared_ptr<const CustomerEdgesBlock> whole_block(CustomerOrdinal customer) {
        static const CustomerEdgesBlock kNobody;
        const auto found = blocks_.find(model::index(customer));
        const CustomerEdgesBlock& rolled = found == blocks_.end() ? kNobody : *found->second;
        const CustomerEdgesBlock* own = before_.block_of(customer);
        const CustomerEdgesBlock& old = own == nullptr ? kNobody : *own;
        auto whole = std::make_shared<CustomerEdgesBlock>();
        const auto add = [&](const CustomerEdgesBlock& from, std::uint32_t i) {
            whole->add(from.users[i], from.places[i].first, from.inside(i), from.belonging(i));
        };
        std::uint32_t next = 0;
        for (std::uint32_t i = 0; i < old.users.size(); ++i) {
            if (users_.contains(model::index(old.users[i]))) continue;
            for (; next < rolled.users.size() && rolled.users[next] < old.users[i]; ++next)
                add(rolled, next);
            add(old, i);
        }
        for (; next < rolled.users.size(); ++next)
            add(rolled, next);
        if (whole->users.empty()) return nullptr;
        return whole;
    }

    void fill_blocks() {
        auto& chunks = after_->edges_.customers;
        for (auto root = members().begin(); root != members().end() && !is_stopped();) {
            const std::uint32_t number = root->first / kEdgeChunk;
            if (chunks.size() <= number) chunks.resize(number + 1);
            auto chunk = chunks[number] == nullptr
                             ? std::make_shared<CustomerEdgesChunk>()
                             : std::make_shared<CustomerEdgesChunk>(*chunks[number]);
            for (; root != members().end() && root->first / kEdgeChunk == number; ++root)
                chunk->blocks[root->first % kEdgeChunk] = whole_block(CustomerOrdinal{root->first});
            chunk->count_edges();
            chunks[number] = std::move(chunk);
        }
        after_->edges_.count_edges();
    }

    const Snapshot& before_;
    const Stop* stop_;
    Belonging known_;
    std::shared_ptr<Snapshot> after_;
    std::shared_ptr<RollUp> rolled_;
    std::set<std::uint32_t> users_;
    std::map<std::uint32_t, std::shared_ptr<CustomerEdgesBlock>> blocks_;
};

Result<std::shared_ptr<const Snapshot>> roll_up(const Snapshot& frames, Mode mode, TimeMs at,
                                                const Stop* stop) {
    TF_ASSIGN(Roots roots, Roots::find(frames, mode, at));
    return RollingUp(frames, std::move(roots), at, stop).run();
}

}  // namespace twofold::frame
