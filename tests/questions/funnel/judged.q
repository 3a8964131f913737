# What is not of the event is judged once for each attempt, at its entry; `event.x` speaks of each
# step's event.

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-02-10  -
relation
  user  customer  role   from        until
  ana   acme      admin  2026-01-01  -
events
  user  time              name
  ana   2026-02-01 09:00  A  c=red
  ana   2026-02-02 09:00  B  c=red
  ana   2026-02-11 09:00  A  c=red
  ana   2026-02-11 10:00  B  c=blue
  bo    2026-02-05 09:00  Setup
  bo    2026-02-06 09:00  A  c=red
  bo    2026-02-06 10:00  B  c=red
  cy    2026-02-06 09:00  A  c=red
  cy    2026-02-06 10:00  Setup
  cy    2026-02-06 11:00  B  c=red

# acme pays at the second entry, not at the first.
ask funnel "A" > "B" where paying from 2026-02-01 to 2026-02-28
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      1      100.0%    -            -               -
  2     B      1      100.0%    100.0%       3600            3600

ask funnel "A" > "B" where not paying from 2026-02-01 to 2026-02-28
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      3      100.0%    -            -               -
  2     B      3      100.0%    100.0%       7200            32400

# bo had set up when he entered; cy did so afterwards.
ask funnel "A" > "B" where did "Setup" from 2026-02-01 to 2026-02-28
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      1      100.0%    -            -               -
  2     B      1      100.0%    100.0%       3600            3600

ask funnel "A" > "B" where event.c = "red" from 2026-02-01 to 2026-02-28
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      3      100.0%    -            -               -
  2     B      3      100.0%    100.0%       7200            32400

ask funnel "A" > "B" where event.c = "red" and paying from 2026-02-01 to 2026-02-28
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      1      100.0%    -            -               -
  2     B      0      0.0%      0.0%         -               -

ask funnel "A"[c = "red"] > "B"[c = "blue"] from 2026-02-11 to 2026-02-11
----
  step  event            count  of_first  of_previous  median_seconds  average_seconds
  1     "A"[c = "red"]   1      100.0%    -            -               -
  2     "B"[c = "blue"]  1      100.0%    100.0%       3600            3600
