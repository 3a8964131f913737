# A relation that starts or ends is a dated fact of its customer, of whatever role and source. What
# is stated and implied without a gap is one relation.

relation
  user  customer  role      from        until
  ana   acme      user      2026-01-10  2026-02-05
  bo    acme      champion  2026-01-10  2026-02-20
  ana   acme      admin     2026-02-05  -
  cy    beta      guest     2026-02-03  -
  eve   beta      user      2026-02-10  2026-02-15
  eve   beta      user      2026-02-15  2026-03-10   # goes on
group
  user  customer  time
  dan   beta      2026-02-06 09:00
  dan   beta      2026-02-07 09:00                   # is related already

ask trend events of relation.started every month from 2026-01-01 to 2026-02-28
----
  time        value
  2026-01-01  2
  2026-02-01  4
  total       6
  by hand: the oracle knows the facts of money only

ask trend events of relation.started by event.role in total from 2026-01-01 to 2026-02-28
----
  event.role  value
  admin       1
  champion    1
  guest       1
  user        3
  by hand: the oracle knows the facts of money only

# What ends later than now has not ended.
ask trend events of relation.ended, customers of relation.ended in total from 2026-01-01 to 2026-02-28
----
  events of relation.ended  customers of relation.ended
  2                         1
  by hand: the oracle knows the facts of money only

ask list customers where did relation.ended[role = "champion"] in the last 30 days
----
  customer
  acme
  by hand: the oracle knows the facts of money only

ask trend customers of relation.started[role = "guest"] in total from 2026-02-01 to 2026-02-28
----
  value
  1
  by hand: the oracle knows the facts of money only
