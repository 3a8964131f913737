// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/seeds.h"
#include "directory/directory.h"
#include "engine/scan.h"
#include "frame/builder.h"
#include "io/memory_env.h"
#include "model/record.h"
#include "store/store.h"

namespace twofold::engine {

/// An event as it was told to the store: what a naive reader of rows loops over.
struct ToldEvent {
    model::UserOrdinal user{};  ///< As first seen.
    TimeMs time = 0;
    std::string name;
    bool automatic = false;
    std::optional<model::CustomerOrdinal> acting;
    model::Sequence sequence = 0;
    std::vector<std::pair<std::string, model::OwnedValue>> properties;
};

/// A random world for tests of scans: persons with several ids, some of them joined late; many
/// events at equal times; late rows; parts of several seals and merges, and a head; relations,
/// choices and events that name their customer.
class ScanWorld {
public:
    struct Size {
        std::uint32_t persons = 40;
        std::uint32_t customers = 8;
        std::uint32_t events = 600;
        DurationMs span_ms = 90 * kDayMs;
    };
    static constexpr TimeMs kStart = 1'767'225'600'000;  // 2026-01-01

    ScanWorld(std::uint32_t seed, const Size& size);
    ~ScanWorld();

    const std::vector<ToldEvent>& events() const { return events_; }
    const ScanInput& input() const { return input_; }
    const frame::Snapshot& frames() const { return *input_.frames; }
    const store::Names& names() const { return *input_.events->names; }

private:
    void tell_event(Random& random, const Size& size);
    void tell_of_customers(Random& random, const Size& size);
    void join(Random& random, const Size& size);
    directory::Applied apply(const model::RecordBuilder& builder);
    void seal(bool merge);
    void set_person(model::RecordBuilder& record, Random& random, std::uint32_t person);

    io::MemoryEnv env_;
    std::unique_ptr<directory::Directory> directory_;
    std::unique_ptr<store::Store> store_;
    frame::Builder builder_{frame::Rules{}};
    model::Sequence sequence_ = 0;
    std::vector<ToldEvent> events_;
    ScanInput input_;
    std::string person_id_;
};

}  // namespace twofold::engine
