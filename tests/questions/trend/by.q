# One row for each interval and value. Missing is (none); what comes after the top N is (other), and
# equals are ordered by name. A unit counts once in each cell, once in the total.

events
  user  time              name
  ana   2026-02-02 10:00  A  color=red    n=1
  ana   11:00             A  color=blue   n=1
  bo    10:00             A  color=red    n=2
  bo    10:30             A
  cy    2026-02-03 10:00  A  color=green  n=2
  cy    10:30             A  color=blue   n=3

identify
  user  time              traits
  ana   2026-02-01 10:00  country=NO
  bo    10:00             country=SE

ask trend events of "A" by event.color every day from 2026-02-02 to 2026-02-03
----
  time        event.color  value
  2026-02-02  (none)       1
  2026-02-02  blue         1
  2026-02-02  green        0
  2026-02-02  red          2
  2026-02-03  (none)       0
  2026-02-03  blue         1
  2026-02-03  green        1
  2026-02-03  red          0
  total       -            6

ask trend users of "A" by event.color in total from 2026-02-02 to 2026-02-03
----
  event.color  value
  (none)       1
  blue         2
  green        1
  red          2

# blue and red come first; the rest is one row.
ask trend users of "A"[color is set] by event.color top 2 in total from 2026-02-02 to 2026-02-03
----
  event.color  value
  (other)      1
  blue         2
  red          2

# Two of each: names decide.
ask trend events of "A"[n is set] by event.n top 1 in total from 2026-02-02 to 2026-02-03
----
  event.n  value
  (other)  3
  1        2

ask trend users of "A" by user.country in total from 2026-02-02 to 2026-02-03
----
  user.country  value
  (none)        1
  NO            1
  SE            1

ask trend events of "A" by user.country, event.color in total from 2026-02-02 to 2026-02-02
----
  user.country  event.color  value
  NO            blue         1
  NO            red          1
  SE            (none)       1
  SE            red          1

ask trend events of "A" by user in total from 2026-02-02 to 2026-02-02
----
  user  value
  ana   2
  bo    2

ask trend users of "A" by did "A"[color = "blue"] in total from 2026-02-02 to 2026-02-03
----
  did "A"[color = "blue"]  value
  no                       1
  yes                      2
