// SPDX-License-Identifier: Apache-2.0
//
// One reading of events for one question: rows are filtered part by part, gathered by unit in
// blocks, and handed to sinks. Kinds of questions are written against this file alone; they never
// see a part.
//
//   Scan scan;
//   scan.unit = UnitKind::kUser;
//   scan.filters = {signed_up, exported};              // bit 0, bit 1 of a row's mask
//   scan.ordered = true;
//   std::vector<FunnelSink> sinks(scanner.threads());  // one per thread, merged by the caller
//   TF_ASSIGN(ScanCost cost, scanner.run(input, scan, pointers_to(sinks)));
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/stop.h"
#include "base/time.h"
#include "engine/filter.h"
#include "engine/scan_values.h"
#include "engine/tape.h"
#include "kernel/bit_set.h"
#include "model/types.h"

namespace twofold::frame {
class Belonging;
class Snapshot;
}  // namespace twofold::frame
namespace twofold::store {
struct Snapshot;
}  // namespace twofold::store

namespace twofold::engine {

/// What a tape's rows are gathered by, and how units are numbered.
enum class UnitKind : std::uint8_t {
    kNone,  ///< No unit: every row once, unit 0, one block a thread; never ordered. The fastest:
            ///< for counting events and summing where no unit matters.
    kUser,  ///< Canonical user ordinal. Rows of joined ordinals come under their canonical one.
    kCustomer,  ///< Canonical customer ordinal. Rows that belong to it; a row of two customers
                ///< comes twice, once under each.
    kEdge,      ///< (user, customer) pair, numbered as in frame::Snapshot (edge_count), grouped by
                ///< customer: rows of that user that belong to that customer.
};

inline constexpr std::uint32_t kBlockUnitsMax = 4'096;
inline constexpr std::size_t kFiltersMax = 32;

/// A value to bring along with each surviving row.
struct Fetch {
    enum class What : std::uint8_t {
        kProperty,  ///< The value of the first of `columns` that the row has.
        kName,      ///< Cells only: name code + 1.
        kRow,       ///< Cells only: the row's number + 1, by which Scan::rows names it.
    };
    What what = What::kProperty;
    std::vector<model::ColumnCode> columns;  ///< One per type of the property.
    /// Only for rows whose mask has one of these bits; others get kNoCell or a missing number.
    std::uint32_t filters = 0xffff'ffff;
};

/// A row that is not an event: a fact of the ledger that a question treats like one. `unit` is in
/// the numbering of the scan's unit (0 for kNone). At equal times these come after the events.
struct ExtraRow {
    std::uint32_t unit = 0;
    std::uint32_t mask = 0;
    TimeMs time = 0;
    std::array<std::uint32_t, kTapeColumnsMax> cells{};  ///< By cell column.
    kernel::Number number;                               ///< Put into every number column.
    std::uint32_t person = 0xffff'ffff;  ///< As in tape.persons; a customer's fact is nobody's.
    std::uint32_t acting = 0;            ///< As in tape.acting.
};

struct Scan {
    UnitKind unit = UnitKind::kUser;
    std::vector<RowFilter> filters;          ///< 1 to kFiltersMax; bit k of a mask is filters[k].
    const kernel::BitSet* units = nullptr;   ///< Only these units, by number. Null: all.
    const kernel::BitSet* people = nullptr;  ///< Only rows of these canonical users. Null: all.
    /// Only these rows, by their numbers in the scan's input, rising; a row's unit is its place
    /// among them. For kNone, with neither persons nor conditions. Null: all.
    const std::vector<std::uint32_t>* rows = nullptr;
    /// For kCustomer, kEdge and count_unattached: who belongs to whom. A row that names its
    /// customer belongs to that one alone; the others as this says. Of the frames of the scan's
    /// input.
    const frame::Belonging* belonging = nullptr;

    /// For kCustomer and kEdge: asked of each row that has one of the bits `refined`, once for each
    /// customer that it belongs to; gives the mask that is left, 0 drops it there. Called from
    /// several threads: pure. Extra rows are not asked about, nor are unattached ones.
    struct UnitRow {
        std::uint32_t person = 0;    ///< Canonical.
        std::uint32_t customer = 0;  ///< Canonical.
        std::uint32_t acting = 0;    ///< As in tape.acting.
        std::uint32_t mask = 0;
        TimeMs time = 0;
    };
    std::function<std::uint32_t(const UnitRow&)> refine;
    std::uint32_t refined = 0;

