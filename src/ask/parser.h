// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ask/lexer.h"
#include "ask/question.h"
#include "base/result.h"

// The recursive descent parser, used by parse.cc and complete.cc only. parser.cc holds its tools,
// parse_condition.cc selectors to predicates, parse_question.cc the clauses of all kinds,
// kind_<word>.cc one kind.
//
// Errors stick: the first failure is kept and the rest of the tokens is skipped, so no rule has to
// look at the result of another one; what they return then is thrown away.

namespace twofold::ask {

/// What could stand at a token.
struct Expected {
    enum class Kind : std::uint8_t {
        kWord,      ///< `text` is a keyword, or several.
        kSymbol,    ///< `text`
        kEvent,     ///< A name of an event, in quotes.
        kProperty,  ///< What follows `event.`, or stands alone within brackets; `owner`.
        kSent,      ///< What follows `customer.traits.`; `owner`.
        kSegment,
        kRole,
        kCustomer,
        kSurvey,
        kRelease,
        kOther,  ///< `text` says what: "a number".
    };
    Kind kind = Kind::kOther;
    std::string_view text;  ///< Of static life.
    Owner owner = Owner::kEvent;
    bool operator==(const Expected&) const = default;
};

class Parser {
public:
    /// REQUIRES: `tokens` end with kEnd. They are borrowed.
    explicit Parser(const std::vector<Token>& tokens) : tokens_(tokens) {}

    Question question();
    Selector selector();
    Predicate predicate();
    /// Fails unless all tokens are taken.
    void expect_end();

    const std::optional<Error>& error() const { return error_; }
    /// How deep the text nests.
    std::size_t deepest() const { return deepest_; }
    /// What could stand at the last token that was looked at, and which that is.
    const std::vector<Expected>& expected() const { return expected_; }
    std::size_t expected_at() const { return expected_at_; }

private:
    using Term = std::variant<Expression, Predicate>;

    // parser.cc: looking, taking, failing.
    const Token& token(std::size_t ahead = 0) const;
    void advance();
    void note(Expected expected, std::size_t ahead = 0);
    bool at_word(std::string_view word, std::size_t ahead = 0);
    /// Words separated by single spaces, in this order.
    bool at_words(std::string_view words);
    bool at_symbol(std::string_view symbol);
    bool take_word(std::string_view word);
    bool take_words(std::string_view words);
    bool take_symbol(std::string_view symbol);
    void expect_word(std::string_view word);
    void expect_words(std::string_view words);
    void expect_symbol(std::string_view symbol);
    /// The index of the word that was taken, of those that could stand here.
    std::optional<std::size_t> take_one_of(std::initializer_list<std::string_view> words);
    bool failed() const { return error_.has_value(); }
    /// With what was expected and found at the furthest token.
    void fail_expected();
    void fail(ErrorCode code, const Span& span, std::string message, std::string suggestion = {});
    void refuse(const Span& span, std::string message, std::string suggestion = {}) {
        fail(ErrorCode::kInvalid, span, std::move(message), std::move(suggestion));
    }
    std::string suggest_for(const Token& found) const;
    Span since(const Token& first) const;
    /// Fails with kTooLarge when a list has grown beyond its bound.
    void bound(std::size_t size, std::size_t max, std::string_view what);
    /// False, after failing, when nested too deeply. Each true needs one leave().
    bool enter(std::size_t levels = 1);
    void leave(std::size_t levels = 1) { depth_ -= levels; }

    // parser.cc: small parts.
    std::string string(Expected::Kind kind, std::string_view what);
    std::int64_t integer(std::int64_t min, std::int64_t max, std::string_view what);
    std::optional<double> take_number();
    double number(std::string_view what);
    bool at_when();
    When when();
    bool at_duration(std::size_t ahead = 0);
    /// How many tokens the duration that stands `ahead` takes.
    std::size_t duration_length(std::size_t ahead) const;
    void note_duration_units(std::size_t ahead = 0);
    Duration duration();
    std::optional<Interval> take_interval();
    Interval interval();
    bool at_literal();
    Literal literal();
    std::string word_or_string(Expected::Kind kind, std::string_view what);
    bool at_owned_property();
    bool at_bare_property();
    /// `role` alone is relation.role, outside of brackets.
    bool at_role_property();
    Property property();
    std::string path(Owner owner, Expected::Kind kind);

