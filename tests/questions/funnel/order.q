# `strict`: no other event of the unit in between. `in any order`: step k means k different steps
# done within the window.

events
  user  time              name
  ana   2026-02-01 09:00  A
  ana   09:10             B
  ana   09:20             C
  bo    09:00             A
  bo    09:05             X
  bo    09:10             B
  bo    09:20             C
  cy    09:00             A    # X between, but a second attempt is clean up to B
  cy    09:05             X
  cy    09:06             A
  cy    09:07             B
  cy    09:08             X
  cy    09:09             C
  dan   09:00             C
  dan   09:30             B
  dan   10:00             A
  eve   09:00             B
  eve   11:00             A

ask funnel "A" > "B" > "C" strict from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      5      100.0%    -            -               -
  2     B      2      40.0%     40.0%        330             330
  3     C      1      20.0%     50.0%        600             600

ask funnel "A" > "B" > "C" within 1 hour in any order from 2026-02-01 to 2026-02-01
----
  step  event   count  of_first  of_previous  median_seconds  average_seconds
  1     1 of 3  5      100.0%    -            -               -
  2     2 of 3  4      80.0%     80.0%        600             765
  3     3 of 3  4      80.0%     100.0%       600             780
