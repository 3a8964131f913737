// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/attachments.h"
#include "engine/scan.h"
#include "engine/scan_gather.h"
#include "engine/sources.h"
#include "engine/tape_builder.h"

namespace twofold::engine {

/// What a thread told of rows and their units.
struct AttachedCost {
    std::uint64_t pushed = 0;  ///< Rows handed on: of two units, twice.
    std::uint64_t attached = 0;
    std::uint64_t unattached = 0;
    AttachedCost& operator+=(const AttachedCost& other);
};

/// Reads rows where they lie in a part, person by person, and tells each to the units that it
/// belongs to: for scans that ask nothing of rows but names and times. In no order of units; one
/// unit's rows of one person and part come in theirs. One per thread.
class AttachedRows {
public:
    /// `context` is that of the rows, without units, `scan` the one by customer or pair; `sink` has
    /// begun.
    AttachedRows(const ScanContext& context, const Scan& scan, const Attachments& attachments,
                 Sink& sink);

    /// Whether it can read the rows of the context for `scan`.
    static bool serves(const ScanContext& context, const Scan& scan);

    /// Errors: kCorrupt, kIo.
    Status add(const Source& source, store::RowRange rows);
    /// Hands on what is left.
    void finish();

    const AttachedCost& told() const noexcept { return told_; }
    const ScanCost& cost() const noexcept { return cost_; }

private:
    /// How rows of the source in hand are read.
    struct Reading {
        const Source* source = nullptr;
        bool every = false;       ///< All names are wanted.
        bool only_times = false;  ///< And the sink takes times alone.
    };
    void add_every(store::RowRange rows);
    void add_selected(store::RowRange rows);
    bool find_person(std::uint32_t place);
    void feed_times(store::RowRange rows);
    void push_run(std::span<const std::uint32_t> rows);
    void tell_run();
    bool tell_whole_run(std::size_t rows);
    void make_room(std::size_t rows);
    void count_held(std::size_t begin, std::size_t end, std::size_t& told_until);
    void flush();

    const ScanContext& context_;
    const bool counts_unattached_;
    AskedAttachments attachments_;
    Sink& sink_;
    Reading reading_;
    std::span<const Attachments::One> units_;  // of the person in hand
    std::vector<std::uint32_t> selected_;      // of one piece
    std::vector<std::uint32_t> rows_;
    std::vector<TapeRow> run_;   // of the person in hand
    std::vector<TapeRow> tape_;  // of which the first size_ are in use
    std::size_t size_ = 0;
    AttachedCost told_;
    ScanCost cost_;
};

/// The same for all other scans: stands between their rows, read without units, and their sink.
class AttachingSink final : public Sink {
public:
    /// Rows come with persons and acting customers, beside the columns of `scan`.
    AttachingSink(const Scan& scan, const Attachments& attachments, Sink& sink);

    void begin(const Block& /*block*/) override {}
    void feed(const Tape& tape) override;
    void finish(const Block& /*block*/) override { flush(); }
    /// A row that is no event.
    void add_extra(const ExtraRow& row);

    const AttachedCost& told() const noexcept { return told_; }

private:
    void push(const Tape& tape, std::size_t i, std::uint32_t unit, std::uint32_t customer);
    std::uint32_t named(std::uint32_t person, std::uint32_t customer);
    void flush();

    const Scan& scan_;
    AskedAttachments attachments_;
    Sink& sink_;
    AttachedCost told_;
    std::uint32_t named_person_ = Attachments::kNotAsked;  // what named() was asked last
    std::uint32_t named_customer_ = 0;
    std::uint32_t named_unit_ = 0;
    TapeBuilder tape_;
};

}  // namespace twofold::engine
