// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/data_folder.h"
#include "app/loader.h"
#include "app/progress.h"
#include "app/remote.h"
#include "intake/lines.h"
#include "intake/object_reader.h"

namespace twofold::app {

namespace {

struct ImportArguments {
    std::string data = kDataFolderDefault;
    std::string url;
    std::string key;
    std::string from = "records";
    std::vector<std::string> files;

    LineForm form() const {
        return from == "stripe-json" ? LineForm::kStripeObjects : LineForm::kRecords;
    }
};

/// A file's bytes from its beginning.
class FileSource final : public intake::ByteSource {
public:
    static Result<std::unique_ptr<FileSource>> open(const std::string& path) {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) return fail(ErrorCode::kNotFound, "cannot read this file: " + path);
        return std::unique_ptr<FileSource>(new FileSource(descriptor, path));
    }
    ~FileSource() override { ::close(descriptor_); }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;

    Result<std::size_t> read(std::span<std::byte> into) override {
        const ssize_t count = ::read(descriptor_, into.data(), into.size());
        if (count < 0) return fail(ErrorCode::kIo, "cannot read on in this file: " + path_);
        return static_cast<std::size_t>(count);
    }
    std::uint64_t size() const {
        struct stat status{};
        return ::fstat(descriptor_, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
    }

private:
    FileSource(int descriptor, std::string path)
        : descriptor_(descriptor), path_(std::move(path)) {}
    int descriptor_;
    std::string path_;
};

/// Where lines go: into a project of this process, or to a server.
class Target {
public:
    virtual ~Target() = default;
    virtual Status load(const intake::LineChunk& lines) = 0;
    virtual Status finish() = 0;
    virtual const LoadTotals& totals() const = 0;
};

class LocalTarget final : public Target {
public:
    explicit LocalTarget(Loader loader) : loader_(std::move(loader)) {}
    Status load(const intake::LineChunk& lines) override { return loader_.load(lines); }
    Status finish() override { return loader_.finish(); }
    const LoadTotals& totals() const override { return loader_.totals(); }

private:
    Loader loader_;
};

class ServerTarget final : public Target {
public:
    ServerTarget(const ImportArguments& arguments, std::uint64_t file)
        : remote_{arguments.url, arguments.key}, file_(file), form_(arguments.form()) {}

