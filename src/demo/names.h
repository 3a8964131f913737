// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace twofold::demo {

/// Names that nobody bears: words put together by numbers.
struct CompanyName {
    std::string name;           ///< "Amber Otter Steel"
    std::string id;             ///< "amber-otter-steel"
    std::string_view industry;  ///< "steel"
};
inline constexpr std::uint64_t kCompanyNames = 40 * 50 * 20;
/// Different for different numbers below kCompanyNames. REQUIRES: number < kCompanyNames.
CompanyName company_name(std::uint64_t number);

/// Any number will do; one in 65,536 is the same.
struct PersonName {
    std::string_view first;
    std::string last;
};
PersonName person_name(std::uint64_t number);

inline constexpr int kCountries = 12;
/// Two letters. The first are the more frequent.
extern const std::array<std::string_view, kCountries> kCountryCodes;
/// 0 to kCountries - 1, Norway most often. Any number will do.
std::uint8_t country(std::uint64_t number) noexcept;

}  // namespace twofold::demo
