// SPDX-License-Identifier: Apache-2.0
#include "directory/message_run.h"

#include <algorithm>
#include <bit>
#include <fmt/core.h>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/checksum.h"

namespace twofold::directory {
namespace {

constexpr std::string_view kMagic = "2foldmsg";
constexpr std::size_t kHeaderBytes = 16;
constexpr std::size_t kSectionBytes = 32;
constexpr std::size_t kTailBytes = 32;
constexpr std::size_t kSumBlock = 1U << 20;
constexpr std::uint64_t kEntriesPerBucket = 8;

std::uint32_t bits_for(std::uint64_t count) {
    if (count <= kEntriesPerBucket) return 0;
    return static_cast<std::uint32_t>(std::bit_width(count / kEntriesPerBucket));
}

std::uint64_t bucket_of(std::uint64_t low, std::uint32_t bits) {
    return bits == 0 ? 0 : low >> (64 - bits);
}

std::uint64_t bucket_bytes(std::uint32_t bits) {
    return ((std::uint64_t{1} << bits) + 1) * sizeof(std::uint32_t);
}

std::uint64_t chained_sum(Bytes bytes) {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at < bytes.size(); at += kSumBlock) {
        sum = checksum(bytes.subspan(at, std::min(kSumBlock, bytes.size() - at)), sum);
    }
    return sum;
}

std::unexpected<Error> damaged_run(const std::string& path, std::string_view what) {
    return fail(ErrorCode::kCorrupt, fmt::format("{} of message ids is damaged: {}", what, path));
}

ByteWriter header_of(std::uint32_t number) {
    ByteWriter header;
    header.put_bytes(as_bytes(kMagic));
    header.put(kMessageRunVersion);
    header.put(number);
    return header;
}

// Writes a run section by section, entry by entry.
class RunWriter {
public:
    RunWriter(std::unique_ptr<io::WritableFile> file, std::uint32_t number)
        : file_(std::move(file)), header_(header_of(number)) {}

    Status begin() { return file_->append(header_.bytes()); }

    // REQUIRES: ascending days; then add() exactly `count` times, ascending.
    void begin_section(std::int32_t day, std::uint64_t count) {
        bits_ = bits_for(count);
        buckets_.clear();
        written_ = 0;
        sum_ = 0;
        table_.put(day);
        table_.put(bits_);
        table_.put(offset_);
        table_.put(count);
        ++sections_;
        entries_ += count;
    }

    Status add(const FiledMessage& message) {
        const std::uint64_t bucket = bucket_of(message.low, bits_);
        while (buckets_.size() <= bucket)
            buckets_.push_back(written_);
        ++written_;
        block_.put(message.low);
        block_.put(message.high);
        return flush(false);
    }

    Status end_section() {
        while (buckets_.size() <= (std::uint64_t{1} << bits_))
            buckets_.push_back(written_);
        for (std::uint32_t bucket : buckets_) {
            block_.put(bucket);
            TF_TRY(flush(false));
        }
        TF_TRY(flush(true));
        table_.put(sum_);
        return {};
    }

    Status finish(std::int32_t received_day) {
        ByteWriter tail;
        tail.put(entries_);
        tail.put(offset_);
        tail.put(sections_);
        tail.put(received_day);
        ByteWriter summed(std::vector<std::byte>(header_.bytes().begin(), header_.bytes().end()));
        summed.put_bytes(table_.bytes());
        summed.put_bytes(tail.bytes());
        tail.put(checksum(summed.bytes()));
        TF_TRY(file_->append(table_.bytes()));
        TF_TRY(file_->append(tail.bytes()));
        return file_->sync();
    }

private:
    // Blocks of exactly kSumBlock bytes are what the checksum is chained over.
    Status flush(bool all) {
        while (block_.size() >= kSumBlock || (all && block_.size() > 0)) {
            const Bytes block = block_.bytes().first(std::min(kSumBlock, block_.size()));
            sum_ = checksum(block, sum_);
            TF_TRY(file_->append(block));
            offset_ += block.size();
            const Bytes rest = block_.bytes().subspan(block.size());
            block_ = ByteWriter(std::vector<std::byte>(rest.begin(), rest.end()));
        }
        return {};
    }

