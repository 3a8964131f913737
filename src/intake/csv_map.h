// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "intake/csv_date.h"

/// Which column of a CSV file is which field of a record. docs/csv.md has the language.
namespace twofold::intake {

/// What a field of a record takes.
enum class CsvValue : std::uint8_t {
    kText,    ///< Ids, names, roles, plans, currencies.
    kTime,    ///< Instants and dates.
    kFlag,    ///< true or false.
    kNumber,  ///< A quantity, a percentage.
    kAmount,  ///< Minor units, or money: in the currency's major unit.
    kPeriod,  ///< "month", "6 months".
    kAny,     ///< A property or trait.
};

/// How a cell is read, where the map says it.
enum class CsvHow : std::uint8_t { kAsField, kText, kNumber, kFlag, kMoney, kDate, kConstant };

/// One field of the record that each row becomes.
struct CsvField {
    std::string name;  ///< "userId", "traits.plan".
    std::string
        object;  ///< "traits", "properties", "keys", "context"; empty for the record itself.
    std::string member;  ///< In it: "plan"; "userId" of the record itself.
    CsvValue value = CsvValue::kText;
    CsvHow how = CsvHow::kAsField;
    std::string source;            ///< The column's name, or the constant.
    std::optional<CsvDate> dates;  ///< With kDate.
    bool comma = false;            ///< With kNumber and kMoney: "1.234,50" and not "1234.50".
};

/// A map as it was written, checked as far as it can be without the file.
class CsvMap {
public:
    /// "relation userId=email customerId=account role=const:contractor from=start until=end".
    /// Errors: kInvalid, which name the word, what there is, and in `suggestion` what was meant.
    static Result<CsvMap> parse(std::string_view text);

    const std::string& type() const noexcept { return type_; }
    /// Those of the record itself first, then object by object.
    std::span<const CsvField> fields() const noexcept { return fields_; }
    /// "traits" or "properties" where all other columns go there ("traits=*"); else empty.
    const std::string& rest() const noexcept { return rest_; }

    /// The same text for maps that do the same.
    std::string canonical() const;

private:
    std::string type_;
    std::vector<CsvField> fields_;
    std::string rest_;
};

}  // namespace twofold::intake
