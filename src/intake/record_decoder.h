// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "intake/decode.h"
#include "intake/field_list.h"
#include "intake/json_value.h"
#include "intake/refusal.h"
#include "intake/wire_value.h"
#include "model/record.h"

namespace twofold::intake {

/// What "type" may say.
enum class WireType : std::uint8_t {
    kTrack,
    kIdentify,
    kPage,
    kScreen,
    kGroup,
    kAlias,
    kRelation,
    kCustomer,
    kSubscription,
    kPayment,
    kCost,
    kRelease,
    kRate,
    kConsent,
};
inline constexpr std::size_t kWireTypeCount = 14;

/// Members of a record that mean something; all others are skipped.
enum class Member : std::uint8_t {
    kType,
    kUserId,
    kAnonymousId,
    kEvent,
    kName,
    kCategory,
    kTimestamp,
    kOriginalTimestamp,
    kSentAt,
    kTime,
    kMessageId,
    kContext,
    kProperties,
    kTraits,
    kGroupId,
    kPreviousId,
    kPreviousCustomerId,
    kCustomerId,
    kRole,
    kFrom,
    kUntil,
    kRemoved,
    kUndo,
    kHistorical,
    kKind,
    kParentId,
    kOwnerId,
    kKeys,
    kId,
    kItem,
    kPlan,
    kProduct,
    kAmount,
    kAmountOff,
    kCurrency,
    kEvery,
    kQuantity,
    kDiscountPercent,
    kMetered,
    kTrialUntil,
    kTerm,
    kRenewsAt,
    kEndReason,
    kStatus,
    kSubscriptionId,
};
inline constexpr std::size_t kMemberCount = 45;

/// Members of `context` that mean something.
enum class ContextMember : std::uint8_t {
    kGroupId,
    kAutomatic,
    kSessionId,
    kPage,
    kCampaign,
    kLocale,
    kTimezone,
    kOs,
    kDevice,
    kBrowser,
    kTraits,
};
inline constexpr std::size_t kContextMemberCount = 11;

/// What holds for all records of a request.
struct Scope {
    const Context* context = nullptr;
    std::optional<WireType> type;  ///< Of a single route: no matter what the record says.
    bool own_records = false;      ///< Relations, money and the rest may come this way.
    bool historical = false;
    JsonValue envelope_context;  ///< Stands in for what the event's context lacks.
    TimeMs envelope_sent = 0;
};

/// Turns one parsed record into bytes. Keeps its memory; one per thread.
class RecordDecoder {
public:
    /// Appends the record to `out.arena`. After a refusal nothing was appended.
    Checked<void> decode(JsonValue record, const Scope& scope, model::Origin origin, Decoded& out);

private:
    JsonValue member(Member which) const noexcept {
        return members_[static_cast<std::size_t>(which)];
    }
    JsonValue context_member(ContextMember which) const noexcept {
        return context_[static_cast<std::size_t>(which)];
    }
    Checked<void> read_members(JsonValue record);
    void read_context(JsonValue context);
    Checked<WireType> read_type() const;

    Checked<void> build(WireType type);
    Checked<void> build_track(std::string_view name);
    Checked<void> build_page(std::string_view name);
    Checked<void> build_identify();
    Checked<void> build_alias();
    Checked<void> build_group();
    Checked<void> build_relation();
    Checked<void> build_customer();
    Checked<void> build_subscription();
    Checked<void> build_payment();

    /// User and anonymous id. Refusals: kMissingId when `required` and neither is there.
    Checked<void> take_person(bool required);
    /// Refusals: kMissingGroup when it is not there.
    Checked<void> take_customer(Member which, std::string_view name);
    Checked<void> take_object(Member which, std::string_view name, model::Section section);
    Checked<void> fold_context();
    Checked<void> fold(std::string_view name, JsonValue value);
    Checked<void> take_keys();
    Checked<void> take_link(Member which, std::string_view name);
    Checked<void> take_role();
    Checked<void> take_dates();
    Checked<void> take_date(Member which, std::string_view name);
    Checked<void> take_text(Member which, std::string_view name);
    Checked<void> take_own_id();
    Checked<void> take_money(bool amount_required);
    Checked<void> take_price();
    /// Field names for Period::Unit in its order; empty: not allowed.
    using PeriodNames = std::array<std::string_view, 3>;
    Checked<void> take_period(Member which, std::string_view name, const PeriodNames& names);
    Checked<void> take_message_id();
    Checked<void> take_times();

    void put(std::string_view name, const model::Value& value) {
        fields_.put(model::Section::kRecord, name, value);
    }

    const Scope* scope_ = nullptr;
    WireType wire_type_ = WireType::kTrack;
    std::array<JsonValue, kMemberCount> members_;
    std::array<JsonValue, kContextMemberCount> context_;
    model::RecordBuilder builder_;
    FieldList fields_;
    NumberTexts numbers_;
    std::array<char, 3> currency_{};
};

}  // namespace twofold::intake
