// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "base/time.h"
#include "intake/rejection.h"
#include "model/record.h"

/// Bytes of a request or a file in, records or clear refusals out. docs/records.md has the rules
/// from the sender's side. Limits (docs/limits.md):
namespace twofold::intake {

inline constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;
/// A request's body after unpacking, enforced while it is unpacked.
inline constexpr std::size_t kBodyBytesMax = 20 * kMebibyte;
/// One record as JSON text; as bytes it is at most model::kRecordBytesMax, so that what is written
/// with every character escaped (six bytes for one) can come in again.
inline constexpr std::size_t kRecordJsonBytesMax = 2 * kMebibyte;
/// What stands around the batch in an envelope.
inline constexpr std::size_t kEnvelopeBytesMax = kMebibyte;
/// One string or list among properties, traits and other values.
inline constexpr std::size_t kStringBytesMax = std::size_t{64} * 1024;
/// An id of a user, customer, subscription, payment or message.
inline constexpr std::size_t kIdBytesMax = 512;
/// A name of an event, property (whole, with its dots), trait, role, plan, kind.
inline constexpr std::size_t kNameBytesMax = 200;
/// Properties or traits of one record, after flattening.
inline constexpr std::size_t kFieldsMax = 1'000;
/// Objects and arrays inside one another, the record itself included.
inline constexpr std::size_t kDepthMax = 32;
/// Records of one request; more is refused as a whole, and cannot be reached by real events.
inline constexpr std::size_t kRecordsPerRequestMax = 500'000;
/// All records of one request as they are kept; the records beyond are refused. Real ones stay far
/// below: a context beside the batch, copied into each event, could make gigabytes of 20 MiB. With
/// what the log adds to each record it fits log::Options::waiting_bytes_max.
inline constexpr std::size_t kRequestKeptBytesMax = 56 * kMebibyte;
/// The event may be this much later than its receipt.
inline constexpr DurationMs kFutureMax = kDayMs;
/// Amount times quantity, in minor units: MRR at its scale then stays within 64 bits.
inline constexpr std::int64_t kAmountMax = 10'000'000'000'000;

/// The ways in. The single routes take one event of their type; each of them also takes an array
/// of events or an object with "batch", whose members then carry their own type.
enum class Route : std::uint8_t {
    kTrack,
    kIdentify,
    kPage,
    kScreen,
    kGroup,
    kAlias,
    kBatch,
    kImport,   ///< As kBatch, historical.
    kRecords,  ///< Any record: JSON array, JSON lines, or one object. Needs a secret key.
};
/// "/v1/track", "/v1/t", "/v1/batch/", "/beacon/v1/batch" …, a trailing slash more or less; nullopt
/// for every other path.
std::optional<Route> route_of(std::string_view path) noexcept;

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};
using NameSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

/// Secret of a project under which message ids are hashed; so the same id in two projects gives
/// two hashes. 16 random bytes, made once with the project.
using MessageKey = std::array<std::byte, 16>;

model::MessageHash hash_message_id(const MessageKey& key, std::string_view message_id) noexcept;

/// What decoding needs to know besides the bytes. Borrowed during the call.
struct Context {
    Route route = Route::kBatch;
    TimeMs received = 0;
    MessageKey message_key{};
    Zone zone = Zone::utc();  ///< The project's: a bare date is the start of that day in it.
    /// Events that nobody does (mails, jobs): flagged automatic. May be null.
    const NameSet* automatic_names = nullptr;
    /// Loaded after the fact: flags every record kHistorical. Implied by kImport.
    bool historical = false;
    /// Id of the file being imported; 0 for requests. Lines come with the lines.
    std::uint64_t file = 0;
};

struct RequestBody {
    std::span<const std::byte> bytes;
    std::string_view content_encoding;  ///< The header's value; empty when there is none.
};

/// What became of the records of one request or of some lines: each is in `records` or in
/// `rejected`.
struct Decoded {
    struct Placed {
        std::uint32_t offset = 0;  ///< In the arena.
        std::uint32_t length = 0;
        std::uint64_t index = 0;  ///< As Rejection::index.
    };
    /// The records end to end, sequences 0.
    std::vector<std::byte> arena;
    std::vector<Placed> records;
    std::vector<Rejection> rejected;

    std::span<const std::byte> bytes(const Placed& record) const {
        return std::span(arena).subspan(record.offset, record.length);
    }
    std::span<std::byte> bytes(const Placed& record) {
        return std::span(arena).subspan(record.offset, record.length);
    }
    void clear() {
        arena.clear();
        records.clear();
        rejected.clear();
    }
};

/// Whole lines of a file, as LineReader gives them.
struct LineChunk {
    std::string bytes;             ///< Lines with their breaks; a cut line is over the limit.
    std::uint64_t first_line = 1;  ///< Number of the first one.
    std::uint64_t line_count = 0;
};

/// Decodes one request at a time, in two steps, since the key that says which project the request
/// belongs to may be in its body. Keeps its memory (at most about 40 MB, after the largest records)
/// from one to the next, so keep one per thread; not to be shared between threads.
///
///   TF_ASSIGN(const std::string_view key, decoder.open(body));   // 400 with the place, if not
///   ... find the project by `key`, else by the headers ...
///   decoder.decode(context, decoded);
class Decoder {
public:
    Decoder();
    ~Decoder();
    Decoder(Decoder&&) noexcept;
    Decoder& operator=(Decoder&&) noexcept;

    /// Unpacks the body (by its bytes, never by Content-Type: gzip or deflate, JSON, form with
    /// data=) and finds its records. Returns the key that the body carries: `writeKey`, `api_key`
    /// or `token` of the envelope or the event, else the first event's `properties.token`; empty
    /// when none. The key is borrowed until the next open().
    /// Errors: kInvalid with the place (`Error::at`) when it is not JSON, or for an unknown
    /// encoding; kTooLarge beyond kBodyBytesMax or kRecordsPerRequestMax.
    Result<std::string_view> open(const RequestBody& body, Route route);

    /// Decodes what open() found and appends to `out`: one outcome per record, never an error.
    /// Each record is independent of the others, also when it is malformed itself.
    /// REQUIRES: open() succeeded with the same route.
    void decode(const Context& context, Decoded& out);

    /// Decodes lines of a file, each independent; blank lines give nothing. Appends to `out`;
    /// index is line - 1. Needs no open(). Any number of decoders may work on chunks of one file.
    void decode_lines(const LineChunk& lines, const Context& context, Decoded& out);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace twofold::intake
