// SPDX-License-Identifier: Apache-2.0
#include "bytes_on_disk.h"

#include "store/part_format.h"

namespace twofold::bench {
namespace {

std::string column_name(model::ColumnCode code, const store::Names& names) {
    if (code == store::kActingColumn) return "(customer)";
    if (code == store::kSequenceColumn) return "(sequence)";
    return std::string(names.column(code).text);
}

void add_part(const store::Footer& footer, const store::Names& names, BytesOnDisk& sum) {
    std::uint64_t named = 0;
    const auto add = [&](const std::string& column, std::uint64_t bytes) {
        sum.columns[column] += bytes;
        named += bytes;
    };
    add("(second)", footer.seconds.bytes);
    add("(millisecond)", footer.millis.bytes);
    add("(event)", footer.codes.bytes);
    add("(user)", footer.ordinals.bytes + footer.starts.bytes + footer.coarse.bytes);
    for (const store::ColumnSections& column : footer.columns) {
        add(column_name(column.code, names),
            column.dictionary.bytes + column.blocks.bytes + column.index.bytes);
    }
    add("(rest)", footer.info.bytes - named);
    sum.rows += footer.info.rows;
}

}  // namespace

Result<BytesOnDisk> bytes_on_disk(io::Env& env, const io::Path& folder,
                                  const store::Snapshot& snapshot) {
    BytesOnDisk sum;
    for (const auto& part : snapshot.parts) {
        if (part->info().id == 0) continue;  // of the head
        TF_ASSIGN(const auto file, env.map(folder + "/" + part->name()));
        TF_ASSIGN(const store::Footer footer, store::decode_footer(file->bytes(), part->name()));
        add_part(footer, *snapshot.names, sum);
    }
    return sum;
}

}  // namespace twofold::bench
