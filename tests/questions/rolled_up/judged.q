# What was a customer of its own at the event is asked about as what it was, also when its condition is
# judged at a time at which it is part of another.

settings
  now  2026-03-01 00:00

customer
  customer  time
  group     2026-01-01 00:00
  west      2026-01-01 00:00
  west      2026-02-10 00:00  parent=group
relation
  user  customer  role  from        until
  ana   west      user  2026-01-05  -
events
  user  time              name
  ana   2026-02-05 09:00  A
  ana   2026-02-05 10:00  B

ask trend customers of "A" by customer in total from 2026-02-01 to 2026-02-28 where did "B" rolled up
----
  customer  value
  west      1
  total     1

# Nobody is inside it any more.
ask trend customers of "A" by customer in total from 2026-02-01 to 2026-02-28
    where no user did "B" rolled up
----
  customer  value
  west      1
  total     1

ask list customers where did "B" rolled up
----
  customer
