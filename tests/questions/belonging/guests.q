# An event that names a customer makes its user a guest there, an outside role, unless the user is
# related anyway. So everyone who acted for a customer can be found from it.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  2026-02-05
events
  user  time              name
  ana   2026-02-02 09:00  A  for=acme   # related anyway
  bo    2026-02-03 09:00  A  for=acme   # a guest from now on
  cy    2026-02-03 09:00  A             # nobody's

ask list users where role is guest
----
  user
  bo

ask list users where role is guest at 2026-02-02T12:00Z
----
  user

ask list customers where any user with role guest did "A"
----
  customer
  acme

ask list customers show customer.users, users of "A" as active
----
  customer  customer.users  active
  acme      0               2

ask trend events of "A" where role is guest in total from 2026-02-01 to 2026-02-28
----
  value
  1

ask trend events of "A" where role is user in total from 2026-02-01 to 2026-02-28
----
  value
  1
