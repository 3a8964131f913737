// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/calendar.h"
#include "model/record.h"

namespace twofold::intake {

/// What taking in this record does, in words that follow "would": "state relation ana -> acme, role
/// admin, from 2026-01-01 until …". Dates and times are those of `zone`. Long texts are cut, and of
/// many fields the first are told.
std::string describe(const model::RecordView& record, const Zone& zone);

}  // namespace twofold::intake
