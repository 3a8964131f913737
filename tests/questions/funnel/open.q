# Any cell opens to the list of its units: those who reached a step, those dropped before it.

events
  user  time              name
  ana   2026-02-01 09:00  A
  ana   10:00             B
  ana   11:00             C
  bo    09:00             A
  bo    10:00             B
  cy    09:00             A
  dan   09:00             B

ask funnel "A" > "B" > "C" from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      3      100.0%    -            -               -
  2     B      2      66.7%     66.7%        3600            3600
  3     C      1      33.3%     50.0%        3600            3600

ask funnel "A" > "B" > "C" from 2026-02-01 to 2026-02-01
open {"step": 1}
----
  user
  ana
  bo
  cy

ask funnel "A" > "B" > "C" from 2026-02-01 to 2026-02-01
open {"step": 2}
----
  user
  ana
  bo

ask funnel "A" > "B" > "C" from 2026-02-01 to 2026-02-01
open {"step": 2, "dropped": true}
----
  user
  cy

ask funnel "A" > "B" > "C" from 2026-02-01 to 2026-02-01
open {"step": 3, "dropped": true}
----
  user
  bo

ask trend users of "B" every day from 2026-02-01 to 2026-02-02
open {"time": "2026-02-01"}
----
  user
  ana
  bo
  dan

ask count users where did "B"
open {}
----
  user
  ana
  bo
  dan
