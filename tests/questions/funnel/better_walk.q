# Every entry opens an attempt. The deepest attempt counts, of those the earliest completed; where
# several entries lead to the same step, the latest.

events
  user  time              name
  # The first attempt stops at B, the second gets through.
  ana   2026-02-01 09:00  A
  ana   09:30             B
  ana   12:00             A
  ana   12:10             B
  ana   12:20             C
  # Two entries lead to the same B: 600 seconds from the later one.
  bo    09:00             A
  bo    09:20             A
  bo    09:30             B
  # Two whole walks: the earlier completed counts, though the later is shorter.
  cy    09:00             A
  cy    09:40             B
  cy    10:00             C
  cy    20:00             A
  cy    20:01             B
  cy    20:02             C
  # An attempt takes the earliest B, and C must come after that.
  dan   09:00             C
  dan   09:01             A
  dan   09:02             B
  dan   09:03             B

ask funnel "A" > "B" > "C" within 1 hour from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      4      100.0%    -            -               -
  2     B      4      100.0%    100.0%       600             915
  3     C      2      50.0%     50.0%        900             900

ask list users where did "A" > "B" > "C" within 1 hour
----
  user
  ana
  cy

ask list users where did not "A" > "B" > "C" within 1 hour
----
  user
  bo
  dan
