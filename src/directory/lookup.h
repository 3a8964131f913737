// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "directory/view.h"
#include "io/env.h"

namespace twofold::directory {

inline constexpr std::uint32_t kNobody = 0xffff'ffff;

/// One id and whose it is.
struct IdEntry {
    const char* text = nullptr;
    std::uint32_t length = 0;
    std::uint32_t ordinal = kNobody;  ///< As first seen; kNobody: a key that was taken back.
    std::uint32_t next = kNobody;     ///< Another id of the same ordinal.
    IdKind kind = IdKind::kUser;
    bool claimed = false;            ///< Of an anonymous id: it belongs to a user.
    std::uint8_t good_requests = 0;  ///< Of a device: requests with a right clock, up to 4.
    std::uint32_t last_request = 0;  ///< The last of those, as device_clock.h marks it.

    std::string_view view() const noexcept { return {text, length}; }
};

/// Ids to ordinals and back. Entries are numbered in the order of their first appearance in the
/// log. The applying thread writes under the lock, readers read under it; texts once given out stay
/// where they are as long as the Lookup lives.
///
/// A table of 8 bytes a slot (32 bits of a seeded hash, number of the entry) leads to the entries:
/// about 70 bytes an id with the text, 60 where the text lies in the mapped file.
class Lookup {
public:
    Lookup();

    std::mutex& mutex() const noexcept { return mutex_; }

    // All that follows: REQUIRES the lock, but for the one writer when it only reads.

    /// Number of the entry, or kNobody.
    std::uint32_t find(IdKind kind, std::string_view text) const noexcept;
    /// Copies the text unless it was mapped (`keep` says that it stays). REQUIRES: not there.
    std::uint32_t add(IdKind kind, std::string_view text, std::uint32_t ordinal, bool keep = false);
    /// Gives an entry without owner (kNobody) one, or takes its owner away.
    void set_owner(std::uint32_t entry, std::uint32_t ordinal);

    const IdEntry& operator[](std::uint32_t entry) const noexcept { return entries_[entry]; }
    IdEntry& operator[](std::uint32_t entry) noexcept { return entries_[entry]; }
    std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(entries_.size()); }

    /// First of an ordinal's ids, in the order in which it got them; go on by `next`.
    std::uint32_t first_of_user(std::uint32_t ordinal) const noexcept {
        return ordinal < first_of_user_.size() ? first_of_user_[ordinal] : kNobody;
    }
    std::uint32_t first_of_customer(std::uint32_t ordinal) const noexcept {
        return ordinal < first_of_customer_.size() ? first_of_customer_[ordinal] : kNobody;
    }

    void reserve(std::uint32_t ids);
    /// Keeps a file mapped whose texts entries point to.
    void keep(std::shared_ptr<const io::Mapping> mapping) { mapping_ = std::move(mapping); }
    std::uint64_t memory_bytes() const noexcept;

private:
    std::uint32_t hash(IdKind kind, std::string_view text) const noexcept;
    std::string_view copy(std::string_view text);
    void put(std::uint32_t hash, std::uint32_t entry) noexcept;
    void grow(std::size_t slots);
    std::vector<std::uint32_t>& firsts(IdKind kind) noexcept {
        return kind == IdKind::kCustomer ? first_of_customer_ : first_of_user_;
    }
    void link(std::uint32_t entry);
    void unlink(std::uint32_t entry);

    mutable std::mutex mutex_;
    std::uint64_t seed_;                // so that nobody can choose ids that collide
    std::vector<std::uint64_t> slots_;  // hash << 32 | entry + 1; 0 = free; linear probing
    std::vector<IdEntry> entries_;
    std::vector<std::uint32_t> first_of_user_;
    std::vector<std::uint32_t> first_of_customer_;
    std::vector<std::unique_ptr<char[]>> texts_;
    char* text_next_ = nullptr;  // in the last of texts_
    std::size_t text_room_ = 0;  // bytes left there
    std::uint64_t text_bytes_ = 0;
    std::shared_ptr<const io::Mapping> mapping_;
};

}  // namespace twofold::directory
