// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <mutex>
#include <utility>
#include <vector>

#include "ledger/rows.h"
#include "ledger/schema.h"

namespace twofold::ledger {

namespace {

constexpr const char* kMemory = ":memory:";
constexpr int kBusyMs = 10'000;
// The write-ahead log is moved into the file at the latest after this many facts.
constexpr std::uint64_t kFactsPerCheckpoint = 500'000;

std::unexpected<Error> io_error(const SQLite::Exception& error) {
    return fail(ErrorCode::kIo, fmt::format("ledger.db: {}", error.what()));
}

/// By the table that a fact goes to and the ordinal that its rows there are found by, if any.
std::uint64_t place_of(const Fact& fact) {
    const auto ordinal = [](const auto& one) -> std::uint32_t {
        if constexpr (requires { one.user; }) {
            return model::index(one.user);
        } else if constexpr (requires { one.field; }) {
            return model::index(one.customer);
        } else {
            return 0;
        }
    };
    return std::uint64_t{fact.index()} << 32 | std::visit(ordinal, fact);
}

/// The facts' numbers in the order of their rows: those of one page are written together. Facts of
/// one row stay in the order in which they came.
std::vector<std::uint32_t> by_place(std::span<const Fact> facts) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> places;
    places.reserve(facts.size());
    for (const Fact& fact : facts)
        places.emplace_back(place_of(fact), static_cast<std::uint32_t>(places.size()));
    std::ranges::sort(places);
    std::vector<std::uint32_t> order;
    order.reserve(places.size());
    for (const auto& [place, number] : places)
        order.push_back(number);
    return order;
}

void configure(SQLite::Database& db) {
    db.setBusyTimeout(kBusyMs);
    db.exec("PRAGMA journal_mode = WAL");
    // Commits outlive the process; the disk is waited for at checkpoints. Until then the project's
    // log has the records.
    db.exec("PRAGMA synchronous = NORMAL");
    // Only the writing connection checkpoints, and only when told to: SQLite before 3.51.3 may
    // corrupt a file when one connection checkpoints while another commits.
    db.exec("PRAGMA wal_autocheckpoint = 0");
    db.exec("PRAGMA secure_delete = ON");
    db.exec("PRAGMA cache_size = -32768");
}

/// Errors by exception.
void migrate(SQLite::Database& db, const std::string& path) {
    const int version = db.execAndGet("PRAGMA user_version").getInt();
    if (version > kSchemaVersion) {
        throw SQLite::Exception(
            fmt::format("{} was written by a newer Twofold (schema {}, this one reads {})", path,
                        version, kSchemaVersion));
    }
    if (version == kSchemaVersion) return;
    SQLite::Transaction transaction(db);
    if (version < 1) {
        db.exec(kSchema1);
        db.exec("INSERT INTO state VALUES ('position', 0)");
    }
    db.exec(kSchema2);
    db.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion));
    transaction.commit();
}

}  // namespace

struct Ledger::State {
    explicit State(const std::string& where)
        : path(where),
          // Used under `writing` alone.
          writer(where, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX) {
        configure(writer);
        migrate(writer, path);
        statements = std::make_unique<Statements>(writer);
        position = static_cast<model::Sequence>(
            writer.execAndGet("SELECT value FROM state WHERE name = 'position'").getInt64());
    }

    /// Calls `read` with a connection that sees the last commit. Memory has only the writer's.
    template <typename Function>
    void reading(Function&& read) {
        if (path == kMemory) {
            const std::scoped_lock lock(writing);
            read(writer);
            return;
        }
        // Of this thread alone, so it needs no lock around every column.
        SQLite::Database reader(path, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, kBusyMs);
        read(reader);
    }

    void checkpoint() {
        if (path != kMemory) {
            SQLite::Statement checkpointing(writer, "PRAGMA wal_checkpoint(TRUNCATE)");
            // A reader may hold the log's end; what matters is that all frames are in the file.
            if (checkpointing.executeStep() &&
                checkpointing.getColumn(1).getInt() != checkpointing.getColumn(2).getInt()) {
                throw SQLite::Exception("the write-ahead log could not be moved into the file");
            }
        }
        durable_position = position.load();
        facts_since_checkpoint = 0;
    }

    std::string path;
    std::mutex writing;
    SQLite::Database writer;
    std::unique_ptr<Statements> statements;
    std::atomic<model::Sequence> position = 0;
    std::atomic<model::Sequence> durable_position = 0;
    std::uint64_t facts_since_checkpoint = 0;
};

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::~Ledger() = default;

