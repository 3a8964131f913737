// SPDX-License-Identifier: Apache-2.0
#include "frame/customer_builder.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/bytes.h"
#include "base/checksum.h"

namespace twofold::frame {
namespace {

using model::CustomerOrdinal;

std::uint64_t hash_of(std::string_view text) {
    return checksum(as_bytes(text));
}

std::uint64_t key_of(const money::Segment& segment) {
    // Lengths are mixed in by hashing each text with the hash before as seed.
    const std::uint64_t item = checksum(as_bytes(segment.item), hash_of(segment.id));
    return checksum(std::as_bytes(std::span(&segment.from, 1)), item);
}

}  // namespace

std::span<const DatedValue> CustomerFacts::history(CustomerTraitCode code) const noexcept {
    const auto at = std::ranges::lower_bound(begins, code, {},
                                             &std::pair<CustomerTraitCode, std::uint32_t>::first);
    if (at == begins.end() || at->first != code) return {};
    const std::size_t end = at + 1 == begins.end() ? values.size() : (at + 1)->second;
    return {values.data() + at->second, end - at->second};
}

model::Value CustomerFacts::at(CustomerTraitCode code, TimeMs time) const noexcept {
    const auto dated = history(code);
    const auto after = std::ranges::upper_bound(dated, time, {}, &DatedValue::time);
    return after == dated.begin() ? model::Value::null() : (after - 1)->value.view();
}

std::string_view TextPool::keep(std::string_view text) {
    if (text.empty()) return {};
    const auto at = texts_.find(text);
    if (at != texts_.end()) return *at->second;
    auto made = std::make_unique<std::string>(text);
    const std::string_view kept = *made;
    texts_.emplace(std::string(text), std::move(made));
    return kept;
}

CustomerBuilder::Kept& CustomerBuilder::kept(std::uint32_t customer) {
    if (kept_.size() <= customer) kept_.resize(customer + 1);
    if (kept_[customer] == nullptr) kept_[customer] = std::make_unique<Kept>();
    changed_.push_back(customer);
    return *kept_[customer];
}

std::optional<CustomerTraitCode> CustomerBuilder::code_of(const ledger::CustomerTrait& fact) {
    switch (fact.field) {
        case ledger::CustomerField::kKind:
            return kKindField;
        case ledger::CustomerField::kParent:
            return kParentField;
        case ledger::CustomerField::kOwner:
            return kOwnerField;
        case ledger::CustomerField::kTrait:
            break;
    }
    const auto at = trait_codes_.find(std::string(fact.name));
    if (at != trait_codes_.end()) return at->second;
    if (trait_names_.size() == kTraitsMax) return std::nullopt;
    const auto code = static_cast<CustomerTraitCode>(trait_names_.size() + kFirstTrait);
    trait_names_.emplace_back(fact.name);
    trait_codes_.emplace(fact.name, code);
    return code;
}

void CustomerBuilder::add(const ledger::CustomerTrait& fact) {
    const auto code = code_of(fact);
    if (!code) return;
    std::vector<Trait>& traits = kept(model::index(fact.customer)).traits;
    const Trait trait{fact.time, fact.sequence, *code,
                      fact.value.is_null() ? 0 : values_.code(fact.value)};
    const auto place = [](const Trait& one) {
        return std::tuple(one.code, one.time, one.sequence);
    };
    const auto at = std::ranges::lower_bound(traits, place(trait), {}, place);
    if (at != traits.end() && place(*at) == place(trait)) {
        *at = trait;
    } else {
        traits.insert(at, trait);
    }
}

void CustomerBuilder::add(const ledger::SubscriptionSegment& fact) {
    const std::uint32_t customer = model::index(fact.customer);
    const auto [owner, is_new] = segment_owners_.try_emplace(key_of(fact.segment), customer);
    if (!is_new) {
        const auto& before = kept_[owner->second]->segments;
        const auto at = std::ranges::find_if(before, [&](const KeptSegment& one) {
            return one.id == fact.segment.id && one.segment.item == fact.segment.item &&
                   one.segment.from == fact.segment.from;
        });
        if (std::tie(at->source_time, at->sequence) > std::tie(fact.source_time, fact.sequence)) {
            return;
        }
        drop_segment(owner->second, fact.segment);
        owner->second = customer;
    }
    KeptSegment kept_segment{std::string(fact.segment.id), fact.segment, fact.source_time,
                             fact.sequence};
    money::Segment& segment = kept_segment.segment;
    segment.id = {};
    for (std::string_view* text : {&segment.item, &segment.plan, &segment.product,
                                   &segment.currency, &segment.status, &segment.end_reason}) {
        *text = texts_.keep(*text);
    }
    count_currency(segment.currency, +1);
    kept(customer).segments.push_back(std::move(kept_segment));
}

void CustomerBuilder::drop_segment(std::uint32_t customer, const money::Segment& segment) {
    std::erase_if(kept(customer).segments, [&](const KeptSegment& one) {
        const bool same = one.id == segment.id && one.segment.item == segment.item &&
                          one.segment.from == segment.from;
        if (same) count_currency(one.segment.currency, -1);
        return same;
    });
}

void CustomerBuilder::add(const ledger::CustomerPayment& fact) {
    const std::uint32_t customer = model::index(fact.customer);
    const std::uint64_t id = hash_of(fact.payment.id);
    const auto [owner, is_new] = payment_owners_.try_emplace(id, customer);
    if (!is_new) {
        const auto& before = kept_[owner->second]->payments;
        const auto at = std::ranges::find(before, id, &KeptPayment::id);
        if (at->sequence > fact.sequence) return;
        drop_payment(owner->second, id);
        owner->second = customer;
    }
    KeptPayment payment{id, fact.payment, fact.sequence};
    payment.payment.id = {};
    payment.payment.subscription_id = {};
    payment.payment.currency = texts_.keep(fact.payment.currency);
    count_currency(payment.payment.currency, +1);
    kept(customer).payments.push_back(payment);
}

void CustomerBuilder::drop_payment(std::uint32_t customer, std::uint64_t id) {
    std::erase_if(kept(customer).payments, [&](const KeptPayment& one) {
        if (one.id == id) count_currency(one.payment.currency, -1);
        return one.id == id;
    });
}

void CustomerBuilder::count_currency(std::string_view currency, int sign) {
    if (sign > 0) {
        ++currencies_.try_emplace(std::string(currency), 0).first->second;
    } else if (const auto at = currencies_.find(currency); --at->second == 0) {
        currencies_.erase(at);
    }
}

// The one most prices and payments are in; of several the first by name.
std::string CustomerBuilder::currency() const {
    const auto most =
        std::ranges::max_element(currencies_, {}, [](const auto& one) { return one.second; });
    return most == currencies_.end() ? std::string() : most->first;
}

const CustomerBuilder::Published& CustomerBuilder::publish(
    const directory::Publication& publication, money::Rules rules) {
    const directory::View& view = *publication.view;
    if (rules.currency.empty()) rules.currency = currency();
    if (rules.currency != published_.currency) all_changed_ = true;
    std::vector<std::uint32_t> customers = std::exchange(changed_, {});
    for (CustomerOrdinal customer : publication.changed_customers) {
        customers.push_back(model::index(customer));
    }
    if (all_changed_) {
        for (std::uint32_t i = 0; i < view.customer_count(); ++i)
            customers.push_back(i);
    }
    for (std::size_t i = 0, count = customers.size(); i < count; ++i) {
        customers.push_back(model::index(view.canonical(CustomerOrdinal{customers[i]})));
    }
    std::ranges::sort(customers);
    customers.erase(std::ranges::unique(customers).begin(), customers.end());
    constexpr std::uint32_t kSize = CustomerFactsChunk::kSize;
    published_.chunks.resize((view.customer_count() + kSize - 1) / kSize);
    std::shared_ptr<CustomerFactsChunk> chunk;
    std::size_t copied = published_.chunks.size();
    for (std::uint32_t customer : customers) {
        const std::size_t number = customer / kSize;
        auto facts = derive(customer, view, rules);
        const auto& old_chunk = published_.chunks[number];
        const CustomerFacts* before =
            old_chunk == nullptr ? nullptr : old_chunk->facts[customer % kSize].get();
        if (before == nullptr && facts == nullptr) continue;
        if (copied != number) {
            chunk = old_chunk == nullptr ? std::make_shared<CustomerFactsChunk>()
                                         : std::make_shared<CustomerFactsChunk>(*old_chunk);
            published_.chunks[number] = chunk;
            copied = number;
        }
        if (before != nullptr && before->money.foreign) --foreign_count_;
        if (facts != nullptr && facts->money.foreign) ++foreign_count_;
        chunk->facts[customer % kSize] = std::move(facts);
    }
    if (published_.trait_names == nullptr ||
        published_.trait_names->size() != trait_names_.size()) {
        published_.trait_names = std::make_shared<const std::vector<std::string>>(trait_names_);
    }
    published_.currency = rules.currency;
    published_.foreign_money = foreign_count_ > 0;
    all_changed_ = false;
    derived_ = std::move(customers);
    return published_;
}

const CustomerFacts* CustomerBuilder::published(CustomerOrdinal customer) const noexcept {
    constexpr std::uint32_t kSize = CustomerFactsChunk::kSize;
    const std::uint32_t number = model::index(customer);
    if (number / kSize >= published_.chunks.size()) return nullptr;
    const auto& chunk = published_.chunks[number / kSize];
    return chunk == nullptr ? nullptr : chunk->facts[number % kSize].get();
}

std::span<const DatedValue> CustomerBuilder::history(CustomerOrdinal customer,
                                                     std::string_view trait) const noexcept {
    const CustomerFacts* facts = published(customer);
    const auto code = trait_codes_.find(std::string(trait));
    if (facts == nullptr || code == trait_codes_.end()) return {};
    return facts->history(code->second);
}

TimeMs CustomerBuilder::own_since(CustomerOrdinal customer) const noexcept {
    const CustomerFacts* facts = published(customer);
    if (facts == nullptr) return kEndOfTime;
    TimeMs since = facts->money.first_fact;
    for (const DatedValue& value : facts->values)
        since = std::min(since, value.time);
    return since;
}

// Null for who has no facts of its own: unknown, or joined to another.
std::shared_ptr<const CustomerFacts> CustomerBuilder::derive(std::uint32_t customer,
                                                             const directory::View& view,
                                                             const money::Rules& rules) const {
    const CustomerOrdinal person{customer};
    if (customer >= view.customer_count() || view.canonical(person) != person) return nullptr;
    std::vector<Trait> traits;
    std::vector<money::Segment> segments;
    std::vector<std::pair<model::Sequence, money::Payment>> sorted;
    for (CustomerOrdinal member : view.members(person)) {
        const std::uint32_t number = model::index(member);
        if (number >= kept_.size() || kept_[number] == nullptr) continue;
        const Kept& kept = *kept_[number];
        traits.insert(traits.end(), kept.traits.begin(), kept.traits.end());
        for (const KeptSegment& one : kept.segments) {
            segments.push_back(one.segment);
            segments.back().id = one.id;
        }
        for (const KeptPayment& one : kept.payments)
            sorted.emplace_back(one.sequence, one.payment);
    }
    if (traits.empty() && segments.empty() && sorted.empty()) return nullptr;
    std::ranges::sort(sorted, {}, &std::pair<model::Sequence, money::Payment>::first);
    std::vector<money::Payment> payments;
    payments.reserve(sorted.size());
    for (const auto& [sequence, payment] : sorted)
        payments.push_back(payment);
    auto facts = std::make_shared<CustomerFacts>();
    derive_traits(std::move(traits), *facts);
    if (!segments.empty() || !payments.empty()) {
        facts->money = money::derive(segments, payments, rules);
    }
    return facts;
}

void CustomerBuilder::derive_traits(std::vector<Trait> traits, CustomerFacts& facts) const {
    std::ranges::sort(
        traits, {}, [](const Trait& one) { return std::tuple(one.code, one.time, one.sequence); });
    const Trait* before = nullptr;
    for (std::size_t i = 0; i < traits.size(); ++i) {
        const Trait& trait = traits[i];
        // Of several at one time the last counts.
        const bool replaced = i + 1 < traits.size() && traits[i + 1].code == trait.code &&
                              traits[i + 1].time == trait.time;
        if (replaced) continue;
        const bool same_trait = before != nullptr && before->code == trait.code;
        if (same_trait && before->value == trait.value) continue;
        if (!same_trait) {
            facts.begins.emplace_back(trait.code, static_cast<std::uint32_t>(facts.values.size()));
        }
        const model::Value value = trait.value == 0 ? model::Value::null() : values_[trait.value];
        facts.values.push_back({trait.time, model::OwnedValue(value)});
        before = &trait;
    }
}

std::uint64_t CustomerBuilder::memory_bytes() const noexcept {
    std::uint64_t bytes =
        values_.memory_bytes() + (segment_owners_.size() + payment_owners_.size()) * 40;
    for (const auto& kept : kept_) {
        if (kept == nullptr) continue;
        bytes += sizeof(Kept) + kept->traits.capacity() * sizeof(Trait) +
                 kept->segments.capacity() * sizeof(KeptSegment) +
                 kept->payments.capacity() * sizeof(KeptPayment);
    }
    return bytes;
}

}  // namespace twofold::frame
