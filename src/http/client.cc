// SPDX-License-Identifier: Apache-2.0
#include "http/client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <memory>

namespace twofold::http {

namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{256} << 20;

std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* into) {
    auto& body = *static_cast<std::string*>(into);
    if (body.size() + size * count > kAnswerBytesMax) return 0;  // tells libcurl to give up
    body.append(bytes, size * count);
    return size * count;
}

struct ListFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct HandleFree {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

Result<Incoming> send(const Outgoing& request, bool with_body) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::unique_ptr<CURL, HandleFree> handle(curl_easy_init());
    if (started != CURLE_OK || !handle) return fail(ErrorCode::kInternal, "libcurl did not start");
    CURL* curl = handle.get();
    std::unique_ptr<curl_slist, ListFree> headers;
    for (const auto& [name, value] : request.headers) {
        headers.reset(
            curl_slist_append(headers.release(), fmt::format("{}: {}", name, value).c_str()));
    }
    Incoming answer;
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    if (with_body) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, request.timeout_seconds);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    const CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("not an http or https address: {}", request.url));
    }
    if (code != CURLE_OK) {
        return fail(ErrorCode::kUnavailable,
                    fmt::format("cannot reach {}: {}", request.url, curl_easy_strerror(code)));
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    const char* type = nullptr;
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    if (type != nullptr) answer.content_type = type;
    return answer;
}

}  // namespace

Result<Incoming> post(const Outgoing& request) {
    return send(request, true);
}

Result<Incoming> get(const Outgoing& request) {
    return send(request, false);
}

}  // namespace twofold::http
