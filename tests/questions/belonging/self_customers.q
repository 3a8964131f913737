# With self customers, every known user has a customer of the same id, role self.

settings
  now  2026-03-01 00:00
  self_customers

events
  user  time              name
  ana   2026-02-02 09:00  A
  ana   2026-02-03 09:00  A
  bo    2026-02-03 09:00  A
  ~x    2026-02-03 09:00  A    # not known: no customer
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  ana       Plus  900     USD       month  2026-02-03  -

ask list customers show customer.status
----
  customer  customer.status
  ana       paying
  bo        free

ask list customers where paying show customer.mrr
----
  customer  customer.mrr
  ana       9.00 USD

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    1
  ana       2
  bo        1

ask count users where role is self and paying
----
  count
  1

ask trend events of "A" where paying in total from 2026-02-01 to 2026-02-28
----
  value
  1
