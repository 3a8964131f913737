// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "intake/decode.h"
#include "intake/stripe.h"
#include "project/project.h"

namespace twofold::app {

/// What the lines of a file are.
enum class LineForm : std::uint8_t {
    kRecords,        ///< Twofold's own records.
    kStripeObjects,  ///< Objects and events of Stripe's, as intake::ObjectReader gives them.
};

/// What became of many lines.
struct LoadTotals {
    std::uint64_t accepted = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t rejected = 0;
    std::map<std::string, std::uint64_t> rejected_by_reason;
    std::vector<intake::Rejection> first_rejections;  ///< At most kRejectionsShown.
    std::uint64_t ignored = 0;                        ///< Objects of kinds that are not read.
    std::uint64_t note_count = 0;
    std::vector<std::string> first_notes;  ///< At most intake::kStripeNotesMax.
};
inline constexpr std::size_t kRejectionsShown = 20;

/// Adds what was refused, and the first of it in words.
void count_rejections(LoadTotals& totals, const std::vector<intake::Rejection>& rejected);

/// Decodes lines of one form as a project would. One thread.
class LineDecoder {
public:
    /// `file`: id of the file's content, under which its lines are remembered; 0 for none.
    /// Errors: kInvalid for a zone that is unknown.
    static Result<LineDecoder> make(const ledger::Settings& settings,
                                    const intake::MessageKey& message_key, std::uint64_t file,
                                    LineForm form);

    /// What became of whole lines, valid until the next call; adds to `totals` what was refused,
    /// ignored and noted.
    const intake::Decoded& decode(const intake::LineChunk& lines, LoadTotals& totals);

    const Zone& zone() const noexcept { return zone_; }

private:
    LineDecoder(const ledger::Settings& settings, const intake::MessageKey& message_key,
                std::uint64_t file, LineForm form, Zone zone);

    intake::MessageKey message_key_;
    std::uint64_t file_;
    LineForm form_;
    Zone zone_;
    intake::NameSet automatic_names_;
    intake::Decoder decoder_;
    intake::Decoded decoded_;
    intake::StripeDecoder stripe_decoder_;
    intake::StripeDecoded stripe_decoded_;
};

/// Puts lines of JSON into a project opened here: decodes the next chunk while those before are on
/// their way to the disk. A chunk that finds the project busy waits for it. One thread.
class Loader {
public:
    /// As LineDecoder::make.
    static Result<Loader> make(project::Project& project, std::uint64_t file,
                               LineForm form = LineForm::kRecords);

    /// Takes whole lines. Errors: what the project says when it cannot take more.
    Status load(const intake::LineChunk& lines);
    /// Waits until everything is durable and in the project's world.
    Status finish();

    const LoadTotals& totals() const noexcept { return totals_; }

private:
    Loader(project::Project& project, LineDecoder decoder);
    Status wait_for_first();

    project::Project* project_;
    LineDecoder decoder_;
    std::deque<std::future<Result<project::Accepted>>> waiting_;
    LoadTotals totals_;
};

}  // namespace twofold::app
