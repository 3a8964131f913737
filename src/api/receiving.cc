// SPDX-License-Identifier: Apache-2.0
#include "api/receiving.h"

#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/check.h"
#include "intake/describe.h"

namespace twofold::api {

namespace {

using nlohmann::json;

std::string json_text(const std::string& words) {
    return json(words).dump(-1, ' ', false, json::error_handler_t::replace);
}

// Written piece by piece: of half a million refusals a tree of JSON would be hundreds of megabytes.
std::string receipt(const project::Accepted& accepted,
                    const std::vector<intake::Rejection>& rejected,
                    const std::optional<ReceiptNotes>& notes) {
    std::string text = fmt::format(R"({{"success":true,"accepted":{},"duplicate":{},"rejected":[)",
                                   accepted.accepted, accepted.duplicate);
    for (std::size_t i = 0; i < rejected.size(); ++i) {
        const intake::Rejection& one = rejected[i];
        fmt::format_to(std::back_inserter(text), R"({}{{"index":{},"code":"{}","message":{})",
                       i == 0 ? "" : ",", one.index, intake::rejection_info(one.code).name,
                       json_text(one.message));
        if (one.line != 0) fmt::format_to(std::back_inserter(text), R"(,"line":{})", one.line);
        text += '}';
    }
    text += ']';
    if (notes) {
        fmt::format_to(std::back_inserter(text), R"(,"ignored":{},"noted":{},"notes":[)",
                       notes->ignored, notes->noted);
        for (std::size_t i = 0; i < notes->notes.size(); ++i) {
            if (i > 0) text += ',';
            text += json_text(notes->notes[i]);
        }
        text += ']';
    }
    return text + '}';
}

}  // namespace

project::Project::OnAccepted answer_with_receipt(const http::Reply& reply,
                                                 std::vector<intake::Rejection> rejected,
                                                 std::optional<ReceiptNotes> notes) {
    return [reply, rejected = std::move(rejected),
            notes = std::move(notes)](const Result<project::Accepted>& accepted) {
        if (!accepted) {
            // 429 waits without using up a client's attempts, 503 does; both try again.
            http::Response busy = problem(accepted.error());
            if (busy.status == 503) busy.status = 429;
            reply(std::move(busy));
            return;
        }
        reply(http::json(200, receipt(*accepted, rejected, notes)));
    };
}

Status may_send_records(const Services& services, const http::Request& request) {
    const bool of_page = key_of(request, false).empty() && !request.cookie(kSessionCookie).empty();
    return of_page ? may_ask(services, request) : needs_secret_key(services, request);
}

bool is_dry_run(const http::Request& request) {
    // Whatever else it says, whoever names it does not want to be surprised by records.
    const std::string value = request.query_value("dry_run");
    return !value.empty() && value != "false" && value != "0";
}

void answer_dry_run(const Services& services, const intake::Decoded& decoded, const Zone& zone,
                    const http::Reply& reply, std::optional<ReceiptNotes> notes) {
    const auto known = services.project.known(decoded);
    if (!known) {
        reply(problem(known.error()));
        return;
    }
    project::Accepted counts;
    std::uint64_t untold = 0;
    std::string would;
    for (std::size_t i = 0; i < decoded.records.size(); ++i) {
        ++((*known)[i] ? counts.duplicate : counts.accepted);
        if (would.size() > kDryRunBytesMax) {
            ++untold;
            continue;
        }
        const auto record = model::RecordView::parse(decoded.bytes(decoded.records[i]));
        TF_CHECK(record.has_value());
        fmt::format_to(std::back_inserter(would), R"({}{{"index":{},"do":{})",
                       would.empty() ? "" : ",", decoded.records[i].index,
                       json_text(intake::describe(*record, zone)));
        if (const std::uint64_t line = record->origin().line; line != 0) {
            fmt::format_to(std::back_inserter(would), R"(,"line":{})", line);
        }
        would += (*known)[i] ? R"(,"duplicate":true})" : "}";
    }
    std::string text = receipt(counts, decoded.rejected, notes);
    text.pop_back();
    fmt::format_to(std::back_inserter(text), R"(,"dry_run":true,"would":[{}],"untold":{}}})", would,
                   untold);
    reply(http::json(200, std::move(text)));
}

Status needs_secret_key(const Services& services, const http::Request& request) {
    if (services.accounts.find_key(key_of(request, false)) == account::KeyKind::kSecret) return {};
    return fail(ErrorCode::kDenied,
                "this route needs a secret key; `twofold key create --kind secret` makes one");
}

}  // namespace twofold::api
