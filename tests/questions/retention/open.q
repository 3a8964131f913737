# Any cell opens to the list of its units: those of a cohort who came back, those who did not.

settings
  now  2026-02-07 12:00

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  bo    acme      user  2026-01-01  -

events
  user  time              name
  ana   2026-02-02 09:00  A  c=red
  bo    2026-02-02 09:00  A  c=blue
  cy    2026-02-02 09:00  A  c=red
  dan   2026-02-03 09:00  A  c=red
  ana   2026-02-03 09:00  B
  bo    2026-02-04 09:00  B
  dan   2026-02-04 09:00  B
  fay   2026-02-06 09:00  A  c=red
  fay   2026-02-07 09:00  B

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-02", "period": 1}
----
  user
  ana

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-02", "period": 0}
----
  user
  ana
  bo
  cy

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-02"}
----
  user
  ana
  bo
  cy

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-02", "period": 1, "dropped": true}
----
  user
  bo
  cy

# fay's first period is not over, so she is in no average of it.
ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "average", "period": 1}
----
  user
  ana
  dan

# Of all cohorts.
ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"period": 1}
----
  user
  ana
  dan
  fay

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {}
----
  user
  ana
  bo
  cy
  dan
  fay

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06 by event.c
open {"cohort": "2026-02-02", "period": 1, "by": ["red"], "dropped": true}
----
  user
  cy

ask retention "A" then "B" rolling every start every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-03", "period": 1}
----
  user
  dan

ask retention use then use every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-02", "period": 2}
----
  user
  bo

ask retention "A" then "B" every day for 2 days for customers from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-02", "period": 2}
----
  customer
  acme

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-02", "period": 3}
----
  error not_found the answer has the periods 0 to 2: 3

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-09", "period": 1}
----
  error not_found no such cohort: 2026-02-09

# Where there is no number there is no list.
ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-06", "period": 2}
----
  error not_found has not begun

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"cohort": "2026-02-02", "dropped": true}
----
  error invalid all of a cohort are in its period 0

ask retention "A" then "B" every day for 2 days from 2026-02-02 to 2026-02-06
open {"step": 1}
----
  error invalid retention has cohorts and periods

ask trend users of "A" every day from 2026-02-02 to 2026-02-02
open {"cohort": "2026-02-02", "period": 0}
----
  error invalid only retention has cohorts
