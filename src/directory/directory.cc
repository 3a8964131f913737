// SPDX-License-Identifier: Apache-2.0
#include "directory/directory.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.h"
#include "directory/device_clock.h"
#include "directory/identity.h"
#include "directory/lookup.h"
#include "directory/saved_state.h"

namespace twofold::directory {
namespace {

using model::RecordFlag;
using model::RecordType;
using model::RecordView;
using model::Section;

/// Ids that any record may bring, beside the keys of a customer.
constexpr std::uint64_t kIdsPerRecord = 4;
/// Of those, user ids that may have a customer of the same id.
constexpr std::uint64_t kUserIdsPerRecord = 2;
/// The most that a corrected time may lie behind its receipt.
constexpr DurationMs kFutureMs = kDayMs;
constexpr std::string_view kKeyPrefix = "keys.";

bool is_customer_alias(const RecordView& record) {
    return record.type() == RecordType::kAlias && !record.customer_id().empty();
}

std::string_view own_text(const RecordView& record, std::string_view name) {
    return record.find(Section::kRecord, name).text;
}

// A key may have been sent as a number.
std::string key_text(const model::Value& value) {
    return value.type == model::ValueType::kInt ? std::to_string(value.integer)
                                                : std::string(value.text);
}

}  // namespace

struct Directory::State {
    Options options;
    std::shared_ptr<Lookup> lookup = std::make_shared<Lookup>();
    Users users;
    Customers customers;
    UserIdentity user_identity{*lookup, users};
    CustomerIdentity customer_identity{*lookup, customers};
    DeviceClocks clocks{*lookup};
    ImportLines imports;
    std::unique_ptr<MessageWindow> messages;
    SavedCounters counters;
    std::unique_ptr<SavedState> saved;
    model::Sequence position = 0;
    bool failed = false;
    bool self_customers = false;
    std::vector<std::string_view> new_customer_ids;
    std::vector<std::pair<model::UserOrdinal, model::CustomerOrdinal>> new_self_customers;

    explicit State(Options given) : options(given) {}
    DirectoryParts parts() {
        return {*lookup,           users,  customers, user_identity,
                customer_identity, clocks, imports,   counters};
    }

