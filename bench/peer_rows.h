// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "world.h"

namespace twofold::bench {

/// Writes a table of the world to a file (or pipe) as RowBinary of ClickHouse, persons resolved:
///
///   events         person UInt32, ts DateTime64(3), event String, path String, referrer String,
///                  country String, language String, browser String, device String, plan String,
///                  version String, coupon String (empty: none), amount Float64, seconds UInt16,
///                  beta Bool; by the beginning of visits
///   relations      person UInt32, customer UInt32, since DateTime64(3), until DateTime64(3)
///   subscriptions  customer UInt32, mrr Int64 (cents), since DateTime64(3), until DateTime64(3)
///
/// What has no end has the first moment of 2100 there. Errors: kInvalid for another table, kIo.
Status write_peer_rows(const World& world, const std::string& table, const std::string& path);

}  // namespace twofold::bench
