// SPDX-License-Identifier: Apache-2.0
#include "questions/question_file.h"

#include <fmt/format.h>
#include <fstream>

#include "base/calendar.h"
#include "questions/record_table.h"

namespace twofold::questions {
namespace {

constexpr std::string_view kRule = "----";

bool is_blank(const std::string& line) {
    return words_of(line).empty();
}

/// Reads a file from its top to its end.
class Reader {
public:
    explicit Reader(QuestionFile& file) : file_(file) {}

    Status run() {
        while (at_ < file_.lines.size()) {
            const auto words = words_of(file_.lines[at_]);
            if (words.empty()) {
                ++at_;
            } else if (words.front() == "ask") {
                TF_TRY(ask());
            } else if (words.front() == "settings" && words.size() == 1) {
                TF_TRY(rows([this](const auto& row) { return setting(row); }));
            } else if (words.front() == "records" && words.size() == 1) {
                json_lines();
            } else if (RecordTable::is_name(words.front()) && words.size() == 1) {
                TF_TRY(table(words.front()));
            } else {
                return refuse("neither a table, settings, records nor ask");
            }
        }
        return {};
    }

private:
    std::unexpected<Error> refuse(const std::string& why) const {
        return fail(ErrorCode::kInvalid,
                    fmt::format("{}:{}: {}", file_.path.string(), at_ + 1, why));
    }
    bool indented() const { return at_ < file_.lines.size() && file_.lines[at_].starts_with(' '); }

    /// Each indented line below the present one; blank and comment lines are skipped.
    template <typename Take>
    Status rows(const Take& take) {
        for (++at_; indented() || (at_ < file_.lines.size() && is_blank(file_.lines[at_])); ++at_) {
            const auto words = words_of(file_.lines[at_]);
            if (words.empty()) continue;
            if (const Status taken = take(words); !taken) return refuse(taken.error().message);
        }
        return {};
    }

    Status table(const std::string& name) {
        RecordTable reader(name);
        bool first = true;
        return rows([&, this](const std::vector<std::string>& words) -> Status {
            const bool heading = std::exchange(first, false) &&
                                 (words.front() == "user" || words.front() == "id" ||
                                  words.front() == "customer" || words.front() == "previous");
            if (heading) return {};
            TF_ASSIGN(std::string line, reader.line(words));
            file_.records.push_back(std::move(line));
            return {};
        });
    }

    void json_lines() {
        for (++at_; indented() || (at_ < file_.lines.size() && is_blank(file_.lines[at_])); ++at_) {
            const std::string& line = file_.lines[at_];
            const std::size_t begin = line.find('{');
            if (begin != std::string::npos) file_.records.push_back(line.substr(begin));
        }
    }

    Status setting(const std::vector<std::string>& words) {
        ledger::Settings& settings = file_.settings;
        const std::string& name = words.front();
        if (name == "self_customers" && words.size() == 1) {
            settings.self_customers = true;
            return {};
        }
        const std::vector<std::string> rest(words.begin() + 1, words.end());
        std::vector<std::string> values;
        for (const std::string& word : rest)
            values.push_back(unquoted(word));
        if (values.empty()) {
            return fail(ErrorCode::kInvalid, "a setting without a value: " + name);
        }
        if (name == "zone") {
            settings.zone = values.front();
        } else if (name == "now") {
            const std::string time = values.size() > 1 ? values[1] : "00:00";
            TF_ASSIGN(settings.now, parse_instant(instant_text(values.front(), time)));
        } else if (name == "automatic_events") {
            settings.automatic_events = values;
        } else if (name == "outside_roles") {
            settings.outside_roles = values;
        } else if (name == "currency") {
            settings.currency = values.front();
        } else if (name == "rule") {
            TF_ASSIGN(const ledger::JoinRule rule, join_rule(values));
            TF_TRY(ledger::put_rule(settings.join_rules, rule));
        } else {
            return fail(ErrorCode::kInvalid, "no such setting: " + name);
        }
        return {};
    }

    /// `rule NAME BY`, then `trait=`, `customer_trait=`, `role=`, `days=`, `unverified`.
    static Result<ledger::JoinRule> join_rule(const std::vector<std::string>& words) {
        if (words.size() < 2) return fail(ErrorCode::kInvalid, "rule NAME BY …");
        ledger::JoinRule rule;
        rule.name = words[0];
        TF_ASSIGN(rule.by, ledger::join_by_of(words[1]));
        for (std::size_t i = 2; i < words.size(); ++i) {
            const std::string name = words[i].substr(0, words[i].find('='));
            const std::string value = words[i].substr(std::min(name.size() + 1, words[i].size()));
            if (name == "trait") rule.user_trait = value;
            if (name == "customer_trait") rule.customer_trait = value;
            if (name == "role") rule.role = value;
            if (name == "days") rule.days = std::stoll(value);
            if (name == "unverified") rule.unverified = true;
        }
        return ledger::checked(rule);
    }

