// SPDX-License-Identifier: Apache-2.0
#include "ask/parse.h"

#include "ask/parser.h"
#include "ask/print.h"

namespace twofold::ask {
namespace {

template <typename Part>
struct Parsed {
    Part part;
    std::size_t depth = 0;
};

template <typename Part>
Result<Parsed<Part>> parse_once(std::string_view text, Part (Parser::*rule)()) {
    TF_ASSIGN(const std::vector<Token> tokens, lex(text));
    Parser parser(tokens);
    Part part = (parser.*rule)();
    parser.expect_end();
    if (parser.error()) {
        return std::unexpected(*parser.error());
    }
    return Parsed<Part>{std::move(part), parser.deepest()};
}

/// The canonical text of a part is held to the bounds too: what is stored and shown is that text,
/// and it can be longer ("7d", "7 days") and deeper (by a pair of parentheses) than what was typed.
template <typename Part>
Result<Part> parse_whole(std::string_view text, Part (Parser::*rule)()) {
    TF_ASSIGN(auto parsed, parse_once(text, rule));
    if (text.size() > kTextBytesMax / 4 || parsed.depth + 2 > kDepthMax) {
        TF_TRY(parse_once(print(parsed.part), rule));
    }
    return std::move(parsed.part);
}

}  // namespace

Result<Question> parse(std::string_view text) {
    return parse_whole(text, &Parser::question);
}

Result<Selector> parse_selector(std::string_view text) {
    return parse_whole(text, &Parser::selector);
}

Result<Predicate> parse_predicate(std::string_view text) {
    return parse_whole(text, &Parser::predicate);
}

}  // namespace twofold::ask
