// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/services.h"
#include "base/calendar.h"
#include "intake/decode.h"
#include "intake/rejection.h"

namespace twofold::api {

/// What a receipt says beside what became of the records.
struct ReceiptNotes {
    std::uint64_t ignored = 0;
    std::uint64_t noted = 0;
    std::vector<std::string> notes;  ///< The first of `noted`.
};

/// Answers once all is on disk: {"success":true,"accepted":n,"duplicate":n,"rejected":[…]}, with
/// `notes` also "ignored":n,"noted":n,"notes":[…]. When the project cannot take the records: 429 or
/// the problem's status.
project::Project::OnAccepted answer_with_receipt(const http::Reply& reply,
                                                 std::vector<intake::Rejection> rejected,
                                                 std::optional<ReceiptNotes> notes = std::nullopt);

/// Whether the request may send any records: a secret key, or the signed-in page as may_ask() says.
/// Errors: kDenied.
Status may_send_records(const Services& services, const http::Request& request);

/// ?dry_run=true: what would the records of this request do? Nothing is kept.
bool is_dry_run(const http::Request& request);

/// What is told of a dry run at most; what is beyond is counted.
inline constexpr std::size_t kDryRunBytesMax = std::size_t{32} << 20;

/// Answers as answer_with_receipt, and what each record would do, in words: "dry_run":true,
/// "would":[{"index":n,"line":n,"do":"…","duplicate":true}], "untold":n.
void answer_dry_run(const Services& services, const intake::Decoded& decoded, const Zone& zone,
                    const http::Reply& reply, std::optional<ReceiptNotes> notes = std::nullopt);

/// Errors: kDenied when the request carries no secret key.
Status needs_secret_key(const Services& services, const http::Request& request);

/// /v1/records?from=stripe-json: exported objects of Stripe's, one on each line, as `twofold import
/// --from stripe-json` sends them.
void take_stripe_objects(Services& services, const http::Request& request,
                         const http::Reply& reply);

}  // namespace twofold::api
