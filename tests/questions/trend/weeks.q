# Rows are labelled by the interval's local start. A partial first week is labelled by the whole
# week and clipped to the range. Weeks begin on Monday unless said otherwise.

events
  user  time              name
  ana   2026-01-26 10:00  A     # Monday, before the range
  ana   2026-01-28 10:00  A     # Wednesday, the range's first day
  bo    2026-02-01 10:00  A     # Sunday
  bo    2026-02-02 10:00  A     # Monday
  cy    2026-02-03 10:00  A

ask trend events of "A" every week from 2026-01-28 to 2026-02-03
----
  time        value
  2026-01-26  2
  2026-02-02  2
  total       4

ask trend events of "A" every week from 2026-01-28 to 2026-02-03 weeks from sunday
----
  time        value
  2026-01-25  1
  2026-02-01  3
  total       4

# The clipped week counts only what lies in the range, uniques too.
ask trend users of "A" every week from 2026-01-28 to 2026-02-03
----
  time        value
  2026-01-26  2
  2026-02-02  2
  total       3

ask trend events of "A" every month from 2026-01-01 to 2026-02-28
----
  time        value
  2026-01-01  2
  2026-02-01  3
  total       5

ask trend users of "A" every quarter from 2025-10-01 to 2026-03-31 at 2026-03-31T23:00Z
----
  time        value
  2025-10-01  0
  2026-01-01  3
  total       3

ask trend users of "A" every year from 2026-01-01 to 2026-12-31 at 2026-12-31T23:00Z
----
  time        value
  2026-01-01  3
  total       3

ask trend events of "A" every month over the last 2 months at 2026-02-10T00:00Z
----
  time        value
  2026-01-01  2
  2026-02-01  3
  total       5
