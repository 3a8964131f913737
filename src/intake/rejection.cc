// SPDX-License-Identifier: Apache-2.0
#include "intake/rejection.h"

#include <array>

#include "base/check.h"

namespace twofold::intake {

namespace {

using enum RejectionCode;

constexpr std::array kRejections = std::to_array<RejectionInfo>({
    {kMalformedJson, "malformed_json", "a record is one well-formed JSON value"},
    {kNotAnObject, "not_an_object",
     "a record, its properties, traits, context and keys are objects"},
    {kUnknownType, "unknown_type", "type is one of the documented ones"},
    {kUnsupportedType, "unsupported_type", "cost, release, rate and consent are not kept yet"},
    {kNotAllowed, "not_allowed", "records of the project's own come with a secret key"},
    {kMissingId, "missing_id", "an event has a userId or an anonymousId; other records their ids"},
    {kMissingEvent, "missing_event", "a track has the name of its event, as text"},
    {kMissingGroup, "missing_group", "a group has a groupId, money and relations a customerId"},
    {kMissingField, "missing_field", "a relation and a subscription have from"},
    {kBadId, "bad_id", "an id is text or an integer"},
    {kBadTime, "bad_time", "a time is RFC 3339 text, a date, or milliseconds since 1970"},
    {kTimeOutOfRange, "time_out_of_range", "a time is from 2000 to a day after its receipt"},
    {kBadDate, "bad_date", "a date of a relation or of money is a time from 1970 to 2199"},
    {kEndsBeforeStart, "ends_before_start", "until is after from"},
    {kEventTooLarge, "event_too_large",
     "a record has at most 2 MiB of JSON, 256 KiB kept, and 64 KiB in one value"},
    {kNameTooLong, "name_too_long",
     "names of events, properties, traits, roles and plans have at most 200 bytes"},
    {kIdTooLong, "id_too_long", "an id has at most 512 bytes"},
    {kTooDeep, "too_deep", "objects and arrays are at most 32 levels deep"},
    {kTooManyProperties, "too_many_properties", "a record has at most 1,000 properties or traits"},
    {kNumberTooLarge, "number_too_large",
     "an integer is below 2^63 in size, and a number is finite"},
    {kInvalidUtf8, "invalid_utf8", "text is UTF-8"},
    {kBadAmount, "bad_amount",
     "an amount is an integer in minor units, from 0 to 10,000,000,000,000, times quantity too; a "
     "percentage is from 0 to 100"},
    {kBadCurrency, "bad_currency", "a currency is three letters"},
    {kBadInterval, "bad_interval",
     "every and term are month, year, quarter, week, day, once (every alone) or {\"months\": 6}"},
    {kBadQuantity, "bad_quantity", "a quantity is an integer from 0 to 1,000,000,000"},
    {kBadRole, "bad_role", "a role is text"},
    {kBadKind, "bad_kind",
     "a payment's kind is recurring, one_off, refund or dispute; a customer's is text"},
    {kBadField, "bad_field", "a field of a record has the type that is documented for it"},
    {kMalformedCsv, "malformed_csv",
     "a row has as many fields as the header has columns, and its quotes are closed and doubled"},
    {kErased, "erased", "the user or customer was not erased"},
});

}  // namespace

std::span<const RejectionInfo> rejections() noexcept {
    return kRejections;
}

const RejectionInfo& rejection_info(RejectionCode code) noexcept {
    const auto place = static_cast<std::size_t>(code);
    TF_CHECK(place < kRejections.size() && kRejections[place].code == code);
    return kRejections[place];
}

}  // namespace twofold::intake
