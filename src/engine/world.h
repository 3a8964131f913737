// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "engine/scan.h"
#include "model/types.h"
#include "plan/settings.h"

namespace twofold::engine {

/// Everything one question reads: one position of the log. Whoever holds it keeps it alive.
struct World {
    ScanInput input;  ///< Events and frames, both of `position`.
    std::shared_ptr<const plan::Settings> settings;
    model::Sequence position = 0;
};

/// Where an engine finds the world. Any thread.
class WorldSource {
public:
    virtual ~WorldSource() = default;
    /// The newest, or the one of a position that an earlier answer named.
    /// Errors: kNotFound when that position is not held any more; kUnavailable when shutting down.
    virtual Result<World> world(std::optional<model::Sequence> position) const = 0;
};

}  // namespace twofold::engine
