# A human who is both, of role `self`, is one person in every count of people.

relation
  user  customer  role  from        until
  ana   ana-inc   self  2026-01-01  -
  bo    acme      user  2026-01-01  -
  bo    bo-inc    self  2026-01-01  -
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  ana-inc   Solo  900     USD       month  2026-01-01  -
  s2  bo-inc    Solo  900     USD       month  2026-01-01  -
events
  user  time              name
  ana   2026-02-02 09:00  A
  bo    2026-02-02 09:00  A

ask count users
----
  count
  2

ask trend users of "A" in total from 2026-02-01 to 2026-02-28
----
  value
  2

ask count users where role is self
----
  count
  2

ask count users where paying
----
  count
  2

ask trend users of "A" by role in total from 2026-02-01 to 2026-02-28
----
  role  value
  self  2
  user  1

ask list customers show customer.users
----
  customer  customer.users
  acme      1
  ana-inc   1
  bo-inc    1

ask count customers where any user with role self did "A"
----
  count
  2
