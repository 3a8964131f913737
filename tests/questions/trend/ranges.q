# Two dates are both inclusive; instants are half-open; `over the last N` ends with the current
# interval; `since` ends now. `at` hides what is dated later.

settings
  now  2026-02-10 12:00

events
  user  time              name
  ana   2026-02-01 00:00  A
  ana   2026-02-08 00:00  A
  ana   2026-02-09 12:00  A
  ana   2026-02-10 00:00  A
  bo    2026-02-10 11:59  A

ask trend events of "A" every day from 2026-02-08 to 2026-02-09
----
  time        value
  2026-02-08  1
  2026-02-09  1
  total       2

ask trend events of "A" in total from 2026-02-08T00:00Z to 2026-02-10T00:00Z
----
  value
  2

ask trend events of "A" in total from 2026-02-08T00:00:00.001Z to 2026-02-10T00:00:00.001Z
----
  value
  2

ask trend events of "A" every day over the last 3 days
----
  time        value
  2026-02-08  1
  2026-02-09  1
  2026-02-10  2
  total       4

ask trend events of "A" in total over the last 2 days
----
  value
  3

ask trend events of "A" every week over the last 2 weeks
----
  time        value
  2026-02-02  1
  2026-02-09  3
  total       4

ask trend events of "A" every day since 2026-02-09
----
  time        value
  2026-02-09  1
  2026-02-10  2
  total       3

ask trend events of "A" in total over all time
----
  value
  5

# Thirty days when no range is said.
ask trend events of "A" in total
----
  value
  5

ask trend events of "A" every day over the last 2 days at 2026-02-10T06:00Z
----
  time        value
  2026-02-09  1
  2026-02-10  1
  total       2

ask trend events of "A" every day over the last 2 days at 2026-02-09T12:00Z
----
  time        value
  2026-02-08  1
  2026-02-09  1
  total       2

ask trend events of "A" in total from 2026-02-09 to 2026-02-08
----
  error invalid

ask trend events of "A" in total from 2026-02-30 to 2026-03-01
----
  error invalid
