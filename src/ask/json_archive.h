// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ask/parts.h"
#include "base/result.h"

// Included by question_json.cc only. The members of each part of a question are named once, in a
// template `fields(archive, part)`; JsonWriter and JsonReader are the two archives, so writing and
// reading cannot differ. Every part is an object; of alternatives the member "kind" says which.

namespace twofold::ask {

using Json = nlohmann::ordered_json;

/// What is written as one JSON value and not as an object of members.
template <typename T>
struct Leaf;

class JsonWriter {
public:
    static constexpr bool kReading = false;

    template <typename T>
    void required(std::string_view name, T& value) {
        object_[std::string(name)] = json_of(value);
    }
    /// Left out when it is the default.
    template <typename T>
    void optional(std::string_view name, T& value) {
        if (!(value == T{})) {
            required(name, value);
        }
    }
    template <typename T>
    void choice(std::string_view name, T& value, std::span<const std::string_view> names) {
        object_[std::string(name)] = std::string(names[std::to_underlying(value)]);
    }
    template <typename T>
    void optional_choice(std::string_view name, T& value, std::span<const std::string_view> names) {
        if (!(value == T{})) {
            choice(name, value, names);
        }
    }
    template <typename T>
    void optional_choice(std::string_view name, std::optional<T>& value,
                         std::span<const std::string_view> names) {
        if (value) {
            choice(name, *value, names);
        }
    }
    template <typename... Ts>
    void alternatives(std::variant<Ts...>& value, std::span<const std::string_view> names) {
        object_["kind"] = std::string(names[value.index()]);
        std::visit([this](auto& one) { fields(*this, one); }, value);
    }
    Json take() { return std::move(object_); }

    template <typename T>
    static Json json_of(T& value) {
        if constexpr (requires { Leaf<T>::write(value); }) {
            return Leaf<T>::write(value);
        } else {
            JsonWriter inner;
            fields(inner, value);
            return inner.take();
        }
    }
    template <typename T>
    static Json json_of(std::vector<T>& values) {
        Json result = Json::array();
        for (T& value : values) {
            result.push_back(json_of(value));
        }
        return result;
    }
    template <typename T>
    static Json json_of(std::optional<T>& value) {
        return json_of(*value);
    }
    template <typename T>
    static Json json_of(Nested<T>& value) {
        return json_of(*value);
    }

private:
    Json object_ = Json::object();
};

/// The first thing that is wrong, with the path to it.
class JsonProblem {
public:
    void set(const std::string& path, const std::string& message) {
        if (!error_) {
            error_ = Error{ErrorCode::kInvalid,
                           (path.empty() ? "the question" : path) + ": " + message,
                           std::nullopt,
                           {}};
        }
    }
    const std::optional<Error>& error() const { return error_; }

private:
    std::optional<Error> error_;
};

class JsonReader {
public:
    static constexpr bool kReading = true;

    JsonReader(const Json& object, std::string path, JsonProblem& problem)
        : object_(object), path_(std::move(path)), problem_(problem) {
        if (!object_.is_object()) {
            problem_.set(path_, "expected an object");
        }
    }

    template <typename T>
    void required(std::string_view name, T& value) {
        if (const Json* found = find(name)) {
            read(*found, member(name), value);
        } else {
            problem_.set(path_, "needs the member \"" + std::string(name) + '"');
        }
    }
    template <typename T>
    void optional(std::string_view name, T& value) {
        if (const Json* found = find(name)) {
            read(*found, member(name), value);
        }
    }
    template <typename T>
    void choice(std::string_view name, T& value, std::span<const std::string_view> names) {
        const Json* found = find(name);
        if (const auto index = index_of(found, name, names)) {
            value = static_cast<T>(*index);
        }
    }
    template <typename T>
    void optional_choice(std::string_view name, T& value, std::span<const std::string_view> names) {
        if (find(name) != nullptr) {
            choice(name, value, names);
        }
    }
    template <typename T>
    void optional_choice(std::string_view name, std::optional<T>& value,
                         std::span<const std::string_view> names) {
        if (find(name) != nullptr) {
            choice(name, value.emplace(), names);
        }
    }
    template <typename... Ts>
    void alternatives(std::variant<Ts...>& value, std::span<const std::string_view> names) {
        if (const auto index = index_of(find("kind"), "kind", names)) {
            emplace(value, *index, std::index_sequence_for<Ts...>{});
            std::visit([this](auto& one) { fields(*this, one); }, value);
        }
    }
    /// Fails when the object has members that were not asked for.
    void finish() {
        if (!object_.is_object()) {
            return;
        }
        for (const auto& [key, value] : object_.items()) {
            bool known = false;
            for (const std::string_view name : seen_) {
                known = known || name == key;
            }
            if (!known) {
                problem_.set(path_, "has no member \"" + key + '"');
            }
        }
    }
    void refuse(const std::string& message) { problem_.set(path_, message); }

    template <typename T>
    void read(const Json& json, const std::string& path, T& value) {
        if constexpr (requires { Leaf<T>::write(value); }) {
            if (const std::string wrong = Leaf<T>::read(json, value); !wrong.empty()) {
                problem_.set(path, wrong);
            }
        } else {
            JsonReader inner(json, path, problem_);
            fields(inner, value);
            inner.finish();
        }
    }
    template <typename T>
    void read(const Json& json, const std::string& path, std::vector<T>& values) {
        if (!json.is_array()) {
            problem_.set(path, "expected an array");
            return;
        }
        for (std::size_t i = 0; i < json.size() && !problem_.error(); ++i) {
            read(json[i], path + '[' + std::to_string(i) + ']', values.emplace_back());
        }
    }
    template <typename T>
    void read(const Json& json, const std::string& path, std::optional<T>& value) {
        read(json, path, value.emplace());
    }
    template <typename T>
    void read(const Json& json, const std::string& path, Nested<T>& value) {
        value = T{};
        read(json, path, *value);
    }

private:
    std::string member(std::string_view name) const {
        return path_.empty() ? std::string(name) : path_ + '.' + std::string(name);
    }
    const Json* find(std::string_view name) {
        seen_.push_back(name);
        if (!object_.is_object()) {
            return nullptr;
        }
        const auto found = object_.find(name);
        return found == object_.end() ? nullptr : &*found;
    }
    std::optional<std::size_t> index_of(const Json* json, std::string_view name,
                                        std::span<const std::string_view> names) {
        std::string expected;
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (json != nullptr && json->is_string() &&
                json->get_ref<const std::string&>() == names[i]) {
                return i;
            }
            expected += (i == 0 ? "" : ", ") + std::string(names[i]);
        }
        problem_.set(member(name), "expected one of " + expected);
        return std::nullopt;
    }
    template <typename Variant, std::size_t... Is>
    static void emplace(Variant& value, std::size_t index, std::index_sequence<Is...> /*all*/) {
        ((Is == index ? static_cast<void>(value.template emplace<Is>()) : void()), ...);
    }

    const Json& object_;
    std::string path_;
    JsonProblem& problem_;
    std::vector<std::string_view> seen_;
};

}  // namespace twofold::ask