    Status load(const intake::LineChunk& lines) override {
        const bool records = form_ == LineForm::kRecords;
        http::Outgoing request = remote_.request(
            records ? fmt::format("/v1/records?file={:016x}&first_line={}", file_, lines.first_line)
                    : std::string("/v1/records?from=stripe-json"));
        request.body = lines.bytes;
        request.headers.emplace_back("Content-Type", "application/x-ndjson");
        TF_ASSIGN(const http::Incoming answer, post_patiently(request));
        const auto body = nlohmann::json::parse(answer.body, nullptr, false);
        if (!body.is_object()) {
            return fail(ErrorCode::kUnavailable, "this is no Twofold server: " + remote_.url);
        }
        totals_.accepted += body.value("accepted", std::uint64_t{0});
        totals_.duplicate += body.value("duplicate", std::uint64_t{0});
        totals_.ignored += body.value("ignored", std::uint64_t{0});
        totals_.note_count += body.value("noted", std::uint64_t{0});
        for (const auto& note : body.value("notes", nlohmann::json::array())) {
            if (totals_.first_notes.size() < intake::kStripeNotesMax) {
                totals_.first_notes.push_back(note.get<std::string>());
            }
        }
        for (const auto& one : body.value("rejected", nlohmann::json::array())) {
            ++totals_.rejected;
            const std::string code = one.value("code", "");
            ++totals_.rejected_by_reason[code];
            if (totals_.first_rejections.size() >= kRejectionsShown) continue;
            for (const intake::RejectionInfo& info : intake::rejections()) {
                if (info.name != code) continue;
                // Of objects the server knows the place among those it was sent now.
                const std::uint64_t line =
                    records ? one.value("line", std::uint64_t{0})
                            : lines.first_line + one.value("index", std::uint64_t{0});
                totals_.first_rejections.push_back(
                    {line - 1, line, info.code, one.value("message", "")});
            }
        }
        return {};
    }
    Status finish() override {
        wait_until_answered(remote_);
        return {};
    }
    const LoadTotals& totals() const override { return totals_; }

private:
    Remote remote_;
    std::uint64_t file_;
    LineForm form_;
    LoadTotals totals_;
};

void report_notes(const LoadTotals& totals) {
    if (totals.ignored > 0) fmt::print("  ignored: {}\n", totals.ignored);
    for (const std::string& note : totals.first_notes)
        fmt::print("  note: {}\n", note);
    if (totals.note_count > totals.first_notes.size()) {
        fmt::print("  … and {} more notes\n", totals.note_count - totals.first_notes.size());
    }
}

void report(const std::string& path, LineForm form, const LoadTotals& totals, double seconds) {
    const std::uint64_t lines = totals.accepted + totals.duplicate + totals.rejected;
    fmt::print("{}: {} accepted, {} already here, {} rejected, in {:.1f} s ({:.0f} {}/s)\n", path,
               totals.accepted, totals.duplicate, totals.rejected, seconds,
               static_cast<double>(lines) / std::max(0.001, seconds),
               form == LineForm::kRecords ? "lines" : "records");
    report_notes(totals);
    for (const auto& [reason, count] : totals.rejected_by_reason) {
        fmt::print("  {}: {}\n", reason, count);
    }
    for (const intake::Rejection& one : totals.first_rejections) {
        fmt::print("  {} {}: {}\n", form == LineForm::kRecords ? "line" : "object", one.line,
                   one.message);
    }
    if (totals.rejected > totals.first_rejections.size()) {
        fmt::print("  … and {} more\n", totals.rejected - totals.first_rejections.size());
    }
}

template <typename Reader>
Status load_all(Reader& reader, Target& target, double size, Progress& progress) {
    intake::LineChunk chunk;
    std::uint64_t lines = 0;
    while (true) {
        TF_ASSIGN(const bool more, reader.next(chunk));
        if (!more) return {};
        TF_TRY(target.load(chunk));
        lines += chunk.line_count;
        progress.show(static_cast<double>(reader.bytes_read()) / size, lines);
    }
}

Result<LoadTotals> import_file(const ImportArguments& arguments, project::Project* project,
                               const std::string& path) {
    TF_ASSIGN(const auto content, FileSource::open(path));
    TF_ASSIGN(const std::uint64_t file, intake::hash_content(*content));
    std::unique_ptr<Target> target;
    if (project != nullptr) {
        TF_ASSIGN(Loader loader, Loader::make(*project, file, arguments.form()));
        target = std::make_unique<LocalTarget>(std::move(loader));
    } else {
        target = std::make_unique<ServerTarget>(arguments, file);
    }
    TF_ASSIGN(const auto source, FileSource::open(path));
    const double size = static_cast<double>(std::max<std::uint64_t>(1, source->size()));
    Progress progress(path);
    if (arguments.form() == LineForm::kRecords) {
        intake::LineReader reader(*source);
        TF_TRY(load_all(reader, *target, size, progress));
    } else {
        intake::ObjectReader reader(*source);
        TF_TRY(load_all(reader, *target, size, progress));
    }
    TF_TRY(target->finish());
    report(path, arguments.form(), target->totals(), progress.seconds());
    return target->totals();
}

Status run(const ImportArguments& arguments) {
    // A name that was mistyped costs nothing: no folder is made, no file before it taken in.
    for (const std::string& path : arguments.files)
        TF_TRY(FileSource::open(path));
    std::unique_ptr<project::Project> project;
    if (arguments.url.empty()) {
        TF_ASSIGN(project, open_project(arguments.data));
    } else {
        TF_TRY((Remote{arguments.url, arguments.key}.check()));
    }
    std::uint64_t rejected = 0;
    for (const std::string& path : arguments.files) {
        TF_ASSIGN(const LoadTotals totals, import_file(arguments, project.get(), path));
        rejected += totals.rejected;
    }
    if (rejected == 0) return {};
    return fail(ErrorCode::kInvalid,
                fmt::format("{} {} were rejected; all others are in", rejected,
                            arguments.form() == LineForm::kRecords ? "lines" : "objects"));
}

}  // namespace

void add_import(CLI::App& cli, Outcome& outcome) {
    auto arguments = std::make_shared<ImportArguments>();
    CLI::App* command = cli.add_subcommand(
        "import", "Take in files (plain or gzip); what was taken in counts once");
    command->add_option("files", arguments->files, "Files to take in")->required();
    command
        ->add_option("--from", arguments->from,
                     "records (Twofold's own) or stripe-json (exported objects or events of "
                     "Stripe's: arrays, lists, JSON lines)")
        ->check(CLI::IsMember({"records", "stripe-json"}))
        ->capture_default_str();
    command->add_option("--data", arguments->data, "Data folder")->capture_default_str();
    command->add_option("--url", arguments->url, "Send to this server instead");
    command->add_option("--key", arguments->key, "Its secret key");
    command->callback([arguments, &outcome] { outcome = run(*arguments); });
}

}  // namespace twofold::app