    Status ask() {
        AskedQuestion asked;
        asked.line = at_ + 1;
        asked.records = file_.records.size();
        asked.text = file_.lines[at_].substr(std::string_view("ask").size());
        for (++at_; at_ < file_.lines.size() && file_.lines[at_] != kRule; ++at_) {
            const auto words = words_of(file_.lines[at_]);
            if (!words.empty() && words.front() == "open") {
                const std::size_t begin = file_.lines[at_].find('{');
                if (begin == std::string::npos) return refuse("open {…}");
                asked.open = file_.lines[at_].substr(begin);
            } else if (words.empty() || !indented()) {
                return refuse("a question ends with ----");
            } else {
                asked.text += '\n' + file_.lines[at_];
            }
        }
        if (at_ >= file_.lines.size()) return refuse("a question ends with ----");
        asked.reply_begin = ++at_;
        std::vector<std::string> reply;
        for (; at_ < file_.lines.size() && !file_.lines[at_].empty(); ++at_)
            reply.push_back(file_.lines[at_]);
        asked.reply_end = at_;
        TF_TRY(expectation(reply, asked.expected));
        file_.asked.push_back(std::move(asked));
        return {};
    }

    /// After the table: `rule …`, `note …`, `unattached N`, `by hand`, each a line with a colon.
    Status expectation(const std::vector<std::string>& reply, Expected& expected) {
        std::vector<std::string> table;
        for (const std::string& line : reply) {
            const std::size_t begin = line.find_first_not_of(' ');
            const std::string text = begin == std::string::npos ? "" : line.substr(begin);
            const auto words = words_of(text);
            const auto after = [&text](std::string_view head) {
                const std::size_t at = text.find_first_not_of(' ', head.size());
                return at == std::string::npos ? std::string() : text.substr(at);
            };
            if (words.empty()) continue;
            if (words.front() == "error" && table.empty()) {
                expected.error = words.size() > 1 ? words[1] : "";
                expected.message = after("error " + expected.error);
            } else if (text.starts_with("suggests:")) {
                expected.suggestion = after("suggests:");
            } else if (text.starts_with("rule:")) {
                expected.rule.push_back(after("rule:"));
            } else if (text.starts_with("note:")) {
                expected.notes.push_back(after("note:"));
            } else if (text.starts_with("no note:")) {
                expected.unsaid.push_back(after("no note:"));
            } else if (text.starts_with("by hand:")) {
                expected.by_hand = true;
            } else if (text.starts_with("unattached:")) {
                expected.unattached = std::stoull(after("unattached:"));
            } else {
                table.push_back(text);
            }
        }
        if (table.empty() && expected.error.empty() && std::getenv("TWOFOLD_REWRITE") == nullptr) {
            return refuse("a question without an expectation");
        }
        expected.table = read_table(table);
        return {};
    }

    QuestionFile& file_;
    std::size_t at_ = 0;
};

}  // namespace

Result<QuestionFile> read_question_file(const std::filesystem::path& path) {
    std::ifstream stream(path);
    if (!stream) return fail(ErrorCode::kIo, "cannot read " + path.string());
    QuestionFile file;
    file.path = path;
    for (std::string line; std::getline(stream, line);)
        file.lines.push_back(line);
    TF_TRY(Reader(file).run());
    return file;
}

Status rewrite(const QuestionFile& file,
               const std::vector<std::optional<std::string>>& expectations) {
    std::string text;
    std::size_t at = 0;
    for (std::size_t i = 0; i < file.asked.size(); ++i) {
        for (; at < file.asked[i].reply_begin; ++at)
            text += file.lines[at] + '\n';
        if (!expectations[i]) continue;
        text += *expectations[i];
        at = file.asked[i].reply_end;
    }
    for (; at < file.lines.size(); ++at)
        text += file.lines[at] + '\n';
    std::ofstream stream(file.path, std::ios::trunc);
    stream << text;
    return stream ? Status{} : fail(ErrorCode::kIo, "cannot write " + file.path.string());
}

}  // namespace twofold::questions
