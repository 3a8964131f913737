// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/customer_truth.h"
#include "engine/event_customers.h"
#include "engine/facts.h"
#include "engine/filter.h"
#include "kernel/bit_set.h"
#include "plan/condition.h"

namespace twofold::engine {

class Judge;

/// A condition on units that is judged row by row, at the time of each event: what a trend does
/// with facts that have a history. What is judged once for all (behaviour, lifts, numbers) was
/// looked up when it was compiled. Immutable; any thread. Borrows the condition and the run.
class PointCondition {
public:
    /// Errors: kInvalid for what cannot be told from one row; those of Judge.
    static Result<PointCondition> compile(const plan::Condition& condition, Run& run, Judge& judge);
    /// The same for conditions that speak of the event too: `bits_of` gives bits of the row's mask,
    /// one of which says that such a leaf holds.
    using EventBits = std::function<Result<std::uint32_t>(const plan::Condition& leaf)>;
    static Result<PointCondition> compile(const plan::Condition& condition, Run& run, Judge& judge,
                                          EventBits bits_of);

    /// `at` has the row's person, its customer where customers are counted, and its time. `acting`
    /// is the customer that the event names or kNobody.
    bool holds(const At& at, std::uint32_t acting) const;
    /// Whether `acting` matters.
    bool needs_acting() const { return needs_acting_; }
    /// Of a row's user and acting customer, where stretches of time say all.
    std::optional<RowSpans> spans() const;

private:
    struct Node {
        enum class Kind : std::uint8_t {
            kAll,
            kAny,
            kNot,
            kFacts,    ///< A test of facts, evaluated by `leaf`.
            kUserBit,  ///< Looked up in `bits`.
            kCustomerBit,
            kRowBits,  ///< One of `row_bits` is in the row's mask.
            kRelated,  ///< Some relation of the row's person and customer fulfils `parts`.
            kLower,
            kTruth,  ///< Of the customer, looked up in `truth`.
        };
        Kind kind = Kind::kAll;
        std::vector<Node> parts;  ///< Of kLower: the condition, or nothing.
        const plan::Condition* leaf = nullptr;
        std::shared_ptr<const kernel::BitSet> bits;
        std::uint32_t row_bits = 0;
        bool speaks_of_relation = false;  ///< kLower
        Roles roles;                      ///< kLower, kRelated
        std::shared_ptr<const CustomerTruth> truth{};
        /// kLower: when one of a user's customers fulfils the condition, where that is all.
        std::shared_ptr<const SpanLists> by_user{};
    };

    explicit PointCondition(const Run& run) : facts_(run), customers_(run) {}
    Result<Node> compile_node(const plan::Condition& condition, Run& run, Judge& judge);
    Result<Node> compile_truth(const plan::Condition& condition, Run& run, Judge& judge);
    Result<Node> compile_kind(const plan::Condition& condition, Run& run, Judge& judge);
    Result<Node> compile_parts(Node::Kind kind, const std::vector<plan::Condition>& parts, Run& run,
                               Judge& judge);
    Result<Node> compile_leaf(const plan::Condition& condition, Run& run, Judge& judge);
    Result<Node> compile_lower(const plan::Condition& condition, Run& run, Judge& judge);
    bool related_holds_of(const Node& node, const At& at, std::uint32_t acting) const;
    bool node_holds(const Node& node, const At& at, std::uint32_t acting) const;
    bool lower_holds(const Node& node, const At& at, std::uint32_t acting) const;
    bool customer_holds(const Node& node, const plan::Lower& lower, const At& at,
                        std::uint32_t customer) const;

    FactReader facts_;
    EventCustomers customers_;
    Node root_;
    bool needs_acting_ = false;
    bool in_truth_ = false;  ///< While compiling: all of it will be looked up.
    bool in_lower_ = false;  ///< While compiling: the relation is bound already.
    EventBits event_bits_;   ///< While compiling.
};

/// A condition on facts alone (FactTest, Compare, NearMoment, HasRole, RelatedTo) at one point.
/// REQUIRES: the condition is one of these and speaks of no event, no behaviour.
bool facts_hold(const FactReader& facts, const plan::Condition& condition, const At& at);
/// The value of an expression of facts at one point. REQUIRES: no event, no measure.
model::Value facts_value(const FactReader& facts, const plan::Expression& expression, const At& at);

/// Whether the relation of the pair itself is asked for, outside further lifts and lowers.
bool speaks_of_relation(const plan::Condition& condition);
bool speaks_of_relation(const plan::Expression& expression);
/// Whether a customer at hand or the relation to it is asked for, outside further lifts and lowers.
bool speaks_of_customer(const plan::Condition& leaf);
bool speaks_of_customer(const plan::Expression& expression);
/// The roles that the condition names of its pair.
std::vector<std::string> named_roles(const plan::Condition& condition);

}  // namespace twofold::engine
