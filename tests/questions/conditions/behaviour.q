# did, with counts and frames. Frames reach back from the moment of judging.

settings
  now  2026-02-20 00:00

events
  user  time              name
  ana   2026-02-01 09:00  Start
  ana   2026-02-03 09:00  A
  ana   2026-02-05 09:00  A
  ana   2026-02-15 09:00  A
  bo    2026-02-10 09:00  A
  bo    2026-02-11 09:00  Start
  bo    2026-02-18 09:00  A
  cy    2026-02-12 09:00  Start

ask list users where did "A" at least 2 times
----
  user
  ana
  bo

ask list users where did "A" at most 2 times
----
  user
  bo
  cy

ask list users where did "A" exactly 3 times
----
  user
  ana

ask list users where did not "A"
----
  user
  cy

ask list users where did not "A" at least 3 times
----
  user
  bo
  cy

ask list users where did "A" in the last 3 days
----
  user
  bo

ask list users where did not "A" in the last 3 days
----
  user
  ana
  cy

ask list users where did "A" in the 7 days before the last 7 days
----
  user
  bo

ask list users where did "A" in the first 3 days
----
  user
  ana
  bo

ask list users where did "A" exactly 1 time in the first 3 days
----
  user
  ana
  bo

ask list users where did "A" within 3 days after "Start"
----
  user
  ana

ask list users where did "A" within 2 days before "Start"
----
  user
  bo

ask list users where did "A" after "Start"
----
  user
  ana
  bo

ask list users where did "A" before "Start"
----
  user
  bo

ask list users where did "A" since 2026-02-16
----
  user
  bo

ask list users where did "A" at least 2 times from 2026-02-03 to 2026-02-05
----
  user
  ana

ask count users where did "A" in the range from 2026-02-04 to 2026-02-09
----
  count
  1

ask list users where did "A" at 2026-02-04T00:00Z
----
  user
  ana

# Asked of events, behaviour is judged at the present.
ask trend users of "Start" where did "A" at least 2 times in total from 2026-02-01 to 2026-02-19
----
  value
  2

ask list users where did "Start" > "A" within 5 days
----
  user
  ana

ask list users where did "A" > "Start" > "A"
----
  user
  bo

ask list users where did not "Start" > "A"
----
  user
  cy
