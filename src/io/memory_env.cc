// SPDX-License-Identifier: Apache-2.0
#include "io/memory_env.h"

#include "base/check.h"
#include "base/locked.h"
#include "io/memory_files.h"

namespace twofold::io {

struct MemoryEnv::State : Locked<MemoryFiles> {};

namespace {

using Files = std::shared_ptr<Locked<MemoryFiles>>;

class MemoryWritable final : public WritableFile {
public:
    MemoryWritable(Files files, std::shared_ptr<MemoryFile> file)
        : files_(std::move(files)), file_(std::move(file)) {}

    Status append(Bytes bytes) override {
        return files_->with([&](MemoryFiles&) -> Status {
            Content& content = file_->writable();
            content.insert(content.end(), bytes.begin(), bytes.end());
            return {};
        });
    }
    Status sync() override { return {}; }
    Status reserve(std::uint64_t) override { return {}; }
    std::uint64_t size() const override {
        return files_->with([&](const MemoryFiles&) { return file_->content().size(); });
    }

private:
    Files files_;
    std::shared_ptr<MemoryFile> file_;
};

class MemoryLock final : public FolderLock {
public:
    MemoryLock(Files files, Path folder) : files_(std::move(files)), folder_(std::move(folder)) {}
    ~MemoryLock() override {
        files_->with([&](MemoryFiles& files) { files.unlock(folder_); });
    }

private:
    Files files_;
    Path folder_;
};

}  // namespace

MemoryEnv::MemoryEnv() : state_(std::make_shared<State>()) {}
MemoryEnv::~MemoryEnv() = default;

Result<std::unique_ptr<WritableFile>> MemoryEnv::create(const Path& path) {
    TF_ASSIGN(auto file, state_->with([&](MemoryFiles& files) { return files.create(path); }));
    return std::make_unique<MemoryWritable>(state_, std::move(file));
}

Result<std::unique_ptr<WritableFile>> MemoryEnv::append_to(const Path& path) {
    TF_ASSIGN(auto file, state_->with([&](MemoryFiles& files) { return files.find(path); }));
    return std::make_unique<MemoryWritable>(state_, std::move(file));
}

Result<std::vector<std::byte>> MemoryEnv::read(const Path& path) {
    return state_->with([&](MemoryFiles& files) -> Result<std::vector<std::byte>> {
        TF_ASSIGN(const auto file, files.find(path));
        return file->content();
    });
}

Result<std::shared_ptr<const Mapping>> MemoryEnv::map(const Path& path) {
    return state_->with([&](MemoryFiles& files) -> Result<std::shared_ptr<const Mapping>> {
        TF_ASSIGN(const auto file, files.find(path));
        return file->map();
    });
}

Result<std::uint64_t> MemoryEnv::size(const Path& path) {
    return state_->with([&](MemoryFiles& files) -> Result<std::uint64_t> {
        TF_ASSIGN(const auto file, files.find(path));
        return file->content().size();
    });
}

bool MemoryEnv::exists(const Path& path) {
    return state_->with([&](MemoryFiles& files) { return files.exists(path); });
}

Result<std::vector<std::string>> MemoryEnv::list(const Path& folder) {
    return state_->with([&](MemoryFiles& files) { return files.list(folder); });
}

Status MemoryEnv::make_folders(const Path& folder) {
    return state_->with([&](MemoryFiles& files) { return files.make_folders(folder); });
}

Status MemoryEnv::rename(const Path& from, const Path& to) {
    return state_->with([&](MemoryFiles& files) { return files.rename(from, to); });
}

Status MemoryEnv::remove(const Path& path) {
    return state_->with([&](MemoryFiles& files) { return files.remove(path); });
}

Status MemoryEnv::truncate(const Path& path, std::uint64_t bytes) {
    return state_->with([&](MemoryFiles& files) -> Status {
        TF_ASSIGN(const auto file, files.find(path));
        TF_CHECK_LE(bytes, file->content().size());
        file->writable().resize(bytes);
        return {};
    });
}

Status MemoryEnv::sync_folder(const Path& folder) {
    return state_->with([&](MemoryFiles& files) { return files.check_folder(folder); });
}

Status MemoryEnv::resync(const Path& path, std::uint64_t) {
    return state_->with([&](MemoryFiles& files) -> Status {
        TF_TRY(files.find(path));
        return {};
    });
}

Result<std::unique_ptr<FolderLock>> MemoryEnv::lock(const Path& folder) {
    TF_TRY(state_->with([&](MemoryFiles& files) { return files.lock(folder); }));
    return std::make_unique<MemoryLock>(state_, folder);
}

void MemoryEnv::corrupt(const Path& path, std::uint64_t offset, std::uint8_t mask) {
    state_->with([&](MemoryFiles& files) {
        const auto file = files.find(path);
        TF_CHECK(file && offset < (*file)->content().size());
        (*file)->writable()[offset] ^= std::byte{mask};
    });
}

}  // namespace twofold::io
