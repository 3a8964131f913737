// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demo/draft.h"

// How the world is made, in this order. Each stage relies on those before it and says what it
// leaves behind. All are functions of the draft's seed and calendar alone.

namespace twofold::demo {

// Customers.

/// Which customers there are, where they come from, what becomes of them and when.
void cast_customers(Draft& draft);
/// 1, 2: picks the customers that pay and are not used.
void claim_silent(Draft& draft);
/// 8: picks the customers with ghost seats.
void claim_ghosts(Draft& draft);
/// 7: picks those whose money moves in the last two months.
void claim_movements(Draft& draft);
/// 6: picks those whose term of a year ends in the year.
void claim_terms(Draft& draft);
/// 9: picks the free customers that are busy and hit limits, now or earlier.
void claim_busy(Draft& draft);
/// 3: picks those that lost their champion lately.
void claim_champions(Draft& draft);
/// Seats, active and other people: the sums of constants.h.
void size_customers(Draft& draft);
/// 12: picks the contractors' customers, and decides who is used in the week of D-100.
void claim_contractors(Draft& draft);
/// Prices, so that the money of every truth and of the world adds up to the cent.
void price_customers(Draft& draft);
/// Subscription segments of what was decided.
void write_segments(Draft& draft);

// People.

/// A membership for each of the people that the sizes ask for.
void cast_members(Draft& draft);
/// 11, 1: some of them are the same person; consultants and freelancers.
void join_consultants(Draft& draft);
/// 3, 10: champions, those who left, those who began elsewhere.
void place_champions(Draft& draft);
/// 12: contractors, and the relations that were forgotten.
void place_contractors(Draft& draft);
/// A person for every membership that has none; buyers, guests, people without a customer.
void cast_people(Draft& draft);
/// 5: on which day each person of the year signed up.
void place_signups(Draft& draft);
/// 4, 5, 6, 9 and the like: events at the places that truths ask for.
void place_events(Draft& draft);

}  // namespace twofold::demo
