# A funnel's window opens at its first step and closes `within` later; the bound itself counts. A
# user who walks the steps twice is credited with the better walk.

events
  user  time              name
  ana   2026-02-01 09:00  visit
  ana   09:10             signup
  ana   10:00             pay        # exactly one hour after the visit
  bo    09:00             visit
  bo    09:05             signup
  bo    10:00:00.001      pay        # one millisecond too late
  bo    11:00             visit
  bo    11:30             signup
  cy    09:00             signup     # never visited: not in the funnel at all

ask funnel "visit" > "signup" > "pay" within 1 hour from 2026-02-01 to 2026-02-01
----
  step  event   count  of_first  of_previous  median_seconds  average_seconds
  1     visit   2      100.0%    -            -               -
  2     signup  2      100.0%    100.0%       450             450
  3     pay     1      50.0%     50.0%        3000            3000

ask funnel "visit" > "signup" > "pay" within 30 minutes from 2026-02-01 to 2026-02-01
----
  step  event   count  of_first  of_previous  median_seconds  average_seconds
  1     visit   2      100.0%    -            -               -
  2     signup  2      100.0%    100.0%       450             450
  3     pay     0      0.0%      0.0%         -               -

# Fourteen days when nothing is said.
ask funnel "visit" > "signup" > "pay" from 2026-02-01 to 2026-02-01
----
  step  event   count  of_first  of_previous  median_seconds  average_seconds
  1     visit   2      100.0%    -            -               -
  2     signup  2      100.0%    100.0%       450             450
  3     pay     2      100.0%    100.0%       3150.0005       3150.0005

ask funnel "pay" > "visit" > "signup" from 2026-02-02 to 2026-02-03
----
  step  event   count  of_first  of_previous  median_seconds  average_seconds
  1     pay     0      -         -            -               -
  2     visit   0      -         -            -               -
  3     signup  0      -         -            -               -
