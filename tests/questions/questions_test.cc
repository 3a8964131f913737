// SPDX-License-Identifier: Apache-2.0
// One test for each question file: see README.md.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <memory>

#include "ask/parse.h"
#include "oracle/oracle.h"
#include "questions/arrival.h"
#include "questions/oracle_settings.h"
#include "questions/project_in_test.h"
#include "questions/question_file.h"

namespace twofold::questions {
namespace {

namespace fs = std::filesystem;

constexpr int kShuffles = 3;

fs::path folder() {
    return fs::path(TWOFOLD_SOURCE_DIR) / "tests" / "questions";
}

bool rewriting() {
    return std::getenv("TWOFOLD_REWRITE") != nullptr;
}

/// What came of a question in one of the ways.
struct Outcome {
    std::optional<ask::Answer> answer;
    Error error;
};

Outcome outcome_of(const ProjectInTest& project, const AskedQuestion& asked) {
    const auto question = ask::parse(asked.text);
    if (!question) return {std::nullopt, question.error()};
    auto answer = project.ask(*question, asked.open);
    if (!answer) return {std::nullopt, answer.error()};
    return {*std::move(answer), {}};
}

ask::Question question_of_kind(ask::List kind) {
    ask::Question question;
    question.kind = std::move(kind);
    return question;
}

/// An opened cell is a list of units in no fixed order.
ask::Question as_written(const AskedQuestion& asked) {
    const auto question = ask::parse(asked.text);
    if (!question || !asked.open.empty()) return question_of_kind(ask::List{});
    return *question;
}

std::string exact(const Outcome& outcome, const AskedQuestion& asked) {
    if (!outcome.answer) {
        return fmt::format("error {} {}", error_info(outcome.error.code).name,
                           outcome.error.message);
    }
    return print(table_of(*outcome.answer, as_written(asked), Digits::kExact), "  ");
}

bool holds_part(const std::vector<std::string>& texts, const std::string& part) {
    return std::ranges::any_of(
        texts, [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

class QuestionFileTest {
public:
    explicit QuestionFileTest(QuestionFile file) : file_(std::move(file)) {}

    void run() {
        ProjectInTest given(file_.settings, Parts::kHead);
        std::size_t taken = 0;
        std::vector<std::optional<std::string>> written(file_.asked.size());
        for (std::size_t begin = 0; begin < file_.asked.size();) {
            // Questions with the same records above them are asked together.
            const std::size_t records = file_.asked[begin].records;
            std::size_t end = begin;
            while (end < file_.asked.size() && file_.asked[end].records == records)
                ++end;
            const std::span all(file_.records);
            const Status took = given.take(all.subspan(taken, records - taken));
            ASSERT_TRUE(took) << file_.path << ": " << took.error().message;
            taken = records;
            stage_ = std::vector(file_.records.begin(),
                                 file_.records.begin() + static_cast<std::ptrdiff_t>(records));
            for (std::size_t i = begin; i < end; ++i)
                written[i] = ask_as_given(given, file_.asked[i]);
            asked_ = std::span(file_.asked).subspan(begin, end - begin);
            if (!rewriting()) ask_in_other_ways();
            begin = end;
        }
        if (rewriting()) {
            ASSERT_TRUE(rewrite(file_, written));
            return;
        }
        asked_ = file_.asked;
        const Status restarted = given.restart();
        ASSERT_TRUE(restarted) << restarted.error().message;
        const std::size_t last = file_.asked.back().records;
        std::vector<AskedQuestion> of_all;
        std::ranges::copy_if(file_.asked, std::back_inserter(of_all),
                             [last](const AskedQuestion& one) { return one.records == last; });
        asked_ = of_all;
        expect_same(given, "after a restart");
    }

private:
    std::string place(const AskedQuestion& asked) const {
        return fmt::format("{}:{}: ask{}", file_.path.string(), asked.line, asked.text);
    }

    std::optional<std::string> ask_as_given(const ProjectInTest& project,
                                            const AskedQuestion& asked) {
        SCOPED_TRACE(place(asked));
        const Outcome outcome = outcome_of(project, asked);
        reference_[asked.line] = exact(outcome, asked);
        if (rewriting()) return expectation_for(outcome, asked);
        if (asked.expected.error.empty()) {
            expect_table(outcome, asked);
            if (outcome.answer) expect_oracle(*outcome.answer, asked);
        } else {
            expect_error(outcome, asked);
        }
        return std::nullopt;
    }

    /// Keeps what a person said about rule and notes; the table is the answer's.
    static std::string expectation_for(const Outcome& outcome, const AskedQuestion& asked) {
        if (!outcome.answer) {
            return fmt::format("  error {} {}\n", error_info(outcome.error.code).name,
                               outcome.error.message);
        }
        std::string text =
            print(table_of(*outcome.answer, as_written(asked), Digits::kShown), "  ");
        for (const std::string& part : asked.expected.rule)
            text += "  rule: " + part + '\n';
        for (const std::string& part : asked.expected.notes)
            text += "  note: " + part + '\n';
        for (const std::string& part : asked.expected.unsaid)
            text += "  no note: " + part + '\n';
        if (asked.expected.unattached) {
            text += fmt::format("  unattached: {}\n", outcome.answer->cost.unattached_events);
        }
        return text;
    }

    /// What every answer says beside its table.
    static void expect_stated(const ask::Answer& answer, const AskedQuestion& asked) {
        EXPECT_FALSE(answer.rule.empty());
        EXPECT_LE(answer.range.from, answer.range.to);
        EXPECT_FALSE(answer.range.zone.empty());
        EXPECT_FALSE(answer.unit.empty());
        EXPECT_FALSE(answer.mode.empty());
        EXPECT_EQ(answer.position > 0, asked.records > 0);
    }

    static void expect_table(const Outcome& outcome, const AskedQuestion& asked) {
        const Expected& expected = asked.expected;
        ASSERT_TRUE(outcome.answer) << "refused: " << outcome.error.message;
        expect_stated(*outcome.answer, asked);
        const Table got = table_of(*outcome.answer, as_written(asked), Digits::kShown);
        const bool same = got.columns == expected.table.columns && same_cells(got, expected.table);
        EXPECT_TRUE(same) << "expected\n"
                          << print(expected.table, "  ") << "got\n"
                          << print(got, "  ") << "rule: " << outcome.answer->rule;
        for (const std::string& part : expected.rule)
            EXPECT_TRUE(holds_part({outcome.answer->rule}, part))
                << "the rule does not say \"" << part << "\": " << outcome.answer->rule;
        for (const std::string& part : expected.notes) {
            EXPECT_TRUE(holds_part(outcome.answer->notes, part))
                << "no note says \"" << part
                << "\": " << testing::PrintToString(outcome.answer->notes);
        }
        for (const std::string& part : expected.unsaid) {
            EXPECT_FALSE(holds_part(outcome.answer->notes, part))
                << "a note says \"" << part
                << "\": " << testing::PrintToString(outcome.answer->notes);
        }
        if (expected.unattached) {
            EXPECT_EQ(outcome.answer->cost.unattached_events, *expected.unattached);
        }
    }

    static void expect_error(const Outcome& outcome, const AskedQuestion& asked) {
        const Expected& expected = asked.expected;
        ASSERT_FALSE(outcome.answer)
            << "expected error " << expected.error << ", got\n"
            << print(table_of(*outcome.answer, as_written(asked), Digits::kShown), "  ");
        EXPECT_EQ(error_info(outcome.error.code).name, expected.error) << outcome.error.message;
        EXPECT_TRUE(holds_part({outcome.error.message}, expected.message))
            << "the message does not say \"" << expected.message << "\": " << outcome.error.message;
        if (!expected.suggestion.empty()) {
            EXPECT_EQ(outcome.error.suggestion, expected.suggestion);
        }
    }

    void expect_oracle(const ask::Answer& answer, const AskedQuestion& asked) const {
        const auto question = ask::parse(asked.text);
        if (!question || !asked.open.empty()) return;
        const oracle::Oracle oracle(stage_, oracle_settings(file_.settings));
        const auto judged = oracle.answer(*question);
        // A question that slips past the oracle says so in its file, and why.
        EXPECT_EQ(!judged, asked.expected.by_hand) << "known to the oracle, or not";
        if (!judged) return;
        const Table got = table_of(answer, *question, Digits::kExact);
        const Table right = table_of(*judged, *question, Digits::kExact);
        EXPECT_TRUE(same_cells(got, right)) << "the oracle says\n"
                                            << print(right, "  ") << "the engine says\n"
                                            << print(got, "  ");
    }

    void expect_same(const ProjectInTest& project, const std::string& way) {
        for (const AskedQuestion& asked : asked_) {
            SCOPED_TRACE(place(asked));
            EXPECT_EQ(exact(outcome_of(project, asked), asked), reference_[asked.line]) << way;
        }
    }

    void ask_in_other_ways() {
        for (std::uint64_t seed = 1; seed <= kShuffles; ++seed) {
            ProjectInTest project(file_.settings, Parts::kHead);
            for (const auto& batch : batches(shuffled(stage_, file_.settings, seed), seed))
                ASSERT_TRUE(project.take(batch));
            expect_same(project, fmt::format("arrival shuffled, seed {}", seed));
        }
        ProjectInTest sealed(file_.settings, Parts::kMany);
        for (const auto& batch : batches(shuffled(stage_, file_.settings, 4), 4)) {
            ASSERT_TRUE(sealed.take(batch));
            ASSERT_TRUE(sealed.seal());
        }
        expect_same(sealed, fmt::format("from {} parts", sealed.parts()));
        ASSERT_TRUE(sealed.merge());
        expect_same(sealed, fmt::format("merged to {} parts", sealed.parts()));
        ProjectInTest killed(file_.settings, Parts::kMany);
        ASSERT_TRUE(killed.take(stage_));
        ASSERT_TRUE(killed.kill());
        expect_same(killed, "after a kill and replay");
    }

    QuestionFile file_;
    std::vector<std::string> stage_;
    std::span<const AskedQuestion> asked_;
    std::map<std::size_t, std::string> reference_;
};

class OneFile : public testing::Test {
public:
    explicit OneFile(fs::path path) : path_(std::move(path)) {}
    void TestBody() override {
        auto file = read_question_file(path_);
        ASSERT_TRUE(file) << file.error().message;
        ASSERT_FALSE(file->asked.empty()) << path_ << " asks nothing";
        if (!file->settings.now) file->settings.now = kNow;
        QuestionFileTest(*std::move(file)).run();
    }

private:
    /// 2026-03-01T00:00Z, unless the file says another.
    static constexpr TimeMs kNow = 1'772'323'200'000;
    fs::path path_;
};

/// Makes a test of each file, named by its folder and its own name.
bool register_files() {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder())) {
        if (entry.path().extension() == ".q") paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    for (const fs::path& path : paths) {
        const std::string suite = "Questions/" + path.parent_path().filename().string();
        testing::RegisterTest(suite.c_str(), path.stem().c_str(), nullptr, nullptr, path.c_str(), 1,
                              [path]() -> testing::Test* { return new OneFile(path); });
    }
    return !paths.empty();
}

const bool registered = register_files();

TEST(QuestionFiles, AreFound) {
    EXPECT_TRUE(registered);
}

}  // namespace
}  // namespace twofold::questions
