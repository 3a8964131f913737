// SPDX-License-Identifier: Apache-2.0
#include "app/loader.h"

#include <thread>

namespace twofold::app {

namespace {
// Chunks on their way to the disk; each is about a megabyte of lines.
constexpr std::size_t kWaitingMax = 8;
constexpr std::chrono::milliseconds kBusyWait{5};
}  // namespace

void count_rejections(LoadTotals& totals, const std::vector<intake::Rejection>& rejected) {
    totals.rejected += rejected.size();
    for (const intake::Rejection& one : rejected) {
        ++totals.rejected_by_reason[std::string(intake::rejection_info(one.code).name)];
        if (totals.first_rejections.size() < kRejectionsShown) {
            totals.first_rejections.push_back(one);
        }
    }
}

LineDecoder::LineDecoder(const ledger::Settings& settings, const intake::MessageKey& message_key,
                         std::uint64_t file, LineForm form, Zone zone)
    : message_key_(message_key), file_(file), form_(form), zone_(zone) {
    automatic_names_.insert(settings.automatic_events.begin(), settings.automatic_events.end());
}

Result<LineDecoder> LineDecoder::make(const ledger::Settings& settings,
                                      const intake::MessageKey& message_key, std::uint64_t file,
                                      LineForm form) {
    TF_ASSIGN(Zone zone, Zone::find(settings.zone));
    return LineDecoder(settings, message_key, file, form, zone);
}

const intake::Decoded& LineDecoder::decode(const intake::LineChunk& lines, LoadTotals& totals) {
    intake::Context context;
    context.route = intake::Route::kRecords;
    context.received = Clock::real().now();
    context.message_key = message_key_;
    context.zone = zone_;
    context.automatic_names = &automatic_names_;
    context.historical = true;
    context.file = file_;
    if (form_ == LineForm::kRecords) {
        decoded_.clear();
        decoder_.decode_lines(lines, context, decoded_);
        count_rejections(totals, decoded_.rejected);
        return decoded_;
    }
    stripe_decoded_.clear();
    stripe_decoder_.decode_objects(lines, context, stripe_decoded_);
    totals.ignored += stripe_decoded_.ignored;
    totals.note_count += stripe_decoded_.note_count;
    for (std::string& note : stripe_decoded_.notes) {
        if (totals.first_notes.size() < intake::kStripeNotesMax) {
            totals.first_notes.push_back(std::move(note));
        }
    }
    count_rejections(totals, stripe_decoded_.records.rejected);
    return stripe_decoded_.records;
}

Loader::Loader(project::Project& project, LineDecoder decoder)
    : project_(&project), decoder_(std::move(decoder)) {}

Result<Loader> Loader::make(project::Project& project, std::uint64_t file, LineForm form) {
    TF_ASSIGN(LineDecoder decoder,
              LineDecoder::make(project.settings(), project.message_key(), file, form));
    return Loader(project, std::move(decoder));
}

Status Loader::load(const intake::LineChunk& lines) {
    const intake::Decoded& decoded = decoder_.decode(lines, totals_);
    while (true) {
        auto promise = std::make_shared<std::promise<Result<project::Accepted>>>();
        auto outcome = promise->get_future();
        project_->accept(decoded, [promise](Result<project::Accepted> accepted) {
            promise->set_value(std::move(accepted));
        });
        // Refused at once: too much is waiting, so let what is before it pass.
        if (outcome.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
            Result<project::Accepted> now = outcome.get();
            if (!now && now.error().code == ErrorCode::kUnavailable &&
                project_->health().failure.empty()) {
                if (!waiting_.empty()) TF_TRY(wait_for_first());
                std::this_thread::sleep_for(kBusyWait);
                continue;
            }
            std::promise<Result<project::Accepted>> again;
            again.set_value(std::move(now));
            outcome = again.get_future();
        }
        waiting_.push_back(std::move(outcome));
        break;
    }
    while (waiting_.size() > kWaitingMax)
        TF_TRY(wait_for_first());
    return {};
}

Status Loader::wait_for_first() {
    const Result<project::Accepted> accepted = waiting_.front().get();
    waiting_.pop_front();
    if (!accepted) return std::unexpected(accepted.error());
    totals_.accepted += accepted->accepted;
    totals_.duplicate += accepted->duplicate;
    return {};
}

Status Loader::finish() {
    while (!waiting_.empty())
        TF_TRY(wait_for_first());
    return project_->settle();
}

}  // namespace twofold::app
