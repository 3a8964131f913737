# What is not of the event is judged at the start: of those for which it holds, the first counts.
# `event.x` speaks of each event.

settings
  now  2026-03-10 12:00

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-02-03  -
relation
  user  customer  role   from        until
  ana   acme      admin  2026-01-01  -
events
  user  time              name
  ana   2026-02-02 09:00  A  c=red
  ana   2026-02-03 09:00  A  c=red
  ana   2026-02-04 09:00  B  c=blue
  bo    2026-02-01 09:00  Setup
  bo    2026-02-02 09:00  A  c=red
  bo    2026-02-03 09:00  B  c=red
  cy    2026-02-02 09:00  A  c=red
  cy    2026-02-02 10:00  Setup
  cy    2026-02-03 09:00  A  c=red
  cy    2026-02-03 10:00  B  c=red
  cy    2026-02-04 10:00  B  c=red

# acme pays from the 3rd on: ana starts on the 3rd, not on the 2nd.
ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-03 where paying
----
  cohort      size  period  count  rate
  2026-02-02  0     0       0      -
  2026-02-02  0     1       0      -
  2026-02-02  0     2       0      -
  2026-02-03  1     0       1      100.0%
  2026-02-03  1     1       1      100.0%
  2026-02-03  1     2       0      0.0%
  average     1     0       1      100.0%
  average     1     1       1      100.0%
  average     1     2       0      0.0%
  total       1     -       -      -
  rule: judged at the start

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-03 where not paying
----
  cohort      size  period  count  rate
  2026-02-02  3     0       3      100.0%
  2026-02-02  3     1       2      66.7%
  2026-02-02  3     2       2      66.7%
  2026-02-03  0     0       0      -
  2026-02-03  0     1       0      -
  2026-02-03  0     2       0      -
  average     3     0       3      100.0%
  average     3     1       2      66.7%
  average     3     2       2      66.7%
  total       3     -       -      -

# As of now ana's customer pays on the 2nd too.
ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-03 where paying facts as of now
----
  cohort      size  period  count  rate
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       0      0.0%
  2026-02-02  1     2       1      100.0%
  2026-02-03  0     0       0      -
  2026-02-03  0     1       0      -
  2026-02-03  0     2       0      -
  average     1     0       1      100.0%
  average     1     1       0      0.0%
  average     1     2       1      100.0%
  total       1     -       -      -

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-03 where paying judged now
----
  cohort      size  period  count  rate
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       0      0.0%
  2026-02-02  1     2       1      100.0%
  2026-02-03  0     0       0      -
  2026-02-03  0     1       0      -
  2026-02-03  0     2       0      -
  average     1     0       1      100.0%
  average     1     1       0      0.0%
  average     1     2       1      100.0%
  total       1     -       -      -
  rule: conditions judged at
  by hand: judged now

# bo had set up when he started; cy had at her second start.
ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-03 where did "Setup"
----
  cohort      size  period  count  rate
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       1      100.0%
  2026-02-02  1     2       0      0.0%
  2026-02-03  1     0       1      100.0%
  2026-02-03  1     1       1      100.0%
  2026-02-03  1     2       0      0.0%
  average     2     0       2      100.0%
  average     2     1       2      100.0%
  average     2     2       0      0.0%
  total       2     -       -      -

# ana comes back in blue only.
ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-02 where event.c = "red"
----
  cohort      size  period  count  rate
  2026-02-02  3     0       3      100.0%
  2026-02-02  3     1       2      66.7%
  2026-02-02  3     2       1      33.3%
  average     3     0       3      100.0%
  average     3     1       2      66.7%
  average     3     2       1      33.3%
  total       3     -       -      -

ask retention "A" then "B"[c = "blue"] every day for 2 days from 2026-02-02 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-02  3     0       3      100.0%
  2026-02-02  3     1       0      0.0%
  2026-02-02  3     2       1      33.3%
  average     3     0       3      100.0%
  average     3     1       0      0.0%
  average     3     2       1      33.3%
  total       3     -       -      -

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-03 where event.c = "red" and paying and not did "Setup"
----
  cohort      size  period  count  rate
  2026-02-02  0     0       0      -
  2026-02-02  0     1       0      -
  2026-02-02  0     2       0      -
  2026-02-03  1     0       1      100.0%
  2026-02-03  1     1       0      0.0%
  2026-02-03  1     2       0      0.0%
  average     1     0       1      100.0%
  average     1     1       0      0.0%
  average     1     2       0      0.0%
  total       1     -       -      -

# The first ever, if the condition holds at it: at ana's it did not.
ask retention first "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-03 where paying
----
  cohort      size  period  count  rate
  2026-02-02  0     0       0      -
  2026-02-02  0     1       0      -
  2026-02-02  0     2       0      -
  2026-02-03  0     0       0      -
  2026-02-03  0     1       0      -
  2026-02-03  0     2       0      -
  average     0     0       0      -
  average     0     1       0      -
  average     0     2       0      -
  total       0     -       -      -