    std::unique_ptr<io::WritableFile> file_;
    ByteWriter header_;
    ByteWriter table_;
    ByteWriter block_;
    std::vector<std::uint32_t> buckets_;
    std::uint64_t offset_ = kHeaderBytes;
    std::uint64_t entries_ = 0;
    std::uint64_t sum_ = 0;
    std::uint32_t sections_ = 0;
    std::uint32_t written_ = 0;
    std::uint32_t bits_ = 0;
};

Result<RunWriter> make_writer(io::Env& env, const io::Path& folder, std::uint32_t number) {
    TF_ASSIGN(auto file, env.create(io::join(folder, message_run_name(number))));
    RunWriter writer(std::move(file), number);
    TF_TRY(writer.begin());
    return writer;
}

// A section being merged: its next entry, and how many follow.
struct Merged {
    const MessageSection* section;
    std::uint64_t next;
    FiledMessage head;
};

// One section out of the sections of that day in several runs.
Status merge_sections(std::span<MessageSection*> sections, RunWriter& writer) {
    std::vector<Merged> left;
    for (const MessageSection* section : sections) {
        if (section->size() > 0) left.push_back({section, 0, section->at(0)});
    }
    while (!left.empty()) {
        // Few runs are merged at a time: looking at each head is cheaper than keeping a heap.
        Merged* least = left.data();
        for (Merged& one : left) {
            if (one.head < least->head) least = &one;
        }
        TF_TRY(writer.add(least->head));
        if (++least->next == least->section->size()) {
            left.erase(left.begin() + (least - left.data()));
        } else {
            least->head = least->section->at(least->next);
        }
    }
    return {};
}

}  // namespace

std::string message_run_name(std::uint32_t number) {
    return fmt::format("messages.{}", number);
}

Status MessageSection::check() {
    if (checked_) return {};
    const Bytes content(entries_, count_ * kMessageBytes + bucket_bytes(bits_));
    if (chained_sum(content) != sum_) return damaged_run(*path_, fmt::format("day {}", day_));
    checked_ = true;
    return {};
}

std::uint32_t MessageSection::bucket_begin(std::uint64_t number) const noexcept {
    return load<std::uint32_t>({buckets_, bucket_bytes(bits_)}, number * sizeof(std::uint32_t));
}

void MessageSection::prefetch_bucket(std::uint64_t low) const noexcept {
    __builtin_prefetch(buckets_ + bucket_of(low, bits_) * sizeof(std::uint32_t));
}

void MessageSection::prefetch_entries(std::uint64_t low) const noexcept {
    const std::byte* at = entries_ + bucket_begin(bucket_of(low, bits_)) * kMessageBytes;
    __builtin_prefetch(at);
    __builtin_prefetch(at + 64);
}

FiledMessage MessageSection::at(std::uint64_t i) const noexcept {
    const Bytes entries(entries_, count_ * kMessageBytes);
    return {load<std::uint64_t>(entries, i * kMessageBytes),
            load<std::uint32_t>(entries, i * kMessageBytes + 8), day_};
}

