# Belonging by relation speaks of inside roles. guest, audience and partner are outside: they count
# where they are named.

relation
  user  customer  role     from        until
  ana   acme      user     2026-01-01  -
  bo    acme      guest    2026-01-01  -
  cy    acme      partner  2026-01-01  -
  cy    beta      user     2026-01-01  -

events
  user  time              name
  ana   2026-02-01 09:00  A
  bo    2026-02-01 09:00  A
  cy    2026-02-01 09:00  A            # beta's
  cy    2026-02-01 10:00  B  for=acme

ask trend events of anything by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    1
  acme      2
  beta      1

ask list customers show customer.users, users of anything as active
----
  customer  customer.users  active
  acme      1               2
  beta      1               1

ask count users where role is guest
----
  count
  1

ask count users where role is partner
----
  count
  1

ask count customers where any user with role partner
----
  count
  1

ask count customers where at least 2 users
----
  count
  0

ask count customers where any user with role guest or partner did "B"
----
  count
  1

# What cy does for beta does not count for acme.
ask count customers where any user with role partner did "A"
----
  count
  0

ask list users show user.customers
----
  user  user.customers
  ana   1
  bo    0
  cy    1
