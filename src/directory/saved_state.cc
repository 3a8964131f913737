// SPDX-License-Identifier: Apache-2.0
#include "directory/saved_state.h"

#include <algorithm>
#include <utility>

namespace twofold::directory {
namespace {

using model::CustomerOrdinal;
using model::UserOrdinal;

constexpr std::uint32_t kPieceVersion = 1;
/// A state file is not made anew before it has grown by this, however small it was.
constexpr std::uint64_t kStateGrowthMin = 1U << 20;

enum class What : std::uint8_t {
    kUserSeen = 1,
    kCustomerSeen = 2,
    kUsersJoined = 3,
    kUsersUnjoined = 4,
    kCustomersJoined = 5,
    kCustomersUnjoined = 6,
    kClaimed = 7,
    kOwner = 8,
    kGoodRequests = 9,
    kDeviceClock = 10,
    kImportLines = 11,
    kCounters = 12,
};

void put_seen(ByteWriter& entry, const Seen& seen) {
    const TimeMs others[] = {seen.first_event, seen.first_use, seen.last_use};
    std::uint8_t bits = seen.first_fact != kEndOfTime ? 1 : 0;
    for (int i = 0; i < 3; ++i) {
        const bool there = others[i] != kEndOfTime && others[i] != kBeginningOfTime;
        if (there) bits = static_cast<std::uint8_t>(bits | (2 << i));
    }
    entry.put(bits);
    if ((bits & 1) == 0) return;
    entry.put_signed_varint(seen.first_fact);
    for (int i = 0; i < 3; ++i) {
        if ((bits & (2 << i)) != 0) entry.put_signed_varint(others[i] - seen.first_fact);
    }
}

Seen get_seen(ByteReader& reader) {
    Seen seen;
    const auto bits = reader.get<std::uint8_t>();
    if ((bits & 1) == 0) return seen;
    seen.first_fact = reader.get_signed_varint();
    if ((bits & 2) != 0) seen.first_event = seen.first_fact + reader.get_signed_varint();
    if ((bits & 4) != 0) seen.first_use = seen.first_fact + reader.get_signed_varint();
    if ((bits & 8) != 0) seen.last_use = seen.first_fact + reader.get_signed_varint();
    return seen;
}

// Writes entries of state.<n>.
class StateWriter {
public:
    StateWriter(Journal& journal, const DirectoryParts& parts) : journal_(journal), parts_(parts) {}

    template <typename Ordinal>
    Status seen(const Roster<Ordinal>& roster, Ordinal ordinal) {
        begin(std::is_same_v<Ordinal, UserOrdinal> ? What::kUserSeen : What::kCustomerSeen);
        journal_.entry().put_varint(model::index(ordinal));
        put_seen(journal_.entry(), roster.seen(ordinal));
        return journal_.entry_done();
    }

    template <typename Ordinal>
    Status join(const typename Roster<Ordinal>::JoinChange& change) {
        const bool users = std::is_same_v<Ordinal, UserOrdinal>;
        begin(users ? (change.joined ? What::kUsersJoined : What::kUsersUnjoined)
                    : (change.joined ? What::kCustomersJoined : What::kCustomersUnjoined));
        journal_.entry().put_varint(model::index(change.a));
        journal_.entry().put_varint(model::index(change.b));
        return journal_.entry_done();
    }

    Status claimed(std::uint32_t entry) {
        begin(What::kClaimed);
        journal_.entry().put_varint(entry);
        journal_.entry().put(static_cast<std::uint8_t>(parts_.lookup[entry].claimed));
        return journal_.entry_done();
    }

    Status owner(std::uint32_t entry) {
        begin(What::kOwner);
        journal_.entry().put_varint(entry);
        // kNobody + 1 is 0.
        journal_.entry().put_varint(static_cast<std::uint32_t>(parts_.lookup[entry].ordinal + 1));
        return journal_.entry_done();
    }

