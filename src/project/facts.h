// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "directory/directory.h"
#include "ledger/facts.h"
#include "model/record.h"

namespace twofold::project {

/// What a record says about users, customers and money, once the directory has said who is who.
/// Appends to `out`; the facts borrow their texts from the record's bytes. Settings that bend the
/// meaning (guests by naming, outside roles) are the frame's to apply: facts are kept as they came,
/// so that changing a setting changes the answers about the past.
void append_facts(const model::RecordView& record, const directory::Applied& applied,
                  model::Sequence sequence, std::vector<ledger::Fact>& out);

}  // namespace twofold::project
