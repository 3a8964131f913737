// SPDX-License-Identifier: Apache-2.0
#include "account/accounts.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <sodium.h>

namespace twofold::account {

namespace {

constexpr int kSchemaVersion = 2;
constexpr int kBusyMs = 5'000;
constexpr const char* kSchema1 = R"(
    CREATE TABLE key (
        id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL,
        text TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL);
    CREATE TABLE link (hash BLOB PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE session (hash BLOB PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
)";
constexpr const char* kSchema2 = R"(
    CREATE TABLE source (
        name TEXT PRIMARY KEY, kind TEXT NOT NULL, secret TEXT NOT NULL,
        created_at INTEGER NOT NULL) WITHOUT ROWID;
)";

std::string random_token(std::string_view prefix) {
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, 2 * bytes.size() + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
    return fmt::format("{}{}", prefix, hex.data());
}

// A fast hash is enough: the tokens are random, nobody can guess their way through 2^256.
std::string hash_of(std::string_view token) {
    std::string hash(crypto_generichash_BYTES, '\0');
    crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                       reinterpret_cast<const unsigned char*>(token.data()), token.size(), nullptr,
                       0);
    return hash;
}

void bind_blob(SQLite::Statement& statement, int index, const std::string& bytes) {
    statement.bind(index, bytes.data(), static_cast<int>(bytes.size()));
}

Status check_source(const Source& source) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    if (source.name.empty() || source.name.size() > kSourceNameBytesMax ||
        !std::ranges::all_of(source.name, is_plain)) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("a source's name is 1 to {} letters, digits, - and _, not: {}",
                                kSourceNameBytesMax, source.name));
    }
    if (source.secret.empty() || source.secret.size() > kSourceSecretBytesMax) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("a source's secret has 1 to {} bytes", kSourceSecretBytesMax));
    }
    return {};
}

