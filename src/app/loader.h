// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "intake/decode.h"
#include "project/project.h"

namespace twofold::app {

/// What became of many lines.
struct LoadTotals {
    std::uint64_t accepted = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t rejected = 0;
    std::map<std::string, std::uint64_t> rejected_by_reason;
    std::vector<intake::Rejection> first_rejections;  ///< At most kRejectionsShown.
};
inline constexpr std::size_t kRejectionsShown = 20;

/// Puts lines of JSON into a project opened here: decodes the next chunk while those before are on
/// their way to the disk. A chunk that finds the project busy waits for it. One thread.
class Loader {
public:
    /// `file`: id of the file's content, under which its lines are remembered; 0 for none.
    /// Errors: kInvalid for a zone that is unknown.
    static Result<Loader> make(project::Project& project, std::uint64_t file);

    /// Takes whole lines. Errors: what the project says when it cannot take more.
    Status load(const intake::LineChunk& lines);
    /// Waits until everything is durable and in the project's world.
    Status finish();

    const LoadTotals& totals() const noexcept { return totals_; }

private:
    Loader(project::Project& project, std::uint64_t file, Zone zone);
    Status wait_for_first();
    void count(const std::vector<intake::Rejection>& rejected);

    project::Project* project_;
    std::uint64_t file_;
    Zone zone_;
    intake::NameSet automatic_names_;
    intake::Decoder decoder_;
    intake::Decoded decoded_;
    std::deque<std::future<Result<project::Accepted>>> waiting_;
    LoadTotals totals_;
};

}  // namespace twofold::app
