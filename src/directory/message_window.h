// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "io/env.h"
#include "model/record.h"

namespace twofold::directory {

/// A message id, and the day it is filed under.
struct MessageKey {
    model::MessageHash hash;
    /// Days since 1970 in UTC: of the time as sent, which a retry repeats; without one, of the
    /// receipt.
    std::int32_t day = 0;
    /// No time was sent: the day before is looked at too.
    bool day_is_receipt = false;
};
MessageKey message_key(const model::RecordView& record) noexcept;

/// Each message id counts once within 30 days of its first receipt.
///
/// Accepting threads `admit` a record before it goes to the log; the applying thread `remember`s it
/// when it comes out. Only what was remembered is written, so a commit at P holds exactly the
/// records up to P; after a restart the replay remembers the rest.
///
/// What was admitted since the last commit is a table in memory (32 bytes an id); what was
/// committed lies in sorted, mapped files (message_run.h), few and growing by merging, so that a
/// look-up asks about a dozen of them at the most.
///
/// Threads: admit, withdraw, size, days_kept from any; remember and commit from the applying one.
class MessageWindow {
public:
    struct Options {
        std::uint64_t ids_max = 200'000'000;  ///< Beyond it the oldest files go.
        int days = 30;
        /// Files larger than this are not merged any more.
        std::uint64_t merged_ids_max = 32'000'000;
    };
    /// Opens the files that `piece` names (empty: none).
    static Result<std::unique_ptr<MessageWindow>> open(io::Env& env, io::Path folder,
                                                       Options options, ByteReader& piece);
    ~MessageWindow();

    /// Sets fresh[i] where keys[i] was not there, and puts it in. Twice in one call: fresh once.
    /// A duplicate may not be on disk yet: answer it after the log's last append is durable.
    /// Cost: some 100 ns a key; batches overlap their cache misses.
    /// Errors: kCorrupt when a file is damaged: then nothing of the call was put in.
    /// REQUIRES: keys and fresh have one size.
    Status admit(std::span<const MessageKey> keys, std::span<bool> fresh);
    /// Takes back keys that were admitted fresh but did not get into the log.
    void withdraw(std::span<const MessageKey> keys);

    /// A record came out of the log: its id is kept from the next commit on.
    void remember(const MessageKey& key, TimeMs received);
    /// Writes and syncs what was remembered, merges files, lets the oldest go; appends to `piece`
    /// what open() needs. Errors: kCorrupt, kIo, kUnavailable.
    Status commit(ByteWriter& piece);
    /// Names of the files that the last piece needs.
    std::vector<std::string> files() const;

    /// Message ids held.
    std::uint64_t size() const;
    /// How far back it remembers, in days of receipt: the setting, or less when it was full.
    int days_kept() const;
    std::uint64_t memory_bytes() const;

private:
    struct State;
    explicit MessageWindow(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace twofold::directory
