// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "model/record.h"

namespace twofold::model {

/// For tests: one record of each type, some with all they can have. testdata/records.v1.* holds
/// them as bytes and as JSON lines, so they never change; new ones go to the end.
inline std::vector<RecordBuilder> sample_records() {
    constexpr TimeMs kTime = 1'772'359'200'123;  // 2026-03-01T10:00:00.123Z
    constexpr TimeMs kReceived = kTime + 1'877;
    std::vector<RecordBuilder> samples;
    const auto add = [&](RecordType type) -> RecordBuilder& {
        return samples.emplace_back(type).time(kTime).received(kReceived);
    };
    add(RecordType::kTrack)
        .user_id("u1")
        .anonymous_id("a-9")
        .name("Report Exported")
        .customer_id("acme")
        .sent(kTime + 500)
        .message_hash({0x0123456789abcdefULL, 0xfedcba98U})
        .flag(RecordFlag::kAutomatic)
        .property("format", Value::of_string("pdf \"A\"\n\\ blåbær"))
        .property("pages", Value::of_int(9'007'199'254'740'993))
        .property("ratio", Value::of_double(10.0))
        .property("ok", Value::of_bool(true))
        .property("tags", Value::of_list("[\"a\",1,null,{\"b\":[]}]"))
        .property("size.height", Value::of_double(-1.5e-7))
        .field(Section::kContext, "sessionId", Value::of_string("s-7"));
    add(RecordType::kTrack).anonymous_id("a-9").name("Page Viewed");
    add(RecordType::kIdentify)
        .user_id("u1")
        .anonymous_id("a-9")
        .trait("email", Value::of_string("ana@example.com"))
        .trait("phone", Value::null())
        .trait("address.city", Value::of_string("Oslo"));
    add(RecordType::kAlias).user_id("u1").own("previousId", Value::of_string("a-9"));
    add(RecordType::kAlias)
        .customer_id("acme")
        .own("previousCustomerId", Value::of_string("stripe:cus_1"))
        .flag(RecordFlag::kUndo);
    add(RecordType::kGroup)
        .user_id("u1")
        .customer_id("acme")
        .own("role", Value::of_string("admin"))
        .trait("plan", Value::of_string("pro"));
    add(RecordType::kRelation)
        .user_id("u1")
        .customer_id("acme")
        .own("role", Value::of_string("admin"))
        .own("from", Value::of_int(1'767'222'000'000))
        .own("until", Value::of_int(1'774'998'000'000))
        .flag(RecordFlag::kRemoved);
    add(RecordType::kCustomer)
        .customer_id("acme")
        .own("kind", Value::of_string("organisation"))
        .own("parentId", Value::null())
        .own("keys.stripe", Value::of_string("cus_1"))
        .own("keys.crm", Value::of_string("0015"))
        .trait("name", Value::of_string("Acme"));
    add(RecordType::kSubscription)
        .name("sub_1")
        .customer_id("acme")
        .own("item", Value::of_string("seat"))
        .own("plan", Value::of_string("Pro"))
        .own("amount", Value::of_int(9'900))
        .own("currency", Value::of_string("USD"))
        .own("every.months", Value::of_int(1))
        .own("quantity", Value::of_int(3))
        .own("discountPercent", Value::of_double(12.5))
        .own("metered", Value::of_bool(false))
        .own("from", Value::of_int(1'768'435'200'000))
        .own("term.months", Value::of_int(12));
    add(RecordType::kSubscription)
        .name("sub_2")
        .customer_id("acme")
        .own("item", Value::of_string("default"))
        .own("amount", Value::of_int(100))
        .own("currency", Value::of_string("EUR"))
        .own("every.once", Value::of_bool(true))
        .own("quantity", Value::of_int(1))
        .own("metered", Value::of_bool(true))
        .own("from", Value::of_int(1'768'435'200'000));
    add(RecordType::kPayment)
        .name("ch_1")
        .customer_id("acme")
        .origin({0xabcdULL, 17})
        .flag(RecordFlag::kHistorical)
        .own("amount", Value::of_int(29'700))
        .own("currency", Value::of_string("USD"))
        .own("kind", Value::of_string("recurring"))
        .own("subscriptionId", Value::of_string("sub_1"));
    return samples;
}

}  // namespace twofold::model
