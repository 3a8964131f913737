// SPDX-License-Identifier: Apache-2.0
#include "ask/question.h"

namespace twofold::ask {

DurationMs Duration::ms() const noexcept {
    switch (unit) {
        case DurationUnit::kSecond:
            return count * kSecondMs;
        case DurationUnit::kMinute:
            return count * kMinuteMs;
        case DurationUnit::kHour:
            return count * kHourMs;
        case DurationUnit::kDay:
            return count * kDayMs;
        case DurationUnit::kWeek:
            return count * 7 * kDayMs;
    }
    return 0;
}

bool takes_property(Aggregate aggregate) noexcept {
    switch (aggregate) {
        case Aggregate::kSum:
        case Aggregate::kAverage:
        case Aggregate::kMedian:
        case Aggregate::kMin:
        case Aggregate::kMax:
        case Aggregate::kP90:
        case Aggregate::kDistinct:
        case Aggregate::kFirst:
        case Aggregate::kLast:
            return true;
        case Aggregate::kEvents:
        case Aggregate::kUsers:
        case Aggregate::kCustomers:
        case Aggregate::kSessions:
        case Aggregate::kDays:
        case Aggregate::kFirstTime:
        case Aggregate::kLastTime:
            return false;
    }
    return false;
}

const std::vector<std::string>& fact_names() {
    static const std::vector<std::string> names = {
        "money.started",     "money.expanded",      "money.contracted",  "money.churned",
        "money.reactivated", "money.trial_started", "money.trial_ended", "money.cancelled",
        "money.due",         "money.renewed",       "money.paid",        "money.refunded",
        "money.failed",      "relation.started",    "relation.ended"};
    return names;
}

const KindRules& rules_of(const Question& question) noexcept {
    return kKindRules[question.kind.index()];
}

std::string_view kind_name(const Question& question) noexcept {
    return rules_of(question).word;
}

}  // namespace twofold::ask
