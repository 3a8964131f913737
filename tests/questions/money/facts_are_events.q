# What the ledger knows with a date stands wherever an event can. A fact belongs to its customer; in
# a question about users everyone inside the customer at that moment does it.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  bo    acme      user  2026-01-01  -
  cy    beta      user  2026-01-01  2026-02-01
subscription
  id  customer  plan   amount  currency  every  from        until
  s1  acme      Basic  1000    USD       month  2026-01-10  2026-02-10
  s1  acme      Pro    5000    USD       month  2026-02-10  2026-02-20
  s2  beta      Pro    5000    USD       month  2026-02-05  -
payment
  id  customer  amount  currency  time
  p1  gamma     700     USD       2026-02-06 12:00
  p2  gamma     800     USD       2026-02-07 12:00
events
  user  time              name
  ana   2026-02-10 00:00  A        # the moment at which the plan changes
  ana   2026-02-15 09:00  A

ask trend events of money.started every month from 2026-01-01 to 2026-02-28
----
  time        value
  2026-01-01  1
  2026-02-01  2
  total       3

ask trend customers of money.started in total from 2026-02-01 to 2026-02-28
----
  value
  2

ask trend events of money.expanded, events of money.churned in total from 2026-02-01 to 2026-02-28
----
  events of money.expanded  events of money.churned
  1                         1

ask trend users of money.started every month from 2026-01-01 to 2026-02-28
----
  time        value
  2026-01-01  2
  2026-02-01  0
  total       2
  note: derived

# anything and use contain no facts.
ask trend events of anything in total from 2026-02-01 to 2026-02-28
----
  value
  2

# Steps of one instant may follow each other, facts and events alike.
ask funnel "A" > money.expanded for customers from 2026-02-01 to 2026-02-28
----
  step  event           count  of_first  of_previous  median_seconds  average_seconds
  1     A               1      100.0%    -            -               -
  2     money.expanded  1      100.0%    100.0%       0               0

ask funnel money.expanded > "A" > money.churned for customers from 2026-02-01 to 2026-02-28
----
  step  event           count  of_first  of_previous  median_seconds  average_seconds
  1     money.expanded  1      100.0%    -            -               -
  2     A               1      100.0%    100.0%       0               0
  3     money.churned   1      100.0%    100.0%       864000          864000

ask list customers where did money.paid at least 2 times
----
  customer
  gamma

ask count customers where did money.churned in the last 30 days
----
  count
  1