class SqliteAccounts final : public Accounts {
public:
    SqliteAccounts(const std::string& path, const Clock& clock)
        : clock_(clock), db_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
        db_.exec("PRAGMA journal_mode = DELETE");
        db_.exec("PRAGMA synchronous = FULL");
        db_.exec("PRAGMA secure_delete = ON");
        db_.setBusyTimeout(kBusyMs);
        // Only its owner can do this, and has done it, where another user runs this.
        std::error_code not_owner;
        std::filesystem::permissions(
            path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
            not_owner);
        const int version = db_.execAndGet("PRAGMA user_version").getInt();
        if (version > kSchemaVersion) {
            throw SQLite::Exception(
                fmt::format("{} was written by a newer Twofold (format {}, this one reads {})",
                            path, version, kSchemaVersion));
        }
        if (version < kSchemaVersion) {
            SQLite::Transaction transaction(db_);
            if (version < 1) db_.exec(kSchema1);
            db_.exec(kSchema2);
            db_.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion));
            transaction.commit();
        }
        changes_seen_ = changes();
        read_keys();
        read_sources();
        SQLite::Statement sessions(db_, "SELECT hash, expires_at FROM session");
        while (sessions.executeStep()) {
            sessions_[sessions.getColumn(0).getString()] = sessions.getColumn(1).getInt64();
        }
    }

    Result<std::string> create_key(KeyKind kind, std::string_view name) override {
        const std::scoped_lock lock(mutex_);
        if (keys_.size() >= kKeysMax) {
            return fail(ErrorCode::kTooLarge,
                        fmt::format("a server holds at most {} keys; remove one first", kKeysMax));
        }
        const std::string text = random_token(kind == KeyKind::kWrite ? "tfw_" : "tfs_");
        const std::string hash = hash_of(text);
        return guarded([&]() -> std::string {
            SQLite::Statement insert(
                db_, "INSERT INTO key (kind, name, text, hash, created_at) VALUES (?, ?, ?, ?, ?)");
            insert.bind(1, static_cast<int>(kind));
            insert.bind(2, std::string(name));
            insert.bind(3, kind == KeyKind::kWrite ? text : std::string());
            bind_blob(insert, 4, hash);
            insert.bind(5, clock_.now());
            insert.exec();
            keys_[hash] = kind;
            return text;
        });
    }

    std::optional<KeyKind> find_key(std::string_view text) const override {
        const std::string hash = hash_of(text);
        const std::scoped_lock lock(mutex_);
        look_again();
        const auto found = keys_.find(hash);
        return found == keys_.end() ? std::nullopt : std::optional(found->second);
    }

    std::vector<Key> keys() const override {
        const std::scoped_lock lock(mutex_);
        std::vector<Key> all;
        SQLite::Statement rows(db_, "SELECT id, kind, name, text, created_at FROM key ORDER BY id");
        while (rows.executeStep()) {
            all.push_back({rows.getColumn(0).getInt64(),
                           static_cast<KeyKind>(rows.getColumn(1).getInt()),
                           rows.getColumn(2).getString(), rows.getColumn(3).getString(),
                           rows.getColumn(4).getInt64()});
        }
        return all;
    }

    Status remove_key(std::int64_t id) override {
        const std::scoped_lock lock(mutex_);
        SQLite::Statement find(db_, "SELECT hash FROM key WHERE id = ?");
        find.bind(1, id);
        if (!find.executeStep()) {
            return fail(ErrorCode::kNotFound, fmt::format("there is no key {}", id));
        }
        const std::string hash = find.getColumn(0).getString();
        find.reset();
        auto removed = guarded([&]() -> std::string {
            SQLite::Statement remove(db_, "DELETE FROM key WHERE id = ?");
            remove.bind(1, id);
            remove.exec();
            keys_.erase(hash);
            return {};
        });
        if (!removed) return std::unexpected(std::move(removed).error());
        return {};
    }

    Status set_source(const Source& source, bool replace) override {
        TF_TRY(check_source(source));
        const std::scoped_lock lock(mutex_);
        // What another process did a moment ago counts too.
        auto known = guarded([&]() -> std::string {
            read_sources();
            return {};
        });
        if (!known) return std::unexpected(std::move(known).error());
        const auto there = sources_.find(source.name);
        if (there != sources_.end() && (!replace || there->second.kind != source.kind)) {
            return fail(ErrorCode::kConflict,
                        fmt::format("there is a source of this name already: {}", source.name));
        }
        if (there == sources_.end() && sources_.size() >= kSourcesMax) {
            return fail(ErrorCode::kTooLarge, fmt::format("a server holds at most {} sources; "
                                                          "remove one first",
                                                          kSourcesMax));
        }
        auto done = guarded([&]() -> std::string {
            SQLite::Statement row(db_, "INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?)");
            row.bind(1, source.name);
            row.bind(2, source.kind);
            row.bind(3, source.secret);
            row.bind(4, there == sources_.end() ? clock_.now() : there->second.created_at);
            row.exec();
            read_sources();
            return {};
        });
        if (!done) return std::unexpected(std::move(done).error());
        return {};
    }

    std::optional<Source> find_source(std::string_view kind, std::string_view name) const override {
        const std::scoped_lock lock(mutex_);
        look_again();
        const auto found = sources_.find(name);
        if (found == sources_.end() || found->second.kind != kind) return std::nullopt;
        return found->second;
    }

    std::vector<Source> sources() const override {
        const std::scoped_lock lock(mutex_);
        look_again();
        std::vector<Source> all;
        for (const auto& [name, source] : sources_) {
            all.push_back(source);
            all.back().secret.clear();
        }
        return all;
    }

    Status remove_source(std::string_view kind, std::string_view name) override {
        const std::scoped_lock lock(mutex_);
        int removed = 0;
        auto done = guarded([&]() -> std::string {
            SQLite::Statement remove(db_, "DELETE FROM source WHERE kind = ? AND name = ?");
            remove.bind(1, std::string(kind));
            remove.bind(2, std::string(name));
            removed = remove.exec();
            read_sources();
            return {};
        });
        if (!done) return std::unexpected(std::move(done).error());
        if (removed == 0) {
            return fail(ErrorCode::kNotFound,
                        fmt::format("there is no source {} of kind {}", name, kind));
        }
        return {};
    }

    Result<std::string> create_link() override {
        const std::string token = random_token("");
        TF_TRY(insert("link", hash_of(token), clock_.now() + kLinkLifeMs));
        return token;
    }

    Result<std::string> redeem_link(std::string_view link) override {
        const std::string hash = hash_of(link);
        {
            const std::scoped_lock lock(mutex_);
            // Taking the row away is what makes it work once, whoever comes at the same moment.
            SQLite::Statement take(db_, "DELETE FROM link WHERE hash = ? AND expires_at > ?");
            bind_blob(take, 1, hash);
            take.bind(2, clock_.now());
            if (take.exec() == 0) {
                return fail(ErrorCode::kDenied,
                            "this sign-in link was used or has expired; `twofold key link` prints "
                            "a new one");
            }
        }
        const std::string session = random_token("");
        const TimeMs expires_at = clock_.now() + kSessionLifeMs;
        TF_TRY(insert("session", hash_of(session), expires_at));
        const std::scoped_lock lock(mutex_);
        sessions_[hash_of(session)] = expires_at;
        return forget_oldest_session(session);
    }

    bool session_lives(std::string_view session) const override {
        const std::string hash = hash_of(session);
        const std::scoped_lock lock(mutex_);
        const auto found = sessions_.find(hash);
        return found != sessions_.end() && found->second > clock_.now();
    }

    Status end_session(std::string_view session) override {
        const std::string hash = hash_of(session);
        const std::scoped_lock lock(mutex_);
        auto ended = guarded([&] { return erase_session(hash); });
        if (!ended) return std::unexpected(std::move(ended).error());
        return {};
    }

