// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/data_folder.h"
#include "app/import_target.h"
#include "app/progress.h"
#include "app/remote.h"
#include "intake/csv_records.h"
#include "intake/lines.h"
#include "intake/object_reader.h"

namespace twofold::app {

namespace {

struct ImportArguments {
    std::string data = kDataFolderDefault;
    std::string url;
    std::string key;
    std::string from = "records";
    std::vector<std::string> maps;
    std::string delimiter;
    bool dry_run = false;
    std::vector<std::string> files;

    LineForm form() const {
        return from == "stripe-json" ? LineForm::kStripeObjects : LineForm::kRecords;
    }
    std::optional<char> delimiter_char() const {
        if (delimiter.empty()) return std::nullopt;
        return delimiter == "tab" ? '\t' : delimiter.front();
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

void report_notes(const LoadTotals& totals) {
    if (totals.ignored > 0) fmt::print("  ignored: {}\n", totals.ignored);
    for (const std::string& note : totals.first_notes)
        fmt::print("  note: {}\n", note);
    if (totals.note_count > totals.first_notes.size()) {
        fmt::print("  … and {} more notes\n", totals.note_count - totals.first_notes.size());
    }
}

/// A file, and for CSV the map under which it is read.
struct Job {
    std::string path;
    std::optional<intake::CsvMap> map;

    std::string title() const { return map ? fmt::format("{} as {}", path, map->type()) : path; }
};

std::string_view line_word(LineForm form) {
    return form == LineForm::kRecords ? "line" : "object";
}

void report(const ImportArguments& arguments, const Job& job, const LoadTotals& totals,
            double seconds) {
    const std::uint64_t lines = totals.accepted + totals.duplicate + totals.rejected;
    const LineForm form = arguments.form();
    if (arguments.dry_run) {
        fmt::print("{}: would take {}, {} already here, would reject {}; nothing was kept\n",
                   job.title(), totals.accepted, totals.duplicate, totals.rejected);
    } else {
        fmt::print("{}: {} accepted, {} already here, {} rejected, in {:.1f} s ({:.0f} {}/s)\n",
                   job.title(), totals.accepted, totals.duplicate, totals.rejected, seconds,
                   static_cast<double>(lines) / std::max(0.001, seconds),
                   form == LineForm::kRecords ? "lines" : "records");
    }
    report_notes(totals);
    for (const auto& [reason, count] : totals.rejected_by_reason) {
        fmt::print("  {}: {}\n", reason, count);
    }
    if (arguments.dry_run) return;  // each has been told
    for (const intake::Rejection& one : totals.first_rejections) {
        fmt::print("  {} {}: {}\n", line_word(form), one.line, one.message);
    }
    if (totals.rejected > totals.first_rejections.size()) {
        fmt::print("  … and {} more\n", totals.rejected - totals.first_rejections.size());
    }
}

std::string_view rule_of(std::string_view code) {
    for (const intake::RejectionInfo& info : intake::rejections()) {
        if (info.name == code) return info.rule;
    }
    return "";
}

/// A dry run's lines, in their order.
void tell(std::vector<LineTold> told, LineForm form) {
    std::ranges::stable_sort(told, {}, &LineTold::line);
    for (const LineTold& one : told) {
        fmt::print("{} {}: ", line_word(form), one.line);
        if (!one.code.empty()) {
            fmt::print("rejected, {}: {}; the rule: {}\n", one.code, one.words, rule_of(one.code));
        } else if (one.known) {
            fmt::print("already here, so it would not again {}\n", one.words);
        } else {
            fmt::print("would {}\n", one.words);
        }
    }
}

/// The same of rows, with those that were refused before they were lines.
void tell_rows(const intake::CsvRecords& rows, std::vector<LineTold> told) {
    for (LineTold& one : told) {
        if (!one.code.empty()) one.words = rows.with_columns(std::move(one.words));
    }
    for (const intake::Rejection& one : rows.refused()) {
        told.push_back(
            {one.line, std::string(intake::rejection_info(one.code).name), false, one.message});
    }
    tell(std::move(told), LineForm::kRecords);
}

/// A file under way.
struct Loading {
    ImportTarget& target;
    LineForm form;
    bool dry_run;
    double size;  ///< In bytes, above 0.
    Progress progress;
    std::uint64_t lines = 0;

    /// A dry run's lines would be drawn over.
    void show(std::uint64_t bytes_read, std::uint64_t more_lines) {
        lines += more_lines;
        if (!dry_run) progress.show(static_cast<double>(bytes_read) / size, lines);
    }
};

template <typename Reader>
Status load_all(Reader& reader, Loading& loading) {
    intake::LineChunk chunk;
    while (true) {
        TF_ASSIGN(const bool more, reader.next(chunk));
        if (!more) return {};
        TF_TRY(loading.target.load(chunk));
        tell(loading.target.take_told(), loading.form);
        loading.show(reader.bytes_read(), chunk.line_count);
    }
}

/// The same of rows, some of which are refused before they are lines.
Status load_rows(intake::CsvRecords& rows, Loading& loading, LoadTotals& refused) {
    intake::LineChunk chunk;
    while (true) {
        TF_ASSIGN(const bool more, rows.next(chunk));
        if (!more) return {};
        count_rejections(refused, rows.refused());
        TF_TRY(loading.target.load(chunk));
        if (loading.dry_run) tell_rows(rows, loading.target.take_told());
        loading.show(rows.bytes_read(), chunk.line_count);
    }
}

/// What the target counted and the rows that did not get so far.
LoadTotals totals_of(const intake::CsvRecords& rows, LoadTotals totals, const LoadTotals& refused) {
    for (intake::Rejection& one : totals.first_rejections)
        one.message = rows.with_columns(std::move(one.message));
    totals.rejected += refused.rejected;
    for (const auto& [reason, count] : refused.rejected_by_reason)
        totals.rejected_by_reason[reason] += count;
    auto& first = totals.first_rejections;
    first.insert(first.end(), refused.first_rejections.begin(), refused.first_rejections.end());
    std::ranges::sort(first, {}, &intake::Rejection::line);
    if (first.size() > kRejectionsShown) first.resize(kRejectionsShown);
    return totals;
}

Result<std::unique_ptr<ImportTarget>> target_of(const ImportArguments& arguments,
                                                project::Project* project, std::uint64_t file) {
    if (!arguments.url.empty()) {
        return into_server({arguments.url, arguments.key}, file, arguments.form(),
                           arguments.dry_run);
    }
    if (arguments.dry_run) return into_nothing(project, file, arguments.form());
    TF_ASSIGN(Loader loader, Loader::make(*project, file, arguments.form()));
    return into_project(std::move(loader));
}

Result<LoadTotals> load_table(intake::CsvRecords& rows, Loading& loading) {
    LoadTotals refused;
    TF_TRY(load_rows(rows, loading, refused));
    TF_TRY(loading.target.finish());
    return totals_of(rows, loading.target.totals(), refused);
}

Result<LoadTotals> load_lines(FileSource& source, Loading& loading) {
    if (loading.form == LineForm::kRecords) {
        intake::LineReader reader(source);
        TF_TRY(load_all(reader, loading));
    } else {
        intake::ObjectReader reader(source);
        TF_TRY(load_all(reader, loading));
    }
    TF_TRY(loading.target.finish());
    return loading.target.totals();
}

Result<LoadTotals> import_file(const ImportArguments& arguments, project::Project* project,
                               const Job& job) {
    TF_ASSIGN(const auto content, FileSource::open(job.path));
    TF_ASSIGN(std::uint64_t file, intake::hash_content(*content));
    TF_ASSIGN(const auto source, FileSource::open(job.path));
    std::optional<intake::CsvRecords> rows;
    if (job.map) {
        TF_ASSIGN(rows, intake::CsvRecords::open(*source, *job.map, arguments.delimiter_char()));
        file = intake::csv_file_id(file, *job.map, rows->delimiter());
    }
    TF_ASSIGN(const auto target, target_of(arguments, project, file));
    Loading loading{*target, arguments.form(), arguments.dry_run,
                    static_cast<double>(std::max<std::uint64_t>(1, source->size())),
                    Progress(job.path)};
    TF_ASSIGN(LoadTotals totals, rows ? load_table(*rows, loading) : load_lines(*source, loading));
    report(arguments, job, totals, loading.progress.seconds());
    return totals;
}

/// What is to be done, checked as far as it can be: a name that was mistyped costs nothing, no
/// folder is made and no file before it taken in.
Result<std::vector<Job>> jobs_of(const ImportArguments& arguments) {
    const bool csv = arguments.from == "csv";
    if (csv == arguments.maps.empty() || (!csv && !arguments.delimiter.empty())) {
        return fail(
            ErrorCode::kInvalid,
            csv ? "--from csv needs --map, which says what the columns are; docs/csv.md has "
                  "examples: --map 'relation userId=email customerId=account from=start'"
                : "--map and --delimiter are for --from csv");
    }
    std::vector<intake::CsvMap> maps;
    for (const std::string& text : arguments.maps) {
        TF_ASSIGN(intake::CsvMap map, intake::CsvMap::parse(text));
        maps.push_back(std::move(map));
    }
    std::vector<Job> jobs;
    for (const std::string& path : arguments.files) {
        TF_TRY(FileSource::open(path));
        if (!csv) jobs.push_back({path, std::nullopt});
        for (const intake::CsvMap& map : maps) {
            TF_ASSIGN(const auto source, FileSource::open(path));
            const auto rows = intake::CsvRecords::open(*source, map, arguments.delimiter_char());
            if (!rows) {
                Error error = rows.error();
                error.message = fmt::format("{}: {}", path, error.message);
                return std::unexpected(std::move(error));
            }
            jobs.push_back({path, map});
        }
    }
    return jobs;
}

Status run(const ImportArguments& arguments) {
    TF_ASSIGN(const std::vector<Job> jobs, jobs_of(arguments));
    std::unique_ptr<project::Project> project;
    if (!arguments.url.empty()) {
        TF_TRY((Remote{arguments.url, arguments.key}.check()));
    } else if (!arguments.dry_run || has_project(arguments.data)) {
        TF_ASSIGN(project, open_project(arguments.data));
    }
    std::uint64_t rejected = 0;
    for (const Job& job : jobs) {
        TF_ASSIGN(const LoadTotals totals, import_file(arguments, project.get(), job));
        rejected += totals.rejected;
    }
    if (rejected == 0) return {};
    const std::string_view word = line_word(arguments.form());
    return fail(ErrorCode::kInvalid,
                arguments.dry_run
                    ? fmt::format("{} {}s would be rejected", rejected, word)
                    : fmt::format("{} {}s were rejected; all others are in", rejected, word));
}

}  // namespace

void add_import(CLI::App& cli, Outcome& outcome) {
    auto arguments = std::make_shared<ImportArguments>();
    CLI::App* command = cli.add_subcommand(
        "import", "Take in files (plain or gzip); what was taken in counts once");
    command->add_option("files", arguments->files, "Files to take in")->required();
    command
        ->add_option("--from", arguments->from,
                     "records (Twofold's own), csv (with --map), or stripe-json (exported objects "
                     "or events of Stripe's: arrays, lists, JSON lines)")
        ->check(CLI::IsMember({"records", "csv", "stripe-json"}))
        ->capture_default_str();
    command
        ->add_option("--map", arguments->maps,
                     "What a row of a CSV file becomes, and of which columns: 'relation "
                     "userId=email customerId=account role=const:contractor from=start "
                     "until=end'; may be given several times (docs/csv.md)")
        ->allow_extra_args(false);
    command
        ->add_option("--delimiter", arguments->delimiter,
                     "Of a CSV file: , ; or tab; by default the one that gives the header the most "
                     "columns")
        ->check(CLI::Validator(
            [](const std::string& text) {
                const bool known = text == "," || text == ";" || text == "tab";
                return known ? std::string() : "a delimiter is one of , ; and tab, not " + text;
            },
            ""));
    command->add_flag("--dry-run", arguments->dry_run,
                      "Only say, line by line, what would be done");
    command->add_option("--data", arguments->data, "Data folder")->capture_default_str();
    command->add_option("--url", arguments->url, "Send to this server instead");
    command->add_option("--key", arguments->key, "Its secret key");
    command->callback([arguments, &outcome] { outcome = run(*arguments); });
}

}  // namespace twofold::app
