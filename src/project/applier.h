// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "directory/directory.h"
#include "frame/builder.h"
#include "io/env.h"
#include "ledger/ledger.h"
#include "ledger/settings.h"
#include "project/manifest.h"
#include "project/project.h"
#include "store/store.h"
#include "store/work.h"

namespace twofold::project {

/// Applies the log's records, in order, to directory, store, ledger and frame, and makes worlds of
/// them. One thread calls it; it starts none. What it holds beyond the manifest's position is gone
/// after a crash, and comes again by replaying the log from position() + 1.
///
/// Whoever reads the manifest must find a ledger that is at least as far: so finish() moves the
/// ledger to disk before it writes the manifest, and a replay never needs the directory of an
/// earlier position than its own.
class Applier {
public:
    /// Opens what the folder's manifest names. Errors: kCorrupt, kIo.
    static Result<std::unique_ptr<Applier>> open(io::Env& env, io::Path folder,
                                                 const Options& options);

    /// Whether the head has no room for another row: publish, and run and finish the seal.
    bool full() const noexcept;

    /// After the last record of the replay: settles what was turned at its very position.
    void finish_replay();

    /// Takes one record. The bytes must live until the next commit_facts(). A record beyond a limit
    /// of the directory is counted and left out. REQUIRES: not full(); ascending sequence.
    /// Errors: kCorrupt for bytes that are no record; kIo, kUnavailable.
    Status apply(std::span<const std::byte> record, model::Sequence sequence);
    /// Writes what the records since the last call said about customers and money. Errors: kIo.
    Status commit_facts();

    /// A world of everything applied. REQUIRES: commit_facts() was called after the last apply().
    std::shared_ptr<const World> publish();

    /// Work that is due: a seal when the head has grown or `seal_anyway`, else a merge; when
    /// `idle`, also merges that only make questions faster. Null when there is none or some is
    /// under way. REQUIRES: publish() was called after the last apply(). Errors: kIo.
    Result<std::unique_ptr<store::Work>> next_work(bool seal_anyway, bool idle);
    /// Installs what the work made and commits the manifest. Errors: the work's own, kIo.
    Status finish(store::Finished finished);

    /// Last record applied.
    model::Sequence position() const noexcept { return position_; }
    /// The log must keep what comes after.
    model::Sequence committed_position() const noexcept { return manifest_.position; }
    std::uint64_t not_applied() const noexcept { return not_applied_; }
    std::uint32_t head_rows() const noexcept { return store_->head_rows(); }

    directory::Directory& directory() noexcept { return *directory_; }
    ledger::Ledger& ledger() noexcept { return *ledger_; }
    const ledger::Settings& settings() const noexcept { return *settings_; }
    /// Keeps the settings and answers by them from the next publish on. Errors: kInvalid, kIo.
    Status set_settings(const ledger::Settings& settings);

private:
    Applier(io::Env& env, io::Path folder, const Options& options);
    void open_self_customers();
    /// Turns self customers as they were turned after the records up to `position`.
    void turn_self_customers(model::Sequence position);
    Status append_event(const model::RecordView& record, const directory::Applied& applied,
                        model::Sequence sequence);

    io::Env& env_;
    io::Path folder_;
    Options options_;
    Manifest manifest_;
    std::shared_ptr<const ledger::Settings> settings_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<directory::Directory> directory_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<frame::Builder> builder_;
    model::Sequence position_ = 0;
    std::uint64_t not_applied_ = 0;
    bool self_customers_on_ = false;    ///< Of the directory, at position_.
    std::vector<std::uint64_t> turns_;  ///< Of self customers, to come in the replay.
    bool work_under_way_ = false;
    std::vector<std::byte> sealing_directory_;  // its piece, as of the seal under way
    std::vector<ledger::Fact> facts_;           // borrowed from records since commit_facts
    std::vector<store::Property> properties_;   // scratch
};

}  // namespace twofold::project
