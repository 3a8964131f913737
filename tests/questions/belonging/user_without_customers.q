# A user without customers is a user like any other; on the customers' side what she does is
# unattached, and every customer.x of hers is missing.

identify
  user  time
  ana   2026-01-05 00:00  country=NO
relation
  user  customer  role  from        until
  bo    acme      user  2026-01-01  -
  cy    acme      user  2026-01-01  2026-02-01   # hers no longer
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -
events
  user  time              name
  ana   2026-02-05 09:00  A
  bo    2026-02-05 09:00  A
  cy    2026-02-05 09:00  A
  ~x1   2026-02-05 09:00  A

ask trend users of "A" in total from 2026-02-01 to 2026-02-28
----
  value
  4

ask trend customers of "A" in total from 2026-02-01 to 2026-02-28
----
  value
  1
  unattached: 3

ask trend users of "A" by customer.plan in total from 2026-02-01 to 2026-02-28
----
  customer.plan  value
  (none)         3
  Pro            1

ask list users where not paying show user.customers
----
  user  user.customers
  ana   0
  cy    0

ask list users where customer.plan = "Pro"
----
  user
  bo

ask list users where customer.plan != "Pro"
----
  user
  ana
  cy

ask list users where customer.plan is not set
----
  user
  ana
  cy

ask list users where no customer customer.plan = "Pro"
----
  user
  ana
  cy

ask list users where any customer
----
  user
  bo

# No customer of hers is without the plan either.
ask list users where every customer customer.plan = "Pro"
----
  user
  bo
