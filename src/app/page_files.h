// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "http/static_files.h"

namespace twofold::app {

/// The page's files, compiled in; empty in a build without the page.
std::span<const http::StaticFile> page_files();

}  // namespace twofold::app
