// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// When two names, addresses or domains are the same.
namespace twofold::frame {

/// Only ASCII letters lose their case.
std::string lower_case(std::string_view text);
/// "Acme, Inc." and "ACME" are both "acme".
std::string plain_name(std::string_view name);
/// The domain of an address ("" of what is none, and of providers that anybody can be at:
/// docs/relations.md has the list), or of a website's address, in lower case.
std::string email_domain(std::string_view address);
std::string website_domain(std::string_view address);

}  // namespace twofold::frame
