// SPDX-License-Identifier: Apache-2.0
#include "belonging/record.h"

#include <fmt/format.h>
#include <string_view>

#include "base/calendar.h"

namespace twofold::belonging {
namespace {

std::string_view type_of(What what) {
    switch (what) {
        case What::kTrack:
            return "track";
        case What::kIdentify:
            return "identify";
        case What::kGroup:
            return "group";
        case What::kAlias:
        case What::kCustomerAlias:
            return "alias";
        case What::kRelation:
            return "relation";
        case What::kCustomer:
        case What::kKey:
            return "customer";
        case What::kSubscription:
            return "subscription";
    }
    return {};
}

class Members {
public:
    explicit Members(std::string_view type) : text_(fmt::format(R"({{"type":"{}")", type)) {}
    void text(std::string_view name, std::string_view value) {
        if (!value.empty()) text_ += fmt::format(R"(,"{}":"{}")", name, value);
    }
    void raw(std::string_view name, std::string_view value) {
        text_ += fmt::format(R"(,"{}":{})", name, value);
    }
    void time(std::string_view name, TimeMs time) { text(name, format_utc(time)); }
    std::string end() { return text_ + '}'; }

private:
    std::string text_;
};

std::string tier_of(const Record& record) {
    return fmt::format(R"({{"tier":"{}"}})", record.tier);
}

void add_dates(Members& members, const Record& record) {
    members.time("from", record.time);
    if (record.until) members.time("until", *record.until);
}

void add_key(Members& members, const Record& record) {
    const std::size_t colon = record.key.find(':');
    members.raw("keys", record.key.empty()
                            ? std::string(R"({"stripe":null})")
                            : fmt::format(R"({{"{}":"{}"}})", record.key.substr(0, colon),
                                          record.key.substr(colon + 1)));
}

void add_what(Members& members, const Record& record) {
    switch (record.what) {
        case What::kTrack:
            members.text("event", "A");
            members.raw("properties", fmt::format(R"({{"n":"{}"}})", record.name));
            if (!record.customer.empty()) {
                members.raw("context", fmt::format(R"({{"groupId":"{}"}})", record.customer));
            }
            return;
        case What::kIdentify:
            return;
        case What::kGroup:
            members.text("groupId", record.customer);
            members.text("role", record.role);
            if (!record.tier.empty()) members.raw("traits", tier_of(record));
            return;
        case What::kAlias:
            members.text("previousId", record.previous);
            if (record.undo) members.raw("undo", "true");
            return;
        case What::kCustomerAlias:
            members.text("previousCustomerId", record.previous);
            members.text("customerId", record.customer);
            if (record.undo) members.raw("undo", "true");
            return;
        case What::kRelation:
            members.text("customerId", record.customer);
            members.text("role", record.role);
            add_dates(members, record);
            if (record.removed) members.raw("removed", "true");
            return;
        case What::kCustomer:
            members.text("customerId", record.customer);
            if (!record.tier.empty()) members.raw("traits", tier_of(record));
            return;
        case What::kKey:
            members.text("customerId", record.customer);
            add_key(members, record);
            return;
        case What::kSubscription:
            members.text("id", record.name);
            members.text("customerId", record.customer);
            members.raw("amount", R"(1000,"currency":"USD","every":"month","plan":"Pro")");
            add_dates(members, record);
            return;
    }
}

bool is_dated_by_itself(What what) {
    return what == What::kRelation || what == What::kSubscription;
}

}  // namespace

std::string json(const Record& record) {
    Members members(type_of(record.what));
    members.text("userId", record.user);
    members.text("anonymousId", record.anonymous);
    add_what(members, record);
    if (!is_dated_by_itself(record.what)) members.time("timestamp", record.time);
    members.text("messageId", record.message);
    return members.end();
}

}  // namespace twofold::belonging
