# every start, on or after, rolling, at least N times.

settings
  now  2026-02-12 12:00

events
  user  time              name
  ana   2026-02-01 20:00  A
  ana   2026-02-02 21:00  A
  ana   2026-02-03 19:00  B     # the day after the second start, but 47 h after the first
  bo    2026-02-01 10:00  A
  bo    2026-02-02 09:59  B     # the next day, but not 24 h later
  bo    2026-02-03 10:00  B     # exactly 48 h later
  bo    11:00             B
  cy    2026-02-02 10:00  A
  cy    2026-02-06 10:00  B     # behind the last column

ask retention "A" then "B" every day for 2 days from 2026-02-01 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       1      50.0%
  2026-02-01  2     2       2      100.0%
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       0      0.0%
  2026-02-02  1     2       0      0.0%
  average     3     0       3      100.0%
  average     3     1       1      33.3%
  average     3     2       2      66.7%
  total       3     -       -      -

# ana is in both cohorts, and once in the total.
ask retention "A" then "B" every start every day for 2 days from 2026-02-01 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       1      50.0%
  2026-02-01  2     2       2      100.0%
  2026-02-02  2     0       2      100.0%
  2026-02-02  2     1       1      50.0%
  2026-02-02  2     2       0      0.0%
  average     4     0       4      100.0%
  average     4     1       2      50.0%
  average     4     2       2      50.0%
  total       3     -       -      -
  rule: Users in each day with "A"

# In that period or in a later one, also behind the last column.
ask retention "A" then "B" on or after every day for 2 days from 2026-02-01 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       2      100.0%
  2026-02-01  2     2       2      100.0%
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       1      100.0%
  2026-02-02  1     2       1      100.0%
  average     3     0       3      100.0%
  average     3     1       3      100.0%
  average     3     2       3      100.0%
  total       3     -       -      -
  rule: in the day or a later one

# A day is 24 hours from each one's own start; its first instant counts, its end does not.
ask retention "A" then "B" rolling every day for 2 days from 2026-02-01 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       1      50.0%
  2026-02-01  2     2       1      50.0%
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       0      0.0%
  2026-02-02  1     2       0      0.0%
  average     3     0       3      100.0%
  average     3     1       1      33.3%
  average     3     2       1      33.3%
  total       3     -       -      -
  rule: a day is 24 hours from the start

# Each cohort counts from the first start in it.
ask retention "A" then "B" rolling every start every day for 2 days from 2026-02-01 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       1      50.0%
  2026-02-01  2     2       1      50.0%
  2026-02-02  2     0       2      100.0%
  2026-02-02  2     1       0      0.0%
  2026-02-02  2     2       0      0.0%
  average     4     0       4      100.0%
  average     4     1       1      25.0%
  average     4     2       1      25.0%
  total       3     -       -      -

ask retention "A" then "B" rolling on or after every day for 2 days from 2026-02-01 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       2      100.0%
  2026-02-01  2     2       1      50.0%
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       1      100.0%
  2026-02-02  1     2       1      100.0%
  average     3     0       3      100.0%
  average     3     1       3      100.0%
  average     3     2       2      66.7%
  total       3     -       -      -

# Twice within one period.
ask retention "A" then "B" at least 2 times every day for 2 days from 2026-02-01 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       0      0.0%
  2026-02-01  2     2       1      50.0%
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       0      0.0%
  2026-02-02  1     2       0      0.0%
  average     3     0       3      100.0%
  average     3     1       0      0.0%
  average     3     2       1      33.3%
  total       3     -       -      -
  rule: back with "B" at least 2 times in the day

ask retention "A" then "B" at least 2 times on or after every day for 2 days from 2026-02-01 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       1      50.0%
  2026-02-01  2     2       1      50.0%
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       0      0.0%
  2026-02-02  1     2       0      0.0%
  average     3     0       3      100.0%
  average     3     1       1      33.3%
  average     3     2       1      33.3%
  total       3     -       -      -

# bo's second and third B lie in one rolling day, the one that begins after 48 hours.
ask retention "A" then "B" at least 2 times rolling every day for 2 days from 2026-02-01 to 2026-02-01
----
  cohort      size  period  count  rate
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       0      0.0%
  2026-02-01  2     2       1      50.0%
  average     2     0       2      100.0%
  average     2     1       0      0.0%
  average     2     2       1      50.0%
  total       2     -       -      -
