// SPDX-License-Identifier: Apache-2.0
#include "app/progress.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace twofold::app {

namespace {
constexpr int kWidth = 30;
constexpr std::chrono::milliseconds kRedraw{100};
}  // namespace

Progress::Progress(std::string what)
    : what_(std::move(what)),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()),
      last_(start_ - kRedraw) {}

Progress::~Progress() {
    if (drawn_) fmt::print(stderr, "\r{:{}}\r", "", kWidth + 60);
}

double Progress::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Progress::show(double share, std::uint64_t count) {
    const auto now = std::chrono::steady_clock::now();
    if (!terminal_ || now - last_ < kRedraw) return;
    last_ = now;
    drawn_ = true;
    const int filled = static_cast<int>(std::clamp(share, 0.0, 1.0) * kWidth);
    fmt::print(stderr, "\r{} [{:#<{}}{: <{}}] {:3.0f} %  {}  {:.0f}/s ", what_, "", filled, "",
               kWidth - filled, 100 * std::clamp(share, 0.0, 1.0), count,
               static_cast<double>(count) / std::max(0.001, seconds()));
}

}  // namespace twofold::app
