# One person under two ids is one unit, and what comes late counts as if it had been there.

settings
  now  2026-02-12 12:00

events
  user    time              name
  ~x1     2026-02-02 09:00  A
  ana~x1  2026-02-02 10:00  Signed Up
  ana     2026-02-03 09:00  B
  bo      2026-02-03 09:00  A
  bo2     2026-02-04 09:00  B
  ~x9     2026-02-03 10:00  A

ask retention "A" then "B" every day for 1 day from 2026-02-02 to 2026-02-03
----
  cohort      size  period  count  rate
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       1      100.0%
  2026-02-03  2     0       2      100.0%
  2026-02-03  2     1       0      0.0%
  average     3     0       3      100.0%
  average     3     1       1      33.3%
  total       3     -       -      -
  note: 1 of 3 users (33.3 %) are not known by a user id.

# bo and bo2 are one person; bo's start was on the 2nd already.
alias
  bo2  bo

events
  user  time              name
  bo    2026-02-02 23:00  A
  ana   2026-02-01 12:00  A

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-03
----
  cohort      size  period  count  rate
  2026-02-02  2     0       2      100.0%
  2026-02-02  2     1       1      50.0%
  2026-02-02  2     2       1      50.0%
  2026-02-03  1     0       1      100.0%
  2026-02-03  1     1       0      0.0%
  2026-02-03  1     2       0      0.0%
  average     3     0       3      100.0%
  average     3     1       1      33.3%
  average     3     2       1      33.3%
  total       3     -       -      -

# ana's first ever is on the 1st now.
ask retention first "A" then "B" every day for 2 days from 2026-02-01 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-01  1     0       1      100.0%
  2026-02-01  1     1       0      0.0%
  2026-02-01  1     2       1      100.0%
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       0      0.0%
  2026-02-02  1     2       1      100.0%
  average     2     0       2      100.0%
  average     2     1       0      0.0%
  average     2     2       2      100.0%
  total       2     -       -      -
