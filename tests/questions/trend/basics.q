# A trend counts events, users or customers of a selector in each interval. Gaps are zeros; a unit
# counts once in a cell and once in the total.

events
  user  time              name
  ana   2026-02-02 09:00  Exported
  ana   09:30             Exported
  bo    10:00             Exported
  ana   2026-02-04 09:00  Exported
  ana   23:59:59.999      Viewed
  bo    2026-02-05 00:00  Viewed
  cy    2026-02-09 12:00  Exported    # after the range of the first questions

ask trend events of "Exported" every day from 2026-02-02 to 2026-02-05
----
  time        value
  2026-02-02  3
  2026-02-03  0
  2026-02-04  1
  2026-02-05  0
  total       4

ask trend users of "Exported" every day from 2026-02-02 to 2026-02-05
----
  time        value
  2026-02-02  2
  2026-02-03  0
  2026-02-04  1
  2026-02-05  0
  total       2

# Day is the interval when none is said.
ask trend users of anything from 2026-02-04 to 2026-02-05
----
  time        value
  2026-02-04  1
  2026-02-05  1
  total       2

# In total, a user counts once.
ask trend users of "Exported" in total from 2026-02-02 to 2026-02-28
----
  value
  3

ask trend events of anything in total from 2026-02-02 to 2026-02-28
----
  value
  7

ask trend events of "Exported" every hour from 2026-02-02T09:00Z to 2026-02-02T12:00Z
----
  time              value
  2026-02-02T09:00  2
  2026-02-02T10:00  1
  2026-02-02T11:00  0
  total             3

# Several measures stand side by side.
ask trend events of "Exported", users of "Exported" every week from 2026-02-02 to 2026-02-15
----
  time        events of "Exported"  users of "Exported"
  2026-02-02  4                     2
  2026-02-09  1                     1
  total       5                     3
