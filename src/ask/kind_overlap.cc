// SPDX-License-Identifier: Apache-2.0
// overlap: who only uses, who only buys, and who does both.
#include "ask/checker.h"
#include "ask/question_text.h"

namespace twofold::ask {

void Checker::kind(const Overlap& /*overlap*/) {
    if (!question_.unit) {
        return;
    }
    const Unit::Kind unit = question_.unit->kind;
    if (unit != Unit::Kind::kUsers && unit != Unit::Kind::kCustomers) {
        refuse(question_.unit->span, "overlap counts users and customers", "for users");
    }
}

void write_head(QuestionText& /*text*/, const Overlap& /*overlap*/) {}

}  // namespace twofold::ask
