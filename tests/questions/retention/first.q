# `first S` is the unit's first ever, wherever it lies; `first matching S` the first ever that matches.

settings
  now  2026-02-12 12:00

events
  user  time              name
  ana   2026-01-05 09:00  A  c=red
  ana   2026-02-02 09:00  A  c=red
  ana   2026-02-03 09:00  B
  bo    2026-01-06 09:00  A  c=blue
  bo    2026-02-02 09:00  A  c=red
  bo    2026-02-03 09:00  B
  cy    2026-02-02 09:00  A  c=blue
  cy    2026-02-03 09:00  B
  dan   2026-02-02 09:00  A  c=red
  dan   2026-02-04 09:00  B

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-02  4     0       4      100.0%
  2026-02-02  4     1       3      75.0%
  2026-02-02  4     2       1      25.0%
  average     4     0       4      100.0%
  average     4     1       3      75.0%
  average     4     2       1      25.0%
  total       4     -       -      -

ask retention first "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-02  2     0       2      100.0%
  2026-02-02  2     1       1      50.0%
  2026-02-02  2     2       1      50.0%
  average     2     0       2      100.0%
  average     2     1       1      50.0%
  average     2     2       1      50.0%
  total       2     -       -      -
  rule: Users by the day of their first "A" in the range

# Their first ever, if it is red.
ask retention first "A"[c = "red"] then "B" every day for 2 days from 2026-02-02 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       0      0.0%
  2026-02-02  1     2       1      100.0%
  average     1     0       1      100.0%
  average     1     1       0      0.0%
  average     1     2       1      100.0%
  total       1     -       -      -

# Their first red one.
ask retention first matching "A"[c = "red"] then "B" every day for 2 days from 2026-02-02 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-02  2     0       2      100.0%
  2026-02-02  2     1       1      50.0%
  2026-02-02  2     2       1      50.0%
  average     2     0       2      100.0%
  average     2     1       1      50.0%
  average     2     2       1      50.0%
  total       2     -       -      -

# What comes back may be a first as well.
ask retention "A" then first "B" every day for 2 days from 2026-02-02 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-02  4     0       4      100.0%
  2026-02-02  4     1       3      75.0%
  2026-02-02  4     2       1      25.0%
  average     4     0       4      100.0%
  average     4     1       3      75.0%
  average     4     2       1      25.0%
  total       4     -       -      -

# There is only one first: every start is no more than it.
ask retention first "A" then "B" every start every month for 1 month from 2026-01-01 to 2026-02-12
----
  cohort      size  period  count  rate
  2026-01-01  2     0       2      100.0%
  2026-01-01  2     1       2      100.0%
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       -      -
  average     2     0       2      100.0%
  average     0     1       0      -
  total       4     -       -      -
