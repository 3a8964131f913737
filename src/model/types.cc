// SPDX-License-Identifier: Apache-2.0
#include "model/types.h"

#include <array>

namespace twofold::model {

std::string_view value_type_name(ValueType type) noexcept {
    static constexpr std::array<std::string_view, kValueTypeCount> kNames{
        "null", "bool", "int", "double", "string", "list"};
    const auto at = static_cast<std::size_t>(type);
    return at < kNames.size() ? kNames[at] : "unknown";
}

}  // namespace twofold::model
