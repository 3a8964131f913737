// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "ask/parser.h"
#include "base/text.h"

// Expressions and conditions.
//
// An opening parenthesis may begin a number or a condition, and which it was is known only behind
// the closing one. So the rules from term() to primary() give either, and the rules that need one
// of them convert (expression_of, condition_of).

namespace twofold::ask {
// Conditions and numbers.

Predicate Parser::predicate() {
    return condition_of(term());
}

Expression Parser::expression() {
    return expression_of(sum_term());
}

Expression Parser::expression_of(Term term) {
    if (auto* expression = std::get_if<Expression>(&term)) {
        return std::move(*expression);
    }
    refuse(std::get<Predicate>(term).span, "a condition stands where a number is needed");
    return {};
}

Predicate Parser::condition_of(Term term) {
    if (auto* predicate = std::get_if<Predicate>(&term)) {
        return std::move(*predicate);
    }
    auto& expression = std::get<Expression>(term);
    Predicate result;
    result.span = expression.span;
    if (auto* property = std::get_if<Property>(&expression.node)) {
        result.node = IsTrue{std::move(*property)};
    } else if (is_dated(expression)) {
        auto& measure = std::get<Measure>(expression.node);
        const Duration duration = measure.frame.duration;
        measure.frame = Frame{};
        result.node = DateWithin{std::move(expression), false, duration};
    } else {
        fail_expected();
    }
    return result;
}

/// `last time of use in the last 7 days` where a condition stands: the time lies in these days. As
/// a number it is the last time within that frame.
bool Parser::is_dated(const Expression& expression) {
    const auto* measure = std::get_if<Measure>(&expression.node);
    return measure != nullptr && measure->frame.kind == Frame::Kind::kInTheLast &&
           (measure->aggregate == Aggregate::kFirstTime ||
            measure->aggregate == Aggregate::kLastTime);
}

bool Parser::is_condition(const Term& term) {
    const auto* expression = std::get_if<Expression>(&term);
    return expression == nullptr || std::holds_alternative<Property>(expression->node) ||
           is_dated(*expression);
}

Parser::Term Parser::term() {
    const Token& first = token();
    Term left = and_term();
    if (!is_condition(left) || !at_word("or")) {
        return left;
    }
    Or result;
    result.parts.push_back(condition_of(std::move(left)));
    while (take_word("or")) {
        result.parts.push_back(condition_of(and_term()));
        bound(result.parts.size(), kListMax, "conditions joined by or");
    }
    return Predicate{std::move(result), since(first)};
}

Parser::Term Parser::and_term() {
    const Token& first = token();
    Term left = not_term();
    if (!is_condition(left) || !at_word("and")) {
        return left;
    }
    And result;
    result.parts.push_back(condition_of(std::move(left)));
    while (take_word("and")) {
        result.parts.push_back(condition_of(not_term()));
        bound(result.parts.size(), kListMax, "conditions joined by and");
    }
    return Predicate{std::move(result), since(first)};
}

Parser::Term Parser::not_term() {
    const Token& first = token();
    if (!enter()) {
        return Predicate{};
    }
    Term result;
    if (take_word("not")) {
        Predicate inner = condition_of(not_term());
        result = Predicate{Not{std::move(inner)}, since(first)};
    } else {
        result = condition();
    }
    leave();
    return result;
}

Parser::Term Parser::condition() {
    const Token& first = token();
    if (auto special = special_condition()) {
        special->span = since(first);
        return std::move(*special);
    }
    Term left = sum_term();
    if (failed() || std::holds_alternative<Predicate>(left)) {
        return left;
    }
    return tail(std::get<Expression>(std::move(left)), first);
}

std::optional<Predicate> Parser::special_condition() {
    if (at_word("did")) {
        return Predicate{did(), {}};
    }
    if (at_lift()) {
        return Predicate{lift(), {}};
    }
    if (at_lower()) {
        return Predicate{lower(), {}};
    }
    if (take_words("in segment")) {
        return Predicate{InSegment{string(Expected::Kind::kSegment, "")}, {}};
    }
    if (take_words("related to customer")) {
        return Predicate{RelatedTo{string(Expected::Kind::kCustomer, "")}, {}};
    }
    if (!failed() && token().is_word("answered") && token(1).kind == Token::Kind::kString) {
        advance();
        Answered result;
        result.survey = string(Expected::Kind::kSurvey, "");
        const auto op = take_compare_op();
        if (!op) {
            fail_expected();
        }
        result.op = op.value_or(CompareOp::kEqual);
        result.value = literal();
        return Predicate{std::move(result), {}};
    }
    if (!failed() && token().is_word("role") && token(1).is_word("is") &&
        !token(2).is_word("set") && !(token(2).is_word("not") && token(3).is_word("set"))) {
        advance();
        advance();
        if (take_word("not")) {
            return Predicate{Not{Predicate{RoleIs{role()}, {}}}, {}};
        }
        return Predicate{RoleIs{role()}, {}};
    }
    return std::nullopt;
}

std::optional<CompareOp> Parser::take_compare_op() {
    static constexpr std::array<std::string_view, 6> kOps = {"=", "!=", "<", "<=", ">", ">="};
    for (std::size_t i = 0; i < kOps.size(); ++i) {
        if (take_symbol(kOps[i])) {
            return static_cast<CompareOp>(i);
        }
    }
    return std::nullopt;
}

Parser::Term Parser::tail(Expression left, const Token& first) {
    Predicate result;
    if (const auto op = take_compare_op()) {
        result.node = Comparison{std::move(left), *op, expression()};
    } else if (const auto text = take_one_of({"contains", "starts with", "ends with", "matches"})) {
        result.node = TextTest{std::move(left), static_cast<TextOp>(*text),
                               string(Expected::Kind::kOther, "a text in double quotes")};
    } else if (take_words("is set")) {
        result.node = IsSet{std::move(left), false};
    } else if (take_words("is not set")) {
        result.node = IsSet{std::move(left), true};
    } else if (const auto side = take_one_of({"before", "after"})) {
        result.node = DateSide{std::move(left), *side == 1, when()};
    } else {
        return tail_in(std::move(left), first);
    }
    result.span = since(first);
    return result;
}

Parser::Term Parser::tail_in(Expression left, const Token& first) {
    const bool negated = !failed() && token().is_word("not") && token(1).is_word("in");
    const std::size_t in = negated ? 1 : 0;
    Predicate result;
    if (!negated && take_words("in the next")) {
        result.node = DateWithin{std::move(left), true, duration()};
    } else if (!negated && take_words("in the last")) {
        result.node = DateWithin{std::move(left), false, duration()};
    } else if (at_word("in", in) && token(in + 1).is_symbol("(")) {
        for (std::size_t i = 0; i < in + 2; ++i) {
            advance();
        }
        InList list{std::move(left), negated, {}};
        do {
            list.values.push_back(literal());
            bound(list.values.size(), kListMax, "values in a list");
        } while (take_symbol(","));
        expect_symbol(")");
        result.node = std::move(list);
    } else {
        if (token(in).is_word("in")) {
            note({Expected::Kind::kSymbol, "("}, in + 1);
        }
        note({Expected::Kind::kWord, "not in"});
        return left;
    }
    result.span = since(first);
    return result;
}

Parser::Term Parser::sum_term() {
    const Token& first = token();
    Term left = product_term();
    std::size_t levels = 0;
    while (std::holds_alternative<Expression>(left)) {
        const bool add = take_symbol("+");
        if ((!add && !take_symbol("-")) || !enter()) {
            break;
        }
        ++levels;
        Arithmetic sum{add ? ArithmeticOp::kAdd : ArithmeticOp::kSubtract,
                       std::get<Expression>(std::move(left)), expression_of(product_term())};
        left = Expression{std::move(sum), since(first)};
    }
    leave(levels);
    return left;
}

Parser::Term Parser::product_term() {
    const Token& first = token();
    Term left = primary();
    std::size_t levels = 0;
    while (std::holds_alternative<Expression>(left)) {
        const bool multiply = take_symbol("*");
        if ((!multiply && !take_symbol("/")) || !enter()) {
            break;
        }
        ++levels;
        Arithmetic product{multiply ? ArithmeticOp::kMultiply : ArithmeticOp::kDivide,
                           std::get<Expression>(std::move(left)), expression_of(primary())};
        left = Expression{std::move(product), since(first)};
    }
    leave(levels);
    return left;
}

Parser::Term Parser::primary() {
    const Token& first = token();
    if (take_symbol("(")) {
        Term inner = term();
        expect_symbol(")");
        return inner;
    }
    Expression result;
    if (at_measure()) {
        result.node = measure(true);
    } else if (at_literal()) {
        result.node = literal();
    } else if (at_role_property() || at_owned_property() || at_bare_property()) {
        result.node = property();
    } else if (take_word("paying")) {
        result.node = Property{Owner::kCustomer, "paying", false, since(first)};
    } else {
        note({Expected::Kind::kOther, "a number"});
        note_measures();
        for (const std::string_view words :
             {"days of", "distinct", "first", "last", "first time of", "last time of"}) {
            note({Expected::Kind::kWord, words});
        }
        fail_value();
    }
    result.span = since(first);
    return result;
}

void Parser::fail_value() {
    const Token& found = token();
    if (failed() || brackets_ > 0 || found.kind != Token::Kind::kWord || expected_at_ > here_ ||
        !value_follows(1) || !suggest_for(found).empty()) {
        fail_expected();
        return;
    }
    refuse(found.span,
           "a property says whose it is: event." + found.text + ", user." + found.text +
               " or customer." + found.text + ", found " + quoted(found.text),
           "user." + found.text);
}

/// The measures that a trend takes too.
void Parser::note_measures() {
    for (const std::string_view words : {"events of", "users of", "customers of", "sessions of",
                                         "sum", "average", "median", "min", "max", "p90"}) {
        note({Expected::Kind::kWord, words});
    }
}

// Behaviour, lifts, lowers.

bool Parser::starts_condition() {
    if (failed()) {
        return false;
    }
    const Token& first = token();
    if (first.is_symbol("(") || (first.is_word("role") && token(1).is_word("is")) ||
        (first.is_word("answered") && token(1).kind == Token::Kind::kString)) {
        return true;
    }
    bool found = false;
    for (const std::string_view words : {"not", "did", "paying", "in segment", "related to"}) {
        found = at_words(words) || found;
    }
    return found || at_role_property() || at_lift() || at_lower() || at_literal() || at_measure() ||
           at_owned_property() || at_bare_property();
}

bool Parser::at_lift() {
    // The plural is taken too, but not offered.
    return at_words("any user") || at_words("every user") || at_words("no user") ||
           (at_quantifier() && token(1).is_word("users")) || at_words("at least");
}

bool Parser::at_lower() {
    return at_words("any customer") || at_words("every customer") || at_words("no customer") ||
           (at_quantifier() && token(1).is_word("customers"));
}

bool Parser::at_quantifier() const {
    return !failed() &&
           (token().is_word("any") || token().is_word("every") || token().is_word("no"));
}

Did Parser::did() {
    Did result;
    expect_word("did");
    result.negated = take_word("not");
    do {
        result.steps.push_back(selector());
        bound(result.steps.size(), kStepsMax, "steps in a chain");
    } while (take_symbol(">"));
    if (result.steps.size() > 1) {
        result.within = take_chain_window();
    } else if (const auto op = take_one_of({"at least", "at most", "exactly"})) {
        result.times = Times{static_cast<TimesOp>(*op), integer(0, kTimesMax, "a number of times")};
        if (!take_word("times")) {
            expect_word("time");
        }
    }
    result.frame = take_frame().value_or(Frame{});
    // `within 3 days after S` is a frame, so a window beside `after S` stands behind it.
    if (result.steps.size() > 1 && !result.within) {
        result.within = take_chain_window();
    }
    return result;
}

std::optional<Duration> Parser::take_chain_window() {
    if (at_within_frame() || !take_word("within")) {
        return std::nullopt;
    }
    return duration();
}

Quantifier Parser::quantifier() {
    switch (take_one_of({"any", "every", "no"}).value_or(3)) {
        case 0:
            return Quantifier::kAny;
        case 1:
            return Quantifier::kEvery;
        case 2:
            return Quantifier::kNo;
        default:
            return Quantifier::kAtLeastCount;
    }
}

Lift Parser::lift() {
    Lift result;
    result.quantifier = quantifier();
    if (result.quantifier == Quantifier::kAtLeastCount) {
        expect_words("at least");
        const Token& amount = token();
        const double value = number("a number of users or a share such as 40%");
        if (take_symbol("%")) {
            result.quantifier = Quantifier::kAtLeastShare;
            result.percent = value;
            expect_word("of");
        } else if (amount.kind == Token::Kind::kInteger) {
            result.count = amount.integer;
        } else if (!failed()) {
            refuse(amount.span, "a number of users is whole; a share ends with %");
        }
    }
    if (!take_word("users")) {
        expect_word("user");
    }
    result.ever_related = take_words("ever related");
    result.roles = roles();
    if (starts_condition()) {
        result.condition = condition_of(not_term());
    }
    return result;
}

Lower Parser::lower() {
    Lower result;
    result.quantifier = quantifier();
    if (!take_word("customers")) {
        expect_word("customer");
    }
    result.roles = roles();
    if (starts_condition()) {
        result.condition = condition_of(not_term());
    }
    return result;
}

std::vector<std::string> Parser::roles() {
    std::vector<std::string> result;
    if (!take_words("with role")) {
        return result;
    }
    result.push_back(role());
    while (!failed() && token().is_word("or")) {
        advance();
        if (at_bare_value() || !at_role()) {
            // The `or` joins two conditions.
            --here_;
            break;
        }
        result.push_back(role());
        bound(result.size(), kRolesMax, "roles");
    }
    return result;
}

bool Parser::at_role() {
    if (failed()) {
        return false;
    }
    const Token& first = token();
    if (first.kind == Token::Kind::kString ||
        (first.kind == Token::Kind::kWord && can_be_role(first.text) && !token(1).is_symbol(".") &&
         !at_measure())) {
        return true;
    }
    note({Expected::Kind::kRole, ""});
    return false;
}

bool Parser::at_bare_value() {
    return brackets_ > 0 && token().kind == Token::Kind::kWord && value_follows(1);
}

bool Parser::value_follows(std::size_t ahead) const {
    const Token& next = token(ahead);
    if (next.kind == Token::Kind::kSymbol) {
        return std::string_view("=!<>+-*/").find(next.text[0]) != std::string_view::npos;
    }
    static constexpr std::array<std::string_view, 5> kWords = {"is", "contains", "starts", "ends",
                                                               "matches"};
    return (next.kind == Token::Kind::kWord &&
            std::ranges::find(kWords, next.text) != kWords.end()) ||
           (next.is_word("in") && !token(ahead + 1).is_word("segment"));
}

std::string Parser::role() {
    if (!at_role()) {
        note({Expected::Kind::kRole, ""});
        fail_expected();
        return {};
    }
    const Token& first = token();
    std::string result = word_or_string(Expected::Kind::kRole, "");
    if (result.empty()) {
        refuse(first.span, "a role has a name: \"\"");
    }
    return result;
}

}  // namespace twofold::ask
