// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "ask/print.h"
#include "plan/binder.h"

namespace twofold::plan {
namespace {

const ask::Selector* named(const Settings& settings, std::string_view name) {
    const auto found = std::ranges::find(settings.selectors, name, &Settings::NamedSelector::name);
    return found == settings.selectors.end() ? nullptr : &found->selector;
}

}  // namespace

std::vector<model::NameCode> use_codes(const Catalog& catalog, const Settings& settings) {
    std::vector<model::NameCode> codes = catalog.people_codes();
    std::erase_if(codes, [&](model::NameCode code) {
        return std::ranges::find(settings.automatic_events, catalog.event_text(code)) !=
               settings.automatic_events.end();
    });
    return codes;
}

Status Binder::narrow(std::vector<EventFilter>& filters, const ask::Predicate& where,
                      Scope scope) const {
    Scope row = scope.with(scope.who == Scope::Who::kUser || scope.who == Scope::Who::kBare
                               ? Scope::Who::kUser
                               : Scope::Who::kCustomer);
    row.row = true;
    row.brackets = true;
    TF_ASSIGN(Condition bound, condition(where, row));
    for (EventFilter& filter : filters) {
        if (!filter.where) {
            filter.where = bound;
        } else {
            All both;
            both.parts.push_back(std::move(*filter.where));
            both.parts.push_back(bound);
            filter.where = Condition{std::move(both), {}};
        }
    }
    return {};
}

Result<std::vector<EventFilter>> Binder::filters(const ask::Selector& selector, Scope scope) const {
    std::vector<EventFilter> made;
    switch (selector.kind) {
        case ask::Selector::Kind::kAnything:
            made.push_back({EventFilter::Names::kAnything, {}, {}, {}});
            break;
        case ask::Selector::Kind::kUse:
            made.push_back({EventFilter::Names::kListed, use_codes(catalog_, settings_), {}, {}});
            break;
        case ask::Selector::Kind::kNamed:
            if (const ask::Selector* meant = named(settings_, selector.name)) {
                if (meant->first != ask::Selector::First::kNo) {
                    return not_answered(selector.span, "a selector of the settings with first");
                }
                TF_ASSIGN(made, filters(*meant, scope));
            } else {
                made.push_back(
                    {EventFilter::Names::kListed, catalog_.event_codes(selector.name), {}, {}});
            }
            break;
        case ask::Selector::Kind::kFact:
            made.push_back({EventFilter::Names::kFact, {}, selector.name, {}});
            break;
        case ask::Selector::Kind::kEither:
            for (const ask::Selector& part : selector.either) {
                if (part.first != ask::Selector::First::kNo) {
                    return not_answered(part.span, "first inside (… or …)");
                }
                TF_ASSIGN(std::vector<EventFilter> more, filters(part, scope));
                std::ranges::move(more, std::back_inserter(made));
            }
            break;
    }
    if (selector.where) TF_TRY(narrow(made, *selector.where, scope));
    return made;
}

Result<Selector> Binder::selector(const ask::Selector& selector, Scope scope) const {
    Selector bound;
    bound.first = selector.first;
    bound.text = ask::print(selector);
    TF_ASSIGN(bound.parts, filters(selector, scope));
    return bound;
}

Result<Window> Binder::window(const ask::Frame& frame, Scope scope) const {
    Window bound;
    if (frame.selector) {
        TF_ASSIGN(Selector anchor, selector(*frame.selector, scope));
        bound.anchor = std::move(anchor);
    }
    bound.reach = frame.duration.ms();
    switch (frame.kind) {
        case ask::Frame::Kind::kEver:
            break;
        case ask::Frame::Kind::kInTheRange:
            bound.from = range_from_;
            bound.to = range_to_;
            break;
        case ask::Frame::Kind::kInTheLast:
            bound.kind = Window::Kind::kLast;
            break;
        case ask::Frame::Kind::kBeforeTheLast:
            bound.kind = Window::Kind::kLast;
            bound.skip = frame.before_last.ms();
            bound.reach += bound.skip;
            break;
        case ask::Frame::Kind::kInTheFirst:
            bound.kind = Window::Kind::kInTheFirst;
            break;
        case ask::Frame::Kind::kWithinAfter:
            bound.kind = Window::Kind::kWithinAfter;
            break;
        case ask::Frame::Kind::kWithinBefore:
            bound.kind = Window::Kind::kWithinBefore;
            break;
        case ask::Frame::Kind::kAfter:
            bound.kind = Window::Kind::kAfter;
            break;
        case ask::Frame::Kind::kBefore:
            bound.kind = Window::Kind::kBefore;
            break;
        case ask::Frame::Kind::kSince: {
            TF_ASSIGN(bound.from, calendar_.begin_of(frame.from, catalog_));
            break;
        }
        case ask::Frame::Kind::kFromTo: {
            TF_ASSIGN(bound.from, calendar_.begin_of(frame.from, catalog_));
            TF_ASSIGN(bound.to, calendar_.end_of(frame.to, catalog_));
            break;
        }
    }
    return bound;
}

}  // namespace twofold::plan
