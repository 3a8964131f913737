// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demo/tally.h"

// Each expects its truth of a recounted world, to the unit and to the cent.

namespace twofold::demo {

void check_world(const Tally& tally, const Options& options);
void check_silent(const Tally& tally);                             // 1
void check_automatic(const Tally& tally);                          // 2
void check_champions(const Tally& tally);                          // 3
void check_invitations(Tally& tally);                              // 4
void check_release(Tally& tally, const Options& options);          // 5
void check_terms(Tally& tally);                                    // 6
void check_movements(const Tally& tally, const Options& options);  // 7
void check_ghosts(const Tally& tally);                             // 8
void check_busy(Tally& tally);                                     // 9
void check_movers(const Tally& tally);                             // 10
void check_overlap(Tally& tally);                                  // 11
void check_repair(Tally& tally);                                   // 12: loads the late relations
void check_bounds(const Tally& tally);

}  // namespace twofold::demo
