// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace twofold::app {

/// A bar on standard error, drawn at most ten times a second, and only on a terminal.
class Progress {
public:
    explicit Progress(std::string what);
    ~Progress();
    /// `share` from 0 to 1; `count` of whatever is counted.
    void show(double share, std::uint64_t count);
    double seconds() const;

private:
    std::string what_;
    bool terminal_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point last_;
};

}  // namespace twofold::app
