// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ask/names.h"
#include "base/time.h"
#include "model/types.h"

namespace twofold::plan {

/// What a backend knows of the names in a question: the codes they are stored under. Beside what
/// checking asks for. Any thread; every answer of one catalog is of one position of the log.
class Catalog : public ask::Names {
public:
    struct Column {
        model::ColumnCode code = 0;
        model::ValueType type = model::ValueType::kNull;
    };

    /// The codes of an event's name, sent by people and sent automatically. Empty: never seen.
    virtual std::vector<model::NameCode> event_codes(std::string_view name) const = 0;
    /// Every code that is not automatic.
    virtual std::vector<model::NameCode> people_codes() const = 0;
    /// The text of a code. REQUIRES: a code that this catalog gave.
    virtual std::string_view event_text(model::NameCode code) const = 0;
    /// The columns of an event's property, one per type it has come with.
    virtual std::vector<Column> event_columns(std::string_view property) const = 0;

    virtual std::optional<TimeMs> release_time(std::string_view name) const = 0;
    /// The time of the first event or dated fact; absent when there is none. `over all time` begins
    /// here.
    virtual std::optional<TimeMs> first_time() const = 0;
    /// Whether the customer ever had a subscription decides what `customer.plan` says; the rule
    /// names it.
    virtual bool has_subscriptions() const = 0;
};

}  // namespace twofold::plan
