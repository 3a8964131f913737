// SPDX-License-Identifier: Apache-2.0
#include "store/work.h"

#include "base/check.h"
#include "store/merge.h"
#include "store/part_writer.h"

namespace twofold::store {
namespace {

std::vector<const Part*> borrowed(std::span<const std::shared_ptr<const Part>> parts) {
    std::vector<const Part*> pointers;
    for (const auto& part : parts)
        pointers.push_back(part.get());
    return pointers;
}

}  // namespace

// Two neighbouring slices together hold more than half of rows_max (else their persons would have
// gone into one), so there are at most four times as many as if all were full.
std::uint64_t Work::ids_for(std::uint64_t rows, std::uint32_t part_rows_max) noexcept {
    return 4 * (rows / part_rows_max + 1);
}

std::uint64_t Work::row_count() const noexcept {
    std::uint64_t rows = 0;
    for (const Output& output : plan_.outputs) {
        for (const auto& part : output.inputs)
            rows += part->row_count();
    }
    return rows;
}

Finished Work::run(const std::atomic<bool>* stop) {
    Finished finished;
    finished.seal = plan_.seal;
    for (const Output& output : plan_.outputs) {
        finished.inputs.insert(finished.inputs.end(), output.inputs.begin(), output.inputs.end());
    }
    next_id_ = plan_.first_id;
    finished.status = write(finished, stop);
    if (finished.status) return finished;
    // Without a manifest that names them these files are nothing; opening the store would remove
    // them too, so a failure to remove them here is no news.
    finished.outputs.clear();
    for (const io::Path& path : paths_)
        static_cast<void>(plan_.env->remove(path));
    return finished;
}

Status Work::write(Finished& finished, const std::atomic<bool>* stop) {
    for (const Output& output : plan_.outputs)
        TF_TRY(write_output(output, finished, stop));
    // The files by name: one sync for all of them.
    TF_TRY(plan_.env->sync_folder(plan_.folder));
    for (const PartInfo& info : written_) {
        TF_ASSIGN(std::shared_ptr<const Part> part, Part::open(*plan_.env, plan_.folder, info));
        finished.outputs.push_back(std::move(part));
    }
    return {};
}

Status Work::write_output(const Output& output, Finished& finished, const std::atomic<bool>* stop) {
    const std::vector<const Part*> inputs = borrowed(output.inputs);
    TF_ASSIGN(std::vector<std::uint64_t> cuts, slice_cuts(inputs, plan_.part_rows_max));
    cuts.push_back(std::uint64_t{1} << 32);
    const std::uint64_t run = next_id_;
    MergeContent::Range range{0, 0};
    for (const std::uint64_t cut : cuts) {
        range = {range.ordinal_end, cut};
        TF_ASSIGN(const std::unique_ptr<MergeContent> content, MergeContent::make(inputs, range));
        TF_CHECK(next_id_ < plan_.end_id);
        const std::uint64_t id = next_id_++;
        const io::Path path = io::join(plan_.folder, part_file_name(id));
        TF_ASSIGN(const std::unique_ptr<io::WritableFile> file, plan_.env->create(path));
        paths_.push_back(path);
        PartOutput to(*file);
        TF_ASSIGN(const PartInfo info,
                  write_part(*content, {id, run, output.month_begin, output.month_end}, to, stop));
        TF_TRY(file->sync());
        written_.push_back(info);
        finished.rows += info.rows;
        finished.bytes += info.bytes;
    }
    return {};
}

}  // namespace twofold::store
