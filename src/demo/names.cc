// SPDX-License-Identifier: Apache-2.0
#include "demo/names.h"

#include "base/check.h"

namespace twofold::demo {
namespace {

using Words = std::string_view;

constexpr std::array<Words, 40> kColours = {
    "Amber",    "Ashen", "Azure",  "Blue",   "Bold",   "Bright", "Brisk",  "Broad",
    "Calm",     "Cedar", "Clear",  "Copper", "Crisp",  "Dapper", "Early",  "Eager",
    "Fair",     "Fleet", "Gentle", "Golden", "Grand",  "Green",  "Hazel",  "Humble",
    "Indigo",   "Ivory", "Jolly",  "Keen",   "Linen",  "Lucid",  "Mellow", "Nimble",
    "Northern", "Opal",  "Plain",  "Quiet",  "Russet", "Silver", "Tidal",  "Velvet"};
constexpr std::array<Words, 50> kBeasts = {
    "Badger",   "Beaver",   "Bison",  "Bittern", "Buzzard", "Curlew",  "Dormouse", "Dunlin",
    "Egret",    "Elk",      "Ermine", "Falcon",  "Finch",   "Gannet",  "Godwit",   "Grebe",
    "Hare",     "Hedgehog", "Heron",  "Ibis",    "Jackdaw", "Kestrel", "Lapwing",  "Lark",
    "Lemming",  "Linnet",   "Lynx",   "Magpie",  "Marten",  "Merlin",  "Moose",    "Newt",
    "Nuthatch", "Osprey",   "Otter",  "Pipit",   "Plover",  "Puffin",  "Quail",    "Raven",
    "Reindeer", "Siskin",   "Stoat",  "Swift",   "Tern",    "Thrush",  "Vole",     "Walrus",
    "Weasel",   "Wren"};
constexpr std::array<Words, 20> kTrades = {
    "Steel",  "Foods",    "Works",    "Studio",   "Logistics", "Energy", "Clinics",
    "Timber", "Textiles", "Shipping", "Software", "Printing",  "Farms",  "Optics",
    "Travel", "Ceramics", "Games",    "Robotics", "Media",     "Homes"};

constexpr std::array<Words, 64> kFirst = {
    "Aada",  "Aksel", "Alma",  "Amara",  "Anouk",   "Arvid", "Asta",   "Balder", "Bea",   "Birk",
    "Brage", "Celia", "Cosmo", "Dagny",  "Della",   "Eero",  "Eira",   "Elio",   "Embla", "Enzo",
    "Fabel", "Fenna", "Fjola", "Gaia",   "Gard",    "Hedda", "Hugo",   "Idun",   "Ilse",  "Ivo",
    "Jarle", "Jonna", "Juno",  "Kaia",   "Kasimir", "Kirsi", "Lars",   "Leda",   "Linus", "Lumi",
    "Magne", "Maren", "Mika",  "Mira",   "Nadja",   "Nils",  "Noor",   "Odin",   "Olga",  "Orla",
    "Pelle", "Petra", "Ragna", "Rasmus", "Runa",    "Saga",  "Sindre", "Siv",    "Tuva",  "Ulla",
    "Vidar", "Vilja", "Ylva",  "Zelda"};
constexpr std::array<Words, 32> kLastBegin = {
    "Alder", "Apple", "Ash",  "Birch", "Bram",  "Brook", "Clay", "Cloud", "Dew",   "Elder", "Fern",
    "Flint", "Frost", "Glen", "Hazel", "Heath", "Holly", "Iron", "Kelp",  "Larch", "Lime",  "Moss",
    "Oak",   "Peat",  "Pine", "Quill", "Reed",  "Rowan", "Salt", "Stone", "Thorn", "Wind"};
constexpr std::array<Words, 32> kLastEnd = {
    "bank",   "beck",    "berg",  "bluff", "bridge", "croft",  "dale", "fell",
    "field",  "ford",    "garth", "gate",  "grove",  "haugen", "holm", "lund",
    "mark",   "mere",    "mose",  "nes",   "ridge",  "rud",    "shaw", "stad",
    "strand", "thwaite", "vik",   "wall",  "ward",   "well",   "wick", "wold"};

char lower(char c) {
    return c == ' ' ? '-' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
}

}  // namespace

const std::array<std::string_view, kCountries> kCountryCodes = {"NO", "SE", "DE", "GB", "US", "DK",
                                                                "NL", "FR", "FI", "PL", "ES", "CA"};

CompanyName company_name(std::uint64_t number) {
    TF_CHECK(number < kCompanyNames);
    // 7919 has no factor in common with the number of names, so this visits each once.
    const std::uint64_t n = number * 7'919 % kCompanyNames;
    const Words trade = kTrades[n % kTrades.size()];
    const Words beast = kBeasts[n / kTrades.size() % kBeasts.size()];
    const Words colour = kColours[n / kTrades.size() / kBeasts.size()];
    CompanyName made;
    made.name.append(colour).append(" ").append(beast).append(" ").append(trade);
    made.id = made.name;
    for (char& c : made.id)
        c = lower(c);
    made.industry = trade;
    return made;
}

PersonName person_name(std::uint64_t number) {
    PersonName made;
    made.first = kFirst[number % 64];
    made.last = kLastBegin[number / 64 % 32];
    made.last.append(kLastEnd[number / 2'048 % 32]);
    return made;
}

std::uint8_t country(std::uint64_t number) noexcept {
    constexpr std::array<std::uint8_t, 20> kSpread = {0, 0, 0, 0, 0, 1, 1, 1, 2, 2,
                                                      3, 3, 4, 4, 5, 6, 7, 8, 9, 10};
    const std::uint64_t n = number % 21;
    return n == 20 ? 11 : kSpread[n];
}

}  // namespace twofold::demo
