// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "intake/decode.h"
#include "intake/object_reader.h"
#include "intake/stripe.h"
#include "model/json.h"

namespace twofold::intake {

/// For the fuzzer and its deterministic test: decodes any bytes in every way, and stops the process
/// when something is not as it must be for whatever is sent. Keep one: its decoder is reused, as a
/// server's is.
class DecodeCheck {
public:
    DecodeCheck() { context_.received = 1'772'366'400'000; }

    /// Returns how many records were taken by all routes together.
    std::size_t run(std::string_view bytes) {
        std::size_t taken = 0;
        for (const Route route : {Route::kBatch, Route::kRecords, Route::kTrack}) {
            context_.route = route;
            if (!decoder_.open({as_bytes(bytes), ""}, route)) continue;
            Decoded decoded;
            decoder_.decode(context_, decoded);
            taken += check(decoded);
        }
        Decoded decoded;
        decoder_.decode_lines({std::string(bytes), 1, 0}, context_, decoded);
        return taken + check(decoded) + run_stripe(bytes);
    }

private:
    /// The bytes of a file, all at once.
    class WholeBytes final : public ByteSource {
    public:
        explicit WholeBytes(std::string_view bytes) : bytes_(bytes) {}
        Result<std::size_t> read(std::span<std::byte> into) override {
            const std::size_t count = std::min(into.size(), bytes_.size());
            std::memcpy(into.data(), bytes_.data(), count);
            bytes_.remove_prefix(count);
            return count;
        }

    private:
        std::string_view bytes_;
    };

    std::size_t run_stripe(std::string_view bytes) {
        StripeDecoded event;
        const Status read = stripe_.decode_event(bytes, context_, event);
        TF_CHECK(read || event.records.records.empty());
        StripeDecoded objects;
        WholeBytes source(bytes);
        ObjectReader reader(source);
        LineChunk chunk;
        for (auto more = reader.next(chunk); more && *more; more = reader.next(chunk)) {
            stripe_.decode_objects(chunk, context_, objects);
        }
        TF_CHECK(objects.ignored <= objects.objects && objects.notes.size() <= kStripeNotesMax);
        return check(event.records, false) + check(objects.records, false);
    }

    // Each record of the request has one outcome (an object of another system may become several);
    // each that was taken can be read, is text where it should be, and comes back from its export.
    std::size_t check(const Decoded& decoded, bool one_each = true) {
        const std::uint64_t step = one_each ? 1 : 0;
        for (std::size_t i = 1; i < decoded.records.size(); ++i) {
            TF_CHECK(decoded.records[i - 1].index + step <= decoded.records[i].index);
        }
        for (std::size_t i = 1; i < decoded.rejected.size(); ++i) {
            TF_CHECK(decoded.rejected[i - 1].index + step <= decoded.rejected[i].index);
        }
        for (const Rejection& rejection : decoded.rejected) {
            TF_CHECK(!rejection.message.empty());
            TF_CHECK(is_valid_utf8(rejection.message));
        }
        for (const Decoded::Placed& placed : decoded.records)
            check_record(decoded.bytes(placed));
        return decoded.records.size();
    }

    void check_record(std::span<const std::byte> bytes) {
        const auto record = model::RecordView::parse(bytes);
        TF_CHECK(record.has_value());
        const std::string line = model::to_json_line(*record);
        TF_CHECK(is_valid_utf8(line));
        TF_CHECK(line.find("\\u0000") == std::string::npos);
        Context context = context_;
        context.route = Route::kRecords;
        TF_CHECK(exported_.open({as_bytes(line), ""}, context.route).has_value());
        Decoded again;
        exported_.decode(context, again);
        TF_CHECK(again.records.size() == 1);
        const auto back = model::RecordView::parse(again.bytes(again.records[0]));
        TF_CHECK(model::to_json_line(*back) == line);
    }

    Context context_;
    Decoder decoder_;
    Decoder exported_;
    StripeDecoder stripe_;
};

}  // namespace twofold::intake
