// SPDX-License-Identifier: Apache-2.0
#include "intake/csv_kinds.h"

namespace twofold::intake {

namespace {

using enum CsvValue;

// Of every record: timestamp and messageId too.
constexpr std::array<CsvKindField, 9> kCsvTrackFields{{
    {"userId", kText},
    {"anonymousId", kText},
    {"event", kText},
    {"context.groupId", kText},
    {"context.automatic", kFlag},
    {"context.sessionId", kText},
    {"properties.", kAny},
    {"timestamp", kTime},
    {"messageId", kText},
}};
constexpr std::array<CsvKindField, 10> kCsvPageFields{{
    {"userId", kText},
    {"anonymousId", kText},
    {"name", kText},
    {"category", kText},
    {"context.groupId", kText},
    {"context.automatic", kFlag},
    {"context.sessionId", kText},
    {"properties.", kAny},
    {"timestamp", kTime},
    {"messageId", kText},
}};
constexpr std::array<CsvKindField, 5> kIdentifyFields{{
    {"userId", kText},
    {"anonymousId", kText},
    {"traits.", kAny},
    {"timestamp", kTime},
    {"messageId", kText},
}};
constexpr std::array<CsvKindField, 7> kAliasFields{{
    {"previousId", kText},
    {"userId", kText},
    {"previousCustomerId", kText},
    {"customerId", kText},
    {"undo", kFlag},
    {"timestamp", kTime},
    {"messageId", kText},
}};
constexpr std::array<CsvKindField, 7> kGroupFields{{
    {"groupId", kText},
    {"userId", kText},
    {"anonymousId", kText},
    {"role", kText},
    {"traits.", kAny},
    {"timestamp", kTime},
    {"messageId", kText},
}};
constexpr std::array<CsvKindField, 8> kRelationFields{{
    {"userId", kText},
    {"customerId", kText},
    {"role", kText},
    {"from", kTime},
    {"until", kTime},
    {"removed", kFlag},
    {"timestamp", kTime},
    {"messageId", kText},
}};
constexpr std::array<CsvKindField, 8> kCustomerFields{{
    {"customerId", kText},
    {"kind", kText},
    {"parentId", kText},
    {"ownerId", kText},
    {"keys.", kText},
    {"traits.", kAny},
    {"timestamp", kTime},
    {"messageId", kText},
}};
constexpr std::array<CsvKindField, 21> kSubscriptionFields{{
    {"id", kText},
    {"customerId", kText},
    {"item", kText},
    {"plan", kText},
    {"product", kText},
    {"amount", kAmount},
    {"amountOff", kAmount},
    {"currency", kText},
    {"every", kPeriod},
    {"quantity", kNumber},
    {"discountPercent", kNumber},
    {"metered", kFlag},
    {"from", kTime},
    {"until", kTime},
    {"trialUntil", kTime},
    {"renewsAt", kTime},
    {"term", kPeriod},
    {"endReason", kText},
    {"status", kText},
    {"timestamp", kTime},
    {"messageId", kText},
}};
constexpr std::array<CsvKindField, 9> kPaymentFields{{
    {"id", kText},
    {"customerId", kText},
    {"amount", kAmount},
    {"currency", kText},
    {"time", kTime},
    {"kind", kText},
    {"subscriptionId", kText},
    {"timestamp", kTime},
    {"messageId", kText},
}};

constexpr std::array<std::string_view, 2> kTrackNeeds{"event", "userId|anonymousId"};
constexpr std::array<std::string_view, 1> kPersonNeeds{"userId|anonymousId"};
constexpr std::array<std::string_view, 2> kAliasNeeds{"previousId|previousCustomerId",
                                                      "userId|customerId"};
constexpr std::array<std::string_view, 1> kGroupNeeds{"groupId"};
constexpr std::array<std::string_view, 3> kRelationNeeds{"userId", "customerId", "from"};
constexpr std::array<std::string_view, 1> kCustomerNeeds{"customerId"};
constexpr std::array<std::string_view, 5> kSubscriptionNeeds{"id", "customerId", "currency",
                                                             "every", "from"};
constexpr std::array<std::string_view, 4> kPaymentNeeds{"id", "customerId", "amount", "currency"};

constexpr std::array<CsvKind, 10> kCsvKinds{{
    {"relation", kRelationFields, kRelationNeeds},
    {"customer", kCustomerFields, kCustomerNeeds},
    {"identify", kIdentifyFields, kPersonNeeds},
    {"group", kGroupFields, kGroupNeeds},
    {"alias", kAliasFields, kAliasNeeds},
    {"subscription", kSubscriptionFields, kSubscriptionNeeds},
    {"payment", kPaymentFields, kPaymentNeeds},
    {"track", kCsvTrackFields, kTrackNeeds},
    {"page", kCsvPageFields, kPersonNeeds},
    {"screen", kCsvPageFields, kPersonNeeds},
}};

}  // namespace

std::span<const CsvKind> csv_kinds() noexcept {
    return kCsvKinds;
}

}  // namespace twofold::intake
