// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "base/time.h"
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
/// records up to P; after a restart the replay remembers the rest. Thread-safe.
class MessageWindow {
public:
    struct Impl;
    explicit MessageWindow(std::unique_ptr<Impl> impl);
    ~MessageWindow();

    /// Sets fresh[i] where keys[i] was not there, and puts it in. Twice in one call: fresh once.
    /// A duplicate may not be on disk yet: answer it after the log's last append is durable.
    /// Cost: some 100 ns a key; batches prefetch.
    void admit(std::span<const MessageKey> keys, std::span<bool> fresh);
    /// Takes back keys that were admitted fresh but did not get into the log. REQUIRES: not
    /// remembered.
    void withdraw(std::span<const MessageKey> keys);

    /// Message ids held.
    std::uint64_t size() const;
    /// How far back it remembers, in days of receipt: the setting, or less when it is full.
    int days_kept() const;

    Impl& impl() noexcept { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

/// Lines of imported files, kept for ever as ranges: importing a file again changes nothing.
/// Thread-safe; admit, withdraw and remembering work as in MessageWindow.
class ImportLines {
public:
    struct Impl;
    explicit ImportLines(std::unique_ptr<Impl> impl);
    ~ImportLines();

    /// Sets fresh[i] where the line was not taken, and takes it. {0, 0} is always fresh.
    void admit(std::span<const model::Origin> lines, std::span<bool> fresh);
    void withdraw(std::span<const model::Origin> lines);
    /// Lines of this file that were taken.
    std::uint64_t taken(std::uint64_t file) const;

    Impl& impl() noexcept { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace twofold::directory