bool MessageSection::contains(const model::MessageHash& hash) const noexcept {
    const std::uint64_t bucket = bucket_of(hash.low, bits_);
    std::uint64_t low = bucket_begin(bucket);
    const std::uint64_t end = bucket_begin(bucket + 1);
    const FiledMessage wanted{hash.low, hash.high, day_};
    // Buckets hold eight on average; a search keeps odd ones cheap.
    std::uint64_t high = end;
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (at(middle) < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < end && at(low) == wanted;
}

Result<std::shared_ptr<MessageRun>> MessageRun::open(io::Env& env, const io::Path& folder,
                                                     std::uint32_t number) {
    std::shared_ptr<MessageRun> run(new MessageRun());
    run->number_ = number;
    run->path_ = io::join(folder, message_run_name(number));
    TF_ASSIGN(run->mapping_, env.map(run->path_));
    TF_TRY(run->read_table());
    return run;
}

Status MessageRun::read_table() {
    const Bytes file = mapping_->bytes();
    if (file.size() < kHeaderBytes + kTailBytes) return damaged_run(path_, "end");
    ByteReader tail(file.last(kTailBytes));
    count_ = tail.get<std::uint64_t>();
    const auto offset = tail.get<std::uint64_t>();
    const auto sections = tail.get<std::uint32_t>();
    received_day_ = tail.get<std::int32_t>();
    const auto sum = tail.get<std::uint64_t>();
    const std::uint64_t table_bytes = std::uint64_t{sections} * kSectionBytes;
    if (offset < kHeaderBytes || offset + table_bytes + kTailBytes != file.size()) {
        return damaged_run(path_, "end");
    }
    ByteWriter summed = header_of(number_);
    summed.put_bytes(file.subspan(offset, table_bytes + kTailBytes - sizeof(sum)));
    if (as_text(file.first(kHeaderBytes)) != as_text(summed.bytes().first(kHeaderBytes)) ||
        checksum(summed.bytes()) != sum) {
        return damaged_run(path_, "table");
    }
    ByteReader table(file.subspan(offset, table_bytes));
    for (std::uint32_t i = 0; i < sections; ++i) {
        MessageSection section;
        section.day_ = table.get<std::int32_t>();
        section.bits_ = table.get<std::uint32_t>();
        section.entries_ = file.data() + table.get<std::uint64_t>();
        section.count_ = table.get<std::uint64_t>();
        section.sum_ = table.get<std::uint64_t>();
        section.buckets_ = section.entries_ + section.count_ * kMessageBytes;
        section.path_ = &path_;
        sections_.push_back(section);
    }
    return {};
}

Status write_message_run(io::Env& env, const io::Path& folder, std::uint32_t number,
                         std::int32_t received_day, std::span<const FiledMessage> messages) {
    TF_ASSIGN(RunWriter writer, make_writer(env, folder, number));
    for (std::size_t begin = 0; begin < messages.size();) {
        const std::int32_t day = messages[begin].day;
        const auto end =
            std::ranges::upper_bound(messages.subspan(begin), day, {}, &FiledMessage::day) -
            messages.begin();
        writer.begin_section(day, static_cast<std::uint64_t>(end) - begin);
        for (; begin < static_cast<std::size_t>(end); ++begin)
            TF_TRY(writer.add(messages[begin]));
        TF_TRY(writer.end_section());
    }
    return writer.finish(received_day);
}

Status merge_message_runs(io::Env& env, const io::Path& folder, std::uint32_t number,
                          std::span<const std::shared_ptr<MessageRun>> runs) {
    TF_ASSIGN(RunWriter writer, make_writer(env, folder, number));
    std::int32_t received_day = 0;
    std::set<std::int32_t> days;
    for (const auto& run : runs) {
        received_day = std::max(received_day, run->received_day());
        for (const MessageSection& section : run->sections())
            days.insert(section.day());
    }
    for (std::int32_t day : days) {
        std::vector<MessageSection*> sections;
        std::uint64_t count = 0;
        for (const auto& run : runs) {
            for (MessageSection& section : run->sections()) {
                if (section.day() != day) continue;
                TF_TRY(section.check());
                sections.push_back(&section);
                count += section.size();
            }
        }
        writer.begin_section(day, count);
        TF_TRY(merge_sections(sections, writer));
        TF_TRY(writer.end_section());
    }
    return writer.finish(received_day);
}

}  // namespace twofold::directory
