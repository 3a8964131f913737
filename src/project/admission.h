// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "base/locked.h"
#include "directory/directory.h"
#include "intake/decode.h"
#include "log/log.h"
#include "project/project.h"

namespace twofold::project {

/// The door to the log: lets each message id and each line of an imported file in once. Between the
/// look at the window and the append nobody else comes in, so the log never holds a record twice.
/// Thread-safe.
class Admission {
public:
    /// Both must outlive it.
    Admission(directory::Directory& directory, log::Log& log, bool unsafe_without_message_ids)
        : directory_(directory),
          log_(log),
          unsafe_without_message_ids_(unsafe_without_message_ids) {}

    /// What to do while another batch is being let in.
    enum class InLine : std::uint8_t { kWait, kLeave };

    struct Admitted {
        bool left = false;  ///< With kLeave: nothing was looked at or let in.
        Accepted counts;
        /// Durable when this is: of the batch, or, where all were duplicates, of the last batch
        /// before it (a duplicate's first copy may still be on its way to the disk). None: all is.
        std::optional<log::Ticket> ticket;
        bool appended = false;  ///< Whether `done` was handed to the log.
    };
    /// `done` as for log::Log::append, with the batch; not called when nothing was appended. It may
    /// be called before this returns, so what was counted also stands in `counts`, if given, before
    /// the append. Errors: kUnavailable, kTooLarge; then nothing was let in.
    Result<Admitted> admit(const intake::Decoded& decoded, log::OnDurable done, Accepted* counts,
                           InLine in_line);

    /// By record, whether it was here before; nothing is let in. Of equal ones among themselves the
    /// first was not. Errors: kCorrupt when a file of message ids is damaged.
    Result<std::vector<bool>> known(const intake::Decoded& decoded);

private:
    struct Probes;
    static void probe(const intake::Decoded& decoded, Probes& probes);
    struct Line {
        std::optional<log::Ticket> last;
    };
    Result<Admitted> admit(const intake::Decoded& decoded, Probes& probes, log::OnDurable& done,
                           Accepted* counts, Line& line);

    directory::Directory& directory_;
    log::Log& log_;
    bool unsafe_without_message_ids_;  // see Options::unsafe_log_without_message_ids
    Locked<Line> line_;
};

}  // namespace twofold::project
