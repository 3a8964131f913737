// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "http/router.h"

namespace twofold::http {

/// A file compiled into the binary.
struct StaticFile {
    std::string_view path;  ///< "/index.html"
    std::string_view bytes;
    std::string_view gzip;  ///< The same, compressed; empty when that saves nothing.
};

/// Adds a GET route for every file; "/index.html" also answers "/" and each path of `pages`, so
/// that a page's address can be opened and shared. Files under /assets/ carry their hash in their
/// name and may be kept for ever. `files` must outlive the router.
void add_static_files(Router& router, std::span<const StaticFile> files,
                      std::span<const std::string_view> pages);

/// The headers that every document of ours carries: nothing from elsewhere, no inline script.
void add_page_security(Response& response);

}  // namespace twofold::http
