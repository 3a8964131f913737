# A unit is in the cohort of the period of its first start in the range. Column 0 is the cohort,
# column k those who came back in the k-th period after it. Averages are over cohorts whose period is
# over; of a period that has not begun there is no number.

settings
  now  2026-02-25 12:00

events
  user  time              name
  eve   2026-02-01 23:59  A     # before the range
  ana   2026-02-02 09:00  A
  bo    2026-02-03 09:00  A
  bo    12:00             B     # in the first period: counts for nothing
  eve   13:00             A
  cy    2026-02-08 23:59  A
  cy    2026-02-09 00:00  B     # a minute later, and the next week
  ana   10:00             B
  ana   11:00             B     # once a period
  dan   2026-02-10 09:00  A
  fay   10:00             B     # never started
  dan   2026-02-12 09:00  A
  ana   2026-02-16 10:00  B     # after the range: the range binds the cohorts
  eve   2026-02-17 10:00  B
  dan   2026-02-24 10:00  B

ask retention "A" then "B" every week for 3 weeks from 2026-02-02 to 2026-02-15
----
  cohort      size  period  count  rate
  2026-02-02  4     0       4      100.0%
  2026-02-02  4     1       2      50.0%
  2026-02-02  4     2       2      50.0%
  2026-02-02  4     3       0      0.0%
  2026-02-09  1     0       1      100.0%
  2026-02-09  1     1       0      0.0%
  2026-02-09  1     2       1      100.0%
  2026-02-09  1     3       -      -
  average     5     0       5      100.0%
  average     5     1       2      40.0%
  average     4     2       2      50.0%
  average     0     3       0      -
  total       5     -       -      -
  rule: Users by the week of their first "A" in the range; back with "B" in the week
  rule: whole weeks of the calendar
  rule: averages over cohorts whose week is over
  rule: relations as of the event

# The same rows start and come back.
ask retention use then use every week for 2 weeks from 2026-02-02 to 2026-02-15
----
  cohort      size  period  count  rate
  2026-02-02  4     0       4      100.0%
  2026-02-02  4     1       2      50.0%
  2026-02-02  4     2       2      50.0%
  2026-02-09  2     0       2      100.0%
  2026-02-09  2     1       0      0.0%
  2026-02-09  2     2       1      50.0%
  average     6     0       6      100.0%
  average     6     1       2      33.3%
  average     4     2       2      50.0%
  total       6     -       -      -

# Nobody started: rows of zeros, and no rate.
ask retention "A" then "B" every week for 1 week from 2026-01-19 to 2026-01-25
----
  cohort      size  period  count  rate
  2026-01-19  0     0       0      -
  2026-01-19  0     1       0      -
  average     0     0       0      -
  average     0     1       0      -
  total       0     -       -      -

# What starts and never comes back.
ask retention "A" then "B" every week for 1 week from 2026-01-26 to 2026-02-01
----
  cohort      size  period  count  rate
  2026-01-26  1     0       1      100.0%
  2026-01-26  1     1       0      0.0%
  average     1     0       1      100.0%
  average     1     1       0      0.0%
  total       1     -       -      -

# Without `every` days, without `for` 30 of them; weeks are 12, and without `every` those of `for`.
ask retention "A" then "B" for 1 week from 2026-02-09 to 2026-02-15
----
  cohort      size  period  count  rate
  2026-02-09  1     0       1      100.0%
  2026-02-09  1     1       0      0.0%
  average     1     0       1      100.0%
  average     1     1       0      0.0%
  total       1     -       -      -
  rule: Users by the week of

ask retention "A" then "B" every year from 2026-01-01 to 2026-12-31
----
  cohort      size  period  count  rate
  2026-01-01  5     0       5      100.0%
  2026-01-01  5     1       -      -
  2026-01-01  5     2       -      -
  2026-01-01  5     3       -      -
  2026-01-01  5     4       -      -
  2026-01-01  5     5       -      -
  average     0     0       0      -
  average     0     1       0      -
  average     0     2       0      -
  average     0     3       0      -
  average     0     4       0      -
  average     0     5       0      -
  total       5     -       -      -