    /// true: the rows of a unit come in the order of (time, log position), of a customer (time,
    /// person, log position). false: in any order, and cheaper; use it wherever order is not asked.
    bool ordered = false;
    /// How far that goes for rows of one unit and time: a promise of the sink, which makes
    /// customers cheaper.
    enum class Instants : std::uint8_t {
        kInOrder,   ///< As said.
        kByLowest,  ///< The sink puts them in the order of the lowest bit of their masks itself,
                    ///< and rows of one mask are the same to it.
        kAny,       ///< Their order is the same to it.
    };
    Instants instants = Instants::kInOrder;

    std::vector<Fetch> cells;      ///< At most kTapeColumnsMax. Ids of `values`.
    std::vector<Fetch> numbers;    ///< At most kTapeColumnsMax.
    ValueTable* values = nullptr;  ///< Needed when a cell fetches a property.
    bool want_persons = false;     ///< Fill tape.persons.
    bool want_acting = false;      ///< Fill tape.acting.

    std::span<const ExtraRow> extra;  ///< Sorted by (unit, time); given back as they are.
    /// Also count the matching events that belong to no customer at all, and those that do (`units`
    /// does not restrict it, `people` does).
    bool count_unattached = false;

    /// When to end early; looked at in every block, that is every few milliseconds. Borrowed; null:
    /// never.
    const Stop* stop = nullptr;
    /// Rows that one thread may hold while a block is put in order: beyond it run() fails with
    /// kTooLarge. 24 to 100 bytes a row.
    std::uint32_t tape_rows_max = 1U << 24;
};

/// Consecutive units that are read together.
struct Block {
    UnitKind unit = UnitKind::kUser;
    std::uint32_t first = 0;  ///< Number of the first unit.
    /// 1 to kBlockUnitsMax; all of them if spread; for kNone 1, or as many as rows are listed.
    std::uint32_t count = 0;
    const kernel::BitSet* units = nullptr;  ///< As in the scan.
    bool spread = false;                    ///< All units there are: see Sink::spreads().

    /// Whether unit `first + in_block` was asked for.
    bool holds(std::uint32_t in_block) const {
        return units == nullptr || units->test(first + in_block);
    }
};

/// Some rows of one part, column by column: each span is as long as the rows are, or empty.
struct ColumnRows {
    std::size_t count = 0;
    std::span<const std::uint32_t> seconds;  ///< Since 2000; only when asked for.
    /// The scan's only cell column as codes of a dictionary, 0 for no value. Empty: none has one.
    std::span<const std::uint32_t> codes;
    /// When filled in, `codes` has one for each run of rows: that of run i, before row run_ends[i].
    std::span<const std::uint32_t> run_ends;
    std::uint32_t dictionary = 0;  ///< Number of the dictionary in this scan, from 0.
    std::uint32_t entries = 0;     ///< Codes run from 1 to it.
    /// The id of a code in the scan's `values`. Slow: ask once for each code.
    const std::function<std::uint32_t(std::uint32_t code)>* id_of = nullptr;
    /// The scan's only number column: of the rows at these places, rising; of all rows when
    /// `numbered` is empty. One of the two is filled, none when no row has a number.
    std::span<const std::uint32_t> numbered;
    std::span<const std::int64_t> wholes;
    std::span<const double> reals;
    /// Of `reals`: all but 0 are in this range of magnitudes; 0 and 0: not known.
    double least = 0;
    double most = 0;
};

/// Takes the rows of blocks, on one thread. Every block in which a unit was asked for comes once,
/// to exactly one of the scan's sinks, in no promised order; a result must therefore not depend on
/// the order of blocks nor on which sink took which.
///
/// Within a block there may be any number of `feed` calls (also none). Ordered: within a feed the
/// rows of a unit are together and units ascend; a unit's rows in a later feed continue where those
/// in the earlier ended, other units' may come between. The rows of a unit that have one time are
/// never split over two feeds. A joined user's
/// non-canonical number is a unit without rows.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void begin(const Block& block) = 0;
    // Instead of feeds, in a scan without units:

