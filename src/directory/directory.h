// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "directory/import_lines.h"
#include "directory/message_window.h"
#include "directory/view.h"
#include "io/env.h"
#include "model/record.h"
#include "model/types.h"

/// Which id is who. Ids of users and customers become ordinals in the order of the log and by
/// nothing else; joins of persons and customers; when each was first and last seen; the devices'
/// clocks; the window of message ids; which lines of imported files were taken.
namespace twofold::directory {

struct Options {
    /// Message ids kept at the most; beyond it the oldest go. 12 bytes each, on disk.
    std::uint64_t message_ids_max = 200'000'000;
    /// How long a message id is remembered after its receipt.
    int message_days = 30;
    /// Users and anonymous ids together, and customers: more are refused (kTooLarge).
    std::uint32_t ids_max = 1U << 30;
};

/// What a record means, once it is known who is who.
struct Applied {
    std::optional<model::UserOrdinal> user;  ///< As first seen, not canonical. None: no ids.
    std::optional<model::CustomerOrdinal> customer;  ///< The record's customer, or acting one.
    std::optional<model::CustomerOrdinal> parent;    ///< Of a customer record with parentId.
    TimeMs time = 0;           ///< The record's time plus the device's offset.
    DurationMs offset_ms = 0;  ///< What was added.
    bool new_user = false;     ///< The ordinal was given now.
    bool new_customer = false;
    bool shared_device = false;  ///< The anonymous id belongs to another user.
    bool conflict = false;       ///< A key or an alias that would have joined two customers or
                                 ///< users which only an alias may join; nothing was changed.
};

/// Numbers for /health and /metrics.
struct Counts {
    std::uint64_t ids = 0;
    std::uint32_t user_ordinals = 0;
    std::uint32_t customer_ordinals = 0;
    std::uint64_t joins = 0;
    std::uint64_t shared_device_records = 0;
    std::uint64_t key_conflicts = 0;
    std::uint64_t corrected_devices = 0;
};

/// What changed since the last publish().
struct Publication {
    std::shared_ptr<const View> view;
    /// Joined, unjoined or with another first event: whatever is derived from those must be
    /// made anew. Canonical ordinals of before and after, each once.
    std::vector<model::UserOrdinal> changed_users;
    std::vector<model::CustomerOrdinal> changed_customers;
    /// With another first fact, as first seen; some more than once.
    std::vector<model::UserOrdinal> redated_users;
    /// Self customers: users with the customer of the same id, both as first seen; those that are
    /// new or another's since, all after they were turned on and after open().
    std::vector<std::pair<model::UserOrdinal, model::CustomerOrdinal>> self_customers;
    /// Ids of customers that came, or are another's, since the last call and since open(). Valid as
    /// long as the view.
    std::vector<std::string_view> customer_ids;
};

/// Says which files, and how much of them, hold the state at a position. Goes into the manifest as
/// it is, and back into open().
using ManifestPiece = std::vector<std::byte>;

/// Threads: `apply`, `publish`, `commit` and `release_old_files` belong to the one thread that
/// applies the log. `messages()` and `imports()` are thread-safe where they say so (accepting), and
/// so are `View`s (reading).
class Directory {
public:
    /// Opens the folder (making it) as it was when `piece` was made; empty: as new. Files that the
    /// piece does not name are removed. Everything after comes by apply().
    /// Cost: some million ids a second; message ids are mapped, not read.
    /// Errors: kCorrupt, kIo.
    static Result<std::unique_ptr<Directory>> open(io::Env& env, io::Path folder, Options options,
                                                   const ManifestPiece& piece);
    ~Directory();
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    /// Takes the next record of the log: finds or gives ordinals, joins, moves first and last seen,
    /// corrects the time by the device's clock, remembers message id and import line.
    /// `automatic_name`: the event's name is among those that the settings call automatic.
    /// REQUIRES: the record's sequence is above position().
    /// Errors: kTooLarge at ids_max; nothing was changed.
    Result<Applied> apply(const model::RecordView& record, bool automatic_name = false);
    /// Of the last record applied: after open() that of the piece.
    model::Sequence position() const noexcept;

    /// From here on, and for those there are, every user id is a customer's id too; off: no longer
    /// for those that come. Ordinals follow from the position at which it is called, so a replay
    /// must call it there again; where nothing is missing it changes nothing.
    /// Cost: some million users a second. REQUIRES, to turn it on: may_open_self_customers().
    void set_self_customers(bool on);
    /// Errors: kTooLarge where ids_max leaves no room for so many.
    Status may_open_self_customers() const;

    /// What readers see from now on. Cheap: shares all that did not change.
    Publication publish();

    /// Writes and syncs what has been applied; the returned piece is the state at position().
    /// Nothing that an older piece needs is touched. Errors: kIo; after a failure kUnavailable, for
    /// good: open anew.
    Result<ManifestPiece> commit();
    /// Removes what only pieces before the last one need. REQUIRES: the last one is durable in the
    /// manifest.
    Status release_old_files();

    /// The window of message ids: probe it before a record goes to the log.
    MessageWindow& messages() noexcept;
    /// The lines of imported files: probe them likewise.
    ImportLines& imports() noexcept;

    Counts counts() const;
    /// Bytes on the heap, about.
    std::uint64_t memory_bytes() const;

private:
    struct State;
    explicit Directory(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace twofold::directory
