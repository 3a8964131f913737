// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/settings.h"
#include "questions/table.h"

namespace twofold::questions {

/// What a question must be answered with. README.md has the form.
struct Expected {
    Table table;
    std::string error;                ///< Code of a refusal; empty: there is an answer.
    std::string message;              ///< Part of its message.
    std::string suggestion;           ///< What it suggests, if the file says so.
    std::vector<std::string> rule;    ///< Parts of the rule.
    std::vector<std::string> notes;   ///< Parts of some note.
    std::vector<std::string> unsaid;  ///< Parts of no note.
    std::optional<std::uint64_t> unattached;
    bool by_hand = false;  ///< The oracle does not know the question.
};

struct AskedQuestion {
    std::string text;
    std::string open;             ///< JSON of a cell to open; empty: the question itself.
    std::size_t records = 0;      ///< How many of the file's records stand above it.
    std::size_t line = 0;         ///< Of `ask`, from 1.
    std::size_t reply_begin = 0;  ///< Lines of the expectation, to write it anew.
    std::size_t reply_end = 0;
    Expected expected;
};

/// One file: a small world and what is asked of it.
struct QuestionFile {
    std::filesystem::path path;
    std::vector<std::string> lines;
    ledger::Settings settings;
    std::vector<std::string> records;  ///< JSON lines, as tables and `records` make them.
    std::vector<AskedQuestion> asked;
};

/// Errors: kIo; kInvalid with the line that cannot be read.
Result<QuestionFile> read_question_file(const std::filesystem::path& path);

/// Writes the file with other expectations, one for each question, where there is one.
Status rewrite(const QuestionFile& file,
               const std::vector<std::optional<std::string>>& expectations);

}  // namespace twofold::questions
