// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "ledger/facts.h"

namespace SQLite {
class Database;
}

namespace twofold::ledger {

/// Writes facts as rows, by statements prepared once. One thread at a time. Throws
/// SQLite::Exception.
class Statements {
public:
    explicit Statements(SQLite::Database& db);
    ~Statements();
    void write(const Fact& fact);
    void write_position(model::Sequence position);
    /// After an exception: lets go of what a statement holds.
    void reset();

private:
    struct Prepared;
    std::unique_ptr<Prepared> prepared_;
};

/// Every row as the fact that it came from, table by table. Throws SQLite::Exception.
void read_facts(SQLite::Database& db, const std::function<void(const Fact&)>& take);

}  // namespace twofold::ledger
