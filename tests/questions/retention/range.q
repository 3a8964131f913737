# The range binds the cohorts, and its first and last periods widen to whole ones.

settings
  now  2026-04-20 12:00

events
  user  time              name
  ana   2026-01-31 23:59  A
  bo    2026-02-01 00:00  A
  cy    2026-02-28 23:59  A
  dan   2026-03-01 00:00  A
  bo    2026-03-31 23:59  B
  cy    2026-04-01 00:00  B
  ana   2026-04-02 00:00  B
  dan   2026-04-03 00:00  B
  eve   2026-02-15 12:00  A
  eve   2026-03-15 12:00  B

# From the 10th to the 20th is all of February.
ask retention "A" then "B" every month for 2 months from 2026-02-10 to 2026-02-20
----
  cohort      size  period  count  rate
  2026-02-01  3     0       3      100.0%
  2026-02-01  3     1       2      66.7%
  2026-02-01  3     2       1      33.3%
  average     3     0       3      100.0%
  average     3     1       2      66.7%
  average     0     2       0      -
  total       3     -       -      -

# Of instants too.
ask retention "A" then "B" every month for 1 month from 2026-01-31T10:00Z to 2026-02-01T00:00Z
----
  cohort      size  period  count  rate
  2026-01-01  1     0       1      100.0%
  2026-01-01  1     1       0      0.0%
  average     1     0       1      100.0%
  average     1     1       0      0.0%
  total       1     -       -      -

ask retention "A" then "B" every month for 1 month over the last 3 months
----
  cohort      size  period  count  rate
  2026-02-01  3     0       3      100.0%
  2026-02-01  3     1       2      66.7%
  2026-03-01  1     0       1      100.0%
  2026-03-01  1     1       1      100.0%
  2026-04-01  0     0       0      -
  2026-04-01  0     1       -      -
  average     4     0       4      100.0%
  average     3     1       2      66.7%
  total       4     -       -      -

# A rolling month is 30 days.
ask retention "A" then "B" rolling every month for 1 month from 2026-02-01 to 2026-02-28
----
  cohort      size  period  count  rate
  2026-02-01  3     0       3      100.0%
  2026-02-01  3     1       2      66.7%
  average     3     0       3      100.0%
  average     0     1       0      -
  total       3     -       -      -

# Weeks from Sunday: the 1st of February is one.
ask retention "A" then "B" every week for 1 week from 2026-02-03 to 2026-02-03 weeks from sunday
----
  cohort      size  period  count  rate
  2026-02-01  1     0       1      100.0%
  2026-02-01  1     1       0      0.0%
  average     1     0       1      100.0%
  average     1     1       0      0.0%
  total       1     -       -      -

ask retention "A" then "B" every quarter for 1 quarter since 2026-01-20
----
  cohort      size  period  count  rate
  2026-01-01  5     0       5      100.0%
  2026-01-01  5     1       3      60.0%
  2026-04-01  0     0       0      -
  2026-04-01  0     1       -      -
  average     5     0       5      100.0%
  average     0     1       0      -
  total       5     -       -      -

# Over all time from the first event on.
ask retention "A" then "B" every month for 1 month over all time
----
  cohort      size  period  count  rate
  2026-01-01  1     0       1      100.0%
  2026-01-01  1     1       0      0.0%
  2026-02-01  3     0       3      100.0%
  2026-02-01  3     1       2      66.7%
  2026-03-01  1     0       1      100.0%
  2026-03-01  1     1       1      100.0%
  2026-04-01  0     0       0      -
  2026-04-01  0     1       -      -
  average     5     0       5      100.0%
  average     4     1       2      50.0%
  total       5     -       -      -
  by hand: over all time

# `at` hides what is later, and says how old a cohort is: at the end of a period it is over.
ask retention "A" then "B" every month for 1 month from 2026-02-01 to 2026-02-28 at 2026-03-20T00:00Z
----
  cohort      size  period  count  rate
  2026-02-01  3     0       3      100.0%
  2026-02-01  3     1       1      33.3%
  average     3     0       3      100.0%
  average     0     1       0      -
  total       3     -       -      -

ask retention "A" then "B" every month for 1 month from 2026-02-01 to 2026-02-28 at 2026-04-01
----
  cohort      size  period  count  rate
  2026-02-01  3     0       3      100.0%
  2026-02-01  3     1       2      66.7%
  average     3     0       3      100.0%
  average     3     1       2      66.7%
  total       3     -       -      -
  by hand: at a date
