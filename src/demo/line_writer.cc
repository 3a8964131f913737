// SPDX-License-Identifier: Apache-2.0
#include "demo/line_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "demo/moments.h"
#include "demo/names.h"
#include "demo/price_list.h"

namespace twofold::demo {
namespace {

/// 7919 has no factor in common with the number of users, so every person has another number; and
/// a number says nothing about why the person is there.
constexpr std::uint64_t kUserStep = 7'919;
constexpr std::uint64_t kFirstUser = 10'000;

constexpr std::array<std::string_view, 8> kAppPages = {
    "Projects", "Board", "Timeline", "Documents", "Inbox", "Reports", "People", "Settings"};
constexpr std::array<std::string_view, 8> kAppPaths = {
    "/projects", "/board", "/timeline", "/documents", "/inbox", "/reports", "/people", "/settings"};
constexpr std::array<std::string_view, 6> kSitePages = {"Home", "Pricing",   "Features",
                                                        "Blog", "Customers", "Security"};
constexpr std::array<std::string_view, 6> kSitePaths = {"/",     "/pricing",   "/features",
                                                        "/blog", "/customers", "/security"};
constexpr std::array<std::string_view, 4> kReferrers = {"search.example", "news.example",
                                                        "friend.example", "forum.example"};
constexpr std::array<std::string_view, 3> kFormats = {"pdf", "csv", "xlsx"};
constexpr std::array<std::string_view, 5> kEmoji = {"thumbs_up", "heart", "tada", "eyes", "rocket"};
constexpr std::array<std::string_view, 3> kLimits = {"projects", "storage", "people"};
constexpr std::array<std::string_view, 3> kDevices = {"desktop", "phone", "tablet"};
constexpr std::array<std::int64_t, 4> kAddOns = {500, 1'200, 1'900, 4'900};

template <std::size_t Count>
std::string_view pick(const std::array<std::string_view, Count>& words, std::uint64_t bits) {
    return words[bits % Count];
}

std::string_view device(std::uint32_t person, std::uint64_t bits) {
    // A person mostly has one kind of device.
    const std::uint64_t usual = scatter(person) % 10;
    const std::uint64_t now = bits % 10 == 0 ? bits / 10 % 10 : usual;
    return kDevices[now < 7 ? 0 : (now < 9 ? 1 : 2)];
}

}  // namespace

std::string user_id(const Draft& draft, std::uint32_t person) {
    const std::uint64_t number = (person * kUserStep + draft.seed % kUsersKnown) % kUsersKnown;
    return "u" + std::to_string(kFirstUser + number);
}

std::string anonymous_id(const Draft& draft, std::uint32_t person, int device) {
    const std::uint64_t bits =
        scatter(draft.seed + scatter(person * 2ULL + static_cast<std::uint64_t>(device)));
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bits, 16).ptr;
    return "a-" + std::string(digits.data(), end);
}

std::string_view role_name(Role role) {
    constexpr std::array<std::string_view, 9> kNames = {"user",    "admin",          "self",
                                                        "guest",   "champion",       "buyer",
                                                        "billing", "decision_maker", "contractor"};
    return kNames[static_cast<std::size_t>(role)];
}

void LineWriter::number(std::int64_t value) {
    std::array<char, 24> digits{};
    out_.append(digits.data(),
                std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

void LineWriter::digits(std::int64_t value, int count) {
    std::array<char, 8> text{};
    for (int i = count - 1; i >= 0; --i) {
        text[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out_.append(text.data(), static_cast<std::size_t>(count));
}

void LineWriter::time(TimeMs time) {
    if (time == 0) {
        text("null");
        return;
    }
    const TimeMs day = time / kDayMs;
    if (day != day_) {
        day_ = day;
        date_ = format_utc(day * kDayMs).substr(0, 11);
    }
    const TimeMs ms = time - day * kDayMs;
    text("\"");
    text(date_);
    digits(ms / kHourMs, 2);
    text(":");
    digits(ms / kMinuteMs % 60, 2);
    text(":");
    digits(ms / kSecondMs % 60, 2);
    text(".");
    digits(ms % kSecondMs, 3);
    text("Z\"");
}

void LineWriter::message_id(char kind, std::uint64_t value) {
    text(",\"messageId\":\"");
    out_.push_back(kind);
    std::array<char, 16> digits{};
    out_.append(digits.data(),
                std::to_chars(digits.data(), digits.data() + digits.size(), value, 36).ptr);
    text("\"");
}

void LineWriter::event(const Row& row, std::uint32_t index) {
    const std::uint64_t bits = scatter(draft_.seed ^ scatter(index));
    const bool site = row.name == EventName::kSiteVisited;
    if (site || row.name == EventName::kPageViewed) {
        text(R"({"type":"page",)");
        event_ids(row);
        text(R"("name":")");
        text(site ? pick(kSitePages, bits >> 8) : pick(kAppPages, bits >> 8));
    } else {
        text(R"({"type":"track",)");
        event_ids(row);
        text(R"("event":")");
        text(event_text(row.name));
    }
    text(R"(","timestamp":)");
    time(row.time);
    message_id('e', index);
    if (!is_automatic(row.name)) properties(row, bits);
    context(row);
    text("}\n");
}

void LineWriter::event_ids(const Row& row) {
    const bool known = row.person < draft_.people.size();
    const bool alone = row.has(Row::kAnonymous);
    if (!alone) {
        text(R"("userId":")");
        text(user_id(draft_, row.person));
        text("\",");
    }
    if (alone || (known && draft_.people[row.person].sends_anonymous)) {
        text(R"("anonymousId":")");
        text(anonymous_id(draft_, row.person, row.has(Row::kSecondDevice) ? 1 : 0));
        text("\",");
    }
}

void LineWriter::path(const Row& row, std::uint64_t bits) {
    const bool site = row.name == EventName::kSiteVisited;
    text(R"("path":")");
    text(site ? pick(kSitePaths, bits >> 8) : pick(kAppPaths, bits >> 8));
    text("\",");
    if (site && (bits >> 16) % 2 == 0) {
        text(R"("referrer":"https://)");
        text(pick(kReferrers, bits >> 20));
        text("/\",");
    }
}

void LineWriter::properties(const Row& row, std::uint64_t bits) {
    text(R"(,"properties":{)");
    const auto word = [this](std::string_view name, std::string_view value) {
        text("\"");
        text(name);
        text("\":\"");
        text(value);
        text("\",");
    };
    const auto amount = [this](std::string_view name, std::int64_t value) {
        text("\"");
        text(name);
        text("\":");
        number(value);
        text(",");
    };
    switch (row.name) {
        case EventName::kPageViewed:
        case EventName::kSiteVisited:
            path(row, bits);
            break;
        case EventName::kReportExported:
            word("format", pick(kFormats, bits >> 8));
            break;
        case EventName::kEmojiReacted:
            word("emoji", pick(kEmoji, bits >> 8));
            break;
        case EventName::kLimitReached:
            word("limit", pick(kLimits, bits >> 8));
            break;
        case EventName::kInviteSent:
            amount("invited", 1 + static_cast<std::int64_t>((bits >> 8) % 5));
            break;
        case EventName::kTimeLogged:
            amount("minutes", 5 * (1 + static_cast<std::int64_t>((bits >> 8) % 48)));
            break;
        case EventName::kFileUploaded:
            amount("bytes", 1'000 + static_cast<std::int64_t>((bits >> 8) % 9'000'000));
            break;
        case EventName::kAddOnOrdered:
            amount("amount", kAddOns[(bits >> 8) % kAddOns.size()]);
            break;
        case EventName::kDocumentEdited:
        case EventName::kTaskCompleted:
        case EventName::kCommentAdded:
        case EventName::kTaskCreated:
        case EventName::kBoardViewed:
        case EventName::kDocumentCreated:
        case EventName::kSearchPerformed:
        case EventName::kTimelineViewed:
        case EventName::kNotificationOpened:
        case EventName::kFilterApplied:
        case EventName::kLabelAdded:
        case EventName::kReportViewed:
        case EventName::kTemplateUsed:
        case EventName::kSignedUp:
        case EventName::kProjectCreated:
        case EventName::kDarkModeTurnedOn:
        case EventName::kDigestSent:
        case EventName::kSyncCompleted:
            break;
    }
    text(R"("device":")");
    text(device(row.person, bits >> 32));
    text(R"(","country":")");
    const bool known = row.person < draft_.people.size();
    text(kCountryCodes[known ? draft_.people[row.person].country : country(scatter(row.person))]);
    text("\"}");
}

void LineWriter::context(const Row& row) {
    const bool automatic = is_automatic(row.name);
    const bool named = row.has(Row::kNamed);
    if (!automatic && !named) return;
    text(R"(,"context":{)");
    if (automatic) text(R"("automatic":true)");
    if (named) {
        text(automatic ? R"(,"groupId":")" : R"("groupId":")");
        text(draft_.customer(row.customer).id);
        text("\"");
    }
    text("}");
}

void LineWriter::note(const Timeline& timeline, const Note& note) {
    ++notes_;
    switch (note.kind) {
        case Note::Kind::kCustomer:
            customer(note);
            break;
        case Note::Kind::kIdentify:
            identify(note);
            break;
        case Note::Kind::kGroup:
        case Note::Kind::kGroupAdmin:
            group(note);
            break;
        case Note::Kind::kRelation:
        case Note::Kind::kRelationEnd:
            membership(note);
            break;
        case Note::Kind::kExtraRole:
        case Note::Kind::kExtraRoleEnd:
            extra_role(note);
            break;
        case Note::Kind::kSegment:
        case Note::Kind::kSegmentEnd:
            segment(note);
            break;
        case Note::Kind::kPayment:
            payment(timeline.payments[note.index], note.time);
            break;
    }
}

void LineWriter::customer(const Note& note) {
    const Customer& customer = draft_.customer(note.index);
    text(R"({"type":"customer","customerId":")");
    text(customer.id);
    text(customer.story == Story::kSolo ? R"(","kind":"person")" : R"(","kind":"organisation")");
    text(R"(,"traits":{"name":")");
    text(customer.name);
    if (!customer.industry.empty()) {
        text(R"(","industry":")");
        text(customer.industry);
    }
    text(R"(","country":")");
    text(kCountryCodes[customer.country]);
    text(R"(","plan":"Free"},"timestamp":)");
    time(note.time);
    message_id('n', notes_);
    text("}\n");
}

void LineWriter::identify(const Note& note) {
    const Person& person = draft_.people[note.index];
    const std::string id = user_id(draft_, note.index);
    const PersonName name = person_name(scatter(draft_.seed ^ note.index));
    text(R"({"type":"identify","userId":")");
    text(id);
    const bool anonymous = note.other == 1 || person.visits_first || person.sends_anonymous;
    if (anonymous) {
        text(R"(","anonymousId":")");
        text(anonymous_id(draft_, note.index, static_cast<int>(note.other)));
    }
    text(R"(","traits":{"name":")");
    text(name.first);
    text(" ");
    text(name.last);
    text(R"(","email":")");
    text(id);
    text(R"(@mail.example","country":")");
    text(kCountryCodes[person.country]);
    text(R"("},"timestamp":)");
    time(note.time);
    message_id('n', notes_);
    text("}\n");
}

void LineWriter::group(const Note& note) {
    text(R"({"type":"group","userId":")");
    text(user_id(draft_, note.index));
    text(R"(","groupId":")");
    text(draft_.customer(note.other).id);
    text(note.kind == Note::Kind::kGroupAdmin ? R"(","role":"admin","timestamp":)"
                                              : R"(","timestamp":)");
    time(note.time);
    message_id('n', notes_);
    text("}\n");
}

void LineWriter::relation(std::uint32_t person, std::uint16_t customer, Role role, TimeMs from,
                          TimeMs until) {
    text(R"({"type":"relation","userId":")");
    text(user_id(draft_, person));
    text(R"(","customerId":")");
    text(draft_.customer(customer).id);
    text(R"(","role":")");
    text(role_name(role));
    text(R"(","from":)");
    time(from);
    text(R"(,"until":)");
    time(until);
    text("}\n");
}

void LineWriter::membership(const Note& note) {
    const Membership& member = draft_.members[note.index];
    relation(member.person, member.customer, member.role, join_time(draft_, member),
             note.kind == Note::Kind::kRelationEnd ? note.time : 0);
}

void LineWriter::extra_role(const Note& note) {
    const ExtraRole& extra = draft_.extra_roles[note.index];
    relation(extra.person, extra.customer, extra.role, extra_role_from(draft_, extra),
             note.kind == Note::Kind::kExtraRoleEnd ? note.time : 0);
}

void LineWriter::late_relation(const LateRelation& late) {
    relation(late.person, late.customer, Role::kContractor, draft_.year.start(late.from_day),
             late.until_day == kNever ? 0 : draft_.year.start(late.until_day));
}

void LineWriter::segment(const Note& note) {
    const Customer& customer = draft_.customer(note.index);
    const Segment& segment = customer.segments[note.other];
    const bool ended = note.kind == Note::Kind::kSegmentEnd;
    text(R"({"type":"subscription","id":"sub-)");
    text(customer.id);
    text("-");
    number(segment.number);
    text(R"(","customerId":")");
    text(customer.id);
    text(R"(","plan":")");
    text(plan_name(segment.price.plan));
    // The discount of who pays by the year is off the list price only.
    const bool discount = segment.price.yearly && segment.price.listed;
    const std::int64_t amount = segment.price.month * (segment.price.yearly ? 12 : 1);
    text(R"(","amount":)");
    number(discount ? amount * 100 / (100 - kYearlyDiscountPercent) : amount);
    text(R"(,"currency":"USD","every":")");
    text(segment.price.yearly ? "year" : "month");
    text(R"(","quantity":)");
    number(segment.quantity);
    if (discount) {
        text(R"(,"discountPercent":)");
        number(kYearlyDiscountPercent);
    }
    text(R"(,"from":)");
    time(segment.from);
    text(R"(,"until":)");
    time(ended ? segment.until : 0);
    if (segment.trial_until != 0) {
        text(R"(,"trialUntil":)");
        time(segment.trial_until);
    }
    if (segment.renews_at != 0) {
        text(R"(,"term":{"months":12},"renewsAt":)");
        time(segment.renews_at);
    }
    if (ended && segment.left) {
        text(segment.trial_until == segment.until ? R"(,"endReason":"trial_over")"
                                                  : R"(,"endReason":"cancelled")");
    }
    text("}\n");
}

void LineWriter::payment(const PaymentLine& payment, TimeMs when) {
    const Customer& customer = draft_.customer(payment.customer);
    text(R"({"type":"payment","id":"pay-)");
    text(customer.id);
    text("-");
    number(payment.number);
    text(R"(","customerId":")");
    text(customer.id);
    text(R"(","amount":)");
    number(payment.amount);
    text(R"(,"currency":"USD","kind":"recurring","subscriptionId":"sub-)");
    text(customer.id);
    text("-");
    number(payment.subscription);
    text(R"(","time":)");
    time(when);
    text("}\n");
}

}  // namespace twofold::demo
