# The range binds all steps; `entries only` binds the first alone. What is dated after now is not
# seen in either case.

events
  user  time              name
  ana   2026-02-01 23:00  A
  ana   2026-02-02 01:00  B
  bo    2026-01-31 23:00  A    # before the range
  bo    2026-02-01 01:00  B
  cy    2026-02-01 10:00  A
  cy    2026-02-01 11:00  B

ask funnel "A" > "B" from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      2      100.0%    -            -               -
  2     B      1      50.0%     50.0%        3600            3600

ask funnel "A" > "B" entries only from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      2      100.0%    -            -               -
  2     B      2      100.0%    100.0%       5400            5400

ask funnel "A" > "B" entries only from 2026-02-01 to 2026-02-01 at 2026-02-02T00:30Z
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      2      100.0%    -            -               -
  2     B      1      50.0%     50.0%        3600            3600
