// SPDX-License-Identifier: Apache-2.0
#include "engine/scan.h"

#include <algorithm>

#include "base/check.h"
#include "engine/joined.h"
#include "engine/pool.h"
#include "engine/scan_attached.h"
#include "engine/scan_drivers.h"
#include "engine/scan_gather.h"
#include "frame/edges.h"
#include "frame/snapshot.h"
#include "store/snapshot.h"

namespace twofold::engine {
namespace {

bool any_condition(const Scan& scan, bool (*needs)(const RowCondition&)) {
    return std::ranges::any_of(scan.filters, [needs](const RowFilter& filter) {
        return filter.condition && needs(*filter.condition);
    });
}

bool by_customer(const Scan& scan) {
    return scan.unit == UnitKind::kCustomer || scan.unit == UnitKind::kEdge;
}

void check(const Scan& scan, std::size_t sink_count) {
    TF_CHECK(sink_count >= 1);
    TF_CHECK(!scan.filters.empty() && scan.filters.size() <= kFiltersMax);
    TF_CHECK(scan.cells.size() <= kTapeColumnsMax && scan.numbers.size() <= kTapeColumnsMax);
    TF_CHECK(!by_customer(scan) || scan.belonging != nullptr);
    TF_CHECK(!scan.count_unattached || scan.belonging != nullptr);
    TF_CHECK(!scan.ordered || scan.unit != UnitKind::kNone);
    const bool with_persons = scan.want_persons || scan.want_acting || scan.people != nullptr;
    TF_CHECK(scan.rows == nullptr || (scan.unit == UnitKind::kNone && !with_persons));
    TF_CHECK(scan.rows == nullptr ||
             !any_condition(scan, [](const RowCondition&) { return true; }));
    for (const Fetch& fetch : scan.cells) {
        TF_CHECK(fetch.what != Fetch::What::kProperty || scan.values != nullptr);
    }
}

/// Counts rows that belong to no customer, and the others.
class UnattachedSink final : public Sink {
public:
    explicit UnattachedSink(const frame::Belonging& belonging) : belonging_(belonging) {}

    void begin(const Block&) override {}
    void finish(const Block&) override {}
    void feed(const Tape& tape) override {
        for (std::size_t i = 0; i < tape.rows.size(); ++i) {
            const bool attached =
                tape.acting[i] != 0 || belongs(tape.persons[i], tape.rows[i].time);
            ++(attached ? attached_ : unattached_);
        }
    }
    void add_to(ScanCost& cost) const {
        cost.attached_events += attached_;
        cost.unattached_events += unattached_;
    }

private:
    bool belongs(std::uint32_t person, TimeMs time) {
        if (!looked_up_ || person != person_) {
            belonging_.of_user(model::UserOrdinal{person}, customers_);
            person_ = person;
            looked_up_ = true;
        }
        return std::ranges::any_of(customers_, [time](const frame::Belonging::OfUser& customer) {
            return std::ranges::any_of(
                customer.spans, [time](const frame::Span& span) { return span.holds(time); });
        });
    }

    const frame::Belonging& belonging_;
    std::vector<frame::Belonging::OfUser> customers_;  // of person_
    std::uint32_t person_ = 0;
    bool looked_up_ = false;
    std::uint64_t attached_ = 0;
    std::uint64_t unattached_ = 0;
};

}  // namespace

Error stopped_error(const Stop& stop) {
    if (stop.asked()) {
        return {ErrorCode::kUnavailable,
                "the question was stopped before its answer was there",
                std::nullopt,
                {}};
    }
    return {
        ErrorCode::kTooLarge,
        "answering takes longer than a question may; ask for a shorter range or for less at once",
        std::nullopt,
        {}};
}

Error one_unit_too_large() {
    return {ErrorCode::kTooLarge,
            "the question needs the rows of one unit in order, and there are more than fit in "
            "memory; ask for fewer events or a shorter range",
            std::nullopt,
            {}};
}

ScanCost& ScanCost::operator+=(const ScanCost& other) {
    events_read += other.events_read;
    events_kept += other.events_kept;
    users_read += other.users_read;
    bytes_read += other.bytes_read;
    unattached_events += other.unattached_events;
    attached_events += other.attached_events;
    return *this;
}

bool can_number_rows(const store::Snapshot& events) noexcept {
    std::uint64_t rows = 0;
    for (const auto& part : events.parts)
        rows += part->row_count();
    return rows < 0xffff'ffff;
}

struct Scanner::State {
    State(unsigned threads, std::uint64_t rows_min)
        : shared_rows_min(rows_min), pool(threads - 1) {}

    std::uint64_t shared_rows_min;

    JoinedPersonsCache joined;
    AttachmentsCache attachments;
    PartIndexCache index;
    Pool pool;

