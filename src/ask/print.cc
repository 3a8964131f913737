// SPDX-License-Identifier: Apache-2.0
#include "ask/print.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <type_traits>
#include <utility>

#include "ask/lexer.h"
#include "ask/list_parts.h"
#include "ask/parser.h"
#include "base/check.h"

// The order of the clauses and the parentheses keep what a part could swallow away from it: a frame
// takes a following `since`, `from` or `within`, so those clauses stand before `where`; `with role
// a` takes a following `or b`, so it gets parentheses before an `or`.

namespace twofold::ask {
namespace {

constexpr std::array<std::string_view, 16> kAggregateWords = {
    "events", "users", "customers", "sessions", "days",  "sum",  "average",    "median",
    "min",    "max",   "p90",       "distinct", "first", "last", "first time", "last time"};

std::string join(const std::vector<std::string>& parts, std::string_view between) {
    std::string result;
    for (const std::string& part : parts) {
        result += (result.empty() ? "" : std::string(between)) + part;
    }
    return result;
}

std::string quote_with(std::string_view text, char quote) {
    std::string result(1, quote);
    for (const char c : text) {
        if (c == quote || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (c == '\t') {
            result += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            result +=
                fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
            result += c;
        }
    }
    return result + quote;
}

std::string print_real(double value) {
    std::string result = fmt::format("{}", value);
    // A whole number stays a real one.
    return result.find_first_of(".e") == std::string::npos ? result + ".0" : result;
}

/// An instant in UTC without the parts that are zero.
std::string print_instant(TimeMs time) {
    std::string result = format_utc(time);
    for (const std::string_view zeros : {".000Z", ":00Z"}) {
        if (!result.ends_with(zeros)) {
            break;
        }
        result.replace(result.size() - zeros.size(), zeros.size(), "Z");
    }
    return result;
}

std::string print_count(std::int64_t count, std::string_view name) {
    return fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
}

class Printer {
public:
    explicit Printer(int brackets = 0) : brackets_(brackets) {}

    std::string property(const Property& property) const {
        static constexpr std::array<std::string_view, 4> kOwners = {"event", "user", "customer",
                                                                    "relation"};
        const bool role = property.owner == Owner::kRelation && property.name == "role";
        if (role && brackets_ == 0) {
            return "role";
        }
        const std::string owner(kOwners[std::to_underlying(property.owner)]);
        if (property.sent) {
            return owner + '.' + std::string(sent_word(property.owner)) + '.' + path(property.name);
        }
        // Without backquotes this would be read as a sent value.
        const bool looks_sent =
            property.owner != Owner::kRelation &&
            property.name.starts_with(std::string(sent_word(property.owner)) + '.');
        const std::string name = looks_sent ? quote_with(property.name, '`') : path(property.name);
        const std::string_view first = std::string_view(name).substr(0, name.find('.'));
        if (brackets_ > 0 && property.owner == Owner::kEvent && !looks_sent &&
            !is_reserved(first)) {
            return name;
        }
        return owner + '.' + name;
    }

    std::string selector(const Selector& selector) {
        std::string result = selector.first == Selector::First::kNo      ? ""
                             : selector.first == Selector::First::kFirst ? "first "
                                                                         : "first matching ";
        switch (selector.kind) {
            case Selector::Kind::kAnything:
                result += "anything";
                break;
            case Selector::Kind::kUse:
                result += "use";
                break;
            case Selector::Kind::kNamed:
                result += quote(selector.name);
                break;
            case Selector::Kind::kFact:
                result += selector.name;
                break;
            case Selector::Kind::kEither: {
                std::vector<std::string> parts;
                for (const Selector& part : selector.either) {
                    parts.push_back(this->selector(part));
                }
                result += '(' + join(parts, " or ") + ')';
                break;
            }
        }
        if (selector.where) {
            ++brackets_;
            result += '[' + predicate(*selector.where, false) + ']';
            --brackets_;
        }
        return result;
    }

    std::string frame(const Frame& frame) {
        switch (frame.kind) {
            case Frame::Kind::kEver:
                return {};
            case Frame::Kind::kInTheRange:
                return "in the range";
            case Frame::Kind::kInTheLast:
                return "in the last " + print(frame.duration);
            case Frame::Kind::kBeforeTheLast:
                return "in the " + print(frame.duration) + " before the last " +
                       print(frame.before_last);
            case Frame::Kind::kInTheFirst:
                return "in the first " + print(frame.duration);
            case Frame::Kind::kWithinAfter:
                return "within " + print(frame.duration) + " after " + selector(*frame.selector);
            case Frame::Kind::kWithinBefore:
                return "within " + print(frame.duration) + " before " + selector(*frame.selector);
            case Frame::Kind::kAfter:
                return "after " + selector(*frame.selector);
            case Frame::Kind::kBefore:
                return "before " + selector(*frame.selector);
            case Frame::Kind::kSince:
                return "since " + print(frame.from);
            case Frame::Kind::kFromTo:
                return "from " + print(frame.from) + " to " + print(frame.to);
        }
        return {};
    }

    std::string measure(const Measure& measure) {
        std::string result(print(measure.aggregate));
        if (measure.property) {
            result += '(' + property(*measure.property) + ')';
        }
        result += " of " + selector(measure.selector);
        return append(std::move(result), frame(measure.frame));
    }

    std::string expression(const Expression& expression) {
        return std::visit(
            [this](const auto& node) -> std::string {
                using Node = std::decay_t<decltype(node)>;
                if constexpr (std::is_same_v<Node, Literal>) {
                    return print(node);
                } else if constexpr (std::is_same_v<Node, Property>) {
                    return value(node);
                } else if constexpr (std::is_same_v<Node, Measure>) {
                    return measure(node);
                } else {
                    return arithmetic(node);
                }
            },
            expression.node);
    }

    /// `before_or`: an `or` follows.
    std::string predicate(const Predicate& predicate, bool before_or) {
        return std::visit(
            [this, before_or](const auto& node) { return condition(node, before_or); },
            predicate.node);
    }

    /// A part of `and` and what follows `not`, `any user …`: parentheses around joined conditions.
    std::string part(const Predicate& predicate, bool before_or) {
        const bool joined = std::holds_alternative<And>(predicate.node) ||
                            std::holds_alternative<Or>(predicate.node);
        return joined ? '(' + this->predicate(predicate, false) + ')'
                      : this->predicate(predicate, before_or);
    }

private:
    static std::string append(std::string text, const std::string& more) {
        return more.empty() ? text : text + ' ' + more;
    }

    /// A property where any value could stand.
    std::string value(const Property& node) const {
        const bool paying = node.owner == Owner::kCustomer && node.name == "paying" && !node.sent;
        return paying ? "paying" : property(node);
    }

    static bool is_sum(const Arithmetic& node) {
        return node.op == ArithmeticOp::kAdd || node.op == ArithmeticOp::kSubtract;
    }
    static int precedence(const Expression& expression) {
        const auto* arithmetic = std::get_if<Arithmetic>(&expression.node);
        return arithmetic == nullptr ? 3 : is_sum(*arithmetic) ? 1 : 2;
    }
    /// The right side needs parentheses below this: equal operators group to the left.
    static int right_precedence(const Arithmetic& node) { return is_sum(node) ? 2 : 3; }

    std::string operand(const Expression& expression, int at_least) {
        const std::string text = this->expression(expression);
        return precedence(expression) < at_least ? '(' + text + ')' : text;
    }
    std::string arithmetic(const Arithmetic& node) {
        static constexpr std::array<std::string_view, 4> kOps = {" + ", " - ", " * ", " / "};
        return operand(*node.left, is_sum(node) ? 1 : 2) +
               std::string(kOps[std::to_underlying(node.op)]) +
               operand(*node.right, right_precedence(node));
    }

    /// Whether the text ends with a measure that has no frame and so would take one that follows.
    static bool takes_frame(const Expression& expression) {
        if (const auto* measure = std::get_if<Measure>(&expression.node)) {
            return measure->frame.kind == Frame::Kind::kEver;
        }
        const auto* arithmetic = std::get_if<Arithmetic>(&expression.node);
        return arithmetic != nullptr && takes_frame(*arithmetic->right) &&
               precedence(*arithmetic->right) >= right_precedence(*arithmetic);
    }

    static std::string path(const std::string& name) {
        return is_plain_path(name) ? name : quote_with(name, '`');
    }

    std::string condition(const And& node, bool before_or) {
        std::vector<std::string> parts;
        for (const Predicate& one : node.parts) {
            parts.push_back(part(one, before_or && &one == &node.parts.back()));
        }
        return join(parts, " and ");
    }
    std::string condition(const Or& node, bool before_or) {
        std::vector<std::string> parts;
        for (const Predicate& one : node.parts) {
            const bool last = &one == &node.parts.back();
            const bool nested = std::holds_alternative<Or>(one.node);
            const std::string text = predicate(one, !nested && (before_or || !last));
            parts.push_back(nested ? '(' + text + ')' : text);
        }
        return join(parts, " or ");
    }
    std::string condition(const Not& node, bool before_or) {
        return "not " + part(*node.part, before_or);
    }
    std::string condition(const Comparison& node, bool /*before_or*/) {
        return expression(node.left) + ' ' + std::string(print(node.op)) + ' ' +
               expression(node.right);
    }
    std::string condition(const InList& node, bool /*before_or*/) {
        std::vector<std::string> values;
        for (const Literal& value : node.values) {
            values.push_back(print(value));
        }
        return expression(node.left) + (node.negated ? " not in (" : " in (") + join(values, ", ") +
               ')';
    }
    std::string condition(const TextTest& node, bool /*before_or*/) {
        static constexpr std::array<std::string_view, 4> kOps = {" contains ", " starts with ",
                                                                 " ends with ", " matches "};
        return expression(node.left) + std::string(kOps[std::to_underlying(node.op)]) +
               quote(node.pattern);
    }
    std::string condition(const IsSet& node, bool /*before_or*/) {
        return expression(node.left) + (node.negated ? " is not set" : " is set");
    }
    std::string condition(const IsTrue& node, bool /*before_or*/) { return value(node.property); }
    std::string condition(const DateWithin& node, bool /*before_or*/) {
        const bool ever = !node.next && takes_frame(node.left);
        return expression(node.left) + (ever ? " ever" : "") +
               (node.next ? " in the next " : " in the last ") + print(node.duration);
    }
    std::string condition(const DateSide& node, bool /*before_or*/) {
        return expression(node.left) + (node.after ? " after " : " before ") + print(node.when);
    }
    static std::string condition(const InSegment& node, bool /*before_or*/) {
        return "in segment " + quote(node.name);
    }
    static std::string condition(const RoleIs& node, bool /*before_or*/) {
        return "role is " + print_role(node.role);
    }
    static std::string condition(const RelatedTo& node, bool /*before_or*/) {
        return "related to customer " + quote(node.customer_id);
    }
    static std::string condition(const Answered& node, bool /*before_or*/) {
        return "answered " + quote(node.survey) + ' ' + std::string(print(node.op)) + ' ' +
               print(node.value);
    }
    std::string condition(const Did& node, bool /*before_or*/) {
        static constexpr std::array<std::string_view, 3> kTimes = {" at least ", " at most ",
                                                                   " exactly "};
        std::vector<std::string> steps;
        for (const Selector& step : node.steps) {
            steps.push_back(selector(step));
        }
        std::string result = (node.negated ? "did not " : "did ") + join(steps, " > ");
        if (node.times) {
            result += std::string(kTimes[std::to_underlying(node.times->op)]) +
                      print_count(node.times->count, "time");
        }
        const std::string window = node.within ? "within " + print(*node.within) : "";
        // `within 3 days after S` would be a frame.
        if (node.frame.kind == Frame::Kind::kAfter || node.frame.kind == Frame::Kind::kBefore) {
            return append(append(std::move(result), frame(node.frame)), window);
        }
        return append(append(std::move(result), window), frame(node.frame));
    }
    std::string condition(const Lift& node, bool before_or) {
        std::string result;
        switch (node.quantifier) {
            case Quantifier::kAny:
                result = "any user";
                break;
            case Quantifier::kEvery:
                result = "every user";
                break;
            case Quantifier::kNo:
                result = "no user";
                break;
            case Quantifier::kAtLeastCount:
                result = "at least " + print_count(node.count, "user");
                break;
            case Quantifier::kAtLeastShare:
                result = fmt::format("at least {}% of users", node.percent);
                break;
        }
        result += node.ever_related ? " ever related" : "";
        return quantified(std::move(result), node.roles, node.condition, before_or);
    }
    std::string condition(const Lower& node, bool before_or) {
        const std::string result = node.quantifier == Quantifier::kAny     ? "any customer"
                                   : node.quantifier == Quantifier::kEvery ? "every customer"
                                                                           : "no customer";
        return quantified(result, node.roles, node.condition, before_or);
    }
    std::string quantified(std::string result, const std::vector<std::string>& roles,
                           const Nested<Predicate>& inner, bool before_or) {
        std::vector<std::string> names;
        for (const std::string& role : roles) {
            // Within brackets `or admin - 5` would be a value.
            const bool bare = names.empty() || brackets_ == 0;
            names.push_back(bare ? print_role(role) : quote(role));
        }
        if (!names.empty()) {
            result += " with role " + join(names, " or ");
        }
        if (inner) {
            return result + ' ' + part(*inner, before_or);
        }
        return before_or && !names.empty() ? '(' + result + ')' : result;
    }

    int brackets_;
};

}  // namespace

std::string print_role(std::string_view role) {
    // `with role sum (…)` would begin a sum.
    const bool aggregate = std::ranges::find(kAggregateWords, role) != kAggregateWords.end();
    return is_plain_word(role) && can_be_role(role) && !aggregate ? std::string(role) : quote(role);
}

std::string quote(std::string_view text) {
    return quote_with(text, '"');
}

std::string_view print(Interval interval) noexcept {
    static constexpr std::array<std::string_view, 6> kNames = {"hour",  "day",     "week",
                                                               "month", "quarter", "year"};
    return kNames[std::to_underlying(interval)];
}

std::string_view print(Aggregate aggregate) noexcept {
    return kAggregateWords[std::to_underlying(aggregate)];
}

std::string_view print(Counted counted) noexcept {
    static constexpr std::array<std::string_view, 5> kNames = {"users", "customers", "sessions",
                                                               "relations", "events"};
    return kNames[std::to_underlying(counted)];
}

std::string_view print(CompareOp op) noexcept {
    static constexpr std::array<std::string_view, 6> kOps = {"=", "!=", "<", "<=", ">", ">="};
    return kOps[std::to_underlying(op)];
}

std::string print(const Duration& duration) {
    static constexpr std::array<std::string_view, 5> kUnits = {"second", "minute", "hour", "day",
                                                               "week"};
    return print_count(duration.count, kUnits[std::to_underlying(duration.unit)]);
}

std::string print(const When& when) {
    return std::visit(
        [](const auto& value) -> std::string {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, Date>) {
                return fmt::format("{:04}-{:02}-{:02}", value.year, value.month, value.day);
            } else if constexpr (std::is_same_v<Value, TimeMs>) {
                return print_instant(value);
            } else {
                return "release " + quote(value.name);
            }
        },
        when.value);
}

std::string print(const Literal& literal) {
    return std::visit(
        [](const auto& value) -> std::string {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, bool>) {
                return value ? "true" : "false";
            } else if constexpr (std::is_same_v<Value, std::int64_t>) {
                return std::to_string(value);
            } else if constexpr (std::is_same_v<Value, double>) {
                return print_real(value);
            } else if constexpr (std::is_same_v<Value, std::string>) {
                return quote(value);
            } else {
                return print(value);
            }
        },
        literal.value);
}

std::string print(const Property& property) {
    return Printer().property(property);
}
std::string print_in_brackets(const Property& property) {
    return Printer(1).property(property);
}
std::string print(const Selector& selector) {
    return Printer().selector(selector);
}
std::string print(const Predicate& predicate) {
    return Printer().predicate(predicate, false);
}
std::vector<std::string> print_parts(const Predicate& predicate) {
    const auto* both = std::get_if<And>(&predicate.node);
    if (both == nullptr) {
        return {Printer().part(predicate, false)};
    }
    std::vector<std::string> parts;
    for (const Predicate& one : both->parts) {
        parts.push_back(Printer().part(one, false));
    }
    return parts;
}
std::string print(const Expression& expression) {
    return Printer().expression(expression);
}
std::string print(const Measure& measure) {
    return Printer().measure(measure);
}
std::string print(const Frame& frame) {
    return Printer().frame(frame);
}

}  // namespace twofold::ask
