// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "ask/question.h"

// Used by print_question.cc (questions and clauses) and kind_<word>.cc (what a kind says itself).

namespace twofold::ask {

/// The text of a question while it is written.
class QuestionText {
public:
    /// Behind a blank.
    void add(std::string_view words) {
        text_ += ' ';
        text_ += words;
    }
    void add_joined(std::string_view words) { text_ += words; }
    /// Behind a blank, and with `between` between them.
    template <typename Parts, typename Print>
    void add_list(const Parts& parts, Print print_part, std::string_view between = ", ") {
        bool first = true;
        for (const auto& part : parts) {
            text_ += first ? " " : between;
            text_ += print_part(part);
            first = false;
        }
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

/// What stands directly behind the word of the kind.
void write_head(QuestionText& text, const Trend& trend);
void write_head(QuestionText& text, const Count& count);
void write_head(QuestionText& text, const List& list);
void write_head(QuestionText& text, const Funnel& funnel);
void write_head(QuestionText& text, const Retention& retention);
void write_head(QuestionText& text, const Sides& sides);
void write_head(QuestionText& text, const Overlap& overlap);

/// What stands behind `where`: what that could not swallow.
template <typename OneKind>
void write_tail(QuestionText& /*text*/, const OneKind& /*kind*/) {}
void write_tail(QuestionText& text, const Count& count);
void write_tail(QuestionText& text, const List& list);
void write_tail(QuestionText& text, const Retention& retention);

}  // namespace twofold::ask
