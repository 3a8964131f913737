// SPDX-License-Identifier: Apache-2.0
#include "app/loader.h"

#include <thread>

namespace twofold::app {

namespace {
// Chunks on their way to the disk; each is about a megabyte of lines.
constexpr std::size_t kWaitingMax = 8;
constexpr std::chrono::milliseconds kBusyWait{5};
}  // namespace

Loader::Loader(project::Project& project, std::uint64_t file, LineForm form, Zone zone)
    : project_(&project), file_(file), form_(form), zone_(zone) {
    const auto settings = project.settings();
    automatic_names_.insert(settings.automatic_events.begin(), settings.automatic_events.end());
}

Result<Loader> Loader::make(project::Project& project, std::uint64_t file, LineForm form) {
    TF_ASSIGN(Zone zone, Zone::find(project.settings().zone));
    return Loader(project, file, form, zone);
}

void Loader::count(const std::vector<intake::Rejection>& rejected) {
    totals_.rejected += rejected.size();
    for (const intake::Rejection& one : rejected) {
        ++totals_.rejected_by_reason[std::string(intake::rejection_info(one.code).name)];
        if (totals_.first_rejections.size() < kRejectionsShown) {
            totals_.first_rejections.push_back(one);
        }
    }
}

intake::Decoded& Loader::decode(const intake::LineChunk& lines, const intake::Context& context) {
    if (form_ == LineForm::kRecords) {
        decoded_.clear();
        decoder_.decode_lines(lines, context, decoded_);
        return decoded_;
    }
    stripe_decoded_.clear();
    stripe_decoder_.decode_objects(lines, context, stripe_decoded_);
    totals_.ignored += stripe_decoded_.ignored;
    totals_.note_count += stripe_decoded_.note_count;
    for (std::string& note : stripe_decoded_.notes) {
        if (totals_.first_notes.size() < intake::kStripeNotesMax) {
            totals_.first_notes.push_back(std::move(note));
        }
    }
    return stripe_decoded_.records;
}

Status Loader::load(const intake::LineChunk& lines) {
    intake::Context context;
    context.route = intake::Route::kRecords;
    context.received = Clock::real().now();
    context.message_key = project_->message_key();
    context.zone = zone_;
    context.automatic_names = &automatic_names_;
    context.historical = true;
    context.file = file_;
    const intake::Decoded& decoded = decode(lines, context);
    count(decoded.rejected);
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
