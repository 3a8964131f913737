// SPDX-License-Identifier: Apache-2.0
#include "app/import_target.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "intake/describe.h"

namespace twofold::app {

namespace {

class ProjectTarget final : public ImportTarget {
public:
    explicit ProjectTarget(Loader loader) : loader_(std::move(loader)) {}
    Status load(const intake::LineChunk& lines) override { return loader_.load(lines); }
    Status finish() override { return loader_.finish(); }
    const LoadTotals& totals() const override { return loader_.totals(); }

private:
    Loader loader_;
};

class NoTarget final : public ImportTarget {
public:
    NoTarget(const project::Project* project, LineDecoder decoder)
        : project_(project), decoder_(std::move(decoder)) {}

    Status load(const intake::LineChunk& lines) override {
        const intake::Decoded& decoded = decoder_.decode(lines, totals_);
        std::vector<bool> known(decoded.records.size(), false);
        if (project_ != nullptr) {
            TF_ASSIGN(known, project_->known(decoded));
        }
        told_.clear();
        for (std::size_t i = 0; i < decoded.records.size(); ++i) {
            const auto record = model::RecordView::parse(decoded.bytes(decoded.records[i]));
            TF_CHECK(record.has_value());
            ++(known[i] ? totals_.duplicate : totals_.accepted);
            told_.push_back({decoded.records[i].index + 1, "", known[i],
                             intake::describe(*record, decoder_.zone())});
        }
        for (const intake::Rejection& one : decoded.rejected) {
            told_.push_back({one.index + 1, std::string(intake::rejection_info(one.code).name),
                             false, one.message});
        }
        return {};
    }
    Status finish() override { return {}; }
    const LoadTotals& totals() const override { return totals_; }
    std::vector<LineTold> take_told() override { return std::move(told_); }

private:
    const project::Project* project_;
    LineDecoder decoder_;
    LoadTotals totals_;
    std::vector<LineTold> told_;
};

class ServerTarget final : public ImportTarget {
public:
    ServerTarget(Remote remote, std::uint64_t file, LineForm form, bool dry_run)
        : remote_(std::move(remote)), file_(file), form_(form), dry_run_(dry_run) {}

    Status load(const intake::LineChunk& lines) override {
        if (dry_run_ && !asked_) {
            // A server of before dry runs would take the records in.
            TF_ASSIGN(const auto nothing, send({"\n", 1, 1}));
            if (!nothing.contains("would")) {
                return fail(ErrorCode::kUnavailable,
                            "this server knows no dry runs; nothing was sent: " + remote_.url);
            }
            asked_ = true;
        }
        TF_ASSIGN(const auto body, send(lines));
        count(body);
        count_rejected(body, lines);
        if (dry_run_) tell(body, lines);
        return {};
    }
    Status finish() override {
        if (!dry_run_) wait_until_answered(remote_);
        return {};
    }
    const LoadTotals& totals() const override { return totals_; }
    std::vector<LineTold> take_told() override { return std::move(told_); }

private:
    Result<nlohmann::json> send(const intake::LineChunk& lines) const {
        std::string path =
            form_ == LineForm::kRecords
                ? fmt::format("/v1/records?file={:016x}&first_line={}", file_, lines.first_line)
                : std::string("/v1/records?from=stripe-json");
        if (dry_run_) path += "&dry_run=true";
        http::Outgoing request = remote_.request(path);
        request.body = lines.bytes;
        request.headers.emplace_back("Content-Type", "application/x-ndjson");
        TF_ASSIGN(const http::Incoming answer, post_patiently(request));
        auto body = nlohmann::json::parse(answer.body, nullptr, false);
        if (!body.is_object()) {
            return fail(ErrorCode::kUnavailable, "this is no Twofold server: " + remote_.url);
        }
        return body;
    }

    void count(const nlohmann::json& body) {
        totals_.accepted += body.value("accepted", std::uint64_t{0});
        totals_.duplicate += body.value("duplicate", std::uint64_t{0});
        totals_.ignored += body.value("ignored", std::uint64_t{0});
        totals_.note_count += body.value("noted", std::uint64_t{0});
        for (const auto& note : body.value("notes", nlohmann::json::array())) {
            if (totals_.first_notes.size() < intake::kStripeNotesMax) {
                totals_.first_notes.push_back(note.get<std::string>());
            }
        }
    }

    // Of objects the server knows the place among those it was sent now.
    static std::uint64_t line_of(const nlohmann::json& one, const intake::LineChunk& lines) {
        if (one.contains("line")) return one.value("line", std::uint64_t{0});
        return lines.first_line + one.value("index", std::uint64_t{0});
    }

    void count_rejected(const nlohmann::json& body, const intake::LineChunk& lines) {
        for (const auto& one : body.value("rejected", nlohmann::json::array())) {
            ++totals_.rejected;
            const std::string code = one.value("code", "");
            ++totals_.rejected_by_reason[code];
            if (totals_.first_rejections.size() >= kRejectionsShown) continue;
            for (const intake::RejectionInfo& info : intake::rejections()) {
                if (info.name != code) continue;
                const std::uint64_t line = line_of(one, lines);
                totals_.first_rejections.push_back(
                    {line - 1, line, info.code, one.value("message", "")});
            }
        }
    }

    void tell(const nlohmann::json& body, const intake::LineChunk& lines) {
        told_.clear();
        for (const auto& one : body.value("would", nlohmann::json::array())) {
            told_.push_back(
                {line_of(one, lines), "", one.value("duplicate", false), one.value("do", "")});
        }
        for (const auto& one : body.value("rejected", nlohmann::json::array())) {
            told_.push_back({line_of(one, lines), one.value("code", "unknown"), false,
                             one.value("message", "")});
        }
    }

    Remote remote_;
    std::uint64_t file_;
    LineForm form_;
    bool dry_run_;
    bool asked_ = false;  // whether it knows dry runs
    LoadTotals totals_;
    std::vector<LineTold> told_;
};

}  // namespace

std::unique_ptr<ImportTarget> into_project(Loader loader) {
    return std::make_unique<ProjectTarget>(std::move(loader));
}

std::unique_ptr<ImportTarget> into_server(Remote remote, std::uint64_t file, LineForm form,
                                          bool dry_run) {
    return std::make_unique<ServerTarget>(std::move(remote), file, form, dry_run);
}

Result<std::unique_ptr<ImportTarget>> into_nothing(const project::Project* project,
                                                   std::uint64_t file, LineForm form) {
    const ledger::Settings settings = project == nullptr ? ledger::Settings() : project->settings();
    const intake::MessageKey key =
        project == nullptr ? intake::MessageKey{} : project->message_key();
    TF_ASSIGN(LineDecoder decoder, LineDecoder::make(settings, key, file, form));
    return std::make_unique<NoTarget>(project, std::move(decoder));
}

}  // namespace twofold::app
