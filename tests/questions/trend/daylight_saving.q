# Calendars use the zone: the day on which clocks go forward has 23 hours, the other has 25, and the
# hour that comes twice is two hours. A duration of a day is 24 hours all the same.

settings
  zone  Europe/Oslo
  now   2026-04-02 00:00

events
  user  time                  name
  ana   2025-10-25 21:59      A      # 23:59 on the 25th
  ana   22:00                 A      # 00:00 on the 26th
  ana   2025-10-26 00:30      A      # 02:30, the first time
  ana   01:30                 A      # 02:30, the second time
  ana   22:59                 A      # 23:59
  ana   23:00                 A      # 00:00 on the 27th
  bo    2026-03-28 23:00      A      # 00:00 on the 29th
  bo    2026-03-29 00:59      A      # 01:59
  bo    01:00                 A      # 03:00: there is no 02:00
  bo    21:59                 A      # 23:59
  bo    22:00                 A      # 00:00 on the 30th

ask trend events of "A" every day from 2025-10-25 to 2025-10-27
----
  time        value
  2025-10-25  1
  2025-10-26  4
  2025-10-27  1
  total       6

ask trend events of "A" every day from 2026-03-28 to 2026-03-30
----
  time        value
  2026-03-28  0
  2026-03-29  4
  2026-03-30  1
  total       5

ask trend events of "A" every day from 2026-03-28 to 2026-03-30 in zone "UTC"
----
  time        value
  2026-03-28  1
  2026-03-29  4
  2026-03-30  0
  total       5

ask trend events of "A" every hour from 2026-03-28T23:00Z to 2026-03-29T02:00Z
----
  time              value
  2026-03-29T00:00  1
  2026-03-29T01:00  1
  2026-03-29T03:00  1
  total             3

ask trend events of "A" every hour from 2025-10-26T00:00Z to 2025-10-26T02:00Z
----
  time              value
  2025-10-26T02:00  1
  2025-10-26T02:00  1
  total             2

# From 02:30 the first time to 02:30 the second time it is an hour.
ask funnel "A" > "A" > "A" within 1 hour from 2025-10-26T00:30Z to 2025-10-26T02:00Z
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      1      100.0%    -            -               -
  2     A      1      100.0%    100.0%       3600            3600
  3     A      0      0.0%      0.0%         -               -

# 24 hours from 23:59 on the 28th, local, end at 00:59 on the 30th.
ask count users where did "A" at least 5 times in the last 1 day at 2026-03-29T22:30Z
----
  count
  1

ask count users where did "A" at least 5 times in the last 23 hours at 2026-03-29T22:30Z
----
  count
  0
