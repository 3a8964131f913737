// SPDX-License-Identifier: Apache-2.0
#include "store/text_order.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

namespace twofold::store {
namespace {

// Eight bytes of a text as a number that orders as they do.
struct Keyed {
    std::uint64_t key;
    std::uint32_t number;
};

std::size_t common_prefix(std::string_view a, std::string_view b) {
    const std::size_t most = std::min(a.size(), b.size());
    return static_cast<std::size_t>(
        std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(most), b.begin()).first -
        a.begin());
}

std::uint64_t key_of(std::string_view text, std::size_t from) {
    std::uint64_t key = 0;
    const std::string_view rest = text.substr(from, sizeof(key));
    if (!rest.empty()) std::memcpy(&key, rest.data(), rest.size());
    return __builtin_bswap64(key);
}

}  // namespace

// Comparing texts goes to memory twice for every comparison; comparing eight bytes that lie in the
// array doesn't. What all texts begin with (https://…) is left out of those eight.
void sort_by_text(const column::StringTable& texts, std::vector<std::uint32_t>& numbers) {
    if (numbers.size() < 2) return;
    const std::string_view first = texts.text(numbers.front());
    std::size_t shared = first.size();
    for (const std::uint32_t number : numbers) {
        shared = std::min(shared, common_prefix(first, texts.text(number)));
    }
    std::vector<Keyed> keyed;
    keyed.reserve(numbers.size());
    for (const std::uint32_t number : numbers) {
        keyed.push_back({key_of(texts.text(number), shared), number});
    }
    std::sort(keyed.begin(), keyed.end(), [&](const Keyed& a, const Keyed& b) {
        if (a.key != b.key) return a.key < b.key;
        return texts.text(a.number) < texts.text(b.number);
    });
    std::transform(keyed.begin(), keyed.end(), numbers.begin(),
                   [](const Keyed& one) { return one.number; });
}

}  // namespace twofold::store
