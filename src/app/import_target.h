// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/loader.h"
#include "app/remote.h"
#include "base/result.h"

namespace twofold::app {

/// What a dry run tells of one line (or object).
struct LineTold {
    std::uint64_t line = 0;
    std::string code;  ///< Why it is refused; empty where it is taken.
    bool known = false;
    std::string words;  ///< What it does, or what is wrong with it.
};

/// Where lines go: into a project of this process, to a server, or nowhere.
class ImportTarget {
public:
    virtual ~ImportTarget() = default;
    virtual Status load(const intake::LineChunk& lines) = 0;
    /// Waits until questions see what was loaded.
    virtual Status finish() = 0;
    virtual const LoadTotals& totals() const = 0;
    /// Of a dry run: of the last load(). Else nothing.
    virtual std::vector<LineTold> take_told() { return {}; }
};

/// `file`: id of the file, under which its lines are remembered.
std::unique_ptr<ImportTarget> into_project(Loader loader);
std::unique_ptr<ImportTarget> into_server(Remote remote, std::uint64_t file, LineForm form,
                                          bool dry_run);
/// A dry run without a server: what a project would do. `project` may be null: then what a new one
/// would. Errors: as LineDecoder::make.
Result<std::unique_ptr<ImportTarget>> into_nothing(const project::Project* project,
                                                   std::uint64_t file, LineForm form);

}  // namespace twofold::app
