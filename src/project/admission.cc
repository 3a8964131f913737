// SPDX-License-Identifier: Apache-2.0
#include "project/admission.h"

#include <memory>
#include <vector>

#include "base/check.h"
#include "model/record.h"

namespace twofold::project {

namespace {

/// The keys of one request's records, and which records they belong to.
struct Probes {
    std::vector<directory::MessageKey> keys;
    std::vector<std::size_t> key_records;
    std::vector<model::Origin> lines;
    std::vector<std::size_t> line_records;
};

Probes probes_of(const intake::Decoded& decoded) {
    Probes probes;
    for (std::size_t i = 0; i < decoded.records.size(); ++i) {
        const auto record = model::RecordView::parse(decoded.bytes(decoded.records[i]));
        TF_CHECK(record.has_value());
        if (record->has(model::RecordFlag::kHasMessageId)) {
            probes.keys.push_back(directory::message_key(*record));
            probes.key_records.push_back(i);
        }
        if (record->origin().file != 0) {
            probes.lines.push_back(record->origin());
            probes.line_records.push_back(i);
        }
    }
    return probes;
}

/// std::vector<bool> has no bools to point at.
class Flags {
public:
    explicit Flags(std::size_t count) : flags_(std::make_unique<bool[]>(count)), count_(count) {}
    std::span<bool> span() { return {flags_.get(), count_}; }
    bool operator[](std::size_t i) const { return flags_[i]; }

private:
    std::unique_ptr<bool[]> flags_;
    std::size_t count_;
};

/// The record as it would be if its message id were not part of it. Valid until the next call.
std::span<const std::byte> without_message_id(const intake::Decoded& decoded, std::size_t i) {
    constexpr std::size_t kFlagsOffset = 6;
    thread_local std::vector<std::byte> bytes;
    const auto record = decoded.bytes(decoded.records[i]);
    bytes.assign(record.begin(), record.end());
    bytes[kFlagsOffset] &= ~std::byte{static_cast<std::uint8_t>(model::RecordFlag::kHasMessageId)};
    return bytes;
}

/// What was let in and must be let go again if it does not reach the disk.
struct LetIn {
    std::vector<directory::MessageKey> keys;
    std::vector<model::Origin> lines;

    void withdraw_from(directory::Directory& directory) const {
        directory.messages().withdraw(keys);
        directory.imports().withdraw(lines);
    }
};

void withdraw_fresh(directory::Directory& directory, const Probes& probes, const Flags& fresh) {
    std::vector<model::Origin> lines;
    for (std::size_t i = 0; i < probes.lines.size(); ++i) {
        if (fresh[i]) lines.push_back(probes.lines[i]);
    }
    directory.imports().withdraw(lines);
}

}  // namespace

Result<Admission::Admitted> Admission::admit(const intake::Decoded& decoded, log::OnDurable done,
                                             Accepted* counts) {
    const Probes probes = probes_of(decoded);
    Flags fresh_keys(probes.keys.size());
    Flags fresh_lines(probes.lines.size());
    return line_.with([&](Line& line) -> Result<Admitted> {
        directory_.imports().admit(probes.lines, fresh_lines.span());
        // A damaged file of message ids: nobody can say what was here before.
        if (const Status looked = directory_.messages().admit(probes.keys, fresh_keys.span());
            !looked) {
            withdraw_fresh(directory_, probes, fresh_lines);
            return std::unexpected(looked.error());
        }
        std::vector<bool> taken(decoded.records.size(), true);
        auto let_in = std::make_shared<LetIn>();
        for (std::size_t i = 0; i < probes.lines.size(); ++i) {
            if (fresh_lines[i]) let_in->lines.push_back(probes.lines[i]);
            if (!fresh_lines[i]) taken[probes.line_records[i]] = false;
        }
        for (std::size_t i = 0; i < probes.keys.size(); ++i) {
            if (fresh_keys[i]) let_in->keys.push_back(probes.keys[i]);
            if (!fresh_keys[i]) taken[probes.key_records[i]] = false;
        }
        Admitted admitted;
        log::Batch batch;
        batch.reserve(decoded.arena.size() + decoded.records.size() * log::kRecordHeaderBytes);
        for (std::size_t i = 0; i < decoded.records.size(); ++i) {
            if (!taken[i]) continue;
            batch.add(unsafe_without_message_ids_ ? without_message_id(decoded, i)
                                                  : decoded.bytes(decoded.records[i]));
        }
        admitted.counts.accepted = batch.count();
        admitted.counts.duplicate = decoded.records.size() - batch.count();
        if (counts != nullptr) *counts = admitted.counts;
        if (batch.empty()) {
            admitted.ticket = line.last;
            return admitted;
        }
        // A full disk fails a batch and not the log: the same records may then come again.
        auto ticket = log_.append(
            std::move(batch), [this, let_in, done = std::move(done)](const Status& status) mutable {
                if (!status) let_in->withdraw_from(directory_);
                if (done) done(status);
            });
        if (!ticket) {
            let_in->withdraw_from(directory_);
            return std::unexpected(std::move(ticket).error());
        }
        line.last = *ticket;
        admitted.ticket = *ticket;
        admitted.appended = true;
        return admitted;
    });
}

}  // namespace twofold::project