    void apply_customer_record(const RecordView& record, Applied& applied);
    void find_customer(const RecordView& record, Applied& applied);
    void find_user(const RecordView& record, Applied& applied);
    void open_self_customer(std::uint32_t user_id);
    void take_new_ids();
    void correct_time(const RecordView& record, Applied& applied);
    void see(const RecordView& record, bool automatic, const Applied& applied);
    Result<ManifestPiece> commit();
};

void Directory::State::find_user(const RecordView& record, Applied& applied) {
    std::optional<Resolved<model::UserOrdinal>> resolved;
    if (record.type() == RecordType::kAlias) {
        const std::string_view previous = own_text(record, "previousId");
        resolved = record.has(RecordFlag::kUndo)
                       ? user_identity.undo_alias(record.user_id(), record.anonymous_id(), previous)
                       : user_identity.alias(record.user_id(), record.anonymous_id(), previous);
    } else {
        resolved = user_identity.resolve(record.user_id(), record.anonymous_id());
    }
    if (!resolved) return;
    applied.user = resolved->ordinal;
    applied.new_user = resolved->is_new;
    applied.shared_device = resolved->shared_device;
    applied.conflict = applied.conflict || resolved->conflict;
    if (resolved->shared_device) ++counters.shared_device_records;
}

void Directory::State::find_customer(const RecordView& record, Applied& applied) {
    const std::string_view id = record.customer_id();
    if (id.empty()) return;
    Resolved<model::CustomerOrdinal> resolved;
    if (is_customer_alias(record)) {
        const std::string_view previous = own_text(record, "previousCustomerId");
        resolved = record.has(RecordFlag::kUndo) ? customer_identity.undo_alias(id, previous)
                                                 : customer_identity.alias(id, previous);
    } else {
        resolved = customer_identity.resolve(id);
    }
    applied.customer = resolved.ordinal;
    applied.new_customer = resolved.is_new;
    applied.conflict = applied.conflict || resolved.conflict;
    if (record.type() == RecordType::kCustomer) apply_customer_record(record, applied);
}

void Directory::State::apply_customer_record(const RecordView& record, Applied& applied) {
    for (const model::Field& field : record.fields()) {
        if (field.section != Section::kRecord) continue;
        if (field.name == "parentId" && !field.value.text.empty()) {
            applied.parent = customer_identity.resolve(field.value.text).ordinal;
        }
        if (!field.name.starts_with(kKeyPrefix)) continue;
        const std::string_view system = field.name.substr(kKeyPrefix.size());
        if (field.value.is_null()) {
            customer_identity.take_keys(*applied.customer, system);
        } else if (const std::string key = key_text(field.value);
                   !key.empty() && !customer_identity.give_key(*applied.customer, system, key)) {
            applied.conflict = true;
            ++counters.key_conflicts;
        }
    }
}

void Directory::State::open_self_customer(std::uint32_t user_id) {
    const IdEntry& entry = (*lookup)[user_id];
    const model::UserOrdinal user{entry.ordinal};
    new_self_customers.emplace_back(user, customer_identity.resolve(entry.view()).ordinal);
}

// Ids that came with a record, or that it gave to another; with the self customers of the users.
void Directory::State::take_new_ids() {
    const std::vector<std::uint32_t> user_ids = user_identity.take_new_user_ids();
    const std::vector<std::uint32_t> named = customer_identity.take_named();
    for (const std::uint32_t id : named) {
        const std::string_view text = (*lookup)[id].view();
        new_customer_ids.push_back(text);
        const std::uint32_t user = self_customers ? lookup->find(IdKind::kUser, text) : kNobody;
        if (user != kNobody) open_self_customer(user);
    }
    if (!self_customers) return;
    for (const std::uint32_t id : user_ids)
        open_self_customer(id);
    for (const std::uint32_t id : customer_identity.take_named())
        new_customer_ids.push_back((*lookup)[id].view());
}

void Directory::State::correct_time(const RecordView& record, Applied& applied) {
    applied.time = record.time();
    if (record.anonymous_id().empty() || record.sent() == 0 ||
        record.has(RecordFlag::kHistorical)) {
        return;
    }
    const std::uint32_t device = lookup->find(IdKind::kAnonymous, record.anonymous_id());
    if (device == kNobody) return;  // only an alias knows it
    const DurationMs offset = clocks.observe(device, record.received(), record.sent());
    if (offset == 0 || !record.has(RecordFlag::kHasTime)) return;
    applied.time = std::clamp(record.time() + offset, kYear2000Ms, record.received() + kFutureMs);
    applied.offset_ms = applied.time - record.time();
}

void Directory::State::see(const RecordView& record, bool automatic, const Applied& applied) {
    switch (record.type()) {
        case RecordType::kAlias:
            return;  // says who is who, and nothing of when
        case RecordType::kRelation:
        case RecordType::kSubscription:
            return;  // dated by what they tell, not by when they were told
        default:
            break;
    }
    Seen seen{.first_fact = applied.time};
    if (record.type() == RecordType::kTrack) {
        seen.first_event = applied.time;
        if (!automatic) {
            seen.first_use = applied.time;
            seen.last_use = applied.time;
        }
    }
    if (applied.user) users.see(*applied.user, seen);
    if (applied.customer) customers.see(*applied.customer, seen);
}

Result<ManifestPiece> Directory::State::commit() {
    ByteWriter piece;
    TF_TRY(saved->commit(parts(), position, piece));
    TF_TRY(messages->commit(piece));
    TF_TRY(saved->sync_folder());
    return std::move(piece).take();
}

Directory::Directory(std::unique_ptr<State> state) : state_(std::move(state)) {}
Directory::~Directory() = default;

Result<std::unique_ptr<Directory>> Directory::open(io::Env& env, io::Path folder, Options options,
                                                   const ManifestPiece& piece) {
    TF_TRY(env.make_folders(folder));
    auto state = std::make_unique<State>(options);
    ByteReader reader(piece);
    TF_ASSIGN(state->saved, SavedState::open(env, folder, reader, state->parts(), state->position));
    const MessageWindow::Options window{.ids_max = options.message_ids_max,
                                        .days = options.message_days};
    TF_ASSIGN(state->messages, MessageWindow::open(env, folder, window, reader));
    if (!reader.finished()) {
        return fail(ErrorCode::kCorrupt,
                    "the manifest's piece of the directory is damaged: " + folder);
    }
    TF_TRY(state->saved->remove_others(state->messages->files()));
    return std::unique_ptr<Directory>(new Directory(std::move(state)));
}

Result<Applied> Directory::apply(const RecordView& record, bool automatic_name) {
    State& state = *state_;
    TF_CHECK(record.sequence() > state.position);
    Applied applied;
    {
        const std::scoped_lock lock(state.lookup->mutex());
        const std::uint64_t own = state.self_customers ? kUserIdsPerRecord : 0;
        if (state.lookup->size() + kIdsPerRecord + own + record.field_count() >
            state.options.ids_max) {
            return fail(ErrorCode::kTooLarge, "the project holds as many ids as it may: " +
                                                  std::to_string(state.lookup->size()));
        }
        if (!is_customer_alias(record)) state.find_user(record, applied);
        state.find_customer(record, applied);
        state.take_new_ids();
        state.correct_time(record, applied);
    }
    const bool automatic = automatic_name || record.has(RecordFlag::kAutomatic);
    state.see(record, automatic, applied);
    if (record.has(RecordFlag::kHasMessageId)) {
        state.messages->remember(message_key(record), record.received());
    }
    state.imports.remember(record.origin());
    state.position = record.sequence();
    return applied;
}

model::Sequence Directory::position() const noexcept {
    return state_->position;
}

Status Directory::may_open_self_customers() const {
    const std::scoped_lock lock(state_->lookup->mutex());
    const std::uint32_t ids = state_->lookup->size();
    if (2ULL * ids <= state_->options.ids_max) return {};
    return fail(
        ErrorCode::kTooLarge,
        "the project holds too many ids for a customer of each user: " + std::to_string(ids));
}

void Directory::set_self_customers(bool on) {
    State& state = *state_;
    const std::scoped_lock lock(state.lookup->mutex());
    state.self_customers = on;
    state.new_self_customers.clear();
    if (!on) return;
    const std::uint32_t ids = state.lookup->size();
    for (std::uint32_t id = 0; id < ids; ++id) {
        if ((*state.lookup)[id].kind == IdKind::kUser) state.open_self_customer(id);
    }
    for (const std::uint32_t id : state.customer_identity.take_named())
        state.new_customer_ids.push_back((*state.lookup)[id].view());
}

Publication Directory::publish() {
    Publication published;
    published.view = std::make_shared<const View>(state_->users.publish(),
                                                  state_->customers.publish(), state_->lookup);
    published.changed_users = state_->users.take_changed();
    published.changed_customers = state_->customers.take_changed();
    published.redated_users = state_->users.take_redated();
    state_->customers.take_redated();
    published.customer_ids = std::exchange(state_->new_customer_ids, {});
    published.self_customers = std::exchange(state_->new_self_customers, {});
    return published;
}

Result<ManifestPiece> Directory::commit() {
    if (state_->failed) {
        return fail(ErrorCode::kUnavailable, "the directory's files could not be written before");
    }
    auto piece = state_->commit();
    state_->failed = !piece.has_value();
    return piece;
}

Status Directory::release_old_files() {
    return state_->saved->remove_others(state_->messages->files());
}

MessageWindow& Directory::messages() noexcept {
    return *state_->messages;
}
ImportLines& Directory::imports() noexcept {
    return state_->imports;
}

Counts Directory::counts() const {
    const std::scoped_lock lock(state_->lookup->mutex());
    return {.ids = state_->lookup->size(),
            .user_ordinals = state_->users.count(),
            .customer_ordinals = state_->customers.count(),
            .joins = state_->users.join_count() + state_->customers.join_count(),
            .shared_device_records = state_->counters.shared_device_records,
            .key_conflicts = state_->counters.key_conflicts,
            .corrected_devices = state_->clocks.corrected()};
}

std::uint64_t Directory::memory_bytes() const {
    return state_->lookup->memory_bytes() + state_->users.memory_bytes() +
           state_->customers.memory_bytes() + state_->messages->memory_bytes();
}

}  // namespace twofold::directory