private:
    /// A number that changes when another process has written.
    int changes() const {
        SQLite::Statement version(db_, "PRAGMA data_version");
        return version.executeStep() ? version.getColumn(0).getInt() : 0;
    }

    void read_keys() const {
        std::map<std::string, KeyKind> keys;
        SQLite::Statement all(db_, "SELECT hash, kind FROM key");
        while (all.executeStep()) {
            keys[all.getColumn(0).getString()] = static_cast<KeyKind>(all.getColumn(1).getInt());
        }
        keys_ = std::move(keys);
    }

    void read_sources() const {
        std::map<std::string, Source, std::less<>> sources;
        SQLite::Statement all(db_, "SELECT name, kind, secret, created_at FROM source");
        while (all.executeStep()) {
            Source source{all.getColumn(1).getString(), all.getColumn(0).getString(),
                          all.getColumn(2).getString(), all.getColumn(3).getInt64()};
            sources.emplace(source.name, std::move(source));
        }
        sources_ = std::move(sources);
    }

    // `twofold key` writes beside a running server. Looking costs some reads of the file, too many
    // for each request of a busy client. REQUIRES: the lock is held.
    void look_again() const {
        const TimeMs now = clock_.now();
        if (now < looked_at_ + kKeysUnseenMs && now >= looked_at_) return;
        looked_at_ = now;
        try {
            const int changes_now = changes();
            if (changes_now == changes_seen_) return;
            read_keys();
            read_sources();
            changes_seen_ = changes_now;
        } catch (const SQLite::Exception&) {
            return;  // being written for long: what was known stays, and the next look is soon
        }
    }

    // REQUIRES: the lock is held.
    template <typename Function>
    Result<std::string> guarded(Function&& function) {
        try {
            return function();
        } catch (const SQLite::Exception& error) {
            return fail(ErrorCode::kIo, fmt::format("server.db: {}", error.what()));
        }
    }

    Status insert(const char* table, const std::string& hash, TimeMs expires_at) {
        const std::scoped_lock lock(mutex_);
        auto done = guarded([&]() -> std::string {
            SQLite::Statement expired(db_,
                                      fmt::format("DELETE FROM {} WHERE expires_at <= ?", table));
            expired.bind(1, clock_.now());
            expired.exec();
            SQLite::Statement row(db_, fmt::format("INSERT INTO {} VALUES (?, ?)", table));
            bind_blob(row, 1, hash);
            row.bind(2, expires_at);
            row.exec();
            return {};
        });
        if (!done) return std::unexpected(std::move(done).error());
        return {};
    }

    Result<std::string> forget_oldest_session(std::string session) {
        if (sessions_.size() <= kSessionsMax) return session;
        auto oldest = sessions_.begin();
        for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
            if (it->second < oldest->second) oldest = it;
        }
        const std::string hash = oldest->first;
        auto erased = guarded([&] { return erase_session(hash); });
        if (!erased) return erased;
        return session;
    }

    std::string erase_session(const std::string& hash) {
        SQLite::Statement remove(db_, "DELETE FROM session WHERE hash = ?");
        bind_blob(remove, 1, hash);
        remove.exec();
        sessions_.erase(hash);
        return {};
    }

    const Clock& clock_;
    mutable std::mutex mutex_;
    SQLite::Database db_;
    mutable std::map<std::string, KeyKind> keys_;
    mutable std::map<std::string, Source, std::less<>> sources_;
    mutable int changes_seen_ = 0;
    mutable TimeMs looked_at_ = 0;
    std::map<std::string, TimeMs> sessions_;
};

}  // namespace

Result<std::unique_ptr<Accounts>> Accounts::open(const std::string& path, const Clock& clock) {
    if (sodium_init() < 0) return fail(ErrorCode::kInternal, "libsodium did not start");
    try {
        return std::make_unique<SqliteAccounts>(path, clock);
    } catch (const SQLite::Exception& error) {
        return fail(ErrorCode::kCorrupt, fmt::format("{}: {}", path, error.what()));
    }
}

}  // namespace twofold::account
