// SPDX-License-Identifier: Apache-2.0
#include "ask/parse.h"

#include "ask/parser.h"

namespace twofold::ask {
namespace {

template <typename Rule>
auto parse_with(std::string_view text, Rule rule)
    -> Result<decltype(rule(std::declval<Parser&>()))> {
    TF_ASSIGN(const std::vector<Token> tokens, lex(text));
    Parser parser(tokens);
    auto result = rule(parser);
    parser.expect_end();
    if (parser.error()) {
        return std::unexpected(*parser.error());
    }
    return result;
}

}  // namespace

Result<Question> parse(std::string_view text) {
    return parse_with(text, [](Parser& parser) { return parser.question(); });
}

Result<Selector> parse_selector(std::string_view text) {
    return parse_with(text, [](Parser& parser) { return parser.selector(); });
}

Result<Predicate> parse_predicate(std::string_view text) {
    return parse_with(text, [](Parser& parser) { return parser.predicate(); });
}

}  // namespace twofold::ask
