// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string>
#include <string_view>

#include "http/message.h"

namespace twofold::http {

/// Beast's parser of one request, which puts what it finds straight into a Request: neither its
/// fields nor its body lie anywhere else first. The Request is borrowed and starts out clear.
class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    explicit RequestParser(Request& request) noexcept : request_(request) {}

    /// 10 or 11; 11 until the request line was read.
    unsigned version() const noexcept { return version_; }

private:
    using Text = boost::beast::string_view;
    using Code = boost::system::error_code;

    void on_request_impl(boost::beast::http::verb method, Text, Text target, int version,
                         Code&) override;
    void on_response_impl(int, Text, int, Code&) override {}
    void on_field_impl(boost::beast::http::field, Text name, Text value, Code&) override;
    void on_header_impl(Code&) override { header_done_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& bytes, Code&) override;
    std::size_t on_body_impl(Text bytes, Code&) override;
    void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, Code& error) override;
    void on_finish_impl(Code&) override {}

    Request& request_;
    unsigned version_ = 11;
    bool header_done_ = false;
};

/// Of a request, what its answer depends on.
struct Asker {
    Method method = Method::kGet;
    unsigned version = 11;
    bool any_origin = false;  ///< Of the route.
    std::string origin;       ///< As the header has it.
    std::string asked_headers;
};

/// Appends status line and header of the response, with what every answer carries: its length, and
/// CORS where the route is for pages of any origin. `asker` is null where what came was no HTTP.
void append_head(std::string& out, const Response& response, const Asker* asker, bool keep_alive);

}  // namespace twofold::http
