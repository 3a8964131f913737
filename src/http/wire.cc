// SPDX-License-Identifier: Apache-2.0
#include "http/wire.h"

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>
#include <iterator>

namespace twofold::http {

namespace bhttp = boost::beast::http;

namespace {

Method method_of(bhttp::verb verb) {
    if (verb == bhttp::verb::get) return Method::kGet;
    if (verb == bhttp::verb::head) return Method::kHead;
    if (verb == bhttp::verb::post) return Method::kPost;
    if (verb == bhttp::verb::put) return Method::kPut;
    if (verb == bhttp::verb::delete_) return Method::kDelete;
    if (verb == bhttp::verb::options) return Method::kOptions;
    return Method::kOther;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void append_common(std::string& out, const Asker& asker) {
    append_field(out, "X-Content-Type-Options", "nosniff");
    if (!asker.any_origin || asker.origin.empty()) return;
    append_field(out, "Access-Control-Allow-Origin", asker.origin);
    append_field(out, "Vary", "Origin");
    append_field(out, "Access-Control-Expose-Headers", "Retry-After, ETag");
    if (asker.method != Method::kOptions) return;
    append_field(out, "Access-Control-Allow-Methods", "GET, POST, OPTIONS");
    append_field(out, "Access-Control-Max-Age", "7200");
    append_field(out, "Access-Control-Allow-Headers",
                 asker.asked_headers.empty()
                     ? "Authorization, Content-Type, Content-Encoding, X-Retry-Count"
                     : std::string_view(asker.asked_headers));
}

}  // namespace

void RequestParser::on_request_impl(bhttp::verb method, Text, Text target, int version, Code&) {
    request_.method = method_of(method);
    version_ = static_cast<unsigned>(version);
    const std::string_view whole(target.data(), target.size());
    const std::size_t mark = whole.find('?');
    request_.path = percent_decode(whole.substr(0, mark));
    while (request_.path.size() > 1 && request_.path.ends_with('/'))
        request_.path.pop_back();
    if (mark != std::string_view::npos) request_.query = whole.substr(mark + 1);
}

void RequestParser::on_field_impl(bhttp::field, Text name, Text value, Code&) {
    if (header_done_) return;  // what comes behind the last chunk is nobody's
    request_.headers.add({name.data(), name.size()}, {value.data(), value.size()});
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& bytes, Code&) {
    if (bytes) request_.body.reserve(*bytes);  // within the route's cap: see the server
}

std::size_t RequestParser::on_body_impl(Text bytes, Code&) {
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text bytes, Code& error) {
    return on_body_impl(bytes, error);
}

void append_head(std::string& out, const Response& response, const Asker* asker, bool keep_alive) {
    const auto reason = bhttp::obsolete_reason(static_cast<bhttp::status>(response.status));
    const bool old = asker != nullptr && asker->version == 10;
    fmt::format_to(std::back_inserter(out), "HTTP/1.{} {} {}\r\n", old ? 0 : 1, response.status,
                   std::string_view(reason.data(), reason.size()));
    for (const auto& [name, value] : response.headers)
        append_field(out, name, value);
    if (asker != nullptr) append_common(out, *asker);
    if (old && keep_alive) append_field(out, "Connection", "keep-alive");
    if (!old && !keep_alive) append_field(out, "Connection", "close");
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n\r\n", response.body.size());
}

}  // namespace twofold::http
