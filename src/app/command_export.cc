// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <zlib.h>

#include "app/commands.h"
#include "app/data_folder.h"
#include "project/export.h"

namespace twofold::app {

namespace {

struct ExportArguments {
    std::string data = kDataFolderDefault;
    std::string file = "-";
};

std::unexpected<Error> cannot_write(const std::string& file) {
    return fail(ErrorCode::kIo, "cannot write all of it to this file: " + file);
}

Status export_plain(const project::Project& project, const std::string& file, std::FILE* out) {
    TF_TRY(project::export_records(project, [&](std::string_view lines) -> Status {
        if (std::fwrite(lines.data(), 1, lines.size(), out) == lines.size()) return {};
        return cannot_write(file);
    }));
    return std::fflush(out) == 0 ? Status{} : cannot_write(file);
}

Status export_gzip(const project::Project& project, const std::string& file) {
    const gzFile out = gzopen(file.c_str(), "wb6");
    if (out == nullptr) return cannot_write(file);
    const Status written = project::export_records(project, [&](std::string_view lines) -> Status {
        const auto length = static_cast<unsigned>(lines.size());
        if (gzwrite(out, lines.data(), length) == static_cast<int>(length)) return {};
        return cannot_write(file);
    });
    if (gzclose(out) != Z_OK && written) return cannot_write(file);
    return written;
}

Status run(const ExportArguments& arguments) {
    TF_ASSIGN(const auto project, open_existing_project(arguments.data));
    if (arguments.file == "-") return export_plain(*project, "standard output", stdout);
    if (arguments.file.ends_with(".gz")) return export_gzip(*project, arguments.file);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(
        std::fopen(arguments.file.c_str(), "w"), std::fclose);
    if (!out) return cannot_write(arguments.file);
    return export_plain(*project, arguments.file, out.get());
}

}  // namespace

void add_export(CLI::App& cli, Outcome& outcome) {
    auto arguments = std::make_shared<ExportArguments>();
    CLI::App* command =
        cli.add_subcommand("export", "Write everything as JSON lines that import takes in again");
    command->add_option("file", arguments->file, "File to write (.gz compresses); - for the screen")
        ->capture_default_str();
    command->add_option("--data", arguments->data, "Data folder")->capture_default_str();
    command->callback([arguments, &outcome] { outcome = run(*arguments); });
}

}  // namespace twofold::app
