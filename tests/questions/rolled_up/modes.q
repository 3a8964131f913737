# As of event and ever go by the parents of each moment, now by those of now. Ever asks who ever
# belonged to the whole, by way of any department while it was one.

settings
  now  2026-03-01 00:00

customer
  customer  time
  group     2026-01-01 00:00
  east      2026-01-01 00:00  parent=group
  east      2026-02-10 00:00  parent=-
relation
  user  customer  role  from        until
  ana   east      user  2026-01-05  2026-02-01
  bo    east      user  2026-02-20  -
events
  user  time              name
  ana   2026-01-10 09:00  A
  ana   2026-02-15 09:00  A
  bo    2026-01-20 09:00  A
  bo    2026-02-25 09:00  A

ask trend customers of "A", events of "A" by customer every month from 2026-01-01 to 2026-02-28
    rolled up
----
  time        customer  customers of "A"  events of "A"
  2026-01-01  (none)    0                 1
  2026-01-01  east      0                 0
  2026-01-01  group     1                 1
  2026-02-01  (none)    0                 1
  2026-02-01  east      1                 1
  2026-02-01  group     0                 0
  total       -         2                 4

ask trend customers of "A", events of "A" by customer every month from 2026-01-01 to 2026-02-28
    rolled up relations as of now
----
  time        customer  customers of "A"  events of "A"
  2026-01-01  (none)    0                 1
  2026-01-01  east      1                 1
  2026-02-01  (none)    0                 1
  2026-02-01  east      1                 1
  total       -         1                 4

ask trend customers of "A" by customer every month from 2026-01-01 to 2026-02-28
    rolled up relations as of ever
----
  time        customer  value
  2026-01-01  east      1
  2026-01-01  group     1
  2026-02-01  east      1
  2026-02-01  group     1
  total       -         2

ask list customers rolled up where any user ever related did "A" show customer.users
----
  customer  customer.users
  east      1
  group     0
