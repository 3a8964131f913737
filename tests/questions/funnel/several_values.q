# Holding one property and breaking down by another, by the same one, by two; every value.

events
  user  time              name
  ana   2026-02-01 09:00  A  c=red   n=1
  ana   10:00             B  c=blue  n=2
  ana   11:00             B  c=red   n=3
  bo    09:00             A  c=red   n=1
  bo    10:00             B  c=blue  n=1
  cy    09:00             A  n=2
  cy    10:00             B  n=2

ask funnel "A" > "B" holding event.c by event.n from 2026-02-01 to 2026-02-01
----
  step  event  event.n  count  of_first  of_previous  median_seconds  average_seconds
  1     A      1        2      100.0%    -            -               -
  2     B      1        1      50.0%     50.0%        7200            7200

ask funnel "A" > "B" holding event.c by event.c from 2026-02-01 to 2026-02-01
----
  step  event  event.c  count  of_first  of_previous  median_seconds  average_seconds
  1     A      red      2      100.0%    -            -               -
  2     B      red      1      50.0%     50.0%        7200            7200

ask funnel "A" > "B" holding event.c by event.n last touch from 2026-02-01 to 2026-02-01
----
  step  event  event.n  count  of_first  of_previous  median_seconds  average_seconds
  1     A      1        1      100.0%    -            -               -
  1     A      3        1      100.0%    -            -               -
  2     B      1        0      0.0%      0.0%         -               -
  2     B      3        1      100.0%    100.0%       7200            7200

ask funnel "A" > "B" by event.c, event.n from 2026-02-01 to 2026-02-01
----
  step  event  event.c  event.n  count  of_first  of_previous  median_seconds  average_seconds
  1     A      (none)   2        1      100.0%    -            -               -
  1     A      red      1        2      100.0%    -            -               -
  2     B      (none)   2        1      100.0%    100.0%       3600            3600
  2     B      red      1        2      100.0%    100.0%       3600            3600

# A unit counts under each value of its steps.
ask funnel "A" > "B" by event.c every value from 2026-02-01 to 2026-02-01
----
  step  event  event.c  count  of_first  of_previous  median_seconds  average_seconds
  1     A      (none)   1      100.0%    -            -               -
  1     A      blue     2      100.0%    -            -               -
  1     A      red      2      100.0%    -            -               -
  2     B      (none)   1      100.0%    100.0%       3600            3600
  2     B      blue     2      100.0%    100.0%       3600            3600
  2     B      red      2      100.0%    100.0%       3600            3600

ask funnel "A" > "B" by event.hour step 2 from 2026-02-01 to 2026-02-01
----
  step  event  event.hour  count  of_first  of_previous  median_seconds  average_seconds
  1     A      10          3      100.0%    -            -               -
  2     B      10          3      100.0%    100.0%       3600            3600

ask funnel "A" > "B" by event.n in bins of 2 step 1 from 2026-02-01 to 2026-02-01
----
  step  event  event.n in bins of 2  count  of_first  of_previous  median_seconds  average_seconds
  1     A      0                     2      100.0%    -            -               -
  1     A      2                     1      100.0%    -            -               -
  2     B      0                     2      100.0%    100.0%       3600            3600
  2     B      2                     1      100.0%    100.0%       3600            3600
  by hand: bins of an event's number in a funnel
