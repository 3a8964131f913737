// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "store/head.h"
#include "store/part_writer.h"
#include "store/policy.h"
#include "store/work.h"

namespace twofold::store {
namespace {

constexpr TimeMs kTimeMax = kYear2000Ms + TimeMs{0xFFFF'FFFF} * 1000 + 999;

using PartPointer = std::shared_ptr<const Part>;

std::vector<PartInfo> infos_of(std::span<const PartPointer> parts) {
    std::vector<PartInfo> infos;
    for (const PartPointer& part : parts)
        infos.push_back(part->info());
    return infos;
}

Status remove_strangers(io::Env& env, const io::Path& folder, const ManifestPiece& piece) {
    std::set<std::string> known;
    for (const PartInfo& part : piece.parts)
        known.insert(part_file_name(part.id));
    TF_ASSIGN(const std::vector<std::string> names, env.list(folder));
    for (const std::string& name : names) {
        if (name.ends_with(".part") && !known.contains(name)) {
            TF_TRY(env.remove(io::join(folder, name)));
        }
    }
    return {};
}

}  // namespace

struct Store::State {
    State(io::Env& env_of, io::Path folder_of, Options options_of)
        : env(env_of),
          folder(std::move(folder_of)),
          options(options_of),
          head(options_of.mini_rows) {}

    void put_properties(std::span<const Property> properties, model::NameCode name);
    std::optional<model::ColumnCode> column_of(const Property& property, std::size_t place,
                                               std::vector<model::ColumnCode>& usual);
    void publish();

    io::Env& env;
    io::Path folder;
    Options options;

    Names names;
    Counters counters;
    Head head;
    model::Sequence last_sequence = 0;
    bool appended = false;   // since the last publish
    bool installed = false;  // likewise
    model::Sequence published_position = 0;
    // By event name: the columns of its last event, in order. The next one mostly has the same.
    std::vector<std::vector<model::ColumnCode>> usual_columns;

    std::vector<PartPointer> sealed;  // what the manifest names
    model::Sequence sealed_position = 0;
    Names sealed_names;
    Counters sealed_counters;
    bool sealing = false;
    // As of the seal under way.
    model::Sequence sealing_position = 0;
    Names sealing_names;
    Counters sealing_counters;

    std::uint64_t next_part_id = 1;
    std::set<std::uint64_t> busy;  // parts under a merge
    std::vector<std::pair<std::uint64_t, std::weak_ptr<const Part>>> replaced;
    std::vector<std::pair<std::uint64_t, std::weak_ptr<const Part>>> removable;

