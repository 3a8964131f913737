# A customer may have a parent. Departments that name each other in a ring are no more one customer
# than others: each keeps its own users.

customer
  customer  time
  east      2026-01-01 00:00  parent=group
  west      2026-01-02 00:00  parent=east
  group     2026-02-01 00:00  parent=west     # the ring is closed
  alone     2026-01-01 00:00  parent=alone    # its own parent
relation
  user  customer  role  from        until
  ana   east      user  2026-01-01  -
  bo    west      user  2026-01-01  -
events
  user  time              name
  ana   2026-02-05 09:00  A
  bo    2026-02-05 09:00  A

ask list customers show customer.parent, customer.users
----
  customer  customer.parent  customer.users
  alone     alone            0
  east      group            1
  group     west             0
  west      east             1

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  east      1
  west      1
  total     2

# Dated, and open to an end.
records
  {"type":"customer","customerId":"west","parentId":null,"timestamp":"2026-02-10T00:00:00Z"}

ask list customers show customer.parent
----
  customer  customer.parent
  alone     alone
  east      group
  group     west
  west      -

ask list customers show customer.parent where customer.id = "west" at 2026-02-05T00:00Z
----
  customer  customer.parent
  west      east
