// SPDX-License-Identifier: Apache-2.0
#include "questions/project_in_test.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>

#include "base/check.h"
#include "intake/decode.h"
#include "io/faulty_env.h"
#include "project/asking.h"

namespace twofold::questions {
namespace {

/// In memory where the machine has such a file system; SQLite does not write through io::Env.
std::filesystem::path new_folder() {
    static std::atomic<int> number = 0;
    const std::filesystem::path base = std::filesystem::exists("/dev/shm")
                                           ? std::filesystem::path("/dev/shm")
                                           : std::filesystem::temp_directory_path();
    const auto folder = base / fmt::format("twofold_questions_{}_{}", ::getpid(), number++);
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

project::Options options_for(Parts parts, const Clock& clock, const std::filesystem::path& folder) {
    project::Options options;
    options.clock = &clock;
    options.ledger_path = (folder / "ledger.db").string();
    if (parts == Parts::kMany) {
        options.store.mini_rows = 3;
        options.store.head_rows_seal = 6;
        options.store.head_rows_max = 12;
    }
    return options;
}

}  // namespace

struct ProjectInTest::State {
    State(const ledger::Settings& settings, Parts parts)
        : clock(settings.now.value_or(0)),
          folder(new_folder()),
          env(1),
          options(options_for(parts, clock, folder)) {}
    ~State() {
        project.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    Status open() {
        TF_ASSIGN(project, project::Project::open(env, "p", options));
        asking = std::make_unique<project::Asking>(*project, clock, 1);
        return {};
    }
    void close() {
        asking.reset();
        project.reset();
    }

    ManualClock clock;
    std::filesystem::path folder;
    io::FaultyEnv env;
    project::Options options;
    std::unique_ptr<project::Project> project;
    std::unique_ptr<project::Asking> asking;
};

ProjectInTest::ProjectInTest(const ledger::Settings& settings, Parts parts)
    : state_(std::make_unique<State>(settings, parts)) {
    const Status opened = state_->open();
    TF_CHECK(opened.has_value());
    const Status set = state_->project->set_settings(settings);
    TF_CHECK(set.has_value());
}

ProjectInTest::~ProjectInTest() = default;

Status ProjectInTest::take(std::span<const std::string> lines) {
    project::Project& project = *state_->project;
    const ledger::Settings settings = project.settings();
    intake::Context context;
    context.route = intake::Route::kRecords;
    context.received = state_->clock.now();
    context.message_key = project.message_key();
    TF_ASSIGN(context.zone, Zone::find(settings.zone));
    intake::LineChunk chunk;
    for (const std::string& line : lines)
        chunk.bytes += line + '\n';
    chunk.line_count = lines.size();
    intake::Decoded decoded;
    intake::Decoder decoder;
    decoder.decode_lines(chunk, context, decoded);
    if (!decoded.rejected.empty()) {
        const intake::Rejection& one = decoded.rejected.front();
        return fail(ErrorCode::kInvalid, one.message + ": " + lines[one.index]);
    }
    TF_TRY(project.accept(decoded));
    return project.settle();
}

Status ProjectInTest::set(const ledger::Settings& settings) {
    return state_->project->set_settings(settings);
}

Result<ask::Answer> ProjectInTest::ask(const ask::Question& question,
                                       const std::string& open) const {
    ask::AskOptions options;
    options.open = open;
    return state_->asking->backend().answer(question, options);
}

std::shared_ptr<const project::World> ProjectInTest::world() const {
    return state_->project->world();
}

Status ProjectInTest::seal() {
    return state_->project->seal();
}

Status ProjectInTest::merge() {
    TF_TRY(seal());
    // Merges run by themselves while nothing else does.
    constexpr int kQuietTurns = 3;
    std::uint64_t before = parts();
    for (int quiet = 0, turns = 0; quiet < kQuietTurns && turns < 200; ++turns) {
        std::this_thread::sleep_for(std::chrono::milliseconds(15));
        const std::uint64_t now = parts();
        quiet = now == before ? quiet + 1 : 0;
        before = now;
    }
    return {};
}

Status ProjectInTest::restart() {
    state_->close();
    return state_->open();
}

Status ProjectInTest::kill() {
    // Nothing that the project would still like to write reaches the disk.
    state_->env.kill();
    state_->close();
    return state_->open();
}

std::uint64_t ProjectInTest::parts() const {
    return state_->project->health().parts;
}

}  // namespace twofold::questions
