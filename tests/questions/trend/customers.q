# Customers count where events belong to them. An event of two customers counts for each, once in
# the total; an event of none is left out and counted in the cost line.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  ana   beta      user  2026-01-01  -
  bo    beta      user  2026-01-01  -

customer
  customer  time
  acme      2026-01-01 00:00  industry=steel
  beta      2026-01-01 00:00  industry=steel
  idle      2026-01-01 00:00  industry=food

events
  user  time              name
  ana   2026-02-02 10:00  A  n=1    # both acme's and beta's
  bo    11:00             A  n=2
  cy    12:00             A  n=4    # nobody's
  bo    2026-02-03 10:00  A  n=8

ask trend customers of "A" every day from 2026-02-02 to 2026-02-04
----
  time        value
  2026-02-02  2
  2026-02-03  1
  2026-02-04  0
  total       2
  unattached: 1

ask trend events of "A" by customer in total from 2026-02-02 to 2026-02-03
----
  customer  value
  (none)    1
  acme      1
  beta      3

ask trend users of "A" by customer every day from 2026-02-02 to 2026-02-02
----
  time        customer  value
  2026-02-02  (none)    1
  2026-02-02  acme      1
  2026-02-02  beta      2
  total       -         3

ask trend sum(event.n) of "A" by customer in total from 2026-02-02 to 2026-02-03
----
  customer  value
  (none)    4
  acme      1
  beta      11

# Both customers of ana's event are in steel: it counts once in that cell.
ask trend events of "A" by customer.industry in total from 2026-02-02 to 2026-02-03
----
  customer.industry  value
  (none)             1
  steel              3

ask trend customers of "A" where customer.industry = "steel" in total from 2026-02-02 to 2026-02-03
----
  value
  2

ask trend customers of first "A" every day from 2026-02-02 to 2026-02-03
----
  time        value
  2026-02-02  2
  2026-02-03  0
  total       2