    Status good_requests(std::uint32_t entry) {
        begin(What::kGoodRequests);
        journal_.entry().put_varint(entry);
        journal_.entry().put(parts_.lookup[entry].good_requests);
        journal_.entry().put(parts_.lookup[entry].last_request);
        return journal_.entry_done();
    }

    Status clock(std::uint32_t entry, const DeviceClock& clock) {
        begin(What::kDeviceClock);
        ByteWriter& out = journal_.entry();
        out.put_varint(entry);
        out.put_signed_varint(clock.offset);
        out.put(clock.last_request);
        out.put(clock.count);
        for (std::size_t i = 0; i < clock.count; ++i)
            out.put_signed_varint(clock.differences[i]);
        return journal_.entry_done();
    }

    Status lines(const ImportLines::Range& range) {
        begin(What::kImportLines);
        journal_.entry().put(range.file);
        journal_.entry().put_varint(range.first);
        journal_.entry().put_varint(range.last);
        return journal_.entry_done();
    }

    Status counters() {
        begin(What::kCounters);
        journal_.entry().put_varint(parts_.counters.shared_device_records);
        journal_.entry().put_varint(parts_.counters.key_conflicts);
        return journal_.entry_done();
    }

private:
    void begin(What what) { journal_.entry().put(what); }

    Journal& journal_;
    const DirectoryParts& parts_;
};

// Reads them back. Every number is checked against what there is before it is used.
class StateReader {
public:
    StateReader(DirectoryParts parts, std::set<std::uint32_t>& moved_keys)
        : parts_(parts), moved_keys_(moved_keys) {}

    bool read_block(ByteReader& reader, std::uint32_t entries) {
        for (std::uint32_t i = 0; i < entries; ++i) {
            if (!read(reader)) return false;
        }
        return reader.ok();
    }

private:
    bool read(ByteReader& reader) {
        switch (reader.get<What>()) {
            case What::kUserSeen:
                return seen(reader, parts_.users);
            case What::kCustomerSeen:
                return seen(reader, parts_.customers);
            case What::kUsersJoined:
                return join(reader, parts_.users, true);
            case What::kUsersUnjoined:
                return join(reader, parts_.users, false);
            case What::kCustomersJoined:
                return join(reader, parts_.customers, true);
            case What::kCustomersUnjoined:
                return join(reader, parts_.customers, false);
            case What::kClaimed:
                return claimed(reader);
            case What::kOwner:
                return owner(reader);
            case What::kGoodRequests:
                return good_requests(reader);
            case What::kDeviceClock:
                return clock(reader);
            case What::kImportLines:
                return lines(reader);
            case What::kCounters:
                parts_.counters.shared_device_records = reader.get_varint();
                parts_.counters.key_conflicts = reader.get_varint();
                return reader.ok();
        }
        return false;
    }

    template <typename Ordinal>
    static bool ordinal(ByteReader& reader, const Roster<Ordinal>& roster, Ordinal& out) {
        const std::uint64_t number = reader.get_varint();
        out = static_cast<Ordinal>(number);
        return reader.ok() && number < roster.count();
    }
    bool entry(ByteReader& reader, IdKind kind, std::uint32_t& out) {
        const std::uint64_t number = reader.get_varint();
        out = static_cast<std::uint32_t>(number);
        return reader.ok() && number < parts_.lookup.size() && parts_.lookup[out].kind == kind;
    }

    template <typename Ordinal>
    static bool seen(ByteReader& reader, Roster<Ordinal>& roster) {
        Ordinal who;
        if (!ordinal(reader, roster, who)) return false;
        roster.see(who, get_seen(reader));
        return reader.ok();
    }

    template <typename Ordinal>
    static bool join(ByteReader& reader, Roster<Ordinal>& roster, bool joined) {
        Ordinal a;
        Ordinal b;
        if (!ordinal(reader, roster, a) || !ordinal(reader, roster, b)) return false;
        if (joined) {
            roster.join(a, b);
        } else {
            roster.unjoin(a, b);
        }
        return true;
    }