    Result<ScanCost> run(const ScanInput& input, const Scan& scan, std::span<Sink* const> sinks);
    Result<ScanCost> run_by_units(const ScanInput& input, ScanContext& context,
                                  std::span<Sink* const> sinks);
    Status count_unattached(const ScanInput& input, const Scan& scan, std::size_t threads,
                            ScanCost& cost);
};

Result<ScanCost> Scanner::State::run(const ScanInput& input, const Scan& scan,
                                     std::span<Sink* const> sinks) {
    SourceNeeds needs;
    needs.acting = by_customer(scan) || scan.want_acting || any_condition(scan, needs_acting);
    const bool needs_persons = scan.want_persons || any_condition(scan, needs_row_facts) ||
                               (scan.unit == UnitKind::kNone && scan.people != nullptr);
    if (scan.unit != UnitKind::kNone || needs_persons) needs.index = &index;
    TF_ASSIGN(Sources sources, Sources::prepare(*input.events, scan, needs));
    const bool shared = sources.wanted_rows() >= shared_rows_min;
    const auto used =
        sinks.first(shared ? std::min<std::size_t>(sinks.size(), pool.helpers() + 1) : 1);
    ScanCost searched;
    for (Source& source : sources.all()) {
        TF_ASSIGN(const ScanCost cost,
                  find_rare_rows(source, pool, static_cast<unsigned>(used.size()), scan.stop));
        searched += cost;
    }
    AttachedScan attached(input, scan, attachments, pool);
    if (attached.serves(sources, used)) return attached.run(std::move(sources), searched, used);
    const TapeShape shape{scan.want_persons, scan.want_acting, scan.cells.size(),
                          scan.numbers.size()};
    ScanContext context{scan, *input.frames, std::move(sources), shape, needs_persons, searched};
    TF_ASSIGN(ScanCost cost, run_by_units(input, context, used));
    if (scan.count_unattached) TF_TRY(count_unattached(input, scan, sinks.size(), cost));
    return cost;
}

Result<ScanCost> Scanner::State::run_by_units(const ScanInput& input, ScanContext& context,
                                              std::span<Sink* const> sinks) {
    if (context.scan.unit == UnitKind::kNone) {
        RowScan driver(context, sinks.front());
        return drive(pool, context, driver, sinks);
    }
    const auto persons = joined.get(input.frames);
    const auto threads = static_cast<unsigned>(sinks.size());
    if (context.scan.unit == UnitKind::kUser) {
        UserScan driver(context, *persons, threads);
        return drive(pool, context, driver, sinks);
    }
    BelongingScan driver(context, *persons, threads);
    return drive(pool, context, driver, sinks);
}

Result<ScanCost> drive(Pool& pool, ScanContext& context, ScanDriver& driver,
                       std::span<Sink* const> sinks) {
    std::vector<ScanCost> costs(sinks.size());
    const auto work = [&](unsigned thread) -> Status {
        Gather gather(context);
        TF_TRY(driver.run(gather, *sinks[thread]));
        costs[thread] = gather.cost();
        return {};
    };
    TF_TRY(run_charged(pool, static_cast<unsigned>(sinks.size()), context.stopped, work));
    if (context.cancelled()) return std::unexpected(stopped_error(*context.scan.stop));
    ScanCost total = context.searched;
    for (const ScanCost& cost : costs)
        total += cost;
    return total;
}

Status Scanner::State::count_unattached(const ScanInput& input, const Scan& scan,
                                        std::size_t threads, ScanCost& cost) {
    Scan rows;
    rows.unit = UnitKind::kNone;
    rows.filters = scan.filters;
    rows.people = scan.people;
    rows.want_persons = true;
    rows.want_acting = true;
    rows.stop = scan.stop;
    std::vector<UnattachedSink> sinks(threads, UnattachedSink(*scan.belonging));
    std::vector<Sink*> pointers;
    for (UnattachedSink& sink : sinks)
        pointers.push_back(&sink);
    TF_TRY(run(input, rows, pointers));
    for (const UnattachedSink& sink : sinks)
        sink.add_to(cost);
    return {};
}

Scanner::Scanner(unsigned threads, std::uint64_t shared_rows_min) {
    TF_CHECK(threads >= 1);
    state_ = std::make_unique<State>(threads, shared_rows_min);
}

Scanner::~Scanner() = default;

unsigned Scanner::threads() const noexcept {
    return state_->pool.helpers() + 1;
}

Result<ScanCost> Scanner::run(const ScanInput& input, const Scan& scan,
                              std::span<Sink* const> sinks) {
    check(scan, sinks.size());
    return state_->run(input, scan, sinks);
}

}  // namespace twofold::engine
