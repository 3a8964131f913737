// SPDX-License-Identifier: Apache-2.0
#include "project/manifest.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/checksum.h"

namespace twofold::project {

namespace {

constexpr std::uint32_t kMagic = 0x314d'4654;  // "TFM1"
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::string_view kName = "manifest";

std::unexpected<Error> damaged(std::string_view what) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the project's manifest is damaged ({}); restore the folder from a "
                            "backup",
                            what));
}

std::vector<std::byte> copy(Bytes bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace

std::vector<std::byte> Manifest::encode() const {
    ByteWriter out;
    out.put(kMagic);
    out.put(kVersion);
    out.put(position);
    out.put(static_cast<std::uint32_t>(directory.size()));
    out.put(static_cast<std::uint32_t>(store.size()));
    out.put_bytes(directory);
    out.put_bytes(store);
    out.put(checksum(out.bytes()));
    return std::move(out).take();
}

Result<Manifest> Manifest::decode(std::span<const std::byte> bytes) {
    ByteReader in(bytes);
    if (in.get<std::uint32_t>() != kMagic) return damaged("it does not begin as one");
    const auto version = in.get<std::uint32_t>();
    if (in.ok() && version > kVersion) {
        return fail(ErrorCode::kCorrupt,
                    fmt::format("this folder was written by a newer Twofold (manifest format {}, "
                                "this one reads {}); use that one",
                                version, kVersion));
    }
    Manifest manifest;
    manifest.position = in.get<std::uint64_t>();
    const auto directory_bytes = in.get<std::uint32_t>();
    const auto store_bytes = in.get<std::uint32_t>();
    manifest.directory = copy(in.get_bytes(directory_bytes));
    manifest.store = copy(in.get_bytes(store_bytes));
    const auto sum = in.get<std::uint64_t>();
    if (!in.finished()) return damaged("its length is wrong");
    if (sum != checksum(bytes.first(bytes.size() - kChecksumBytes))) {
        return damaged("its checksum is wrong");
    }
    return manifest;
}

Result<Manifest> read_manifest(io::Env& env, const io::Path& folder) {
    const io::Path path = io::join(folder, kName);
    if (!env.exists(path)) return Manifest{};
    // The process may have died between renaming the manifest and syncing its folder. What this one
    // no longer names is removed next: a power cut must not bring the one before it back.
    TF_TRY(env.sync_folder(folder));
    TF_ASSIGN(const std::vector<std::byte> bytes, env.read(path));
    return Manifest::decode(bytes);
}

Status write_manifest(io::Env& env, const io::Path& folder, const Manifest& manifest) {
    return io::replace_file(env, io::join(folder, kName), manifest.encode());
}

}  // namespace twofold::project
