// SPDX-License-Identifier: Apache-2.0
#include "peer_rows.h"

#include <array>
#include <bit>
#include <concepts>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/calendar.h"

namespace twofold::bench {
namespace {

constexpr std::size_t kBufferBytes = 1 << 20;

class Rows {
public:
    explicit Rows(std::FILE* file) : file_(file) { bytes_.reserve(kBufferBytes + 4096); }

    // Little-endian, as the machines this runs on.
    template <typename Number>
        requires std::integral<Number> || std::floating_point<Number>
    void add(Number number) {
        static_assert(std::endian::native == std::endian::little);
        std::array<char, sizeof(Number)> raw{};
        std::memcpy(raw.data(), &number, sizeof number);
        bytes_.append(raw.data(), raw.size());
    }
    // All texts are shorter than 128 bytes: their length is one byte.
    void add(std::string_view text) {
        bytes_.push_back(static_cast<char>(text.size()));
        bytes_.append(text);
    }
    Status end_row(std::size_t bytes_least = kBufferBytes) {
        if (bytes_.size() < bytes_least) return {};
        const bool written = std::fwrite(bytes_.data(), 1, bytes_.size(), file_) == bytes_.size();
        bytes_.clear();
        if (!written) return fail(ErrorCode::kIo, "rows for the peers could not be written");
        return {};
    }

private:
    std::FILE* file_;
    std::string bytes_;
};

TimeMs end_of(TimeMs until) {
    return until == kEndOfTime ? Zone::utc().day_start({2100, 1, 1}) : until;
}

Status write_events(const World& world, Rows& rows) {
    std::array<std::string, World::kNames> names;
    for (std::uint8_t code = 0; code < World::kNames; ++code)
        names[code] = World::name(code);
    return world.each_event([&](const World::Event& event) {
        const World::Properties& all = event.properties;
        rows.add(event.user);
        rows.add(event.time);
        rows.add(names[event.name]);
        for (const std::string_view text :
             {all.path, all.referrer, all.country, all.language, all.browser, all.device, all.plan,
              all.version, all.coupon}) {
            rows.add(text);
        }
        rows.add(static_cast<double>(all.cents) / 100);
        rows.add(static_cast<std::uint16_t>(all.seconds));
        rows.add(static_cast<std::uint8_t>(all.beta));
        return rows.end_row();
    });
}

Status write_relations(const World& world, Rows& rows) {
    for (std::uint32_t user = 0; user < world.users(); ++user) {
        for (const World::Relation& relation : world.relations_of(user)) {
            rows.add(relation.user);
            rows.add(relation.customer);
            rows.add(relation.from);
            rows.add(end_of(relation.until));
            TF_TRY(rows.end_row());
        }
    }
    return {};
}

Status write_subscriptions(const World& world, Rows& rows) {
    for (std::uint32_t customer = 0; customer < world.customers(); ++customer) {
        const auto subscription = world.subscription_of(customer);
        if (!subscription) continue;
        rows.add(subscription->customer);
        rows.add(subscription->cents);
        rows.add(subscription->from);
        rows.add(end_of(subscription->until));
        TF_TRY(rows.end_row());
    }
    return {};
}

}  // namespace

Status write_peer_rows(const World& world, const std::string& table, const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"),
                                                               std::fclose);
    if (!file) return fail(ErrorCode::kIo, "cannot write to " + path);
    Rows rows(file.get());
    if (table == "events") {
        TF_TRY(write_events(world, rows));
    } else if (table == "relations") {
        TF_TRY(write_relations(world, rows));
    } else if (table == "subscriptions") {
        TF_TRY(write_subscriptions(world, rows));
    } else {
        return fail(ErrorCode::kInvalid, "no table of this name: " + table);
    }
    TF_TRY(rows.end_row(1));
    if (std::fflush(file.get()) != 0) return fail(ErrorCode::kIo, "cannot write to " + path);
    return {};
}

}  // namespace twofold::bench
