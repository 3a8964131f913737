// SPDX-License-Identifier: Apache-2.0
#include "engine/row_values.h"

#include <array>
#include <charconv>
#include <chrono>
#include <variant>
#include <vector>

#include "base/check.h"
#include "engine/value_math.h"

namespace twofold::engine {

using model::Value;

Value row_value(const plan::Expression& expression,
                const std::function<Value(const plan::Fact&)>& value_of) {
    if (const auto* constant = std::get_if<model::OwnedValue>(&expression.node)) {
        return constant->view();
    }
    if (const auto* fact = std::get_if<plan::Fact>(&expression.node)) return value_of(*fact);
    const auto* node = std::get_if<plan::Arithmetic>(&expression.node);
    TF_CHECK(node != nullptr);
    // No money among the properties of events: the scale does not matter.
    return arithmetic(node->op, row_value(*node->left, value_of), plan::Meaning::kPlain,
                      row_value(*node->right, value_of), plan::Meaning::kPlain, 1.0);
}

bool row_test(const plan::Condition& leaf, const plan::Moment& moment,
              const std::function<Value(const plan::Fact&)>& value_of) {
    if (const auto* test = std::get_if<plan::FactTest>(&leaf.node)) {
        return test->test.accepts(row_value(test->left, value_of));
    }
    if (const auto* compare = std::get_if<plan::Compare>(&leaf.node)) {
        return plan::compare_values(row_value(compare->left, value_of), compare->op,
                                    row_value(compare->right, value_of));
    }
    const auto& near = std::get<plan::NearMoment>(leaf.node);
    const TimeMs from = near.next ? moment.nominal : moment.nominal - near.duration;
    const TimeMs to = near.next ? moment.nominal + near.duration : moment.before;
    return plan::ValueTest::time_within(from, to).accepts(row_value(near.left, value_of));
}

void event_facts(const plan::Expression& expression, std::vector<const plan::Fact*>& found) {
    if (const auto* fact = std::get_if<plan::Fact>(&expression.node)) {
        if (fact->about == plan::About::kEvent) found.push_back(fact);
    } else if (const auto* node = std::get_if<plan::Arithmetic>(&expression.node)) {
        event_facts(*node->left, found);
        event_facts(*node->right, found);
    }
}

std::vector<const plan::Fact*> event_facts(const plan::Condition& leaf) {
    std::vector<const plan::Fact*> found;
    if (const auto* test = std::get_if<plan::FactTest>(&leaf.node)) {
        event_facts(test->left, found);
    } else if (const auto* compare = std::get_if<plan::Compare>(&leaf.node)) {
        event_facts(compare->left, found);
        event_facts(compare->right, found);
    } else if (const auto* near = std::get_if<plan::NearMoment>(&leaf.node)) {
        event_facts(near->left, found);
    }
    return found;
}

int local_hour(const Zone& zone, TimeMs time) {
    const std::string label = zone.label(Interval::kHour, time);
    const std::size_t at = label.find('T');
    int hour = 0;
    if (at != std::string::npos) {
        std::from_chars(label.data() + at + 1, label.data() + label.size(), hour);
    }
    return hour;
}

std::string_view local_weekday(const Zone& zone, TimeMs time) {
    constexpr std::array<std::string_view, 7> kDays = {"sunday",   "monday", "tuesday", "wednesday",
                                                       "thursday", "friday", "saturday"};
    const Date date = zone.date_of(time);
    const std::chrono::year_month_day day{
        std::chrono::year{date.year}, std::chrono::month{date.month}, std::chrono::day{date.day}};
    return kDays[std::chrono::weekday{std::chrono::sys_days{day}}.c_encoding()];
}

}  // namespace twofold::engine
