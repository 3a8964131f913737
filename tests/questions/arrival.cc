// SPDX-License-Identifier: Apache-2.0
#include "questions/arrival.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <random>
#include <set>

#include "oracle/identity.h"
#include "questions/oracle_settings.h"

namespace twofold::questions {
namespace {

using oracle::Record;
using oracle::RecordType;

/// Records that share one of these stay in order.
std::set<std::string> ties_of(const Record& record, int person, int customer,
                              const std::set<std::string>& aliased) {
    std::set<std::string> ties;
    const bool claims = !record.user.empty() && !record.anonymous.empty();
    if (claims || record.type == RecordType::kAlias || !record.keys.empty() ||
        !record.previous_customer.empty() || aliased.contains(record.user) ||
        aliased.contains(record.customer)) {
        ties.insert("ids");
    }
    if (person >= 0) ties.insert(fmt::format("person {} at {}", person, record.time));
    if (customer >= 0) ties.insert(fmt::format("customer {} at {}", customer, record.time));
    if (record.type == RecordType::kSubscription) {
        ties.insert("subscription " + record.name + '\n' + record.item);
    }
    if (record.type == RecordType::kPayment) ties.insert("payment " + record.name);
    if (record.type == RecordType::kRelation) {
        ties.insert(fmt::format("relation {} {} {}", person, customer, record.role));
    }
    // What a customer's record says beside its traits has no history.
    if (record.type == RecordType::kCustomer) ties.insert(fmt::format("customer {}", customer));
    return ties;
}

/// Ids that are joined by hand: what an alias means depends on which of them were there.
std::set<std::string> aliased_ids(const std::vector<Record>& records) {
    std::set<std::string> ids;
    for (const Record& record : records) {
        if (record.type == RecordType::kAlias) {
            ids.insert({record.previous, record.user, record.previous_customer, record.customer});
        }
        for (const auto& [system, id] : record.keys)
            ids.insert({system + ':' + id, record.customer});
    }
    ids.erase("");
    return ids;
}

}  // namespace

std::vector<std::string> shuffled(const std::vector<std::string>& lines,
                                  const ledger::Settings& settings, std::uint64_t seed) {
    const oracle::Settings plain = oracle_settings(settings);
    std::vector<Record> records;
    for (const std::string& line : lines)
        records.push_back(oracle::read_record(line, plain));
    const oracle::Identities who = oracle::identify(records, false);
    const std::set<std::string> aliased = aliased_ids(records);
    // Each record waits for the last one before it that it is tied to.
    std::map<std::string, std::size_t> last;
    std::vector<std::set<std::size_t>> waits(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (const std::string& tie :
             ties_of(records[i], who.person_of[i], who.customer_of[i], aliased)) {
            const auto [found, is_new] = last.try_emplace(tie, i);
            if (!is_new) waits[i].insert(std::exchange(found->second, i));
        }
    }
    std::mt19937_64 random(seed);
    std::vector<bool> came(lines.size(), false);
    std::vector<std::string> order;
    while (order.size() < lines.size()) {
        std::vector<std::size_t> ready;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const bool free =
                std::ranges::all_of(waits[i], [&](std::size_t before) { return came[before]; });
            if (!came[i] && free) ready.push_back(i);
        }
        const std::size_t next = ready[random() % ready.size()];
        came[next] = true;
        order.push_back(lines[next]);
    }
    return order;
}

std::vector<std::vector<std::string>> batches(const std::vector<std::string>& lines,
                                              std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<std::vector<std::string>> all(1);
    for (const std::string& line : lines) {
        if (!all.back().empty() && random() % 5 == 0) all.emplace_back();
        all.back().push_back(line);
    }
    return all;
}

}  // namespace twofold::questions
