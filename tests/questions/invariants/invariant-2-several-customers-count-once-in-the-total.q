# An event that belongs to several customers counts for each of them, and once in the total; the
# answer shows the overlap.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  ana   beta      user  2026-01-01  -
  ana   gamma     user  2026-01-01  -
  bo    beta      user  2026-01-01  -
  cy    gamma     user  2026-01-01  -
events
  user  time              name
  ana   2026-02-02 09:00  A
  ana   2026-02-03 09:00  A
  bo    2026-02-02 09:00  A
  cy    2026-02-02 09:00  A

# 3 + 4 events for the customers are 4 events.
ask trend events of "A" by customer every day from 2026-02-02 to 2026-02-03
----
  time        customer  value
  2026-02-02  acme      1
  2026-02-02  beta      2
  2026-02-02  gamma     2
  2026-02-03  acme      1
  2026-02-03  beta      1
  2026-02-03  gamma     1
  total       -         4
  note: several customers

ask trend users of "A" by customer every week from 2026-02-02 to 2026-02-08
----
  time        customer  value
  2026-02-02  acme      1
  2026-02-02  beta      2
  2026-02-02  gamma     2
  total       -         3
  note: several customers

ask trend customers of "A" every day from 2026-02-02 to 2026-02-03
----
  time        value
  2026-02-02  3
  2026-02-03  3
  total       3

ask trend events of "A" in total from 2026-02-02 to 2026-02-03
----
  value
  4

ask list customers show users of "A" as active
----
  customer  active
  acme      1
  beta      2
  gamma     2
