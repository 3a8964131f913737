# Up to twenty steps; a step may be any selector.

events
  user  time              name
  ana   2026-02-01 09:00  A  n=1
  ana   09:01             A  n=2
  ana   09:02             A  n=3
  ana   09:03             B  n=4
  bo    09:00             A  n=2
  bo    09:01             B  n=4

ask funnel anything > anything > anything > anything > anything from 2026-02-01 to 2026-02-01
----
  step  event     count  of_first  of_previous  median_seconds  average_seconds
  1     anything  2      100.0%    -            -               -
  2     anything  2      100.0%    100.0%       60              60
  3     anything  1      50.0%     50.0%        60              60
  4     anything  1      50.0%     100.0%       60              60
  5     anything  0      0.0%      0.0%         -               -

# bo's first A has another n; the first that matches is his.
ask funnel first "A"[n = 1] > "B" from 2026-02-01 to 2026-02-01
----
  step  event             count  of_first  of_previous  median_seconds  average_seconds
  1     first "A"[n = 1]  1      100.0%    -            -               -
  2     B                 1      100.0%    100.0%       180             180

ask funnel first matching "A"[n = 2] > "B" from 2026-02-01 to 2026-02-01
----
  step  event                      count  of_first  of_previous  median_seconds  average_seconds
  1     first matching "A"[n = 2]  2      100.0%    -            -               -
  2     B                          2      100.0%    100.0%       90              90

ask funnel ("A"[n = 3] or "A"[n = 2]) > ("B" or "A") from 2026-02-01 to 2026-02-01
----
  step  event                         count  of_first  of_previous  median_seconds  average_seconds
  1     ("A"[n = 3] or "A"[n = 2])    2      100.0%    -            -               -
  2     ("B" or "A")                  2      100.0%    100.0%       60              60

ask funnel "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A" > "A"
----
  error too_large steps
