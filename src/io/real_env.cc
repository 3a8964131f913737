// SPDX-License-Identifier: Apache-2.0
// The machine's own files, by POSIX calls.
#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "io/env.h"

namespace twofold::io {

namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;
constexpr std::size_t kCopyBytes = 1u << 20;

ErrorCode code_of(int error) {
    switch (error) {
        case ENOENT:
        case ENOTDIR:
            return ErrorCode::kNotFound;
        case EEXIST:
            return ErrorCode::kConflict;
        case ENOSPC:
        case EDQUOT:
            return ErrorCode::kUnavailable;
        default:
            return ErrorCode::kIo;
    }
}

/// What errno says about a call that failed.
std::unexpected<Error> failed(std::string_view doing, std::string_view path) {
    const int error = errno;
    return fail(code_of(error), fmt::format("cannot {}, {}: {}", doing,
                                            std::generic_category().message(error), path));
}

/// Repeats a call that a signal interrupted.
template <typename Call>
auto again(Call call) {
    decltype(call()) result;
    do {
        result = call();
    } while (result < 0 && errno == EINTR);
    return result;
}

/// An open file's number; closes it.
class Handle {
public:
    explicit Handle(int number = -1) : number_(number) {}
    ~Handle() {
        if (number_ >= 0) ::close(number_);
    }
    Handle(Handle&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    int get() const { return number_; }

private:
    int number_;
};

Result<Handle> open_file(const Path& path, int flags, std::string_view doing) {
    const int number = again([&] { return ::open(path.c_str(), flags | O_CLOEXEC, kFileMode); });
    if (number < 0) return failed(doing, path);
    return Handle(number);
}

Result<std::uint64_t> size_of(const Handle& handle, const Path& path) {
    struct stat info{};
    if (::fstat(handle.get(), &info) != 0) return failed("look at the file", path);
    return static_cast<std::uint64_t>(info.st_size);
}

Status read_fully(const Handle& handle, std::span<std::byte> into, std::uint64_t from,
                  const Path& path) {
    while (!into.empty()) {
        const ssize_t count = again([&] {
            return ::pread(handle.get(), into.data(), into.size(), static_cast<off_t>(from));
        });
        if (count < 0) return failed("read the file", path);
        if (count == 0)
            return fail(ErrorCode::kIo, fmt::format("the file became shorter: {}", path));
        into = into.subspan(static_cast<std::size_t>(count));
        from += static_cast<std::uint64_t>(count);
    }
    return {};
}

Status write_fully(const Handle& handle, Bytes bytes, std::uint64_t at, const Path& path) {
    while (!bytes.empty()) {
        const ssize_t count = again([&] {
            return ::pwrite(handle.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
        });
        if (count < 0) return failed("write the file", path);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        at += static_cast<std::uint64_t>(count);
    }
    return {};
}

class RealFile final : public WritableFile {
public:
    RealFile(Handle handle, Path path, std::uint64_t size)
        : handle_(std::move(handle)), path_(std::move(path)), size_(size) {}

    Status append(Bytes bytes) override {
        TF_TRY(usable());
        TF_TRY(kept(write_fully(handle_, bytes, size_, path_)));
        size_ += bytes.size();
        return {};
    }

    Status sync() override {
        TF_TRY(usable());
        if (again([&] { return ::fdatasync(handle_.get()); }) != 0) {
            return kept(failed("sync the file", path_));
        }
        return {};
    }

    Status reserve(std::uint64_t bytes) override {
        TF_TRY(usable());
        const int result = again([&] {
            return ::fallocate(handle_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(size_),
                               static_cast<off_t>(bytes));
        });
        if (result == 0 || errno == EOPNOTSUPP || errno == ENOSYS) return {};
        return failed("reserve space for the file", path_);
    }

    std::uint64_t size() const override { return size_; }

private:
    Status usable() const {
        if (!failed_) return {};
        return fail(ErrorCode::kUnavailable, fmt::format("the file failed earlier: {}", path_));
    }
    /// Remembers a failure for good. See WritableFile.
    Status kept(Status status) {
        failed_ = failed_ || !status;
        return status;
    }

    Handle handle_;
    Path path_;
    std::uint64_t size_;
    bool failed_ = false;
};

class RealMapping final : public Mapping {
public:
    explicit RealMapping(Bytes bytes) : bytes_(bytes) {}
    ~RealMapping() override {
        if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
    }
    Bytes bytes() const override { return bytes_; }

private:
    Bytes bytes_;
};

class RealLock final : public FolderLock {
public:
    explicit RealLock(Handle handle) : handle_(std::move(handle)) {}

private:
    Handle handle_;  // The lock goes with its last descriptor.
};

class RealEnv final : public Env {
public:
    Result<std::unique_ptr<WritableFile>> create(const Path& path) override {
        TF_ASSIGN(Handle handle, open_file(path, O_WRONLY | O_CREAT | O_EXCL, "create the file"));
        return std::make_unique<RealFile>(std::move(handle), path, 0);
    }

    Result<std::unique_ptr<WritableFile>> append_to(const Path& path) override {
        TF_ASSIGN(Handle handle, open_file(path, O_WRONLY, "open the file"));
        TF_ASSIGN(const std::uint64_t size, size_of(handle, path));
        return std::make_unique<RealFile>(std::move(handle), path, size);
    }

    Result<std::vector<std::byte>> read(const Path& path) override {
        TF_ASSIGN(const Handle handle, open_file(path, O_RDONLY, "open the file"));
        TF_ASSIGN(const std::uint64_t size, size_of(handle, path));
        std::vector<std::byte> bytes(size);
        TF_TRY(read_fully(handle, bytes, 0, path));
        return bytes;
    }

    Result<std::shared_ptr<const Mapping>> map(const Path& path) override {
        TF_ASSIGN(const Handle handle, open_file(path, O_RDONLY, "open the file"));
        TF_ASSIGN(const std::uint64_t size, size_of(handle, path));
        if (size == 0) return std::make_shared<const RealMapping>(Bytes{});  // Nothing to map.
        void* start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, handle.get(), 0);
        if (start == MAP_FAILED) return failed("map the file", path);
        return std::make_shared<const RealMapping>(
            Bytes(static_cast<const std::byte*>(start), size));
    }

    Result<std::uint64_t> size(const Path& path) override {
        struct stat info{};
        if (::stat(path.c_str(), &info) != 0) return failed("look at the file", path);
        return static_cast<std::uint64_t>(info.st_size);
    }

    bool exists(const Path& path) override { return ::access(path.c_str(), F_OK) == 0; }

    Result<std::vector<std::string>> list(const Path& folder) override {
        DIR* stream = ::opendir(folder.c_str());
        if (stream == nullptr) return failed("list the folder", folder);
        std::vector<std::string> names;
        errno = 0;
        while (const dirent* entry = ::readdir(stream)) {
            const std::string_view name = entry->d_name;
            if (name != "." && name != ".." && name != kLockName) names.emplace_back(name);
        }
        const int error = errno;
        ::closedir(stream);
        errno = error;
        if (error != 0) return failed("list the folder", folder);
        std::ranges::sort(names);
        return names;
    }

    Status make_folders(const Path& folder) override {
        if (::mkdir(folder.c_str(), kFolderMode) == 0) return sync_folder(Path(parent(folder)));
        if (errno == EEXIST) return existing_folder(folder);
        if (errno != ENOENT) return failed("make the folder", folder);
        const Path above(parent(folder));
        if (above == folder) return failed("make the folder", folder);
        TF_TRY(make_folders(above));
        if (::mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST) {
            return failed("make the folder", folder);
        }
        return sync_folder(above);
    }

    Status rename(const Path& from, const Path& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) return failed("rename the file", from);
        return {};
    }

