// SPDX-License-Identifier: Apache-2.0
#include "http/static_files.h"

namespace twofold::http {

namespace {

std::string_view content_type(std::string_view path) {
    if (path.ends_with(".html")) return "text/html; charset=utf-8";
    if (path.ends_with(".js")) return "text/javascript; charset=utf-8";
    if (path.ends_with(".css")) return "text/css; charset=utf-8";
    if (path.ends_with(".svg")) return "image/svg+xml";
    if (path.ends_with(".json")) return "application/json";
    if (path.ends_with(".woff2")) return "font/woff2";
    return "application/octet-stream";
}

bool takes_gzip(const Request& request) {
    return request.header("accept-encoding").find("gzip") != std::string_view::npos;
}

Handler serve(const StaticFile& file) {
    return [file](const Request& request, const Reply& reply) {
        const bool gzip = !file.gzip.empty() && takes_gzip(request);
        Response response =
            respond(200, content_type(file.path), std::string(gzip ? file.gzip : file.bytes));
        if (gzip) response.with("Content-Encoding", "gzip");
        response.with("Vary", "Accept-Encoding")
            .with("Cache-Control", file.path.starts_with("/assets/")
                                       ? "public, max-age=31536000, immutable"
                                       : "no-cache");
        add_page_security(response);
        reply(std::move(response));
    };
}

}  // namespace

void add_page_security(Response& response) {
    response
        .with("Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
              "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
              "frame-ancestors 'none'")
        .with("Referrer-Policy", "no-referrer")
        .with("X-Frame-Options", "DENY")
        .with("Cross-Origin-Opener-Policy", "same-origin");
}

void add_static_files(Router& router, std::span<const StaticFile> files,
                      std::span<const std::string_view> pages) {
    for (const StaticFile& file : files) {
        router.add({Method::kGet, std::string(file.path), serve(file), Runs::kInline, 0, false});
        if (file.path != "/index.html") continue;
        for (const std::string_view page : pages) {
            router.add({Method::kGet, std::string(page), serve(file), Runs::kInline, 0, false});
        }
    }
}

}  // namespace twofold::http
