// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/locked.h"
#include "base/result.h"
#include "base/time.h"
#include "io/env.h"
#include "model/types.h"
#include "store/manifest.h"
#include "store/names.h"
#include "store/snapshot.h"
#include "store/work.h"

namespace twofold::store {

struct Options {
    /// Rows of a sorted mini-part of the head.
    std::uint32_t mini_rows = 64 * 1024;
    /// The head is worth sealing from here on.
    std::uint32_t head_rows_seal = 512 * 1024;
    /// Beyond this append refuses until a seal is installed.
    std::uint32_t head_rows_max = 1024 * 1024;
    /// Bytes of property texts in the head, likewise.
    std::uint64_t head_bytes_seal = std::uint64_t{256} << 20;
    std::uint64_t head_bytes_max = std::uint64_t{512} << 20;
    /// The most rows of a sealed part; what is larger is sliced by ordinal.
    std::uint32_t part_rows_max = 32 * 1024 * 1024;
    /// Closed months are merged while their persons have fewer rows than this in a part.
    std::uint32_t person_rows_wanted = 16;
};

struct Property {
    std::string_view name;
    model::Value value;
};

/// One event. Everything borrowed for the call.
struct Row {
    model::UserOrdinal user{};
    TimeMs time = 0;  ///< as it counts: device offset applied. Outside 2000 to 2135: clamped
    std::string_view event;
    bool automatic = false;
    std::optional<model::CustomerOrdinal> acting;
    model::Sequence sequence = 0;
    std::span<const Property> properties;  ///< nulls are ignored; of equal (name, type) the last
};

/// The events of one project in its folder. One thread, the owner, calls everything but snapshot();
/// Work::run() and snapshot() may be called from any thread at any time.
///
///   append … publish          makes rows visible; cheap enough for every 100 ms
///   next_seal / next_merge → Work::run (any thread) → install → publish
///                                                   → commit manifest() → committed
///
/// A crash at any point leaves what the last committed manifest says, and files that open()
/// removes.
class Store {
public:
    /// Opens the parts of `piece` (a default piece: a new store), and removes files that it does
    /// not name. Errors: kIo; kNotFound and kCorrupt with the file.
    static Result<std::unique_ptr<Store>> open(io::Env& env, io::Path folder, ManifestPiece piece,
                                               Options options = {});
    ~Store();

    /// Takes a row. REQUIRES: sequence greater than any before, and than manifest().position.
    /// Errors: kUnavailable when the head is full: seal first. Nothing was taken then.
    Status append(const Row& row);
    /// Makes everything appended so far visible, as of `position`, the last record applied (whether
    /// or not it was an event). Cheap when nothing was appended.
    void publish(model::Sequence position);
    /// What was last published. Never null. Any thread.
    std::shared_ptr<const Snapshot> snapshot() const;

    const Names& names() const noexcept;
    const Counters& counters() const noexcept;
    std::uint32_t head_rows() const noexcept;
    std::uint64_t head_bytes() const noexcept;

    /// Whether the head has grown enough to be sealed.
    bool wants_seal() const noexcept;
    /// Takes what is in the head, as of the last publish, to write it into parts; its install moves
    /// manifest().position there, and nothing else moves it (so also when there was no event since:
    /// it then writes nothing). Nothing when nothing was published since the last seal, or one is
    /// under way. REQUIRES: nothing appended since the last publish.
    std::unique_ptr<Work> next_seal();
    /// The next merge that the policy wants (policy.h), leaving out parts under work; nothing when
    /// all is well. `now` says which months are closed; `idle` that there is time for merges that
    /// only make questions faster.
    std::unique_ptr<Work> next_merge(TimeMs now, bool idle);

    /// Puts what was made in the place of what it was made from; seen with the next publish. When
    /// the work failed, everything stays as it was, and its error is returned.
    Status install(Finished finished);

    /// The piece to commit: as of the last installed seal. Install, take this, write it durably,
    /// then call committed.
    ManifestPiece manifest() const;
    /// The manifest with this piece is durable: files it does not name are removed once no snapshot
    /// uses them (then, or at a later call of this or of remove_unused).
    void committed(const ManifestPiece& piece);
    void remove_unused();

private:
    struct State;
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace twofold::store
