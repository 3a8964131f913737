// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "engine/cells.h"
#include "engine/event_customers.h"
#include "engine/facts.h"
#include "engine/filter_set.h"
#include "engine/point_condition.h"
#include "engine/run.h"
#include "engine/scan.h"
#include "plan/plan.h"

namespace twofold::engine {

class Judge;

/// A breakdown of rows: which cells each row of a scan falls into. Made once for a scan; shared by
/// its sinks, each with a finder and scratch of its own. Borrows the run and the plan.
class RowCells {
public:
    /// What a sink keeps from row to row.
    struct Scratch {
        Scratch(ValueTable& values, CellTable& table) : finder(values, table) {}
        CellFinder finder;
        std::vector<std::uint32_t> customers;
        EventCustomers::OfPerson person;
        /// What is steady between the changes of a customer, by item and customer: ids, each told
        /// when it is first asked for.
        struct Steady {
            std::vector<TimeMs> changes;
            std::vector<std::uint32_t> ids;
        };
        std::vector<Steady> steady[2];
        std::vector<std::uint32_t> ids[2];
        std::vector<std::uint32_t> cells;
        std::vector<frame::RelationInterval> relations;
        std::vector<std::uint32_t> binned;  // by value id: id of its bin + 1
    };

    /// `filters` gets what event conditions need; then set_up() the scan made from it.
    /// `selector` is the one whose rows are broken down, in [from, to).
    static Result<RowCells> make(Run& run, Judge& judge, const plan::By& by, UnitKind unit,
                                 FilterSet& filters, const plan::Selector& selector, TimeMs from,
                                 TimeMs to);

    bool empty() const { return items_.empty(); }
    /// The tape's column whose value alone is a row's cell; nothing when more has to be told.
    std::optional<std::size_t> only_column() const;
    /// Makes the scan bring what the cells are told from.
    void set_up(Scan& scan) const;
    /// The properties whose values are in a dated fact's cells, by column; null where a column
    /// holds something else.
    std::vector<const plan::Fact*> fact_cells() const;

    /// The cells of row `i`, each once, in scratch.cells. Never none: what is missing is a value.
    void find(const Block& block, const Tape& tape, std::size_t i, Scratch& scratch) const;

private:
    struct Item {
        enum class Kind : std::uint8_t {
            kEventColumn,   ///< The value is in the tape.
            kEventName,     ///< The tape has the name's code.
            kEventBuiltIn,  ///< Of time and acting.
            kUser,          ///< Facts of the person.
            kCustomer,      ///< Facts of each customer of the event, and of their relation.
            kWholeUser,
            kWholeCustomer,
            kConditions,     ///< One label for each that holds.
            kEventCondition  ///< A bit of the mask.
        };
        Kind kind = Kind::kUser;
        const plan::Breakdown* breakdown = nullptr;
        std::size_t tape_column = 0;
        std::vector<PointCondition> conditions;
        std::vector<model::OwnedValue> labels;  ///< kConditions: one each.
        std::optional<model::OwnedValue> none;  ///< kConditions: when none holds.
        std::uint32_t bits = 0;                 ///< kEventCondition
        bool steady = false;                    ///< kCustomer: as CustomerTruth says.
        std::shared_ptr<const std::vector<model::Value>> looked_up;  ///< By ordinal.
    };
    /// One row, taken apart.
    struct Row {
        std::uint32_t person = kNobody;
        std::uint32_t acting = kNobody;
        std::uint32_t unit = kNobody;
        TimeMs time = 0;
        std::uint32_t mask = 0;
    };

    explicit RowCells(Run& run) : run_(&run), facts_(run), customers_(run) {}
    Result<Item> make_item(Judge& judge, const plan::Breakdown& breakdown, FilterSet& filters,
                           const plan::Selector& selector, TimeMs from, TimeMs to);
    Result<Item> make_value(Judge& judge, const plan::Breakdown& breakdown);
    Result<Item> make_conditions(Judge& judge, const plan::Breakdown& breakdown);
    Status look_up(Judge& judge, Item& item);
    void find_item(const Item& item, const Row& row, const Tape& tape, std::size_t i,
                   Scratch& scratch, std::vector<std::uint32_t>& ids) const;
    static bool of_customer(const Item& item);
    /// The cells of the ids at hand, and of one customer of the row.
    void add_cells(Scratch& scratch) const;
    std::uint32_t steady_id(std::size_t item, const At& at, Scratch& scratch) const;
    void add_binding(const Row& row, std::uint32_t customer,
                     const frame::RelationInterval* relation, Scratch& scratch) const;
    void condition_ids(const Item& item, const Row& row, Scratch& scratch,
                       std::vector<std::uint32_t>& ids) const;
    std::uint32_t event_id(const Item& item, const Row& row, Scratch& scratch) const;
    std::uint32_t value_id(const Item& item, const model::Value& value, Scratch& scratch) const;
    std::uint32_t column_id(const Item& item, std::uint32_t id, Scratch& scratch) const;
    void customers_of_row(const Row& row, Scratch& scratch) const;

    Run* run_;
    FactReader facts_;
    EventCustomers customers_;
    UnitKind unit_ = UnitKind::kNone;
    std::vector<Item> items_;
    std::vector<Fetch> fetches_;
    bool of_customers_ = false;  ///< Some item speaks of the row's customers,
    bool by_relation_ = false;   ///< or of the relation to them.
    bool persons_ = false;
    bool acting_ = false;
};

}  // namespace twofold::engine
