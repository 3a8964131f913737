// SPDX-License-Identifier: Apache-2.0
#include "frame/names_alike.h"

#include <algorithm>
#include <array>
#include <vector>

namespace twofold::frame {

namespace {

/// Anybody may have an address there: it says nothing of a company.
constexpr auto kPublicDomains = std::to_array<std::string_view>(
    {"126.com",     "163.com",        "aol.com",        "comcast.net",    "fastmail.com",
     "free.fr",     "gmail.com",      "gmx.at",         "gmx.ch",         "gmx.com",
     "gmx.de",      "gmx.net",        "googlemail.com", "hey.com",        "hotmail.co.uk",
     "hotmail.com", "hotmail.de",     "hotmail.es",     "hotmail.fr",     "hotmail.it",
     "icloud.com",  "laposte.net",    "libero.it",      "live.com",       "live.no",
     "mac.com",     "mail.com",       "mail.ru",        "me.com",         "msn.com",
     "naver.com",   "online.no",      "orange.fr",      "outlook.com",    "pm.me",
     "proton.me",   "protonmail.com", "qq.com",         "rediffmail.com", "rocketmail.com",
     "t-online.de", "tuta.com",       "tutanota.com",   "verizon.net",    "wanadoo.fr",
     "web.de",      "yahoo.co.jp",    "yahoo.co.uk",    "yahoo.com",      "yahoo.de",
     "yahoo.fr",    "yandex.com",     "yandex.ru",      "ymail.com",      "zoho.com"});

constexpr auto kLegalForms = std::to_array<std::string_view>(
    {"ab",   "ag",  "as",           "asa",     "bv",  "co",  "company", "corp", "corporation",
     "gmbh", "inc", "incorporated", "limited", "llc", "llp", "ltd",     "nv",   "oy",
     "plc",  "pty", "sa",           "sarl",    "sas", "spa", "srl"});

char folded(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<signed char>(c) < 0;
}

/// A dot inside, and nothing that a host's name does not have.
bool is_host(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.back() == '.') return false;
    return text.find('.') != std::string_view::npos &&
           std::ranges::all_of(text, [](char c) { return is_letter(c) || c == '.' || c == '-'; });
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), folded);
    return result;
}

std::string plain_name(std::string_view name) {
    std::vector<std::string> words(1);
    for (const char original : name) {
        const char c = folded(original);
        if (is_letter(c)) {
            words.back() += c;
        } else if ((c == ' ' || c == ',' || c == '-') && !words.back().empty()) {
            words.emplace_back();
        }  // other signs stand within words: "S.A.", "A/S", "O'Neill"
    }
    if (words.back().empty()) words.pop_back();
    while (words.size() > 1 && std::ranges::find(kLegalForms, words.back()) != kLegalForms.end()) {
        words.pop_back();
    }
    std::string plain;
    for (const std::string& word : words)
        plain += (plain.empty() ? "" : " ") + word;
    return plain;
}

std::string email_domain(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || at == 0) return {};
    std::string domain = lower_case(address.substr(at + 1));
    if (!is_host(domain)) return {};
    if (std::ranges::find(kPublicDomains, domain) != kPublicDomains.end()) return {};
    return domain;
}

std::string website_domain(std::string_view address) {
    if (const std::size_t scheme = address.find("://"); scheme != std::string_view::npos) {
        address.remove_prefix(scheme + 3);
    }
    address = address.substr(0, address.find_first_of("/?#:"));
    std::string domain = lower_case(address);
    if (domain.starts_with("www.")) domain.erase(0, 4);
    return is_host(domain) ? domain : std::string();
}

}  // namespace twofold::frame
