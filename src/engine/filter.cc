// SPDX-License-Identifier: Apache-2.0
#include "engine/filter.h"

#include <utility>

namespace twofold::engine {

RowCondition RowCondition::all(std::vector<RowCondition> parts) {
    RowCondition made;
    made.kind = Kind::kAll;
    made.parts = std::move(parts);
    return made;
}

RowCondition RowCondition::any(std::vector<RowCondition> parts) {
    RowCondition made;
    made.kind = Kind::kAny;
    made.parts = std::move(parts);
    return made;
}

RowCondition RowCondition::negation(RowCondition part) {
    RowCondition made;
    made.kind = Kind::kNot;
    made.parts.push_back(std::move(part));
    return made;
}

RowCondition RowCondition::property(std::vector<model::ColumnCode> columns,
                                    std::function<bool(const model::Value&)> accepts,
                                    bool missing) {
    RowCondition made;
    made.kind = Kind::kProperty;
    made.columns = std::move(columns);
    made.accepts = std::move(accepts);
    made.missing = missing;
    return made;
}

RowCondition RowCondition::row(std::function<bool(const RowFacts&)> accepts, bool needs_acting) {
    RowCondition made;
    made.kind = Kind::kRow;
    made.row_accepts = std::move(accepts);
    made.needs_acting = needs_acting;
    return made;
}

RowCondition RowCondition::within(RowSpans spans) {
    RowCondition made;
    made.kind = Kind::kSpans;
    made.spans = std::move(spans);
    made.needs_acting = true;
    return made;
}

}  // namespace twofold::engine
