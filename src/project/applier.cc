// SPDX-License-Identifier: Apache-2.0
#include "project/applier.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "model/record.h"
#include "project/events.h"
#include "project/facts.h"

namespace twofold::project {

namespace {

// The largest record there is must fit into what is left of the head.
constexpr std::uint64_t kHeadReserveBytes = 2 * model::kRecordBytesMax;

frame::Rules rules_of(const ledger::Settings& settings) {
    frame::Rules rules;
    rules.outside_roles = settings.outside_roles;
    rules.buying_roles = settings.buying_roles;
    rules.naming_makes_guests = settings.naming_makes_guests;
    rules.first_relation_ms = settings.first_relation_days * kDayMs;
    rules.payment_counts_ms = settings.payment_counts_days * kDayMs;
    rules.currency = settings.currency;
    rules.self_customers = settings.self_customers;
    rules.join_rules = settings.join_rules;
    return rules;
}

}  // namespace

Applier::Applier(io::Env& env, io::Path folder, const Options& options)
    : env_(env), folder_(std::move(folder)), options_(options) {}

Result<std::unique_ptr<Applier>> Applier::open(io::Env& env, io::Path folder,
                                               const Options& options) {
    auto applier = std::unique_ptr<Applier>(new Applier(env, std::move(folder), options));
    Applier& a = *applier;
    TF_ASSIGN(a.manifest_, read_manifest(env, a.folder_));
    const std::string ledger_path =
        options.ledger_path.empty() ? io::join(a.folder_, "ledger.db") : options.ledger_path;
    TF_ASSIGN(a.ledger_, ledger::Ledger::open(ledger_path));
    TF_ASSIGN(const ledger::Settings settings, ledger::load_settings(*a.ledger_));
    a.settings_ = std::make_shared<const ledger::Settings>(settings);
    directory::Options ids = options.directory;
    ids.message_ids_max = settings.message_ids_max;
    TF_ASSIGN(a.directory_, directory::Directory::open(env, io::join(a.folder_, "directory"), ids,
                                                       a.manifest_.directory));
    store::ManifestPiece piece;
    if (!a.manifest_.store.empty()) {
        TF_ASSIGN(piece, store::ManifestPiece::decode(a.manifest_.store));
    }
    TF_ASSIGN(a.store_, store::Store::open(env, io::join(a.folder_, "store"), std::move(piece),
                                           options.store));
    a.builder_ = std::make_unique<frame::Builder>(rules_of(settings));
    TF_TRY(a.ledger_->each_fact([&a](const ledger::Fact& fact) { a.builder_->add(fact); }));
    a.position_ = a.manifest_.position;
    a.open_self_customers();
    return applier;
}

// What was turned before the manifest's position is in the directory that it names; what was turned
// at it may not be, and is done again: where nothing is missing that changes nothing.
void Applier::open_self_customers() {
    const std::vector<std::uint64_t>& all = settings_->self_customers_turned;
    const auto at = std::ranges::lower_bound(all, position_);
    self_customers_on_ = (at - all.begin()) % 2 == 1;
    turns_.assign(at, all.end());
    if (self_customers_on_) directory_->set_self_customers(true);
    turn_self_customers(position_);
}

void Applier::turn_self_customers(model::Sequence position) {
    while (!turns_.empty() && turns_.front() <= position) {
        turns_.erase(turns_.begin());
        self_customers_on_ = !self_customers_on_;
        directory_->set_self_customers(self_customers_on_);
    }
}

void Applier::finish_replay() {
    turn_self_customers(std::numeric_limits<model::Sequence>::max());
}

bool Applier::full() const noexcept {
    return store_->head_rows() >= options_.store.head_rows_max ||
           store_->head_bytes() + kHeadReserveBytes >= options_.store.head_bytes_max;
}

Status Applier::apply(std::span<const std::byte> bytes, model::Sequence sequence) {
    TF_CHECK(sequence > position_);
    TF_ASSIGN(const model::RecordView record, model::RecordView::parse(bytes));
    if (!turns_.empty()) turn_self_customers(position_);
    const auto applied = directory_->apply(record);
    position_ = sequence;
    if (!applied) {
        if (applied.error().code != ErrorCode::kTooLarge) return std::unexpected(applied.error());
        ++not_applied_;
        return {};
    }
    if (record.type() == model::RecordType::kTrack && applied->user) {
        TF_TRY(append_event(record, *applied, sequence));
    }
    // A ledger that is ahead after a crash has these facts, and so has the frame made from it.
    if (sequence > ledger_->position()) append_facts(record, *applied, sequence, facts_);
    return {};
}

Status Applier::append_event(const model::RecordView& record, const directory::Applied& applied,
                             model::Sequence sequence) {
    properties_.clear();
    for (const model::Field& field : record.fields()) {
        if (field.section == model::Section::kProperty) {
            properties_.push_back({field.name, field.value});
        } else if (field.section == model::Section::kContext && field.name == kSessionField) {
            properties_.push_back({kSessionProperty, field.value});
        }
    }
    store::Row row;
    row.user = *applied.user;
    row.time = applied.time;
    row.event = record.name();
    row.automatic = record.has(model::RecordFlag::kAutomatic);
    row.acting = applied.customer;
    row.sequence = sequence;
    row.properties = properties_;
    return store_->append(row);
}

Status Applier::commit_facts() {
    if (facts_.empty()) return {};
    TF_TRY(ledger_->apply(facts_, position_));
    for (const ledger::Fact& fact : facts_)
        builder_->add(fact);
    facts_.clear();
    return {};
}

std::shared_ptr<const World> Applier::publish() {
    TF_CHECK(facts_.empty());
    store_->publish(position_);
    auto world = std::make_shared<World>();
    world->events = store_->snapshot();
    world->frames = builder_->publish(directory_->publish(), position_);
    world->settings = settings_;
    world->position = position_;
    return world;
}

Result<std::unique_ptr<store::Work>> Applier::next_work(bool seal_anyway, bool idle) {
    if (work_under_way_) return nullptr;
    std::unique_ptr<store::Work> work;
    if (seal_anyway || store_->wants_seal()) {
        work = store_->next_seal();
        // The directory of this very position goes into the manifest beside the sealed parts.
        if (work) {
            TF_ASSIGN(sealing_directory_, directory_->commit());
        }
    }
    if (!work) work = store_->next_merge(options_.clock->now(), idle);
    work_under_way_ = work != nullptr;
    return work;
}

Status Applier::finish(store::Finished finished) {
    work_under_way_ = false;
    TF_TRY(store_->install(std::move(finished)));
    store::ManifestPiece piece = store_->manifest();
    const bool sealed = piece.position > manifest_.position;
    if (sealed) manifest_.directory = std::move(sealing_directory_);
    manifest_.position = piece.position;
    manifest_.store = piece.encode();
    if (ledger_->position() < position_) TF_TRY(ledger_->apply({}, position_));
    TF_TRY(ledger_->checkpoint());
    TF_TRY(write_manifest(env_, folder_, manifest_));
    if (sealed) TF_TRY(directory_->release_old_files());
    store_->committed(piece);
    return {};
}

Status Applier::set_settings(const ledger::Settings& wished) {
    TF_CHECK(facts_.empty() && turns_.empty());
    ledger::Settings settings = wished;
    std::vector<std::uint64_t>& turned = settings.self_customers_turned;
    turned = settings_->self_customers_turned;
    const bool turn = settings.self_customers != settings_->self_customers;
    if (turn) {
        // Before the manifest only the last counts: the directory that it names has done the rest.
        while (turned.size() > 2 && turned[1] < manifest_.position)
            turned.erase(turned.begin(), turned.begin() + 2);
        if (settings.self_customers) TF_TRY(directory_->may_open_self_customers());
        turned.push_back(position_);
    }
    TF_TRY(ledger::save_settings(*ledger_, settings));
    if (turn) {
        self_customers_on_ = settings.self_customers;
        directory_->set_self_customers(self_customers_on_);
    }
    settings_ = std::make_shared<const ledger::Settings>(settings);
    builder_->set_rules(rules_of(settings));
    return {};
}

}  // namespace twofold::project
