// SPDX-License-Identifier: Apache-2.0
#include "loading.h"

#include <algorithm>

namespace twofold::bench {

Loading::Loading(app::Loader loader, const World& world)
    : loader_(std::move(loader)), arrival_(world) {}

Result<Loading> Loading::make(project::Project& project, const World& world, std::uint64_t file) {
    ledger::Settings settings = project.settings();
    settings.now = world.to() - 1;
    TF_TRY(project.set_settings(settings));
    TF_ASSIGN(app::Loader loader, app::Loader::make(project, file));
    return Loading(std::move(loader), world);
}

Status Loading::load(std::string_view lines) {
    intake::LineChunk chunk;
    chunk.first_line = next_line_;
    chunk.bytes = lines;
    chunk.line_count = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    next_line_ += chunk.line_count;
    return loader_.load(chunk);
}

Status Loading::finish() {
    TF_TRY(loader_.finish());
    if (loader_.totals().rejected == 0) return {};
    return fail(ErrorCode::kInternal, "the bench's lines were rejected: " +
                                          loader_.totals().first_rejections.front().message);
}

Status Loading::bulk() {
    TF_TRY(arrival_.bulk([this](std::string_view lines) { return load(lines); }));
    return finish();
}

Status Loading::late() {
    TF_TRY(arrival_.late([this](std::string_view lines) { return load(lines); }));
    return finish();
}

}  // namespace twofold::bench
