// SPDX-License-Identifier: Apache-2.0
#include "io/faulty_env.h"

#include <fmt/format.h>

#include "base/locked.h"
#include "io/faulty_disk.h"

namespace twofold::io {

struct FaultyEnv::State : Locked<FaultyDisk> {
    using Locked::Locked;
};

namespace {

using Disk = std::shared_ptr<Locked<FaultyDisk>>;

class FaultyWritable final : public WritableFile {
public:
    FaultyWritable(Disk disk, FaultyDisk::File file, Path path)
        : disk_(std::move(disk)),
          file_(std::move(file)),
          path_(std::move(path)),
          boot_(disk_->with([](const FaultyDisk& disk_now) { return disk_now.boot(); })) {}

    Status append(Bytes bytes) override {
        return kept([&](FaultyDisk& disk) { return disk.append(file_, bytes); });
    }
    Status sync() override {
        return kept([&](FaultyDisk& disk) { return disk.sync(file_); });
    }
    Status reserve(std::uint64_t bytes) override {
        return disk_->with([&](FaultyDisk& disk) -> Status {
            TF_TRY(usable(disk));
            return disk.reserve(file_, bytes);
        });
    }
    std::uint64_t size() const override {
        return disk_->with([&](const FaultyDisk&) { return file_->content().size(); });
    }

private:
    Status usable(const FaultyDisk& disk) const {
        if (!failed_ && disk.boot() == boot_) return {};
        return fail(ErrorCode::kUnavailable, fmt::format("the file failed earlier: {}", path_));
    }
    template <typename Call>
    Status kept(Call call) {
        return disk_->with([&](FaultyDisk& disk) -> Status {
            TF_TRY(usable(disk));
            Status status = call(disk);
            failed_ = !status;
            return status;
        });
    }

    Disk disk_;
    FaultyDisk::File file_;
    Path path_;
    std::uint64_t boot_;
    bool failed_ = false;
};

class FaultyLock final : public FolderLock {
public:
    FaultyLock(Disk disk, Path folder, std::uint64_t boot)
        : disk_(std::move(disk)), folder_(std::move(folder)), boot_(boot) {}
    ~FaultyLock() override {
        disk_->with([&](FaultyDisk& disk) {
            if (disk.boot() == boot_) disk.files().unlock(folder_);
        });
    }

private:
    Disk disk_;
    Path folder_;
    std::uint64_t boot_;
};

}  // namespace

FaultyEnv::FaultyEnv(std::uint64_t seed) : state_(std::make_shared<State>(seed)) {}
FaultyEnv::~FaultyEnv() = default;

void FaultyEnv::fail_after(std::uint64_t n) {
    state_->with([&](FaultyDisk& disk) { disk.fail_after(n); });
}

void FaultyEnv::stop_after(std::uint64_t n) {
    state_->with([&](FaultyDisk& disk) { disk.stop_after(n); });
}

void FaultyEnv::power_cut() {
    state_->with([](FaultyDisk& disk) { disk.power_cut(); });
}

void FaultyEnv::kill() {
    state_->with([](FaultyDisk& disk) { disk.kill(); });
}

std::uint64_t FaultyEnv::operation_count() const {
    return state_->with([](const FaultyDisk& disk) { return disk.operation_count(); });
}

void FaultyEnv::set_free_bytes(std::uint64_t bytes) {
    state_->with([&](FaultyDisk& disk) { disk.set_free_bytes(bytes); });
}

void FaultyEnv::corrupt(const Path& path, std::uint64_t offset, std::uint8_t mask) {
    state_->with([&](FaultyDisk& disk) { disk.corrupt(path, offset, mask); });
}

Result<std::unique_ptr<WritableFile>> FaultyEnv::create(const Path& path) {
    TF_ASSIGN(auto file, state_->with([&](FaultyDisk& disk) { return disk.create(path); }));
    return std::make_unique<FaultyWritable>(state_, std::move(file), path);
}

Result<std::unique_ptr<WritableFile>> FaultyEnv::append_to(const Path& path) {
    TF_ASSIGN(auto file, state_->with([&](FaultyDisk& disk) { return disk.files().find(path); }));
    return std::make_unique<FaultyWritable>(state_, std::move(file), path);
}

Result<std::vector<std::byte>> FaultyEnv::read(const Path& path) {
    return state_->with([&](FaultyDisk& disk) -> Result<std::vector<std::byte>> {
        TF_ASSIGN(const auto file, disk.files().find(path));
        return file->content();
    });
}

Result<std::shared_ptr<const Mapping>> FaultyEnv::map(const Path& path) {
    return state_->with([&](FaultyDisk& disk) -> Result<std::shared_ptr<const Mapping>> {
        TF_ASSIGN(const auto file, disk.files().find(path));
        return file->map();
    });
}

Result<std::uint64_t> FaultyEnv::size(const Path& path) {
    return state_->with([&](FaultyDisk& disk) -> Result<std::uint64_t> {
        TF_ASSIGN(const auto file, disk.files().find(path));
        return file->content().size();
    });
}

bool FaultyEnv::exists(const Path& path) {
    return state_->with([&](FaultyDisk& disk) { return disk.files().exists(path); });
}

Result<std::vector<std::string>> FaultyEnv::list(const Path& folder) {
    return state_->with([&](FaultyDisk& disk) { return disk.files().list(folder); });
}

Status FaultyEnv::make_folders(const Path& folder) {
    return state_->with([&](FaultyDisk& disk) { return disk.files().make_folders(folder); });
}

Status FaultyEnv::rename(const Path& from, const Path& to) {
    return state_->with([&](FaultyDisk& disk) { return disk.rename(from, to); });
}

Status FaultyEnv::remove(const Path& path) {
    return state_->with([&](FaultyDisk& disk) { return disk.remove(path); });
}

Status FaultyEnv::truncate(const Path& path, std::uint64_t bytes) {
    return state_->with([&](FaultyDisk& disk) { return disk.truncate(path, bytes); });
}

Status FaultyEnv::sync_folder(const Path& folder) {
    return state_->with([&](FaultyDisk& disk) { return disk.sync_folder(folder); });
}

Status FaultyEnv::resync(const Path& path, std::uint64_t from) {
    return state_->with([&](FaultyDisk& disk) { return disk.resync(path, from); });
}

Result<std::unique_ptr<FolderLock>> FaultyEnv::lock(const Path& folder) {
    return state_->with([&](FaultyDisk& disk) -> Result<std::unique_ptr<FolderLock>> {
        TF_TRY(disk.files().lock(folder));
        return std::make_unique<FaultyLock>(state_, folder, disk.boot());
    });
}

}  // namespace twofold::io
