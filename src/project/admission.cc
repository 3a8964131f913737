// SPDX-License-Identifier: Apache-2.0
#include "project/admission.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/check.h"
#include "model/record.h"

namespace twofold::project {

namespace {

/// std::vector<bool> has no bools to point at.
class Flags {
public:
    /// All false. Keeps its memory.
    void reset(std::size_t count) {
        if (count > room_) {
            flags_ = std::make_unique<bool[]>(count);
            room_ = count;
        }
        count_ = count;
        std::ranges::fill(span(), false);
    }
    std::span<bool> span() { return {flags_.get(), count_}; }
    bool operator[](std::size_t i) const { return flags_[i]; }

private:
    std::unique_ptr<bool[]> flags_;
    std::size_t room_ = 0;
    std::size_t count_ = 0;
};

// Of most requests; what larger ones needed is let go.
constexpr std::size_t kKeptProbes = 10'000;

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

}  // namespace

/// The keys of one request's records, and which records they belong to.
struct Admission::Probes {
    std::vector<directory::MessageKey> keys;
    std::vector<std::size_t> key_records;
    Flags fresh_keys;
    std::vector<model::Origin> lines;
    std::vector<std::size_t> line_records;
    Flags fresh_lines;
    Flags known;  ///< By record.

    LetIn let_in() {
        LetIn let_in;
        let_in.keys.reserve(keys.size());
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (fresh_lines[i]) let_in.lines.push_back(lines[i]);
            if (!fresh_lines[i]) known.span()[line_records[i]] = true;
        }
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (fresh_keys[i]) let_in.keys.push_back(keys[i]);
            if (!fresh_keys[i]) known.span()[key_records[i]] = true;
        }
        return let_in;
    }
};

void Admission::probe(const intake::Decoded& decoded, Probes& probes) {
    probes.keys.clear();
    probes.key_records.clear();
    probes.lines.clear();
    probes.line_records.clear();
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
    probes.fresh_keys.reset(probes.keys.size());
    probes.fresh_lines.reset(probes.lines.size());
    probes.known.reset(decoded.records.size());
}

Result<Admission::Admitted> Admission::admit(const intake::Decoded& decoded, log::OnDurable done,
                                             Accepted* counts, InLine in_line) {
    thread_local Probes kept;
    Probes own;
    Probes& probes = decoded.records.size() <= kKeptProbes ? kept : own;
    probe(decoded, probes);
    Result<Admitted> admitted;
    const auto let_in = [&](Line& line) { admitted = admit(decoded, probes, done, counts, line); };
    if (in_line == InLine::kWait) {
        line_.with(let_in);
    } else if (!line_.try_with(let_in)) {
        admitted->left = true;
    }
    return admitted;
}

// What is let in to find out is let go again before anybody else comes in.
Result<std::vector<bool>> Admission::known(const intake::Decoded& decoded) {
    Probes probes;
    probe(decoded, probes);
    Status looked;
    line_.with([&](Line&) {
        directory_.imports().admit(probes.lines, probes.fresh_lines.span());
        looked = directory_.messages().admit(probes.keys, probes.fresh_keys.span());
        const LetIn let_in = probes.let_in();
        if (looked) {
            let_in.withdraw_from(directory_);
        } else {
            directory_.imports().withdraw(let_in.lines);
        }
    });
    TF_TRY(looked);
    return std::vector<bool>(probes.known.span().begin(), probes.known.span().end());
}

Result<Admission::Admitted> Admission::admit(const intake::Decoded& decoded, Probes& probes,
                                             log::OnDurable& done, Accepted* counts, Line& line) {
    directory_.imports().admit(probes.lines, probes.fresh_lines.span());
    // A damaged file of message ids: nobody can say what was here before.
    if (const Status looked = directory_.messages().admit(probes.keys, probes.fresh_keys.span());
        !looked) {
        directory_.imports().withdraw(probes.let_in().lines);
        return std::unexpected(looked.error());
    }
    LetIn let_in = probes.let_in();
    Admitted admitted;
    log::Batch batch;
    batch.reserve(decoded.arena.size() + decoded.records.size() * log::kRecordHeaderBytes);
    for (std::size_t i = 0; i < decoded.records.size(); ++i) {
        if (probes.known[i]) continue;
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
    const auto shared = std::make_shared<LetIn>(std::move(let_in));
    auto ticket = log_.append(std::move(batch),
                              [this, shared, done = std::move(done)](const Status& status) mutable {
                                  if (!status) shared->withdraw_from(directory_);
                                  if (done) done(status);
                              });
    if (!ticket) {
        shared->withdraw_from(directory_);
        return std::unexpected(std::move(ticket).error());
    }
    line.last = *ticket;
    admitted.ticket = *ticket;
    admitted.appended = true;
    return admitted;
}

}  // namespace twofold::project
