// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace twofold::demo {

/// What happens in the product. Those before kFillerCount fill sessions; the others are only where
/// a truth or the noise put them, so that no chance can add to a truth.
enum class EventName : std::uint8_t {
    kPageViewed,  // a `page` record
    kDocumentEdited,
    kTaskCompleted,
    kCommentAdded,
    kTaskCreated,
    kBoardViewed,
    kDocumentCreated,
    kSearchPerformed,
    kFileUploaded,
    kTimelineViewed,
    kNotificationOpened,
    kFilterApplied,
    kTimeLogged,
    kLabelAdded,
    kReportViewed,
    kTemplateUsed,
    kAddOnOrdered,
    // Placed.
    kSignedUp,
    kProjectCreated,
    kInviteSent,
    kDarkModeTurnedOn,
    kEmojiReacted,
    kReportExported,
    kLimitReached,
    kSiteVisited,  // a page of the public site, anonymous
    // Automatic.
    kDigestSent,
    kSyncCompleted,
};
inline constexpr std::uint8_t kFillerCount = static_cast<std::uint8_t>(EventName::kSignedUp);
inline constexpr std::uint8_t kEventNameCount =
    static_cast<std::uint8_t>(EventName::kSyncCompleted) + 1;

constexpr bool is_automatic(EventName name) noexcept {
    return name >= EventName::kDigestSent;
}

/// "Document Edited"; the two kinds of page are both "Page Viewed".
std::string_view event_text(EventName name) noexcept;

/// A filler: frequent ones for most numbers.
EventName filler(std::uint64_t number) noexcept;

}  // namespace twofold::demo
