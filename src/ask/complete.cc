// SPDX-License-Identifier: Apache-2.0
#include "ask/complete.h"

#include <algorithm>
#include <cctype>

#include "ask/builtin.h"
#include "ask/parser.h"
#include "ask/print.h"

// What could stand at a place is what the parser looked for there: the text before is parsed, and
// the parser remembers all that it would have taken where the text ends.

namespace twofold::ask {
namespace {

/// The text before the place, cut in two: what is finished, and the beginning of the next part.
struct Cut {
    std::vector<Token> tokens;
    std::string_view begun;
    bool valid = false;
};

/// Where the last quote that is not closed stands.
std::optional<std::size_t> open_quote(std::string_view text) {
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (open) {
            if (c == '\\') {
                ++i;
            } else if (c == text[*open]) {
                open.reset();
            }
        } else if (c == '"' || c == '`') {
            open = i;
        } else if (c == '-' && text.substr(i).starts_with("--")) {
            i = std::min(text.find('\n', i), text.size() - 1);
        }
    }
    return open;
}

bool in_comment(std::string_view text) {
    const std::string_view line = text.substr(text.rfind('\n') + 1);
    return line.find("--") != std::string_view::npos &&
           !open_quote(line.substr(0, line.find("--")));
}

Cut cut(std::string_view text) {
    Cut result;
    if (in_comment(text)) {
        return result;
    }
    std::size_t end = text.size();
    if (const auto quote = open_quote(text)) {
        end = *quote;
    }
    auto tokens = lex(text.substr(0, end));
    if (!tokens) {
        return result;
    }
    result.tokens = *std::move(tokens);
    if (result.tokens.size() > 1 && end == text.size()) {
        const Token& last = result.tokens[result.tokens.size() - 2];
        const bool touches = last.span.end == text.size();
        if (touches && last.kind == Token::Kind::kWord) {
            end = last.span.begin;
            result.tokens.erase(result.tokens.end() - 2);
        } else if (touches && last.kind != Token::Kind::kSymbol) {
            // Behind a name or a number that is not followed by a space stands nothing.
            return result;
        }
    }
    result.begun = text.substr(end);
    result.valid = true;
    return result;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    if (prefix.size() > text.size()) {
        return false;
    }
    return std::ranges::equal(prefix, text.substr(0, prefix.size()), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    });
}

class Completer {
public:
    Completer(std::string_view begun, const Names& names) : begun_(begun), names_(names) {
        quoted_ = !begun.empty() && (begun[0] == '"' || begun[0] == '`');
        prefix_ = quoted_ ? begun.substr(1) : begun;
    }

    void add(const Expected& expected) {
        switch (expected.kind) {
            case Expected::Kind::kWord:
                if (!quoted_) {
                    word(expected.text, Completion::Kind::kKeyword);
                }
                break;
            case Expected::Kind::kOther:
                other(expected.text);
                break;
            case Expected::Kind::kSymbol:
                break;
            case Expected::Kind::kEvent:
                texts(names_.events(), Completion::Kind::kEvent);
                break;
            case Expected::Kind::kProperty:
                properties(expected.owner, false);
                break;
            case Expected::Kind::kSent:
                properties(expected.owner, true);
                break;
            case Expected::Kind::kSegment:
                texts(names_.segments(), Completion::Kind::kSegment);
                break;
            case Expected::Kind::kRole:
                roles();
                break;
            case Expected::Kind::kCustomer:
                texts(names_.customers(prefix_, kCompletionsMax), Completion::Kind::kCustomer);
                break;
            case Expected::Kind::kSurvey:
                texts(names_.surveys(), Completion::Kind::kSurvey);
                break;
            case Expected::Kind::kRelease:
                texts(names_.releases(), Completion::Kind::kRelease);
                break;
        }
    }

    std::vector<Completion> take() { return std::move(items_); }

private:
    void push(std::string text, Completion::Kind kind) {
        Completion item{std::move(text), kind};
        if (items_.size() < kCompletionsMax && std::ranges::find(items_, item) == items_.end()) {
            items_.push_back(std::move(item));
        }
    }
    void word(std::string_view text, Completion::Kind kind) {
        if (starts_with_ignoring_case(text, prefix_)) {
            push(std::string(text), kind);
        }
    }
    /// "money.…" stands for the facts, "event." for the properties of an owner.
    void other(std::string_view text) {
        if (quoted_) {
            return;
        }
        if (text.ends_with("…")) {
            const std::string_view stem = text.substr(0, text.find("…"));
            for (const std::string& fact : fact_names()) {
                if (fact.starts_with(stem)) {
                    word(fact, Completion::Kind::kFact);
                }
            }
        } else if (text.ends_with('.')) {
            word(text, Completion::Kind::kProperty);
        }
    }
    void texts(const std::vector<std::string>& names, Completion::Kind kind) {
        if (!begun_.empty() && begun_[0] == '`') {
            return;
        }
        for (const std::string& name : names) {
            if (starts_with_ignoring_case(name, prefix_)) {
                push(quote(name), kind);
            }
        }
    }
    void properties(Owner owner, bool sent) {
        std::vector<Property> known;
        for (const BuiltIn& one : built_ins()) {
            if (one.owner == owner && !sent) {
                known.push_back({owner, std::string(one.name), false, {}});
            }
        }
        if (owner != Owner::kRelation) {
            for (const std::string& name : names_.properties(owner)) {
                known.push_back({owner, name, sent, {}});
            }
        }
        for (const Property& property : known) {
            if (!starts_with_ignoring_case(property.name, prefix_)) {
                continue;
            }
            // What stands behind the owner and its dot.
            std::string text = print(property);
            text.erase(0, text == "role" ? 0 : text.find('.') + 1);
            if (sent) {
                text.erase(0, text.find('.') + 1);
            }
            push(std::move(text), Completion::Kind::kProperty);
        }
    }
    void roles() {
        std::vector<std::string> known(standard_roles().begin(), standard_roles().end());
        for (std::string& role : names_.roles()) {
            known.push_back(std::move(role));
        }
        for (const std::string& role : known) {
            if (starts_with_ignoring_case(role, prefix_)) {
                push(quoted_ || !is_plain_word(role) || !can_be_role(role) ? quote(role) : role,
                     Completion::Kind::kRole);
            }
        }
    }

    std::string_view begun_;
    const Names& names_;
    bool quoted_ = false;
    std::string_view prefix_;
    std::vector<Completion> items_;
};

}  // namespace

Completions complete(std::string_view text, std::size_t offset, const Names& names) {
    Completions result;
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    result.replace_from = before.size();
    const Cut parts = cut(before);
    if (!parts.valid) {
        return result;
    }
    result.replace_from = before.size() - parts.begun.size();
    Parser parser(parts.tokens);
    parser.question();
    // What comes before is wrong when the parser never came to its end.
    if (parser.expected_at() + 1 != parts.tokens.size()) {
        return result;
    }
    Completer completer(parts.begun, names);
    for (const Expected& expected : parser.expected()) {
        completer.add(expected);
    }
    result.items = completer.take();
    return result;
}

}  // namespace twofold::ask
