// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <fmt/format.h>
#include <type_traits>
#include <utility>

#include "ask/print.h"
#include "ask/question_text.h"

namespace twofold::ask {
namespace {

std::string print_from_to(const FromTo& range) {
    return "from " + print(range.from) + " to " + print(range.to);
}

std::string print_value(const Breakdown& breakdown) {
    return std::visit(
        [](const auto& value) -> std::string {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, Breakdown::Whole>) {
                return value == Breakdown::Whole::kUser ? "user" : "customer";
            } else if constexpr (std::is_same_v<Value, Breakdown::Segments>) {
                std::string names = "segments";
                for (const std::string& name : value.names) {
                    names += (&name == &value.names.front() ? " " : ", ") + quote(name);
                }
                return names;
            } else {
                return print(value);
            }
        },
        breakdown.value);
}

std::string print_bins(const Breakdown& breakdown) {
    if (breakdown.bins && breakdown.bins->width) {
        return fmt::format(" in bins of {}", *breakdown.bins->width);
    }
    if (breakdown.bins && breakdown.bins->count) {
        return fmt::format(" in {} bins", *breakdown.bins->count);
    }
    return {};
}

class QuestionPrinter {
public:
    explicit QuestionPrinter(const Question& question) : question_(question) {}

    std::string run() {
        text_.add_joined(kind_name(question_));
        std::visit([this](const auto& kind) { write_head(text_, kind); }, question_.kind);
        if (question_.unit) {
            add("for " + unit(*question_.unit));
        }
        if (question_.every) {
            const auto* interval = std::get_if<Interval>(&*question_.every);
            add(interval != nullptr ? "every " + std::string(print(*interval)) : "in total");
        }
        if (question_.range) {
            add(range(*question_.range));
        }
        if (question_.where) {
            add("where " + print(*question_.where));
        }
        std::visit([this](const auto& kind) { write_tail(text_, kind); }, question_.kind);
        if (question_.by) {
            by(*question_.by);
        }
        modes();
        return text_.take();
    }

private:
    void add(std::string_view words) { text_.add(words); }

    static std::string unit(const Unit& unit) {
        switch (unit.kind) {
            case Unit::Kind::kUsers:
                return "users";
            case Unit::Kind::kCustomers:
                return "customers";
            case Unit::Kind::kSessions:
                return "sessions";
            case Unit::Kind::kEach:
                return "each " + print(*unit.each);
        }
        return {};
    }

    static std::string range(const Range& range) {
        return std::visit(
            [](const auto& value) -> std::string {
                using Value = std::decay_t<decltype(value)>;
                if constexpr (std::is_same_v<Value, LastIntervals>) {
                    return fmt::format("over the last {} {}{}", value.count, print(value.interval),
                                       value.count == 1 ? "" : "s");
                } else if constexpr (std::is_same_v<Value, FromTo>) {
                    return print_from_to(value);
                } else if constexpr (std::is_same_v<Value, Since>) {
                    return "since " + print(value.from);
                } else {
                    return "over all time";
                }
            },
            range.value);
    }

    void by(const By& by) {
        add("by");
        const Breakdown* before = nullptr;
        text_.add_list(by.items, [&before](const Breakdown& item) {
            const std::string value = print_value(item);
            // A text behind `segments "A",` would be one more segment.
            const bool after_segments =
                before != nullptr && std::holds_alternative<Breakdown::Segments>(before->value);
            before = &item;
            return (after_segments && value[0] == '"' ? '(' + value + ')' : value) +
                   print_bins(item);
        });
        if (by.top) {
            add(fmt::format("top {}", *by.top));
        }
        if (by.touch) {
            static constexpr std::array<std::string_view, 4> kTouches = {
                "first touch", "last touch", "step", "every value"};
            add(kTouches[std::to_underlying(by.touch->kind)]);
            if (by.touch->kind == Touch::Kind::kStep) {
                add(std::to_string(by.touch->step));
            }
        }
    }

    void modes() {
        static constexpr std::array<std::string_view, 3> kAsOf = {"event", "now", "ever"};
        static constexpr std::array<std::string_view, 3> kJudged = {"at the start", "at the end",
                                                                    "now"};
        const Question& q = question_;
        if (q.rolled_up) {
            add("rolled up");
        }
        if (q.relations) {
            add(fmt::format("relations as of {}", kAsOf[std::to_underlying(*q.relations)]));
        }
        if (q.facts) {
            add(fmt::format("facts as of {}", kAsOf[std::to_underlying(*q.facts)]));
        }
        if (!q.zone.empty()) {
            add("in zone " + quote(q.zone));
        }
        if (q.weeks_from) {
            add(*q.weeks_from == WeekStart::kMonday ? "weeks from monday" : "weeks from sunday");
        }
        if (q.at) {
            add("at " + print(*q.at));
        }
        if (q.against) {
            add("against " + against(*q.against));
        }
        if (q.judged) {
            add(fmt::format("judged {}", kJudged[std::to_underlying(*q.judged)]));
        }
        if (q.including_everyone) {
            add("including everyone");
        }
    }

    static std::string against(const Against& against) {
        return std::visit(
            [](const auto& value) -> std::string {
                using Value = std::decay_t<decltype(value)>;
                if constexpr (std::is_same_v<Value, Against::PreviousPeriod>) {
                    return "the previous period";
                } else if constexpr (std::is_same_v<Value, Against::LastYear>) {
                    return "the same period last year";
                } else if constexpr (std::is_same_v<Value, FromTo>) {
                    return print_from_to(value);
                } else {
                    return print(value);
                }
            },
            against.value);
    }

    const Question& question_;
    QuestionText text_;
};

}  // namespace

std::string print(const Breakdown& breakdown) {
    return print_value(breakdown) + print_bins(breakdown);
}

std::string print(const Question& question) {
    return QuestionPrinter(question).run();
}

}  // namespace twofold::ask
