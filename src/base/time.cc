// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <chrono>

namespace twofold {

namespace {
class RealClock final : public Clock {
public:
    TimeMs now() const override {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }
};
}  // namespace

const Clock& Clock::real() {
    static const RealClock clock;
    return clock;
}

}  // namespace twofold
