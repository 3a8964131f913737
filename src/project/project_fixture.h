// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <unistd.h>

#include "base/bytes.h"
#include "intake/decode.h"
#include "io/memory_env.h"
#include "project/asking.h"
#include "project/project.h"

namespace twofold::project {

inline constexpr TimeMs kTestNow = 1'772'323'200'000;  // 2026-03-01T00:00Z

/// A place for a ledger of SQLite, in memory where the machine has such a file system.
inline std::string ledger_folder(std::string_view name) {
    const std::string base = std::filesystem::exists("/dev/shm") ? "/dev/shm" : testing::TempDir();
    const std::string folder = base + "/twofold_" + std::string(name) + "_" +
                               std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
                               "_" + std::to_string(::getpid());
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

/// Lines of JSON as intake decodes them for this project. Every line must be good.
inline intake::Decoded decoded(const Project& project, std::string_view lines,
                               std::uint64_t file = 0) {
    intake::Context context;
    context.route = intake::Route::kRecords;
    context.received = kTestNow;
    context.message_key = project.message_key();
    context.file = file;
    intake::LineChunk chunk;
    chunk.bytes = lines;
    chunk.line_count = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    intake::Decoded result;
    intake::Decoder decoder;
    decoder.decode_lines(chunk, context, result);
    for (const intake::Rejection& one : result.rejected)
        ADD_FAILURE() << one.message;
    return result;
}

}  // namespace twofold::project
