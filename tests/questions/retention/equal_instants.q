# Of several starts of one instant the first in the order of the log is the one that counts; what
# comes back at the instant of the start is in column 0.

settings
  now  2026-02-12 12:00

events
  user  time              name
  ana   2026-02-02 09:00  A  c=red
  ana   2026-02-02 09:00  A  c=blue
  ana   2026-02-02 09:00  B
  bo    2026-02-02 09:00  B
  bo    2026-02-02 09:00  A  c=blue
  bo    2026-02-02 09:00  A  c=red
  bo    2026-02-03 09:00  B
  bo    2026-02-03 09:00  B

ask retention "A" then "B" every day for 1 day from 2026-02-02 to 2026-02-02 by event.c
----
  cohort      event.c  size  period  count  rate
  2026-02-02  blue     1     0       1      100.0%
  2026-02-02  blue     1     1       1      100.0%
  2026-02-02  red      1     0       1      100.0%
  2026-02-02  red      1     1       0      0.0%
  average     blue     1     0       1      100.0%
  average     blue     1     1       1      100.0%
  average     red      1     0       1      100.0%
  average     red      1     1       0      0.0%
  total       -        2     -       -      -

ask retention first "A"[c = "red"] then "B" every day for 1 day from 2026-02-02 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       0      0.0%
  average     1     0       1      100.0%
  average     1     1       0      0.0%
  total       1     -       -      -

ask retention "A" then "B" rolling at least 2 times every day for 1 day from 2026-02-02 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-02  2     0       2      100.0%
  2026-02-02  2     1       1      50.0%
  average     2     0       2      100.0%
  average     2     1       1      50.0%
  total       2     -       -      -
