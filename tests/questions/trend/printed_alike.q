# A number equals the text that prints it: they are one row of a breakdown, and one value to hold.

events
  user  time              name
  ana   2026-02-01 09:00  A  n=2
  bo    2026-02-01 10:00  A  n="2"
  cy    2026-02-01 11:00  A  n=2.0
  dan   2026-02-01 12:00  A  n=2.5
  bo    2026-02-01 13:00  B  n=2
  dan   2026-02-01 13:00  B  n="2.5"
  ana   2026-02-01 13:00  B  n=3

ask trend users of "A" in total from 2026-02-01 to 2026-02-01 by event.n
----
  event.n  value
  2        3
  2.5      1
  total    4

ask funnel "A" > "B" holding event.n from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      4      100.0%    -            -               -
  2     B      2      50.0%     50.0%        7200            7200
