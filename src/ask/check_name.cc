// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ask/builtin.h"
#include "ask/checker.h"
#include "ask/print.h"
#include "base/spelling.h"
#include "base/text.h"

// Whether names are known, and which known one was meant.

namespace twofold::ask {
namespace {

/// How a property of the same owner and another name is written.
std::string named(Owner owner, std::string_view name, bool sent) {
    return print(Property{owner, std::string(name), sent, {}});
}

}  // namespace

void Checker::unknown(std::string_view what, const std::string& name, const Span& span,
                      const std::vector<std::string>& known,
                      std::string (*written)(std::string_view)) {
    const auto near = nearest(name, std::span<const std::string>(known));
    const std::string suggestion = near ? written(*near) : std::string();
    refuse(span,
           "no " + std::string(what) + ' ' + quoted(name) +
               (near ? "; did you mean " + suggestion + '?' : std::string()),
           suggestion);
}

void Checker::event(const std::string& name, const Span& span) {
    if (!failed() && !names_.has_event(name)) {
        unknown("event", name, span, names_.events());
    }
}

void Checker::segment(const std::string& name, const Span& span) {
    if (!failed() && !names_.has_segment(name)) {
        unknown("segment", name, span, names_.segments());
    }
}

void Checker::role(const std::string& name, const Span& span) {
    const auto standard = standard_roles();
    if (failed() || std::ranges::find(standard, name) != standard.end() || names_.has_role(name)) {
        return;
    }
    std::vector<std::string> known = names_.roles();
    known.insert(known.end(), standard.begin(), standard.end());
    unknown("role", name, span, known, print_role);
}

void Checker::when(const When& when) {
    const auto* release = std::get_if<When::Release>(&when.value);
    if (!failed() && release != nullptr && !names_.has_release(release->name)) {
        unknown("release", release->name, when.span, names_.releases());
    }
}

ValueKinds Checker::sent(const Property& property) {
    if (property.owner == Owner::kEvent && in_fact_ && !property.sent) {
        for (const BuiltIn& one : fact_properties()) {
            if (one.name == property.name) {
                return one.kinds;
            }
        }
    }
    if (const BuiltIn* built_in = find_built_in(property)) {
        return built_in->kinds;
    }
    if (failed()) {
        return {};
    }
    if (property.owner != Owner::kRelation && (property.owner != Owner::kEvent || in_event_)) {
        if (const auto kinds = names_.find_property(property.owner, property.name)) {
            return *kinds;
        }
    }
    unknown_property(property);
    return {};
}

void Checker::unknown_property(const Property& property) {
    const Owner owner = property.owner;
    std::vector<std::string> known;
    if (owner != Owner::kRelation && (owner != Owner::kEvent || in_event_)) {
        known = names_.properties(owner);
    }
    const std::size_t sent_names = known.size();
    const auto add = [&known, owner](std::span<const BuiltIn> built_in) {
        for (const BuiltIn& one : built_in) {
            if (one.owner == owner) {
                known.emplace_back(one.name);
            }
        }
    };
    if (!property.sent) {
        add(built_ins());
    }
    if (owner == Owner::kEvent && in_fact_) {
        add(fact_properties());
    }
    std::string suggestion;
    if (const auto near = nearest(property.name, std::span<const std::string>(known))) {
        const auto at = static_cast<std::size_t>(std::ranges::find(known, *near) - known.begin());
        const Property candidate{owner, std::string(*near), false, {}};
        // A trait that a built-in fact hides is reached by its long name only.
        const bool hidden = at < sent_names && find_built_in(candidate) != nullptr;
        const Property meant{owner, std::string(*near), property.sent || hidden, {}};
        suggestion = in_brackets_ ? print_in_brackets(meant) : print(meant);
    } else {
        for (const Owner other : {Owner::kEvent, Owner::kUser, Owner::kCustomer}) {
            const Property candidate{other, property.name, false, {}};
            if (other != owner && suggestion.empty() &&
                (find_built_in(candidate) != nullptr ||
                 names_.find_property(other, property.name).has_value())) {
                suggestion = named(other, property.name, false);
            }
        }
    }
    refuse(property.span,
           "no property " + named(owner, property.name, property.sent) +
               (suggestion.empty() ? "" : "; did you mean " + suggestion + '?'),
           suggestion);
}

}  // namespace twofold::ask
