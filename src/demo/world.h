// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "base/time.h"
#include "demo/constants.h"

namespace twofold::demo {

struct Options {
    std::uint64_t seed = 1;
    /// Day D, the last one with data; the year is the 365 days that end with it.
    Date until;
    /// Distinct events, kEventsMin to kEvents. Fewer make the noise thinner: customers, people,
    /// money and every planted truth stay as they are.
    std::int64_t events = kEvents;
};

/// A customer that a truth was planted in.
struct PlantedCustomer {
    std::string id;
    std::string name;
    std::int64_t mrr = 0;  ///< US cents a month, at D
    int seats = 0;         ///< paid
    int active = 0;        ///< people inside with use in the last 30 days
    TimeMs last_event =
        0;                ///< of its people for it, automatic ones too; 0 when there never was one
    TimeMs last_use = 0;  ///< the same without automatic ones
};

/// Where the truths are, by name, each list by customer id. The totals are in constants.h.
struct Truths {
    std::vector<PlantedCustomer> silent;  ///< 1: nobody did anything in 30 days
    /// 1: those of them whose people are busy elsewhere, which a naive count wakes
    std::vector<PlantedCustomer> silent_but_busy;
    std::vector<PlantedCustomer> automatic_only;      ///< 2: nothing but automatic events
    std::vector<PlantedCustomer> champion_gone;       ///< 3: pay, champion gone in 60 days
    std::vector<PlantedCustomer> churned_last_month;  ///< 7, with what they paid before
    std::vector<PlantedCustomer> ghost_seats;         ///< 8
    std::vector<PlantedCustomer> free_and_busy;       ///< 9, now
    std::vector<PlantedCustomer> repaired;  ///< 12: of the silent, those that the repair wakes
    TimeMs repaired_week = 0;               ///< 12: start of the week of D-100
};

/// Takes whole lines of JSON, each ended by a newline; the bytes live until it returns.
using LineSink = std::function<Status(std::string_view lines)>;

/// A year of a company that sells software for projects, made from a seed: the records of its
/// customers, people and money in the wire form, in the order in which they arrived. The same
/// options give the same bytes on every machine. About 90 MB of memory at full size, bounded by
/// `Options::events`. Immutable after `make`; any thread.
class World {
public:
    /// Errors: kInvalid for a date outside 2005 to 2100, for too few or too many events, or when
    /// the machine has no time zone data.
    static Result<World> make(const Options& options);
    World(World&&) noexcept;
    World& operator=(World&&) noexcept;
    ~World();

    /// The last millisecond of day D: what the project takes for now.
    TimeMs now() const;
    /// All records in batches of about a megabyte. Stops at the first error of `sink` and returns
    /// it. May be called again and gives the same.
    Status each_batch(const LineSink& sink) const;
    /// Lines that `each_batch` gives, for a progress bar.
    std::int64_t line_count() const;
    const Truths& truths() const;
    /// Truth 12: the dated relations that were forgotten. Loading them changes answers about the
    /// past. As a table "user,customer,role,from,until" with a heading, and as `relation` records.
    std::string late_relations_csv() const;
    std::string late_relation_lines() const;

private:
    struct Plan;
    explicit World(std::unique_ptr<const Plan> plan);
    std::unique_ptr<const Plan> plan_;
};

}  // namespace twofold::demo
