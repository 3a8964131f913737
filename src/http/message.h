// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace twofold::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kDelete, kOptions, kOther };

/// Header fields in the order of their arrival. All lie in one text, so that a field takes no
/// memory of its own, and a list that is filled again takes none at all.
class Headers {
public:
    /// The name is kept in lower case.
    void add(std::string_view name, std::string_view value);
    void clear() noexcept;
    /// The first of that name (lower case), or "". Borrowed until the list changes or moves.
    std::string_view find(std::string_view name) const noexcept;

private:
    struct Place {
        std::uint32_t at = 0;  // of the name; the value follows
        std::uint32_t name_bytes = 0;
        std::uint32_t value_bytes = 0;
    };
    std::string text_;
    std::vector<Place> places_;
};

/// One request, whole: its body has been read and is within the route's cap.
struct Request {
    Method method = Method::kGet;
    std::string path;   ///< Percent-decoded, without a trailing slash (but "/" itself).
    std::string query;  ///< As sent, without '?'.
    Headers headers;
    std::string body;
    std::string remote_address;
    TimeMs received_at = 0;
    /// What stood in place of the route's "<name>" segment; empty without one.
    std::string parameter;
    /// Of a route that is `watched`: becomes true when nobody waits for the answer any more,
    /// because the client closed its side of the connection or the server is about to end.
    std::shared_ptr<const std::atomic<bool>> gone;

    /// The first header of that name (lower case), or "".
    std::string_view header(std::string_view name) const noexcept { return headers.find(name); }
    /// The decoded value of a query parameter; "" where it is missing.
    std::string query_value(std::string_view name) const;
    /// The value of a cookie; "" where it is missing.
    std::string_view cookie(std::string_view name) const noexcept;
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    Response& with(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
};

/// A response of that type; `content_type` is sent as it is.
Response respond(int status, std::string_view content_type, std::string body);
Response json(int status, std::string body);

/// Takes the response, once, from any thread; later calls do nothing. A reply that is destroyed
/// uncalled answers 500, so that no connection waits for ever.
/// Cheap to copy.
class Reply {
public:
    class Sink {
    public:
        virtual ~Sink() = default;
        virtual void send(Response response) = 0;
    };
    explicit Reply(std::shared_ptr<Sink> sink) noexcept : sink_(std::move(sink)) {}
    void operator()(Response response) const { sink_->send(std::move(response)); }

private:
    std::shared_ptr<Sink> sink_;
};

/// Answers a request now or later, on the thread that its route names.
using Handler = std::function<void(Request request, Reply reply)>;

/// Decodes %41 and '+'. Invalid escapes stand as they are.
std::string percent_decode(std::string_view text);

}  // namespace twofold::http