    Status remove(const Path& path) override {
        if (::unlink(path.c_str()) != 0) return failed("remove the file", path);
        return {};
    }

    Status truncate(const Path& path, std::uint64_t bytes) override {
        if (again([&] { return ::truncate(path.c_str(), static_cast<off_t>(bytes)); }) != 0) {
            return failed("cut the file", path);
        }
        return {};
    }

    Status sync_folder(const Path& folder) override {
        TF_ASSIGN(const Handle handle,
                  open_file(folder, O_RDONLY | O_DIRECTORY, "open the folder"));
        if (again([&] { return ::fsync(handle.get()); }) != 0) {
            return failed("sync the folder", folder);
        }
        return {};
    }

    Status resync(const Path& path, std::uint64_t from) override {
        TF_ASSIGN(const Handle handle, open_file(path, O_RDWR, "open the file"));
        TF_ASSIGN(const std::uint64_t size, size_of(handle, path));
        std::vector<std::byte> bytes;
        while (from < size) {
            bytes.resize(std::min<std::uint64_t>(kCopyBytes, size - from));
            TF_TRY(read_fully(handle, bytes, from, path));
            TF_TRY(write_fully(handle, bytes, from, path));
            from += bytes.size();
        }
        if (again([&] { return ::fdatasync(handle.get()); }) != 0) {
            return failed("sync the file", path);
        }
        return {};
    }

    Result<std::unique_ptr<FolderLock>> lock(const Path& folder) override {
        const Path path = join(folder, kLockName);
        TF_ASSIGN(Handle handle, open_file(path, O_RDWR | O_CREAT, "open the lock"));
        if (again([&] { return ::flock(handle.get(), LOCK_EX | LOCK_NB); }) != 0) {
            if (errno != EWOULDBLOCK) return failed("lock the folder", folder);
            return fail(ErrorCode::kConflict,
                        fmt::format("the folder is in use by another process: {}", folder));
        }
        return std::make_unique<RealLock>(std::move(handle));
    }

private:
    static Status existing_folder(const Path& folder) {
        struct stat info{};
        if (::stat(folder.c_str(), &info) != 0) return failed("look at the folder", folder);
        if (S_ISDIR(info.st_mode)) return {};
        return fail(ErrorCode::kConflict,
                    fmt::format("there is a file where a folder should be: {}", folder));
    }
};

}  // namespace

Env& Env::real() {
    static RealEnv env;
    return env;
}

}  // namespace twofold::io