    // parse_condition.cc
    Selector either();
    void selector_base(Selector& result);
    bool at_selector_base();
    void fact(Selector& result);
    bool at_measure();
    void note_measures();
    Measure measure(bool with_frame);
    std::optional<Frame> take_frame();
    std::optional<Frame> take_frame_in_the();
    std::optional<Frame> take_frame_around();
    bool at_within_frame();
    void note_within_frame();

    /// Whether condition_of() takes it.
    static bool is_dated(const Expression& expression);
    static bool is_condition(const Term& term);
    Term term();
    Term and_term();
    Term not_term();
    Term condition();
    Term tail(Expression left, const Token& first);
    Term tail_in(Expression left, const Token& first);
    Term sum_term();
    Term product_term();
    Term primary();
    Expression expression();
    Expression expression_of(Term term);
    Predicate condition_of(Term term);
    std::optional<Predicate> special_condition();
    bool starts_condition();
    bool at_lift();
    bool at_lower();
    bool at_quantifier() const;
    Did did();
    std::optional<Duration> take_chain_window();
    Lift lift();
    Lower lower();
    Quantifier quantifier();
    std::vector<std::string> roles();
    bool at_role();
    /// Whether a bare name within brackets stands here as a value, not as a role.
    bool at_bare_value();
    /// Whether what stands `ahead` compares or computes with the word before it.
    bool value_follows(std::size_t ahead) const;
    /// fail_expected(), with a better word for a property without its owner.
    void fail_value();
    std::string role();
    std::optional<CompareOp> take_compare_op();

    // parse_question.cc
    void heading(Question& result);
    void clauses(Question& result);
    bool common_clause(Question& result);
    bool time_clause(Question& result);
    bool grouping_clause(Question& result);
    void no_clause(const Question& question);
    /// take_words(), and fails when the clause stands here again.
    bool take_clause(std::string_view words, bool given);
    Unit unit();
    By by();
    Breakdown breakdown();
    void bins(Breakdown& result);
    std::optional<Touch> take_touch(bool given);
    Range last_intervals();
    Against against();
    std::int64_t step_number();

    // kind_<word>.cc: what follows the word of the kind, and the clauses that only it has.
    void head(Trend& trend);
    void head(Count& count);
    void head(List& list);
    void head(Funnel& funnel);
    void head(Retention& retention);
    static void head(Sides& /*sides*/) {}
    static void head(Overlap& /*overlap*/) {}
    static bool clause(Trend& /*trend*/) { return false; }
    bool clause(Count& count);
    bool clause(List& list);
    bool clause(Funnel& funnel);
    bool clause(Retention& retention);
    bool clause(Sides& sides);
    static bool clause(Overlap& /*overlap*/) { return false; }
    TrendMeasure trend_measure();
    UnitAggregate unit_aggregate();
    Among among(Counted counted);
    Column column();
    SortKey sort_key();
    bool funnel_order_clause(Funnel& funnel);
    Exclusion exclusion();
    bool periods_clause(Retention& retention);

    const std::vector<Token>& tokens_;
    std::size_t here_ = 0;
    std::size_t depth_ = 0;
    std::size_t deepest_ = 0;
    int brackets_ = 0;  ///< Within the brackets of a selector, bare names are event properties.
    std::optional<Error> error_;
    std::vector<Expected> expected_;
    std::size_t expected_at_ = 0;
};

/// Words that start or join parts of a condition, and so are no bare names within brackets and no
/// names of roles or columns without quotes.
bool is_reserved(std::string_view word) noexcept;
/// Whether a role of this name needs no quotes.
bool can_be_role(std::string_view word) noexcept;
/// Whether `sort by` takes this word, without quotes, for the name of a column.
bool can_be_column(std::string_view word) noexcept;
/// `event`, `user`, `customer`, `relation`.
std::optional<Owner> owner_of(std::string_view word) noexcept;
/// What stands before a name that was sent: `properties` of events, `traits` of the others.
std::string_view sent_word(Owner owner) noexcept;

}  // namespace twofold::ask
