// SPDX-License-Identifier: Apache-2.0
#include "ledger/rows.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <array>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "ledger/trait_runs.h"

namespace twofold::ledger {

namespace {

using SQLite::Statement;

/// Binds one value after the other, runs the statement, and clears it for the next.
class Run {
public:
    explicit Run(Statement& statement) : statement_(statement) {}
    ~Run() {
        statement_.tryReset();
        statement_.clearBindings();
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    Run& number(std::int64_t value) {
        statement_.bind(++at_, value);
        return *this;
    }
    Run& ordinal(model::UserOrdinal user) { return number(model::index(user)); }
    Run& ordinal(model::CustomerOrdinal customer) { return number(model::index(customer)); }
    Run& sequence(model::Sequence sequence) { return number(static_cast<std::int64_t>(sequence)); }
    Run& text(std::string_view value) {
        text_ = value;
        statement_.bind(++at_, text_);
        return *this;
    }
    /// Two columns: type and value.
    Run& value(const model::Value& value) {
        number(static_cast<std::int64_t>(value.type));
        switch (value.type) {
            case model::ValueType::kNull:
                statement_.bind(++at_);
                return *this;
            case model::ValueType::kBool:
            case model::ValueType::kInt:
                return number(value.integer);
            case model::ValueType::kDouble:
                statement_.bind(++at_, value.real);
                return *this;
            case model::ValueType::kString:
            case model::ValueType::kList:
                return text(value.text);
        }
        return *this;
    }
    void exec() { statement_.exec(); }

private:
    Statement& statement_;
    std::string text_;
    int at_ = 0;
};

/// Rows of a query, read with SQLite's own calls: SQLiteCpp makes a counted object for each column
/// of each row, which would take a third of a start.
class Rows {
public:
    Rows(const SQLite::Database& db, const char* query) : db_(db) {
        const int result = sqlite3_prepare_v2(db.getHandle(), query, -1, &rows_, nullptr);
        if (result != SQLITE_OK) throw SQLite::Exception(db.getHandle(), result);
    }
    ~Rows() { sqlite3_finalize(rows_); }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    bool next() {
        const int result = sqlite3_step(rows_);
        if (result != SQLITE_ROW && result != SQLITE_DONE) {
            throw SQLite::Exception(db_.getHandle(), result);
        }
        return result == SQLITE_ROW;
    }
    std::int64_t number(int column) const { return sqlite3_column_int64(rows_, column); }
    double real(int column) const { return sqlite3_column_double(rows_, column); }
    /// Until the next row.
    std::string_view text(int column) const {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(rows_, column));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(rows_, column));
        return text == nullptr ? std::string_view() : std::string_view(text, size);
    }

private:
    const SQLite::Database& db_;
    sqlite3_stmt* rows_ = nullptr;
};

std::string_view text_at(const Rows& rows, int column) {
    return rows.text(column);
}
model::UserOrdinal user_at(const Rows& rows, int column) {
    return model::UserOrdinal{static_cast<std::uint32_t>(rows.number(column))};
}
model::CustomerOrdinal customer_at(const Rows& rows, int column) {
    return model::CustomerOrdinal{static_cast<std::uint32_t>(rows.number(column))};
}
std::int64_t number_at(const Rows& rows, int column) {
    return rows.number(column);
}
std::int32_t int_at(const Rows& rows, int column) {
    return static_cast<std::int32_t>(rows.number(column));
}
model::Sequence sequence_at(const Rows& rows, int column) {
    return static_cast<model::Sequence>(rows.number(column));
}

model::Value value_at(const Rows& rows, int type, int value) {
    switch (static_cast<model::ValueType>(rows.number(type))) {
        case model::ValueType::kNull:
            return model::Value::null();
        case model::ValueType::kBool:
            return model::Value::of_bool(rows.number(value) != 0);
        case model::ValueType::kInt:
            return model::Value::of_int(rows.number(value));
        case model::ValueType::kDouble:
            return model::Value::of_double(rows.real(value));
        case model::ValueType::kString:
            return model::Value::of_string(rows.text(value));
        case model::ValueType::kList:
            return model::Value::of_list(rows.text(value));
    }
    return model::Value::null();
}

/// The same of a prepared statement's row.
model::OwnedValue value_in(Statement& row, int type, int value) {
    const SQLite::Column column = row.getColumn(value);
    switch (static_cast<model::ValueType>(row.getColumn(type).getInt())) {
        case model::ValueType::kNull:
            break;
        case model::ValueType::kBool:
            return model::OwnedValue(model::Value::of_bool(column.getInt64() != 0));
        case model::ValueType::kInt:
            return model::OwnedValue(model::Value::of_int(column.getInt64()));
        case model::ValueType::kDouble:
            return model::OwnedValue(model::Value::of_double(column.getDouble()));
        case model::ValueType::kString:
            return model::OwnedValue(model::Value::of_string(column.getString()));
        case model::ValueType::kList:
            return model::OwnedValue(model::Value::of_list(column.getString()));
    }
    return model::OwnedValue(model::Value::null());
}

std::int64_t day_of(TimeMs time) {
    return time / kDayMs;
}

}  // namespace

