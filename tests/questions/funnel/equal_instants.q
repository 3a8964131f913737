# Steps of one instant may follow each other, whichever came first in the log; one event serves one
# step.

events
  user  time              name
  ana   2026-02-01 09:00  C
  ana   09:00             B
  ana   09:00             A
  bo    09:00             A
  bo    09:00             C
  bo    09:01             B
  cy    09:00             A
  dan   09:00             A
  dan   09:00             A

ask funnel "A" > "B" > "C" from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      4      100.0%    -            -               -
  2     B      2      50.0%     50.0%        30              30
  3     C      1      25.0%     50.0%        0               0

ask funnel "A" > "A" from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      4      100.0%    -            -               -
  2     A      1      25.0%     25.0%        0               0

ask funnel "A" > anything from 2026-02-01 to 2026-02-01
----
  step  event     count  of_first  of_previous  median_seconds  average_seconds
  1     A         4      100.0%    -            -               -
  2     anything  3      75.0%     75.0%        0               0
