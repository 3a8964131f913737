# Nothing at all yet, but names.

settings
  now  2026-02-04 12:00

identify
  ana  2026-01-01 09:00  country=NO

ask retention anything then anything every day for 1 day from 2026-02-01 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-01  0     0       0      -
  2026-02-01  0     1       0      -
  2026-02-02  0     0       0      -
  2026-02-02  0     1       0      -
  average     0     0       0      -
  average     0     1       0      -
  total       0     -       -      -

ask retention anything then use every day for 1 day for customers from 2026-02-02 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-02  0     0       0      -
  2026-02-02  0     1       0      -
  average     0     0       0      -
  average     0     1       0      -
  total       0     -       -      -

# Nobody started, so there are no countries either.
ask retention anything then anything every day for 1 day from 2026-02-01 to 2026-02-01 by user.country
----
  cohort  user.country  size  period  count  rate
  total   -             0     -       -      -

# Days to come are asked for: they are empty, and there is no number in them.
ask retention anything then anything every day for 1 day from 2026-02-05 to 2026-02-05
----
  cohort      size  period  count  rate
  2026-02-05  0     0       -      -
  2026-02-05  0     1       -      -
  average     0     0       0      -
  average     0     1       0      -
  total       0     -       -      -

# Of a range that ends with now they are left out.
ask retention anything then anything every day for 1 day over the last 1 week
----
  cohort      size  period  count  rate
  2026-02-02  0     0       0      -
  2026-02-02  0     1       0      -
  2026-02-03  0     0       0      -
  2026-02-03  0     1       0      -
  2026-02-04  0     0       0      -
  2026-02-04  0     1       -      -
  average     0     0       0      -
  average     0     1       0      -
  total       0     -       -      -
