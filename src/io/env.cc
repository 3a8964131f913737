// SPDX-License-Identifier: Apache-2.0
#include "io/env.h"

namespace twofold::io {

Path join(std::string_view folder, std::string_view name) {
    Path path(folder);
    if (!path.empty() && path.back() != '/') path += '/';
    path += name;
    return path;
}

std::string_view parent(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == path.npos) return ".";
    return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

Status replace_file(Env& env, const Path& path, Bytes bytes) {
    const Path beside = path + ".new";
    // What an earlier attempt left when it was cut off.
    if (env.exists(beside)) TF_TRY(env.remove(beside));
    {
        TF_ASSIGN(const std::unique_ptr<WritableFile> file, env.create(beside));
        TF_TRY(file->append(bytes));
        // Before the rename: a name that is durable before its bytes are would be an empty file.
        TF_TRY(file->sync());
    }
    TF_TRY(env.rename(beside, path));
    return env.sync_folder(Path(parent(path)));
}

}  // namespace twofold::io