    /// Whether so many rows of times in [first, last] can be taken by their number alone; the same
    /// for all sinks of a scan. Asked when no more than name and time is asked of them.
    virtual bool takes_count(TimeMs /*first*/, TimeMs /*last*/) const { return false; }
    virtual void feed_count(std::uint64_t /*rows*/, TimeMs /*first*/, TimeMs /*last*/) {}
    /// Whether rows may come by column: when all filters take them alike, each row being in their
    /// range, and nothing else is asked of them. A feed is still possible.
    struct Columns {
        bool taken = false;
        bool seconds = false;
    };
    virtual Columns takes_columns() const { return {}; }
    /// False: nothing was taken, these rows are to come as a tape.
    virtual bool feed_columns(const ColumnRows& /*rows*/) { return false; }
    /// Instead of feeds, in a scan by user that is not ordered: some rows of one unit of which no
    /// more than the second was asked (since 2000), rising. Only when takes_times().
    virtual bool takes_times() const { return false; }
    virtual void feed_times(std::uint32_t /*unit*/, std::span<const std::uint32_t> /*seconds*/) {}
    virtual void feed(const Tape& tape) = 0;
    virtual void finish(const Block& block) = 0;

    /// Of a scan by customer or pair that is not ordered: whether the sink may be given all `units`
    /// of them as one block. Then its rows are spread over the sinks of all threads, where they
    /// lie, which is much cheaper; one of the sinks absorbs the others and is finished alone.
    virtual bool spreads(std::uint32_t /*units*/) const { return false; }
    /// `other` is of the same kind, has begun the same block, and is not used again in this scan.
    virtual void absorb(Sink& /*other*/) {}
};

/// What an answer prints as its cost.
struct ScanCost {
    std::uint64_t events_read = 0;  ///< Rows whose event code was looked at, or counted.
    std::uint64_t events_kept = 0;  ///< Rows handed to sinks (a row of two customers: twice).
    /// Users asked for; 0 for kNone. By customer or pair those who belong to it at some time, in
    /// each that was asked for.
    std::uint64_t users_read = 0;
    std::uint64_t bytes_read = 0;         ///< Of the columns that were looked at.
    std::uint64_t unattached_events = 0;  ///< When asked for.
    std::uint64_t attached_events = 0;    ///< Likewise: those that belong to some customer.
    ScanCost& operator+=(const ScanCost& other);
};

/// The state of the world that a scan reads. Both are of one position of the log.
struct ScanInput {
    std::shared_ptr<const store::Snapshot> events;
    std::shared_ptr<const frame::Snapshot> frames;
};

/// Whether there are no more rows than numbers for them (Fetch::What::kRow, Scan::rows).
bool can_number_rows(const store::Snapshot& events) noexcept;

/// What a question ends with when it was stopped: kUnavailable when it was asked to end, kTooLarge
/// when its time was over.
Error stopped_error(const Stop& stop);
/// What a scan ends with that holds more rows of one unit than it may: kTooLarge.
Error one_unit_too_large();

/// Runs scans on a small pool. One per process; run() may be called from several threads at once,
/// each call then has its own thread and shares the rest.
class Scanner {
public:
    /// A scan of fewer rows than this is left to the caller's thread: waking another costs as much.
    static constexpr std::uint64_t kSharedRowsMin = 100'000;

    /// `threads` is how many run one scan at the most, the caller's included. REQUIRES: >= 1.
    explicit Scanner(unsigned threads, std::uint64_t shared_rows_min = kSharedRowsMin);
    ~Scanner();
    Scanner(const Scanner&) = delete;
    Scanner& operator=(const Scanner&) = delete;

    unsigned threads() const noexcept;

    /// Reads all of `scan` into `sinks`; sinks[i] is touched by one thread at a time, and by none
    /// after the return. Uses at most sinks.size() threads.
    /// Errors: stopped_error() when stopped; kTooLarge when `tape_rows_max` does not do, or the
    /// MemoryAccount of the calling thread, which those that help charge as well; kCorrupt or
    /// kIo when a column cannot be read.
    /// REQUIRES: 1 <= sinks.size(); sizes of filters, cells, numbers as said above.
    Result<ScanCost> run(const ScanInput& input, const Scan& scan, std::span<Sink* const> sinks);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace twofold::engine