struct Statements::Prepared {
    explicit Prepared(SQLite::Database& db)
        : position(db, "UPDATE state SET value = ? WHERE name = 'position'"),
          stated(db, "INSERT OR REPLACE INTO stated_relation VALUES (?, ?, ?, ?, ?)"),
          unstated(db,
                   "DELETE FROM stated_relation WHERE user = ? AND customer = ? AND role = ? AND "
                   "since = ?"),
          group(db, "INSERT OR IGNORE INTO group_relation VALUES (?, ?, ?, ?)"),
          naming(db,
                 "INSERT INTO naming_relation VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                 "first = min(first, excluded.first), last = max(last, excluded.last) WHERE "
                 "excluded.first < first OR excluded.last > last"),
          choice(db, "INSERT OR REPLACE INTO choice VALUES (?, ?, ?, ?)"),
          trait_runs(db,
                     "SELECT first, first_sequence, last, last_sequence, type, value FROM "
                     "user_trait_run WHERE user = ? AND name = ? ORDER BY first, first_sequence"),
          drop_runs(db, "DELETE FROM user_trait_run WHERE user = ? AND name = ?"),
          add_run(db, "INSERT INTO user_trait_run VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
          extend_run(db,
                     "UPDATE user_trait_run SET last = ?, last_sequence = ? WHERE user = ? AND "
                     "name = ? AND first = ? AND first_sequence = ?"),
          customer_trait(db, "INSERT OR REPLACE INTO customer_trait VALUES (?, ?, ?, ?, ?, ?, ?)"),
          segment(
              db,
              "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
              "?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET customer = excluded.customer, "
              "plan = excluded.plan, product = excluded.product, currency = excluded.currency, "
              "status = excluded.status, end_reason = excluded.end_reason, "
              "amount = excluded.amount, every_months = excluded.every_months, "
              "every_days = excluded.every_days, quantity = excluded.quantity, "
              "discount = excluded.discount, amount_off = excluded.amount_off, "
              "metered = excluded.metered, until = excluded.until, "
              "trial_until = excluded.trial_until, term_months = excluded.term_months, "
              "term_days = excluded.term_days, renews_at = excluded.renews_at, "
              "source_time = excluded.source_time, sequence = excluded.sequence WHERE "
              "(excluded.source_time, excluded.sequence) > (source_time, sequence)"),
          payment(db,
                  "INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                  "customer = excluded.customer, currency = excluded.currency, "
                  "subscription_id = excluded.subscription_id, amount = excluded.amount, "
                  "time = excluded.time, kind = excluded.kind, sequence = excluded.sequence WHERE "
                  "excluded.sequence > sequence") {}

    std::array<Statement*, 13> all() {
        return {&position,  &stated,  &unstated,   &group,          &naming,  &choice, &trait_runs,
                &drop_runs, &add_run, &extend_run, &customer_trait, &segment, &payment};
    }

    void write(const StatedRelation& fact) {
        Run run(fact.removed ? unstated : stated);
        run.ordinal(fact.user).ordinal(fact.customer).text(fact.role).number(fact.from);
        if (!fact.removed) run.number(fact.until);
        run.exec();
    }
    void write(const ImpliedRelation& fact) {
        const bool named = fact.by == ImpliedBy::kNaming;
        Run run(named ? naming : group);
        run.ordinal(fact.user).ordinal(fact.customer).text(fact.role);
        if (named) run.number(day_of(fact.time)).number(fact.time);
        run.number(fact.time).exec();
    }
    void write(const Choice& fact) {
        Run(choice)
            .ordinal(fact.user)
            .number(fact.time)
            .sequence(fact.sequence)
            .ordinal(fact.customer)
            .exec();
    }
    using Runs = std::vector<TraitRun<model::OwnedValue>>;
    Runs runs_of(const UserTrait& fact) {
        Run run(trait_runs);
        run.ordinal(fact.user).text(fact.name);
        Runs runs;
        while (trait_runs.executeStep()) {
            const auto number = [this](int column) {
                return trait_runs.getColumn(column).getInt64();
            };
            runs.push_back({number(0), static_cast<model::Sequence>(number(1)), number(2),
                            static_cast<model::Sequence>(number(3)), value_in(trait_runs, 4, 5)});
        }
        return runs;
    }
    void write(const UserTrait& fact) {
        const Runs before = runs_of(fact);
        Runs after = before;
        take_trait(after, fact.time, fact.sequence, model::OwnedValue(fact.value));
        if (after == before) return;
        // Mostly a value is told once more.
        if (!before.empty() && after.size() == before.size() &&
            after.back().begin() == before.back().begin() &&
            std::equal(after.begin(), after.end() - 1, before.begin())) {
            const auto& run = after.back();
            Run(extend_run)
                .number(run.last)
                .sequence(run.last_sequence)
                .ordinal(fact.user)
                .text(fact.name)
                .number(run.first)
                .sequence(run.first_sequence)
                .exec();
            return;
        }
        Run(drop_runs).ordinal(fact.user).text(fact.name).exec();
        for (const auto& run : after) {
            Run row(add_run);
            row.ordinal(fact.user).text(fact.name);
            row.number(run.first).sequence(run.first_sequence);
            row.number(run.last).sequence(run.last_sequence).value(run.value.view()).exec();
        }
    }
    void write(const CustomerTrait& fact) {
        Run run(customer_trait);
        run.ordinal(fact.customer).number(static_cast<std::int64_t>(fact.field)).text(fact.name);
        run.number(fact.time).sequence(fact.sequence).value(fact.value).exec();
    }
    void write(const SubscriptionSegment& fact) {
        const money::Segment& s = fact.segment;
        Run run(segment);
        run.text(s.id).text(s.item).number(s.from).ordinal(fact.customer);
        run.text(s.plan).text(s.product).text(s.currency).text(s.status).text(s.end_reason);
        run.number(s.amount).number(s.every.months).number(s.every.days).number(s.quantity);
        run.number(s.discount).number(s.amount_off).number(s.metered ? 1 : 0).number(s.until);
        run.number(s.trial_until).number(s.term_months).number(s.term_days).number(s.renews_at);
        run.number(fact.source_time).sequence(fact.sequence).exec();
    }
    void write(const CustomerPayment& fact) {
        const money::Payment& p = fact.payment;
        Run run(payment);
        run.text(p.id).ordinal(fact.customer).text(p.currency).text(p.subscription_id);
        run.number(p.amount).number(p.time).number(static_cast<std::int64_t>(p.kind));
        run.sequence(fact.sequence).exec();
    }

    Statement position;
    Statement stated;
    Statement unstated;
    Statement group;
    Statement naming;
    Statement choice;
    Statement trait_runs;
    Statement drop_runs;
    Statement add_run;
    Statement extend_run;
    Statement customer_trait;
    Statement segment;
    Statement payment;
};

Statements::Statements(SQLite::Database& db) : prepared_(std::make_unique<Prepared>(db)) {}
Statements::~Statements() = default;

void Statements::write(const Fact& fact) {
    std::visit([this](const auto& one) { prepared_->write(one); }, fact);
}

void Statements::write_position(model::Sequence position) {
    Run(prepared_->position).sequence(position).exec();
}

void Statements::reset() {
    for (Statement* statement : prepared_->all())
        statement->tryReset();
}

namespace {

using Take = std::function<void(const Fact&)>;

void read_relations(SQLite::Database& db, const Take& take) {
    Rows stated(db, "SELECT user, customer, role, since, until FROM stated_relation");
    while (stated.next()) {
        take(StatedRelation{user_at(stated, 0), customer_at(stated, 1), text_at(stated, 2),
                            number_at(stated, 3), number_at(stated, 4), false});
    }
    Rows group(db, "SELECT user, customer, role, time FROM group_relation");
    while (group.next()) {
        take(ImpliedRelation{user_at(group, 0), customer_at(group, 1), text_at(group, 2),
                             number_at(group, 3), ImpliedBy::kGroup});
    }
    Rows naming(db, "SELECT user, customer, role, first, last FROM naming_relation");
    while (naming.next()) {
        ImpliedRelation fact{user_at(naming, 0), customer_at(naming, 1), text_at(naming, 2),
                             number_at(naming, 3), ImpliedBy::kNaming};
        take(fact);
        if (number_at(naming, 4) == fact.time) continue;
        fact.time = number_at(naming, 4);
        take(fact);
    }
    Rows choice(db, "SELECT user, customer, time, sequence FROM choice");
    while (choice.next()) {
        take(Choice{user_at(choice, 0), customer_at(choice, 1), number_at(choice, 2),
                    sequence_at(choice, 3)});
    }
}

void read_traits(SQLite::Database& db, const Take& take) {
    Rows users(db,
               "SELECT user, name, type, value, first, first_sequence, last, last_sequence FROM "
               "user_trait_run");
    while (users.next()) {
        UserTrait fact{user_at(users, 0), text_at(users, 1), value_at(users, 2, 3),
                       number_at(users, 4), sequence_at(users, 5)};
        take(fact);
        if (number_at(users, 6) == fact.time && sequence_at(users, 7) == fact.sequence) continue;
        fact.time = number_at(users, 6);
        fact.sequence = sequence_at(users, 7);
        take(fact);
    }
    Rows customers(db,
                   "SELECT customer, field, name, type, value, time, sequence FROM customer_trait");
    while (customers.next()) {
        take(CustomerTrait{customer_at(customers, 0),
                           static_cast<CustomerField>(number_at(customers, 1)),
                           text_at(customers, 2), value_at(customers, 3, 4),
                           number_at(customers, 5), sequence_at(customers, 6)});
    }
}

money::Segment segment_at(const Rows& row) {
    money::Segment segment;
    segment.id = text_at(row, 0);
    segment.item = text_at(row, 1);
    segment.from = number_at(row, 2);
    segment.plan = text_at(row, 4);
    segment.product = text_at(row, 5);
    segment.currency = text_at(row, 6);
    segment.status = text_at(row, 7);
    segment.end_reason = text_at(row, 8);
    segment.amount = number_at(row, 9);
    segment.every = {int_at(row, 10), int_at(row, 11)};
    segment.quantity = number_at(row, 12);
    segment.discount = number_at(row, 13);
    segment.amount_off = number_at(row, 14);
    segment.metered = number_at(row, 15) != 0;
    segment.until = number_at(row, 16);
    segment.trial_until = number_at(row, 17);
    segment.term_months = int_at(row, 18);
    segment.term_days = int_at(row, 19);
    segment.renews_at = number_at(row, 20);
    return segment;
}

void read_money(SQLite::Database& db, const Take& take) {
    Rows segments(db, "SELECT * FROM segment ORDER BY customer");
    while (segments.next()) {
        take(SubscriptionSegment{customer_at(segments, 3), segment_at(segments),
                                 number_at(segments, 21), sequence_at(segments, 22)});
    }
    Rows payments(db, "SELECT * FROM payment ORDER BY customer");
    while (payments.next()) {
        const money::Payment payment{
            text_at(payments, 0),   text_at(payments, 2),
            text_at(payments, 3),   number_at(payments, 4),
            number_at(payments, 5), static_cast<money::PaymentKind>(number_at(payments, 6))};
        take(CustomerPayment{customer_at(payments, 1), payment, sequence_at(payments, 7)});
    }
}

}  // namespace

void read_facts(SQLite::Database& db, const std::function<void(const Fact&)>& take) {
    read_relations(db, take);
    read_traits(db, take);
    read_money(db, take);
}

}  // namespace twofold::ledger