    bool claimed(ByteReader& reader) {
        std::uint32_t device;
        if (!entry(reader, IdKind::kAnonymous, device)) return false;
        parts_.lookup[device].claimed = reader.get<std::uint8_t>() != 0;
        return reader.ok();
    }

    bool owner(ByteReader& reader) {
        std::uint32_t key;
        if (!entry(reader, IdKind::kCustomer, key)) return false;
        const std::uint64_t owner = reader.get_varint();
        if (!reader.ok() || owner > parts_.customers.count()) return false;
        parts_.customer_identity.set_owner(key, static_cast<std::uint32_t>(owner) - 1);
        moved_keys_.insert(key);
        return true;
    }

    bool good_requests(ByteReader& reader) {
        std::uint32_t device;
        if (!entry(reader, IdKind::kAnonymous, device)) return false;
        parts_.lookup[device].good_requests = reader.get<std::uint8_t>();
        parts_.lookup[device].last_request = reader.get<std::uint32_t>();
        return reader.ok() && parts_.lookup[device].good_requests < kClockRequests;
    }

    bool clock(ByteReader& reader) {
        std::uint32_t device;
        if (!entry(reader, IdKind::kAnonymous, device)) return false;
        DeviceClock clock;
        clock.offset = reader.get_signed_varint();
        clock.last_request = reader.get<std::uint32_t>();
        clock.count = reader.get<std::uint8_t>();
        if (clock.count > kClockRequests) return false;
        for (std::size_t i = 0; i < clock.count; ++i) {
            clock.differences[i] = reader.get_signed_varint();
        }
        parts_.clocks.restore(device, clock);
        return reader.ok();
    }

    bool lines(ByteReader& reader) {
        ImportLines::Range range;
        range.file = reader.get<std::uint64_t>();
        range.first = reader.get_varint();
        range.last = reader.get_varint();
        if (!reader.ok() || range.file == 0 || range.first == 0 || range.last < range.first) {
            return false;
        }
        parts_.imports.restore(range);
        return true;
    }

