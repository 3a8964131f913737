// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/seeds.h"
#include "belonging/record.h"

namespace twofold::belonging {

/// What counts as now for a random world: 2026-02-15. Some of its relations begin later.
inline constexpr TimeMs kNow = 1'771'113'600'000;

/// 10 to 40 records of a few users, devices and customers, in an order that has nothing to do with
/// their times. All ids begin with `prefix`, so that worlds can share a project.
std::vector<Record> random_records(Random& random, const std::string& prefix);

/// 0 to n - 1.
int below(Random& random, int n);

/// The same in another way that must not make a difference: in another order of arrival, where the
/// language says that it does not matter; with messages that come again; with users and customers
/// that are joined and no longer are.
std::vector<Record> as_sent(const std::vector<Record>& said, Random& random);

}  // namespace twofold::belonging