    Locked<std::shared_ptr<const Snapshot>> snapshot;
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(io::Env& env, io::Path folder, ManifestPiece piece,
                                           Options options) {
    TF_CHECK(options.mini_rows > 0 && options.mini_rows <= kGroupRows);
    TF_TRY(env.make_folders(folder));
    TF_TRY(remove_strangers(env, folder, piece));
    auto state = std::make_unique<State>(env, std::move(folder), options);
    for (const PartInfo& info : piece.parts) {
        TF_ASSIGN(PartPointer part, Part::open(env, state->folder, info));
        state->sealed.push_back(std::move(part));
    }
    state->names = piece.names;
    state->sealed_names = std::move(piece.names);
    state->counters = state->sealed_counters = piece.counters;
    state->sealed_position = state->published_position = state->last_sequence = piece.position;
    state->next_part_id = piece.next_part_id;
    state->publish();
    return std::unique_ptr<Store>(new Store(std::move(state)));
}

Status Store::append(const Row& row) {
    State& state = *state_;
    TF_CHECK(row.sequence > state.last_sequence);
    if (state.head.row_count() >= state.options.head_rows_max ||
        state.head.byte_count() >= state.options.head_bytes_max) {
        return fail(ErrorCode::kUnavailable,
                    fmt::format("too many events wait to be sealed: {}", state.head.row_count()));
    }
    state.last_sequence = row.sequence;
    state.appended = true;
    auto name = state.names.add_event(row.event, row.automatic);
    const bool over_limit = !name;
    if (over_limit) {
        ++state.counters.events_over_limit;
        name = state.names.add_event(kOtherName, row.automatic);
        TF_CHECK(name.has_value());
    }
    const TimeMs time = std::clamp(row.time, kYear2000Ms, kTimeMax);
    state.head.tail().add({row.user, time, *name, row.acting, row.sequence});
    state.put_properties(row.properties, *name);
    if (over_limit) {
        const Property own_name{kOtherNameProperty, model::Value::of_string(row.event)};
        state.put_properties({&own_name, 1}, *name);
    }
    state.head.settle();
    return {};
}

void Store::State::put_properties(std::span<const Property> properties, model::NameCode name) {
    if (name >= usual_columns.size()) usual_columns.resize(std::size_t{name} + 1);
    std::vector<model::ColumnCode>& usual = usual_columns[name];
    for (std::size_t place = 0; place < properties.size(); ++place) {
        const Property& property = properties[place];
        if (property.value.is_null()) continue;
        if (const auto column = column_of(property, place, usual)) {
            head.tail().set(*column, property.value);
        } else {
            ++counters.properties_over_limit;
        }
    }
}

// Events of one name carry the same properties in the same order nearly always, and comparing with
// the expected name is cheaper than looking it up.
std::optional<model::ColumnCode> Store::State::column_of(const Property& property,
                                                         std::size_t place,
                                                         std::vector<model::ColumnCode>& usual) {
    constexpr std::size_t kUsualMax = 64;
    if (place < usual.size() && usual[place] < names.column_count()) {
        const PropertyName expected = names.column(usual[place]);
        if (expected.text == property.name && expected.type == property.value.type) {
            return usual[place];
        }
    }
    const auto column = names.add_column(property.name, property.value.type);
    if (column && place < kUsualMax) {
        if (place >= usual.size()) usual.resize(place + 1, ~model::ColumnCode{0});
        usual[place] = *column;
    }
    return column;
}

void Store::publish(model::Sequence position) {
    State& state = *state_;
    TF_CHECK(position >= state.last_sequence);
    if (!state.appended && !state.installed && position == state.published_position) return;
    state.last_sequence = position;
    state.published_position = position;
    state.head.publish();
    state.publish();
}

void Store::State::publish() {
    auto made = std::make_shared<Snapshot>();
    made->parts = sealed;
    for (PartPointer& part : head.parts())
        made->parts.push_back(std::move(part));
    std::sort(made->parts.begin(), made->parts.end(),
              [](const PartPointer& a, const PartPointer& b) {
                  const PartInfo& x = a->info();
                  const PartInfo& y = b->info();
                  return std::tie(x.min_time, x.max_time, x.first_sequence) <
                         std::tie(y.min_time, y.max_time, y.first_sequence);
              });
    for (const PartPointer& part : made->parts)
        made->rows += part->row_count();
    const auto before = snapshot.with([](const auto& current) { return current; });
    const bool same_names = before != nullptr &&
                            before->names->event_count() == names.event_count() &&
                            before->names->column_count() == names.column_count();
    made->names = same_names ? before->names : std::make_shared<const Names>(names);
    made->position = published_position;
    appended = false;
    installed = false;
    snapshot.with([&](auto& current) { current = std::move(made); });
}

std::shared_ptr<const Snapshot> Store::snapshot() const {
    return state_->snapshot.with([](const auto& current) { return current; });
}

const Names& Store::names() const noexcept {
    return state_->names;
}
const Counters& Store::counters() const noexcept {
    return state_->counters;
}
std::uint32_t Store::head_rows() const noexcept {
    return state_->head.row_count();
}
std::uint64_t Store::head_bytes() const noexcept {
    return state_->head.byte_count();
}

bool Store::wants_seal() const noexcept {
    return !state_->sealing && (head_rows() >= state_->options.head_rows_seal ||
                                head_bytes() >= state_->options.head_bytes_seal);
}

std::unique_ptr<Work> Store::next_seal() {
    State& state = *state_;
    TF_CHECK(!state.appended);
    if (state.sealing || state.published_position == state.sealed_position) return nullptr;
    state.sealing = true;
    Work::Plan plan;
    plan.env = &state.env;
    plan.folder = state.folder;
    plan.seal = true;
    plan.part_rows_max = state.options.part_rows_max;
    plan.first_id = state.next_part_id;
    std::map<Month, Work::Output> months;
    for (PartPointer& part : state.head.begin_seal()) {
        Work::Output& output = months[part->info().month_begin];
        output.month_begin = part->info().month_begin;
        output.month_end = part->info().month_end;
        output.inputs.push_back(std::move(part));
    }
    for (auto& [month, output] : months) {
        std::uint64_t rows = 0;
        for (const PartPointer& part : output.inputs)
            rows += part->row_count();
        state.next_part_id += Work::ids_for(rows, plan.part_rows_max);
        plan.outputs.push_back(std::move(output));
    }
    plan.end_id = state.next_part_id;
    state.sealing_position = state.published_position;
    state.sealing_names = state.names;
    state.sealing_counters = state.counters;
    return std::make_unique<Work>(std::move(plan));
}

std::unique_ptr<Work> Store::next_merge(TimeMs now, bool idle) {
    State& state = *state_;
    std::vector<PartPointer> free;
    for (const PartPointer& part : state.sealed) {
        if (!state.busy.contains(part->info().id)) free.push_back(part);
    }
    const auto merge =
        store::next_merge(infos_of(free), month_of(now), idle, {state.options.person_rows_wanted});
    if (!merge) return nullptr;
    Work::Plan plan;
    plan.env = &state.env;
    plan.folder = state.folder;
    plan.part_rows_max = state.options.part_rows_max;
    plan.first_id = state.next_part_id;
    Work::Output& output = plan.outputs.emplace_back();
    output.month_begin = merge->month_begin;
    output.month_end = merge->month_end;
    std::uint64_t rows = 0;
    for (const PartPointer& part : free) {
        if (!std::binary_search(merge->inputs.begin(), merge->inputs.end(), part->info().id)) {
            continue;
        }
        state.busy.insert(part->info().id);
        rows += part->row_count();
        output.inputs.push_back(part);
    }
    state.next_part_id += Work::ids_for(rows, plan.part_rows_max);
    plan.end_id = state.next_part_id;
    return std::make_unique<Work>(std::move(plan));
}

Status Store::install(Finished finished) {
    State& state = *state_;
    for (const PartPointer& part : finished.inputs)
        state.busy.erase(part->info().id);
    if (finished.seal) state.sealing = false;
    if (!finished.status) {
        if (finished.seal) state.head.abandon_seal();
        return finished.status;
    }
    if (finished.seal) {
        state.head.end_seal();
        state.sealed_position = state.sealing_position;
        state.sealed_names = std::move(state.sealing_names);
        state.sealed_counters = state.sealing_counters;
    } else {
        const std::set<PartPointer> inputs(finished.inputs.begin(), finished.inputs.end());
        std::erase_if(state.sealed, [&](const PartPointer& part) { return inputs.contains(part); });
        for (const PartPointer& part : finished.inputs) {
            state.replaced.emplace_back(part->info().id, part);
        }
    }
    state.sealed.insert(state.sealed.end(), finished.outputs.begin(), finished.outputs.end());
    // Not published here: parts of the head may hold rows beyond the published position.
    state.installed = true;
    return {};
}

ManifestPiece Store::manifest() const {
    const State& state = *state_;
    ManifestPiece piece;
    piece.next_part_id = state.next_part_id;
    piece.parts = infos_of(state.sealed);
    piece.position = state.sealed_position;
    piece.names = state.sealed_names;
    piece.counters = state.sealed_counters;
    return piece;
}

void Store::committed(const ManifestPiece& piece) {
    State& state = *state_;
    std::set<std::uint64_t> named;
    for (const PartInfo& part : piece.parts)
        named.insert(part.id);
    std::erase_if(state.replaced, [&](auto& part) {
        if (named.contains(part.first)) return false;
        state.removable.push_back(std::move(part));
        return true;
    });
    remove_unused();
}

void Store::remove_unused() {
    State& state = *state_;
    std::erase_if(state.removable, [&](const auto& part) {
        if (!part.second.expired()) return false;
        // If it fails, the next open tries again.
        [[maybe_unused]] const Status removed =
            state.env.remove(io::join(state.folder, part_file_name(part.first)));
        return true;
    });
}

}  // namespace twofold::store
