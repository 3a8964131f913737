# Periods are those of the wall: a day of 23 or of 25 hours is one. Rolling days are 24 hours.

settings
  zone  Europe/Oslo
  now   2026-04-05 00:00

events
  user  time              name
  ana   2026-03-28 22:59  A     # 23:59 on the 28th
  ana   23:00             B     # 00:00 on the 29th, of 23 hours
  bo    2026-03-28 23:30  A     # 00:30 on the 29th
  bo    2026-03-29 21:59  B     # 23:59, the same day
  bo    22:00             B     # 00:00 on the 30th
  cy    2026-03-28 22:30  A     # 23:30 on the 28th
  cy    2026-03-29 22:15  B     # 00:15 on the 30th, 23:45 h later
  dan   2025-10-25 22:30  A     # 00:30 on the 26th, of 25 hours
  eli   2025-10-26 00:30  A     # 02:30, the first time
  eli   01:30             B     # 02:30, the second time
  dan   22:45             B     # 23:45 on the 26th, 24:15 h later

ask retention "A" then "B" every day for 2 days from 2026-03-28 to 2026-03-29
----
  cohort      size  period  count  rate
  2026-03-28  2     0       2      100.0%
  2026-03-28  2     1       1      50.0%
  2026-03-28  2     2       1      50.0%
  2026-03-29  1     0       1      100.0%
  2026-03-29  1     1       1      100.0%
  2026-03-29  1     2       0      0.0%
  average     3     0       3      100.0%
  average     3     1       2      66.7%
  average     3     2       1      33.3%
  total       3     -       -      -

ask retention "A" then "B" rolling every day for 2 days from 2026-03-28 to 2026-03-29
----
  cohort      size  period  count  rate
  2026-03-28  2     0       2      100.0%
  2026-03-28  2     1       0      0.0%
  2026-03-28  2     2       0      0.0%
  2026-03-29  1     0       1      100.0%
  2026-03-29  1     1       0      0.0%
  2026-03-29  1     2       0      0.0%
  average     3     0       3      100.0%
  average     3     1       0      0.0%
  average     3     2       0      0.0%
  total       3     -       -      -

ask retention "A" then "B" every day for 1 day from 2025-10-26 to 2025-10-26
----
  cohort      size  period  count  rate
  2025-10-26  2     0       2      100.0%
  2025-10-26  2     1       0      0.0%
  average     2     0       2      100.0%
  average     2     1       0      0.0%
  total       2     -       -      -

ask retention "A" then "B" rolling every day for 1 day from 2025-10-26 to 2025-10-26
----
  cohort      size  period  count  rate
  2025-10-26  2     0       2      100.0%
  2025-10-26  2     1       1      50.0%
  average     2     0       2      100.0%
  average     2     1       1      50.0%
  total       2     -       -      -

# In UTC bo starts on the 28th, and comes back on the 29th.
ask retention "A" then "B" every day for 1 day from 2026-03-28 to 2026-03-28 in zone "UTC"
----
  cohort      size  period  count  rate
  2026-03-28  3     0       3      100.0%
  2026-03-28  3     1       2      66.7%
  average     3     0       3      100.0%
  average     3     1       2      66.7%
  total       3     -       -      -

# The hour that comes twice is two hours of one label.
ask retention "A" then "B" every hour for 2 hours from 2025-10-26T00:00Z to 2025-10-26T02:00Z
----
  cohort            size  period  count  rate
  2025-10-26T02:00  1     0       1      100.0%
  2025-10-26T02:00  1     1       1      100.0%
  2025-10-26T02:00  1     2       0      0.0%
  2025-10-26T02:00  0     0       0      -
  2025-10-26T02:00  0     1       0      -
  2025-10-26T02:00  0     2       0      -
  average           1     0       1      100.0%
  average           1     1       1      100.0%
  average           1     2       0      0.0%
  total             1     -       -      -
