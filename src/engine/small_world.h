// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ask/answer.h"
#include "base/time.h"
#include "directory/directory.h"
#include "engine/engine.h"
#include "engine/scan.h"
#include "engine/world.h"
#include "frame/builder.h"
#include "io/memory_env.h"
#include "model/record.h"
#include "model/types.h"
#include "store/store.h"

namespace twofold::engine {

/// A world for tests from a few lines: records go through directory, frame and store as a project
/// applies them. Times are "2026-03-01T10:00" (UTC) or "2026-03-01".
///
///   SmallWorld world;
///   world.group("ana", "acme", "2026-01-01");
///   world.track("ana", "2026-03-01T10:00", "Exported", {{"format", Value::of_string("pdf")}});
///   EXPECT_EQ(world.rows("count customers where did \"Exported\""), "1\n");
class SmallWorld final : public WorldSource {
public:
    using Properties = std::vector<std::pair<std::string, model::Value>>;

    SmallWorld();
    ~SmallWorld() override;

    plan::Settings settings;  ///< Read at each question; `now` is 2026-04-01.

    void track(const std::string& user, const std::string& time, const std::string& event,
               const Properties& properties = {}, const std::string& acting = {});
    void automatic(const std::string& user, const std::string& time, const std::string& event);
    void anonymous(const std::string& id, const std::string& time, const std::string& event);
    /// Says that the anonymous id is the user's.
    void claim(const std::string& user, const std::string& anonymous, const std::string& time);
    void identify(const std::string& user, const std::string& time, const Properties& traits);
    void group(const std::string& user, const std::string& customer, const std::string& time,
               const std::string& role = "user");
    void relation(const std::string& user, const std::string& customer, const std::string& role,
                  const std::string& from, const std::string& until = {});
    void customer(const std::string& id, const std::string& time, const Properties& traits = {});
    /// Per month, in cents of USD.
    void subscription(const std::string& customer, const std::string& id, std::int64_t amount,
                      const std::string& from, const std::string& until = {},
                      const std::string& plan = "Pro", std::int64_t quantity = 1);
    void payment(const std::string& customer, const std::string& id, std::int64_t amount,
                 const std::string& time);

    /// Seals what is there into parts, so that later rows lie elsewhere.
    void seal();

    Result<World> world(std::optional<model::Sequence> position) const override;

    Result<ask::Answer> try_ask(const std::string& text, const std::string& open = {});
    /// Of a question that must be answered.
    ask::Answer ask(const std::string& text, const std::string& open = {});
    /// Its rows: cells joined by " | ", a line each; "-" where there is no number.
    std::string rows(const std::string& text, const std::string& open = {});
    /// First column of the rows, joined by a space.
    std::string names(const std::string& text, const std::string& open = {});
    /// The message of a question that must fail.
    std::string error(const std::string& text, const std::string& open = {});

private:
    void apply(const model::RecordBuilder& record);
    void publish();

    io::MemoryEnv env_;
    std::unique_ptr<directory::Directory> directory_;
    std::unique_ptr<store::Store> store_;
    frame::Builder builder_;
    model::Sequence sequence_ = 0;
    bool changed_ = true;
    std::shared_ptr<const frame::Snapshot> frames_;
    Scanner scanner_{2};
    Engine engine_;
};

}  // namespace twofold::engine
