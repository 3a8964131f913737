// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "directory/directory.h"
#include "frame/customer_facts.h"
#include "frame/value_table.h"
#include "ledger/facts.h"
#include "money/timeline.h"

namespace twofold::frame {

/// Texts that come again and again, kept once. Stay as long as it does.
class TextPool {
public:
    std::string_view keep(std::string_view text);

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>()(text);
        }
    };
    std::unordered_map<std::string, std::unique_ptr<std::string>, Hash, std::equal_to<>> texts_;
};

/// Keeps traits, subscriptions and payments of customers, and derives what is known of those that
/// changed. One thread.
class CustomerBuilder {
public:
    void add(const ledger::CustomerTrait& fact);
    void add(const ledger::SubscriptionSegment& fact);
    void add(const ledger::CustomerPayment& fact);

    /// Every customer is derived anew at the next publish.
    void derive_all() noexcept { all_changed_ = true; }

    struct Published {
        std::vector<std::shared_ptr<const CustomerFactsChunk>> chunks;
        std::shared_ptr<const std::vector<std::string>> trait_names;  ///< From kFirstTrait on.
        std::string currency;
        bool foreign_money = false;
    };
    const Published& publish(const directory::Publication& publication, money::Rules rules);
    /// Canonical, or so before: those derived anew by the last publish.
    std::span<const std::uint32_t> derived() const noexcept { return derived_; }
    /// The values of a trait of a canonical customer, as published, by time.
    std::span<const DatedValue> history(model::CustomerOrdinal customer,
                                        std::string_view trait) const noexcept;
    /// When a canonical customer first had a trait or money of its own; kEndOfTime: never.
    TimeMs own_since(model::CustomerOrdinal customer) const noexcept;

    std::uint64_t memory_bytes() const noexcept;

private:
    struct Trait {
        TimeMs time = 0;
        model::Sequence sequence = 0;
        CustomerTraitCode code = 0;
        std::uint32_t value = 0;  ///< In values_; 0 = none from then on.
    };
    struct KeptSegment {
        std::string id;
        money::Segment segment;  ///< Its texts but the id lie in texts_.
        TimeMs source_time = 0;
        model::Sequence sequence = 0;
    };
    struct KeptPayment {
        std::uint64_t id = 0;  ///< Hash.
        money::Payment payment;
        model::Sequence sequence = 0;
    };
    struct Kept {
        std::vector<Trait> traits;  ///< By code, time, sequence.
        std::vector<KeptSegment> segments;
        std::vector<KeptPayment> payments;
    };

    Kept& kept(std::uint32_t customer);
    std::optional<CustomerTraitCode> code_of(const ledger::CustomerTrait& fact);
    const CustomerFacts* published(model::CustomerOrdinal customer) const noexcept;
    void drop_segment(std::uint32_t customer, const money::Segment& segment);
    void drop_payment(std::uint32_t customer, std::uint64_t id);
    void count_currency(std::string_view currency, int sign);
    std::string currency() const;
    std::shared_ptr<const CustomerFacts> derive(std::uint32_t customer, const directory::View& view,
                                                const money::Rules& rules) const;
    void derive_traits(std::vector<Trait> traits, CustomerFacts& facts) const;

    std::vector<std::unique_ptr<Kept>> kept_;  // by ordinal as first seen
    TextPool texts_;
    ValueTableBuilder values_;
    std::unordered_map<std::string, CustomerTraitCode> trait_codes_;
    std::vector<std::string> trait_names_;
    std::unordered_map<std::uint64_t, std::uint32_t> segment_owners_;  // hash of id, item, from
    std::unordered_map<std::uint64_t, std::uint32_t> payment_owners_;  // hash of id
    std::map<std::string, std::uint64_t, std::less<>> currencies_;
    std::vector<std::uint32_t> changed_;
    std::vector<std::uint32_t> derived_;
    bool all_changed_ = false;
    std::uint64_t foreign_count_ = 0;
    Published published_;
};

}  // namespace twofold::frame
