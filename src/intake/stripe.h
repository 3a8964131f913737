// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "intake/decode.h"

/// Stripe as a source of money: its events, as webhooks bring them, and its objects, as they are
/// exported. docs/stripe.md says what becomes what.
namespace twofold::intake {

/// An event's body. Real ones stay below 300 KiB. (docs/limits.md)
inline constexpr std::size_t kStripeBodyBytesMax = kRecordJsonBytesMax;
/// Notes kept of one request or file; the others are counted.
inline constexpr std::size_t kStripeNotesMax = 20;

/// What became of events and objects.
struct StripeDecoded {
    /// The records they became; `index` is that of the event or object they came from, from 0.
    Decoded records;
    std::uint64_t objects = 0;  ///< Events and objects that were read.
    std::uint64_t ignored = 0;  ///< Of these: of a kind that is not read, or that say nothing new.
    std::uint64_t note_count = 0;
    std::vector<std::string> notes;  ///< What could not be told; the first kStripeNotesMax.

    void clear();
};

/// Makes records of Stripe's objects through the same decoder that all records go through. Keeps
/// its memory; one per thread.
class StripeDecoder {
public:
    StripeDecoder();
    ~StripeDecoder();
    StripeDecoder(StripeDecoder&&) noexcept;
    StripeDecoder& operator=(StripeDecoder&&) noexcept;

    /// The body of a webhook, whose signature has been checked. Appends to `out`.
    /// Errors: kInvalid when it is no JSON, or no event; nothing was appended then.
    Status decode_event(std::string_view body, const Context& context, StripeDecoded& out);

    /// Objects of a file, one on each line, as ObjectReader gives them. Each is independent of the
    /// others. Appends to `out`; index is line - 1. The file of `context` plays no part: objects
    /// are known by what they say, so that another file with the same ones changes nothing.
    void decode_objects(const LineChunk& lines, const Context& context, StripeDecoded& out);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace twofold::intake
