# A user's first relation reaches back to its first event, at most 30 days: "Signed Up" is sent
# before `group`.

events
  user  time              name
  ana   2026-02-01 09:00  "Signed Up"
  ana   2026-02-01 10:00  A
  bo    2026-02-01 08:00  A
  bo    2026-02-10 09:00  A
group
  user  customer  time
  ana   acme      2026-02-01 09:30
  bo    acme      2026-02-05 09:00
  bo    beta      2026-02-08 09:00     # his second relation reaches nowhere

ask trend events of anything by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      3
  beta      1

ask funnel "Signed Up" > "A" for customers from 2026-02-01 to 2026-02-28
----
  step  event      count  of_first  of_previous  median_seconds  average_seconds
  1     Signed Up  1      100.0%    -            -               -
  2     A          1      100.0%    100.0%       3600            3600

# What came of a relation is undone with it: nothing about customers is frozen into events.
ask trend events of anything by customer in total from 2026-02-01 to 2026-02-28 at 2026-02-01T09:15Z
----
  customer  value
  (none)    2

# In whichever roles: two that begin at one moment are first together.
relation
  user  customer  role   from        until
  cy    delta     user   2026-02-10  -
  cy    delta     admin  2026-02-10  -
events
  user  time              name
  cy    2026-02-09 09:00  B

ask trend events of "B" by role in total from 2026-02-01 to 2026-02-28
----
  role   value
  admin  1
  user   1

ask trend events of "B" where role is admin in total from 2026-02-01 to 2026-02-28
----
  value
  1

ask trend events of "B" where role is user in total from 2026-02-01 to 2026-02-28
----
  value
  1
