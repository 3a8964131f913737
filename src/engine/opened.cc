// SPDX-License-Identifier: Apache-2.0
#include "engine/opened.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace twofold::engine {
namespace {

std::unexpected<Error> no_cell(std::string_view json) {
    return fail(ErrorCode::kInvalid,
                "this opens no cell; give {\"step\":2}, {\"step\":2,\"dropped\":true}, "
                "{\"cohort\":\"2026-01-05\",\"period\":3}, "
                "{\"time\":\"2026-01-05\",\"uses\":\"no\",\"pays\":\"yes\"}, "
                "{\"group\":\"both\",\"how\":\"self\"} or "
                "{\"time\":\"2026-01-05\",\"by\":[\"…\"]}: " +
                    quoted(json));
}

Result<std::vector<std::string>> labels(const nlohmann::json& value, std::string_view json) {
    if (value.is_string()) return std::vector{value.get<std::string>()};
    if (!value.is_array() || value.empty()) return no_cell(json);
    std::vector<std::string> texts;
    for (const auto& one : value) {
        if (!one.is_string()) return no_cell(json);
        texts.push_back(one.get<std::string>());
    }
    return texts;
}

/// What only sides and overlap have. False: it is none of these.
bool take_text(OpenRequest& request, std::string_view name, const nlohmann::json& value) {
    if (!value.is_string()) return false;
    const std::string text = value.get<std::string>();
    if (name == "of" && (text == "users" || text == "customers")) {
        request.of_users = text == "users";
        request.of_customers = text == "customers";
        return true;
    }
    std::optional<std::string>* const part = name == "uses"          ? &request.uses
                                             : name == "pays"        ? &request.pays
                                             : name == "uses_before" ? &request.uses_before
                                             : name == "pays_before" ? &request.pays_before
                                             : name == "group"       ? &request.group
                                             : name == "how"         ? &request.how
                                                                     : nullptr;
    if (part == nullptr) return false;
    *part = text;
    return true;
}

}  // namespace

Result<OpenRequest> parse_open(std::string_view json) {
    const auto read = nlohmann::json::parse(json, nullptr, false);
    if (!read.is_object()) return no_cell(json);
    OpenRequest request;
    for (const auto& [name, value] : read.items()) {
        if (name == "step" && value.is_number_integer()) {
            request.step = value.get<std::int64_t>();
        } else if (name == "dropped" && value.is_boolean()) {
            request.dropped = value.get<bool>();
        } else if (name == "time" && value.is_string()) {
            request.time = value.get<std::string>();
        } else if (name == "cohort" && value.is_string()) {
            request.cohort = value.get<std::string>();
        } else if (name == "period" && value.is_number_integer()) {
            request.period = value.get<std::int64_t>();
        } else if (name == "by") {
            TF_ASSIGN(request.by, labels(value, json));
        } else if (!take_text(request, name, value)) {
            return no_cell(json);
        }
    }
    return request;
}

}  // namespace twofold::engine
