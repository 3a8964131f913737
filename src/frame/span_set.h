// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "frame/edges.h"

/// Sets of moments as lists of spans: ascending, apart, none empty.
namespace twofold::frame {

using SpanSet = std::vector<Span>;

/// Sorts spans and joins those that touch or overlap; drops empty ones.
void normalize(SpanSet& spans);
/// Moments in both, into `out`, which is another vector.
void intersect(const SpanSet& a, const SpanSet& b, SpanSet& out);
/// Moments in `a` and not in `b`, into `out`, which is another vector.
void subtract(const SpanSet& a, const SpanSet& b, SpanSet& out);

}  // namespace twofold::frame
