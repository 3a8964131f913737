// SPDX-License-Identifier: Apache-2.0
#include "app/page_files.h"

namespace twofold::app {

std::span<const http::StaticFile> page_files() {
    return {};
}

}  // namespace twofold::app