    DirectoryParts parts_;
    std::set<std::uint32_t>& moved_keys_;
};

// Reads a block of ids.<n>. Texts stay in the mapped file.
bool read_ids(ByteReader& reader, std::uint32_t entries, const DirectoryParts& parts) {
    for (std::uint32_t i = 0; i < entries; ++i) {
        const auto kind = reader.get<IdKind>();
        const std::uint64_t ordinal_plus_one = reader.get_varint();
        const std::string_view text = reader.get_text();
        const bool customer = kind == IdKind::kCustomer;
        if (!customer && kind != IdKind::kUser && kind != IdKind::kAnonymous) return false;
        const std::uint64_t count = customer ? parts.customers.count() : parts.users.count();
        if (!reader.ok() || ordinal_plus_one > count || text.empty()) return false;
        const auto ordinal = static_cast<std::uint32_t>(ordinal_plus_one) - 1;
        parts.lookup.add(kind, text, ordinal, true);
        if (ordinal == kNobody) continue;
        if (customer) {
            parts.customers.set_id(CustomerOrdinal{ordinal}, text, !CustomerIdentity::is_key(text));
        } else {
            parts.users.set_id(UserOrdinal{ordinal}, text, kind == IdKind::kUser);
        }
    }
    return true;
}

// What was read is saved, and nobody has derived anything from it yet.
void forget_changes(const DirectoryParts& parts) {
    parts.users.forget_changes();
    parts.customers.forget_changes();
}

template <typename Ordinal>
Status write_roster_changes(Roster<Ordinal>& roster, StateWriter& writer) {
    std::vector<Ordinal> seen = roster.take_unsaved_seen();
    std::ranges::sort(seen);
    for (Ordinal ordinal : seen)
        TF_TRY(writer.seen(roster, ordinal));
    for (const auto& change : roster.take_unsaved_joins()) {
        TF_TRY(writer.template join<Ordinal>(change));
    }
    return {};
}

template <typename Ordinal>
Status write_whole_roster(Roster<Ordinal>& roster, StateWriter& writer) {
    roster.take_unsaved_seen();
    roster.take_unsaved_joins();
    for (std::uint32_t i = 0; i < roster.count(); ++i) {
        TF_TRY(writer.seen(roster, static_cast<Ordinal>(i)));
    }
    for (const auto& join : roster.all_joins())
        TF_TRY(writer.template join<Ordinal>(join));
    return {};
}

}  // namespace

Result<std::unique_ptr<SavedState>> SavedState::open(io::Env& env, io::Path folder,
                                                     ByteReader& piece, DirectoryParts parts,
                                                     model::Sequence& position) {
    std::unique_ptr<SavedState> saved(new SavedState(env, std::move(folder)));
    if (piece.remaining() == 0) {
        // Files of an attempt that no manifest knows are in the way.
        TF_TRY(saved->remove_others({}));
        TF_TRY(saved->start_new());
    } else {
        TF_TRY(saved->read(piece, parts, position));
    }
    return saved;
}

Status SavedState::start_new() {
    TF_ASSIGN(ids_, Journal::create(env_, folder_, JournalKind::kIds, 1));
    TF_ASSIGN(state_, Journal::create(env_, folder_, JournalKind::kState, 1));
    state_length_when_new_ = state_->length();
    return {};
}

Status SavedState::read(ByteReader& piece, DirectoryParts parts, model::Sequence& position) {
    const auto version = piece.get<std::uint32_t>();
    const auto ids_number = piece.get<std::uint32_t>();
    const auto ids_length = piece.get<std::uint64_t>();
    position = piece.get<std::uint64_t>();
    const auto state_number = piece.get<std::uint32_t>();
    const auto state_length = piece.get<std::uint64_t>();
    state_length_when_new_ = piece.get<std::uint64_t>();
    ids_saved_ = piece.get<std::uint32_t>();
    const auto users = piece.get<std::uint32_t>();
    const auto customers = piece.get<std::uint32_t>();
    if (!piece.ok() || version != kPieceVersion) {
        return fail(ErrorCode::kCorrupt,
                    "the manifest's piece of the directory is unknown: " + folder_);
    }
    parts.lookup.reserve(ids_saved_);
    for (std::uint32_t i = 0; i < users; ++i)
        parts.users.add();
    for (std::uint32_t i = 0; i < customers; ++i)
        parts.customers.add();
    TF_ASSIGN(auto texts, read_journal(env_, folder_, JournalKind::kIds, ids_number, ids_length,
                                       [&](ByteReader& reader, std::uint32_t entries) {
                                           return read_ids(reader, entries, parts);
                                       }));
    if (parts.lookup.size() != ids_saved_) {
        return fail(ErrorCode::kCorrupt, "ids are missing: " + folder_);
    }
    parts.lookup.keep(std::move(texts));
    StateReader state(parts, moved_keys_);
    const auto whole = read_journal(env_, folder_, JournalKind::kState, state_number, state_length,
                                    [&](ByteReader& reader, std::uint32_t entries) {
                                        return state.read_block(reader, entries);
                                    });
    if (!whole) return std::unexpected(whole.error());
    forget_changes(parts);
    TF_ASSIGN(ids_, Journal::reopen(env_, folder_, JournalKind::kIds, ids_number, ids_length));
    TF_ASSIGN(state_,
              Journal::reopen(env_, folder_, JournalKind::kState, state_number, state_length));
    return {};
}

Status SavedState::commit(DirectoryParts parts, model::Sequence position, ByteWriter& piece) {
    const std::uint64_t growth = state_->length() - state_length_when_new_;
    const bool renew = growth > std::max(state_length_when_new_, kStateGrowthMin);
    if (renew) {
        const std::uint32_t number = state_->number() + 1;
        TF_ASSIGN(state_, Journal::create(env_, folder_, JournalKind::kState, number));
    }
    TF_TRY(write_ids(parts));
    TF_TRY(renew ? write_all(parts) : write_changes(parts));
    TF_TRY(ids_->finish());
    TF_TRY(state_->finish());
    if (renew) state_length_when_new_ = state_->length();
    piece.put(kPieceVersion);
    piece.put(ids_->number());
    piece.put(ids_->length());
    piece.put(position);
    piece.put(state_->number());
    piece.put(state_->length());
    piece.put(state_length_when_new_);
    piece.put(ids_saved_);
    piece.put(parts.users.count());
    piece.put(parts.customers.count());
    return {};
}

// Goes first: it also writes into state.<n> which of the new devices are claimed.
Status SavedState::write_ids(DirectoryParts parts) {
    StateWriter state(*state_, parts);
    for (; ids_saved_ < parts.lookup.size(); ++ids_saved_) {
        const IdEntry& entry = parts.lookup[ids_saved_];
        ids_->entry().put(entry.kind);
        ids_->entry().put_varint(static_cast<std::uint32_t>(entry.ordinal + 1));
        ids_->entry().put_text(entry.view());
        TF_TRY(ids_->entry_done());
        if (entry.claimed) TF_TRY(state.claimed(ids_saved_));
    }
    return {};
}

Status SavedState::write_changes(DirectoryParts parts) {
    StateWriter writer(*state_, parts);
    TF_TRY(write_roster_changes(parts.users, writer));
    TF_TRY(write_roster_changes(parts.customers, writer));
    for (std::uint32_t entry : parts.user_identity.take_unsaved_claims()) {
        TF_TRY(writer.claimed(entry));
    }
    for (std::uint32_t entry : parts.customer_identity.take_unsaved_owners()) {
        moved_keys_.insert(entry);
        TF_TRY(writer.owner(entry));
    }
    std::vector<std::uint32_t> devices = parts.clocks.take_unsaved();
    std::ranges::sort(devices);
    devices.erase(std::ranges::unique(devices).begin(), devices.end());
    for (std::uint32_t device : devices) {
        TF_TRY(writer.good_requests(device));
        const auto clock = parts.clocks.all().find(device);
        TF_TRY(writer.clock(device,
                            clock == parts.clocks.all().end() ? DeviceClock() : clock->second));
    }
    for (const ImportLines::Range& range : parts.imports.take_unsaved()) {
        TF_TRY(writer.lines(range));
    }
    return writer.counters();
}

Status SavedState::write_all(DirectoryParts parts) {
    StateWriter writer(*state_, parts);
    TF_TRY(write_whole_roster(parts.users, writer));
    TF_TRY(write_whole_roster(parts.customers, writer));
    parts.user_identity.take_unsaved_claims();
    for (std::uint32_t entry : parts.customer_identity.take_unsaved_owners()) {
        moved_keys_.insert(entry);
    }
    for (std::uint32_t entry : moved_keys_)
        TF_TRY(writer.owner(entry));
    parts.clocks.take_unsaved();
    for (std::uint32_t entry = 0; entry < parts.lookup.size(); ++entry) {
        const IdEntry& id = parts.lookup[entry];
        if (id.kind != IdKind::kAnonymous) continue;
        if (id.claimed) TF_TRY(writer.claimed(entry));
        if (id.good_requests != 0) TF_TRY(writer.good_requests(entry));
    }
    for (const auto& [device, clock] : parts.clocks.all())
        TF_TRY(writer.clock(device, clock));
    parts.imports.take_unsaved();
    for (const ImportLines::Range& range : parts.imports.all())
        TF_TRY(writer.lines(range));
    return writer.counters();
}

Status SavedState::remove_others(const std::vector<std::string>& kept) {
    std::set<std::string> needed(kept.begin(), kept.end());
    if (ids_ != nullptr) needed.insert(journal_name(JournalKind::kIds, ids_->number()));
    if (state_ != nullptr) needed.insert(journal_name(JournalKind::kState, state_->number()));
    TF_ASSIGN(const std::vector<std::string> names, env_.list(folder_));
    for (const std::string& name : names) {
        if (!needed.contains(name)) TF_TRY(env_.remove(io::join(folder_, name)));
    }
    return {};
}

}  // namespace twofold::directory
