# `excluding`: what lies strictly between the steps taints the attempt. The deepest attempt decides;
# a unit whose every attempt of that depth is tainted leaves all steps.

events
  user  time              name
  ana   2026-02-01 09:00  A
  ana   09:10             B
  bo    09:00             A
  bo    09:05             X    # taints bo's only attempt
  bo    09:10             B
  cy    09:00             A    # tainted, but a later attempt of the same depth is not
  cy    09:05             X
  cy    09:06             A
  cy    09:10             B
  dan   09:00             A    # reaches no B: X within the window taints
  dan   09:30             X
  eve   09:00             A    # X comes after the window
  eve   11:00             X
  fay   09:00             A    # X comes after B
  fay   09:10             B
  fay   09:20             X
  gus   08:50             X    # X comes before A
  gus   09:00             A
  gus   09:20             B

ask funnel "A" > "B" within 1 hour from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      7      100.0%    -            -               -
  2     B      5      71.4%     71.4%        600             648

ask funnel "A" > "B" within 1 hour excluding "X" from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      5      100.0%    -            -               -
  2     B      4      80.0%     80.0%        600             660

# The entry counts, the attempt stops.
ask funnel "A" > "B" within 1 hour excluding "X" ending the attempt from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      7      100.0%    -            -               -
  2     B      4      57.1%     57.1%        600             660

events
  user  time              name
  hal   2026-02-02 09:00  A
  hal   09:10             B
  hal   09:15             X
  hal   09:20             C
  ida   09:00             A
  ida   09:05             X
  ida   09:10             B
  ida   09:20             C
  # Of two attempts the first goes deeper, and it is the tainted one.
  joe   09:00             A
  joe   09:02             X
  joe   09:10             B
  joe   09:20             C
  joe   12:00             A
  joe   12:10             B

ask funnel "A" > "B" > "C" within 1 hour excluding "X" between 2 and 3 from 2026-02-02 to 2026-02-02
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      2      100.0%    -            -               -
  2     B      2      100.0%    100.0%       600             600
  3     C      2      100.0%    100.0%       600             600

ask funnel "A" > "B" > "C" within 1 hour excluding "X" between 1 and 2 from 2026-02-02 to 2026-02-02
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      1      100.0%    -            -               -
  2     B      1      100.0%    100.0%       600             600
  3     C      1      100.0%    100.0%       600             600

ask funnel "A" > "B" > "C" within 1 hour excluding "X" between 2 and 4 from 2026-02-02 to 2026-02-02
----
  error invalid
