// SPDX-License-Identifier: Apache-2.0
#include "frame/span_set.h"

#include <algorithm>

namespace twofold::frame {

void normalize(SpanSet& spans) {
    std::erase_if(spans, [](const Span& span) { return span.from >= span.until; });
    if (spans.size() < 2) return;
    std::ranges::sort(spans, {}, &Span::from);
    std::size_t last = 0;
    for (std::size_t i = 1; i < spans.size(); ++i) {
        if (spans[i].from <= spans[last].until) {
            spans[last].until = std::max(spans[last].until, spans[i].until);
        } else {
            spans[++last] = spans[i];
        }
    }
    spans.resize(last + 1);
}

void intersect(const SpanSet& a, const SpanSet& b, SpanSet& out) {
    out.clear();
    for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
        const Span both{std::max(x->from, y->from), std::min(x->until, y->until)};
        if (both.from < both.until) out.push_back(both);
        if (x->until < y->until) {
            ++x;
        } else {
            ++y;
        }
    }
}

void subtract(const SpanSet& a, const SpanSet& b, SpanSet& out) {
    out.clear();
    auto y = b.begin();
    for (Span rest : a) {
        while (y != b.end() && y->until <= rest.from)
            ++y;
        for (auto hole = y; hole != b.end() && hole->from < rest.until; ++hole) {
            if (rest.from < hole->from) out.push_back({rest.from, hole->from});
            rest.from = std::max(rest.from, std::min(hole->until, rest.until));
        }
        if (rest.from < rest.until) out.push_back(rest);
    }
}

}  // namespace twofold::frame