Result<std::unique_ptr<Ledger>> Ledger::open(const std::string& path) {
    try {
        auto state = std::make_unique<State>(path);
        state->checkpoint();
        return std::unique_ptr<Ledger>(new Ledger(std::move(state)));
    } catch (const SQLite::Exception& error) {
        return fail(ErrorCode::kCorrupt, fmt::format("cannot use the ledger: {}", error.what()));
    }
}

Status Ledger::apply(std::span<const Fact> facts, model::Sequence position) {
    State& s = *state_;
    const std::scoped_lock lock(s.writing);
    if (position <= s.position) return {};
    try {
        SQLite::Transaction transaction(s.writer);
        for (const std::uint32_t number : by_place(facts))
            s.statements->write(facts[number]);
        s.statements->write_position(position);
        transaction.commit();
        s.position = position;
        s.facts_since_checkpoint += facts.size();
        if (s.facts_since_checkpoint >= kFactsPerCheckpoint) s.checkpoint();
        return {};
    } catch (const SQLite::Exception& error) {
        s.statements->reset();
        return io_error(error);
    }
}

model::Sequence Ledger::position() const noexcept {
    return state_->position;
}
model::Sequence Ledger::durable_position() const noexcept {
    return state_->durable_position;
}

Status Ledger::checkpoint() {
    const std::scoped_lock lock(state_->writing);
    try {
        state_->checkpoint();
        return {};
    } catch (const SQLite::Exception& error) {
        return io_error(error);
    }
}

Status Ledger::each_fact(const std::function<void(const Fact&)>& take) const {
    try {
        state_->reading([&](SQLite::Database& db) {
            // One moment for all tables.
            SQLite::Transaction moment(db);
            read_facts(db, take);
            moment.commit();
        });
        return {};
    } catch (const SQLite::Exception& error) {
        return io_error(error);
    }
}

Result<Counts> Ledger::counts() const {
    Counts counts;
    try {
        state_->reading([&](SQLite::Database& db) {
            const auto count = [&](const char* table) {
                return static_cast<std::uint64_t>(
                    db.execAndGet(fmt::format("SELECT count(*) FROM {}", table)).getInt64());
            };
            counts.stated_relations = count("stated_relation");
            counts.implied_relations = count("group_relation") + count("naming_relation");
            counts.choices = count("choice");
            counts.user_traits = count("user_trait_run");
            counts.customer_traits = count("customer_trait");
            counts.segments = count("segment");
            counts.payments = count("payment");
        });
    } catch (const SQLite::Exception& error) {
        return io_error(error);
    }
    std::error_code missing;
    for (const char* suffix : {"", "-wal"}) {
        const auto bytes = std::filesystem::file_size(state_->path + suffix, missing);
        if (!missing) counts.bytes += bytes;
    }
    return counts;
}

Status Ledger::set(std::string_view name, std::string_view value) {
    const std::scoped_lock lock(state_->writing);
    try {
        SQLite::Statement put(state_->writer, "INSERT OR REPLACE INTO setting VALUES (?, ?)");
        put.bind(1, std::string(name));
        put.bind(2, std::string(value));
        put.exec();
        state_->checkpoint();
        return {};
    } catch (const SQLite::Exception& error) {
        return io_error(error);
    }
}

Status Ledger::unset(std::string_view name) {
    const std::scoped_lock lock(state_->writing);
    try {
        SQLite::Statement remove(state_->writer, "DELETE FROM setting WHERE name = ?");
        remove.bind(1, std::string(name));
        remove.exec();
        state_->checkpoint();
        return {};
    } catch (const SQLite::Exception& error) {
        return io_error(error);
    }
}

Result<std::optional<std::string>> Ledger::get(std::string_view name) const {
    TF_ASSIGN(const auto all, settings());
    for (const auto& [key, value] : all) {
        if (key == name) return value;
    }
    return std::nullopt;
}

Result<std::vector<std::pair<std::string, std::string>>> Ledger::settings() const {
    std::vector<std::pair<std::string, std::string>> all;
    try {
        state_->reading([&](SQLite::Database& db) {
            SQLite::Statement rows(db, "SELECT name, value FROM setting ORDER BY name");
            while (rows.executeStep()) {
                all.emplace_back(rows.getColumn(0).getString(), rows.getColumn(1).getString());
            }
        });
        return all;
    } catch (const SQLite::Exception& error) {
        return io_error(error);
    }
}

}  // namespace twofold::ledger
