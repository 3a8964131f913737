// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "intake/decode.h"
#include "model/json.h"

namespace twofold::intake {

/// For tests: 2026-03-01T12:00:00Z.
inline constexpr TimeMs kTestReceived = 1'772'366'400'000;

inline Context test_context(Route route) {
    Context context;
    context.route = route;
    context.received = kTestReceived;
    context.message_key.fill(std::byte{7});
    return context;
}

/// What became of a body, with its records as JSON lines, so that a test reads like the wire.
struct Outcome {
    std::string key;
    std::vector<std::string> lines;
    std::vector<Rejection> rejected;
    std::string error;  ///< Of the whole request.
    Decoded decoded;

    /// "index:code" of each.
    std::vector<std::string> refusals() const {
        std::vector<std::string> all;
        for (const Rejection& one : rejected) {
            all.push_back(std::to_string(one.index) + ":" +
                          std::string(rejection_info(one.code).name));
        }
        return all;
    }
    model::RecordView record(std::size_t which) const {
        return *model::RecordView::parse(decoded.bytes(decoded.records.at(which)));
    }
};

inline void read_lines_of(Outcome& outcome) {
    for (const Decoded::Placed& placed : outcome.decoded.records) {
        const auto record = model::RecordView::parse(outcome.decoded.bytes(placed));
        ASSERT_TRUE(record) << record.error().message;
        outcome.lines.push_back(model::to_json_line(*record));
    }
    outcome.rejected = outcome.decoded.rejected;
}

inline Outcome decode_with(const Context& context, std::string_view body,
                           std::string_view encoding = "") {
    Outcome outcome;
    Decoder decoder;
    const auto key = decoder.open({as_bytes(body), encoding}, context.route);
    if (!key) {
        outcome.error = key.error().message;
        return outcome;
    }
    outcome.key = *key;
    decoder.decode(context, outcome.decoded);
    read_lines_of(outcome);
    return outcome;
}

inline Outcome decode_body(Route route, std::string_view body, std::string_view encoding = "") {
    return decode_with(test_context(route), body, encoding);
}

}  // namespace twofold::intake
