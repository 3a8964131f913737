// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/check.h"
#include "directory/directory.h"
#include "io/env.h"
#include "model/record.h"

namespace twofold::directory {

/// A directory with its log, for tests: keeps the records, so that it can be opened again from its
/// last commit and brought up to date by replay.
class TestDirectory {
public:
    explicit TestDirectory(io::Env& env, Options options = {}) : env_(env), options_(options) {
        open();
    }

    Directory* operator->() noexcept { return directory_.get(); }

    Applied apply(const model::RecordBuilder& record) {
        auto bytes = record.bytes();
        model::set_sequence(bytes, log_.size() + 1);
        log_.push_back(std::move(bytes));
        return apply_logged(log_.back());
    }
    void turn_self_customers() {
        turns_.push_back(log_.size());
        directory_->set_self_customers(turns_.size() % 2 == 1);
    }
    bool has_self_customers() const { return turns_.size() % 2 == 1; }
    void commit() {
        auto piece = directory_->commit();
        TF_CHECK(piece.has_value());
        piece_ = std::move(*piece);
    }
    void save_and_open_again() {
        commit();
        crash();
    }
    /// Loses everything since the last commit, then replays the log.
    void crash() {
        directory_.reset();
        open();
        // As project does: what was turned at the position of the piece is done again.
        const std::size_t begin = directory_->position();
        const auto first = std::ranges::lower_bound(turns_, begin);
        bool on = (first - turns_.begin()) % 2 == 1;
        if (on) directory_->set_self_customers(true);
        auto next = first;
        const auto turn = [&](std::size_t position) {
            for (; next != turns_.end() && *next <= position; ++next)
                directory_->set_self_customers(on = !on);
        };
        for (std::size_t i = begin; i < log_.size(); ++i) {
            turn(i);
            apply_logged(log_[i]);
        }
        turn(log_.size());
    }
    const ManifestPiece& piece() const { return piece_; }

private:
    void open() {
        auto opened = Directory::open(env_, "directory", options_, piece_);
        TF_CHECK(opened.has_value());
        directory_ = std::move(*opened);
    }
    Applied apply_logged(const std::vector<std::byte>& bytes) {
        const auto view = model::RecordView::parse(bytes);
        TF_CHECK(view.has_value());
        const auto applied = directory_->apply(*view);
        TF_CHECK(applied.has_value());
        return *applied;
    }

    io::Env& env_;
    Options options_;
    std::unique_ptr<Directory> directory_;
    ManifestPiece piece_;
    std::vector<std::vector<std::byte>> log_;
    std::vector<std::size_t> turns_;  // of self customers: records before each
};

}  // namespace twofold::directory
