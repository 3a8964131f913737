// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "model/types.h"

namespace twofold::frame {

class Snapshot;
struct CustomerEdgesBlock;

/// Roles of a snapshot, in the order of its own table; not stable from one snapshot's process to
/// the next.
using RoleCode = std::uint16_t;
inline constexpr RoleCode kNoRole = 0xffff;
/// Roles a project may have; a relation in one beyond is kept under "other".
inline constexpr std::size_t kRolesMax = 256;

struct Role {
    std::string name;
    bool outside = false;  ///< guest, audience, partner: a setting.
    bool buying = false;   ///< buyer, billing, decision_maker: a setting.
};

/// [from, until).
struct Span {
    TimeMs from = 0;
    TimeMs until = 0;
    bool holds(TimeMs time) const noexcept { return from <= time && time < until; }
    bool operator==(const Span&) const = default;
};

enum class RelationSource : std::uint8_t {
    kStated,  ///< A relation record.
    kGroup,   ///< Implied by a group call.
    kNaming,  ///< Implied by another event that named the customer.
    kSelf,    ///< Everyone is a customer: a setting.
    kRule,    ///< A rule joins users to customers: Snapshot::source_of() says which.
};
/// As questions and answers spell it: stated, group, event, self; rule.
std::string_view name_of(RelationSource source) noexcept;

/// A relation as it counts: intervals of one role joined where they touch or overlap, what is
/// implied given way to what is stated. As dated: without the reach back of a first relation.
struct RelationInterval {
    TimeMs since = 0;
    TimeMs until = kEndOfTime;
    RoleCode role = 0;
    RelationSource source = RelationSource::kStated;  ///< Of the earliest part.
    std::uint8_t rule = 0;                            ///< Of kRule: its number.
    bool holds(TimeMs time) const noexcept { return since <= time && time < until; }
    bool operator==(const RelationInterval&) const = default;
};

/// An interval of a relation as a record stated it, under the ordinals that the record named.
struct StatedInterval {
    model::UserOrdinal user{};
    model::CustomerOrdinal customer{};
    RoleCode role = 0;
    TimeMs from = 0;
    TimeMs until = kEndOfTime;
};

struct UserEdge {
    model::CustomerOrdinal customer{};
    /// By role, then since. Empty: the user acted for the customer, but no relation counts.
    std::span<const RelationInterval> relations;
};

/// The edges of one user. Borrowed from the snapshot.
class UserEdges {
public:
    /// As it lies in a chunk.
    struct Stored {
        model::CustomerOrdinal customer{};
        std::uint32_t relations_end = 0;  ///< Index beyond its last relation.
    };
    UserEdges() = default;
    UserEdges(std::span<const Stored> edges, std::uint32_t relations_begin,
              const RelationInterval* relations) noexcept
        : edges_(edges), relations_begin_(relations_begin), relations_(relations) {}

    std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(edges_.size()); }
    bool empty() const noexcept { return edges_.empty(); }
    model::CustomerOrdinal customer(std::uint32_t i) const noexcept { return edges_[i].customer; }
    UserEdge operator[](std::uint32_t i) const noexcept {
        const std::uint32_t begin = i == 0 ? relations_begin_ : edges_[i - 1].relations_end;
        return {edges_[i].customer, {relations_ + begin, edges_[i].relations_end - begin}};
    }

private:
    std::span<const Stored> edges_;
    std::uint32_t relations_begin_ = 0;
    const RelationInterval* relations_ = nullptr;
};

/// The edges of one customer, with the times derived for each. Borrowed from the snapshot.
class CustomerEdges {
public:
    CustomerEdges() = default;
    CustomerEdges(model::CustomerOrdinal customer, const CustomerEdgesBlock* block) noexcept
        : block_(block), customer_(customer) {}

    model::CustomerOrdinal customer() const noexcept { return customer_; }
    std::uint32_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }
    std::span<const model::UserOrdinal> users() const noexcept;
    model::UserOrdinal user(std::uint32_t i) const noexcept { return users()[i]; }
    /// Position of a user; size() when there is no such edge. O(log users).
    std::uint32_t find(model::UserOrdinal user) const noexcept;

    /// When the user is inside the customer (related in an inside role, a first relation reaching
    /// back). With everything known today: for questions dated earlier use Belonging.
    std::span<const Span> inside(std::uint32_t i) const noexcept;
    /// When the user's unnamed events belong to the customer, as of event. Likewise.
    std::span<const Span> belonging(std::uint32_t i) const noexcept;

private:
    const CustomerEdgesBlock* block_ = nullptr;
    model::CustomerOrdinal customer_{};
};

/// ask.md, `relations as of event | now | ever`.
enum class Mode : std::uint8_t { kAsOfEvent, kNow, kEver };

/// Who belongs to whom in one question: a mode, and the moment that counts as now. Facts dated
/// after `at` are hidden. Cheap where nothing is dated later; else the users whose answer differs
/// are derived anew when it is made (some 100 ns each). Immutable once made; any thread. Borrows
/// the snapshot.
class Belonging {
public:
    Belonging(const Snapshot& snapshot, Mode mode, TimeMs at);
    ~Belonging();
    Belonging(Belonging&&) noexcept;
    Belonging& operator=(Belonging&&) noexcept;

    Mode mode() const noexcept { return mode_; }
    TimeMs at() const noexcept { return at_; }
    /// Whether nothing is dated after `at`: then all is as at the end of time.
    bool hides_nothing() const noexcept { return overrides_.empty(); }

    /// The times at which events of user i that name no customer belong to this one, ascending,
    /// apart. As of event: by choice or relation. Now, ever: all of time or nothing. What is after
    /// `at` does not matter: such events are hidden. Events that name a customer belong to that one
    /// alone, whatever is said here.
    std::span<const Span> spans(const CustomerEdges& edges, std::uint32_t i) const noexcept;
    /// The same from the user's side: each of its customers with its spans, ascending by customer.
    struct OfUser {
        model::CustomerOrdinal customer{};
        std::span<const Span> spans;
    };
    void of_user(model::UserOrdinal user, std::vector<OfUser>& out) const;

    /// The times at which user i is inside the customer, as known at `at` (for lifts, lowers, seats
    /// and people counts): inside at a moment T <= at is a span that holds it.
    std::span<const Span> inside(const CustomerEdges& edges, std::uint32_t i) const noexcept;
    /// Snapshot::exists_from(customer) as known at `at`: a relation that is dated later reaches
    /// back no more than it counts. O(1) where nothing is derived anew, else O(its users).
    TimeMs exists_from(model::CustomerOrdinal customer) const noexcept;

    /// Whether user i is inside the customer at `time`.
    bool is_inside(const CustomerEdges& edges, std::uint32_t i, TimeMs time) const noexcept;

private:
    struct Derived;
    const Derived* derived(model::UserOrdinal user) const noexcept;

    const Snapshot* snapshot_;
    Mode mode_;
    TimeMs at_;
    /// Users whose edges look different at `at` than with everything known.
    std::unordered_map<std::uint32_t, std::unique_ptr<const Derived>> overrides_;
};

}  // namespace twofold::frame
