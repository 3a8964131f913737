# `rolling 7 days` is the day itself and the six before, reaching before the range; `cumulative`
# begins with the range. Both count a user once.

events
  user  time              name
  ana   2026-02-01 10:00  A
  bo    2026-02-04 10:00  A
  ana   2026-02-06 10:00  A
  cy    2026-02-10 10:00  A
  cy    10:30             A

ask trend users of "A" rolling 7 days every day from 2026-02-06 to 2026-02-11
----
  time        value
  2026-02-06  2
  2026-02-07  2
  2026-02-08  2
  2026-02-09  2
  2026-02-10  3
  2026-02-11  2

ask trend events of "A" rolling 7 days every day from 2026-02-06 to 2026-02-11
----
  time        value
  2026-02-06  3
  2026-02-07  3
  2026-02-08  2
  2026-02-09  2
  2026-02-10  4
  2026-02-11  3

ask trend events of "A" rolling 2 days every day from 2026-02-05 to 2026-02-06
----
  time        value
  2026-02-05  1
  2026-02-06  1

ask trend users of "A" cumulative every day from 2026-02-04 to 2026-02-07
----
  time        value
  2026-02-04  1
  2026-02-05  1
  2026-02-06  2
  2026-02-07  2

ask trend events of "A" cumulative every week from 2026-02-04 to 2026-02-15
----
  time        value
  2026-02-02  2
  2026-02-09  4

ask trend users of "A" rolling 7 days every week
----
  error invalid rolling

ask trend users of "A" cumulative in total
----
  error invalid cumulative

# Rolling days are whole days, also where the range begins within one; the total is of the range.
ask trend events of "A" rolling 2 days every day from 2026-02-04T12:00Z to 2026-02-07T00:00Z
----
  time        value
  2026-02-04  1
  2026-02-05  1
  2026-02-06  1
  total       1
