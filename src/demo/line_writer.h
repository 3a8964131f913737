// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "demo/timeline.h"

namespace twofold::demo {

/// The id of a known user. REQUIRES: person < kUsersKnown.
std::string user_id(const Draft& draft, std::uint32_t person);
/// The id of a visitor, or of a person's first (0) or second (1) device.
std::string anonymous_id(const Draft& draft, std::uint32_t person, int device);
std::string_view role_name(Role role);

/// Writes records as lines of JSON at the end of a text. Keeps what it needs to do so quickly; not
/// to be shared between threads. Borrows the draft.
class LineWriter {
public:
    LineWriter(const Draft& draft, std::string& out) : draft_(draft), out_(out) {}

    /// `index` is the row's place in the timeline: its message id and its properties follow from
    /// it, so a row that is sent again is the same to the byte.
    void event(const Row& row, std::uint32_t index);
    void note(const Timeline& timeline, const Note& note);
    void late_relation(const LateRelation& late);

private:
    void event_ids(const Row& row);
    void properties(const Row& row, std::uint64_t bits);
    void path(const Row& row, std::uint64_t bits);
    void context(const Row& row);
    void customer(const Note& note);
    void identify(const Note& note);
    void group(const Note& note);
    void relation(std::uint32_t person, std::uint16_t customer, Role role, TimeMs from,
                  TimeMs until);
    void membership(const Note& note);
    void extra_role(const Note& note);
    void segment(const Note& note);
    void payment(const PaymentLine& payment, TimeMs time);

    void text(std::string_view part) { out_.append(part); }
    void number(std::int64_t value);
    void digits(std::int64_t value, int count);
    /// "2026-03-01T10:00:00.123Z" in quotes; null for 0.
    void time(TimeMs time);
    void message_id(char kind, std::uint64_t value);

    const Draft& draft_;
    std::string& out_;
    TimeMs day_ = -1;          // the UTC day whose date is in date_
    std::string date_;         // "2026-03-01T"
    std::uint64_t notes_ = 0;  // written: they are numbered in their order
};

}  // namespace twofold::demo
