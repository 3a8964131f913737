// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `ledger.db`, as SQLite tables. Ordinals are as first seen. A value is its type
/// (model::ValueType) and SQLite's own integer, real or text. Tables are keyed by what facts are
/// found by, so that a fact that comes again meets itself.
namespace twofold::ledger {

/// Version 1, made in one transaction with PRAGMA user_version = 1.
inline constexpr const char* kSchema1 = R"sql(
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE stated_relation (
    user INTEGER, customer INTEGER, role TEXT, since INTEGER, until INTEGER NOT NULL,
    PRIMARY KEY (user, customer, role, since)) WITHOUT ROWID;
CREATE TABLE group_relation (
    user INTEGER, customer INTEGER, role TEXT, time INTEGER,
    PRIMARY KEY (user, customer, role, time)) WITHOUT ROWID;
-- Of the events of one UTC day that named a customer, the first and the last.
CREATE TABLE naming_relation (
    user INTEGER, customer INTEGER, role TEXT, day INTEGER,
    first INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (user, customer, role, day)) WITHOUT ROWID;
CREATE TABLE choice (
    user INTEGER, time INTEGER, sequence INTEGER, customer INTEGER NOT NULL,
    PRIMARY KEY (user, time, sequence)) WITHOUT ROWID;
-- A removed trait stays with type 0, so that an older value that comes late does not bring it back.
CREATE TABLE user_trait (
    user INTEGER, name TEXT, type INTEGER NOT NULL, value, time INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (user, name)) WITHOUT ROWID;
CREATE TABLE customer_trait (
    customer INTEGER, field INTEGER, name TEXT, time INTEGER, sequence INTEGER,
    type INTEGER NOT NULL, value,
    PRIMARY KEY (customer, field, name, time, sequence)) WITHOUT ROWID;
CREATE TABLE segment (
    id TEXT, item TEXT, since INTEGER, customer INTEGER NOT NULL, plan TEXT NOT NULL,
    product TEXT NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL, end_reason TEXT NOT NULL,
    amount INTEGER NOT NULL, every_months INTEGER NOT NULL, every_days INTEGER NOT NULL,
    quantity INTEGER NOT NULL, discount INTEGER NOT NULL, amount_off INTEGER NOT NULL,
    metered INTEGER NOT NULL, until INTEGER NOT NULL, trial_until INTEGER NOT NULL,
    term_months INTEGER NOT NULL, term_days INTEGER NOT NULL, renews_at INTEGER NOT NULL,
    source_time INTEGER NOT NULL, sequence INTEGER NOT NULL,
    PRIMARY KEY (id, item, since)) WITHOUT ROWID;
CREATE TABLE payment (
    id TEXT PRIMARY KEY, customer INTEGER NOT NULL, currency TEXT NOT NULL,
    subscription_id TEXT NOT NULL, amount INTEGER NOT NULL, time INTEGER NOT NULL,
    kind INTEGER NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID;
)sql";

/// Version 2: user traits with their history, as runs of one value (trait_runs.h).
inline constexpr const char* kSchema2 = R"sql(
CREATE TABLE user_trait_run (
    user INTEGER, name TEXT, first INTEGER, first_sequence INTEGER, last INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL, type INTEGER NOT NULL, value,
    PRIMARY KEY (user, name, first, first_sequence)) WITHOUT ROWID;
INSERT INTO user_trait_run
    SELECT user, name, time, sequence, time, sequence, type, value FROM user_trait;
DROP TABLE user_trait;
)sql";

}  // namespace twofold::ledger
