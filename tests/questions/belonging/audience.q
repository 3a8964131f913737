# An advertiser pays for the attention of users who are not its own: they are its audience, an
# outside role. They neither use the product for it nor make it one of theirs, but it can be asked
# whom it reaches.

relation
  user  customer  role      from        until
  ana   brand     audience  2026-01-01  -
  bo    brand     audience  2026-01-01  2026-02-10
  cy    brand     audience  2026-02-20  -
  mia   brand     admin     2026-01-01  -            # places the advertisements
  bo    school    user      2026-01-01  -
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  brand     Ads   50000   USD       month  2026-01-01  -
events
  user  time              name
  ana   2026-02-05 09:00  Watched
  bo    2026-02-05 09:00  Watched              # school's
  bo    2026-02-12 09:00  Watched
  cy    2026-02-05 09:00  Watched              # before she is reached
  mia   2026-02-05 09:00  Placed
  ana   2026-02-06 09:00  Clicked  for=brand

ask trend events of "Watched" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    2
  school    2

ask trend events of anything by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    2
  brand     2
  school    2

ask list users where paying
----
  user
  mia

ask list users where role is audience and paying
----
  user
  ana
  cy

ask list users where any customer with role audience customer.plan = "Ads"
----
  user
  ana
  cy

ask list users where role is audience at 2026-02-01T00:00Z
----
  user
  ana
  bo

ask list customers show customer.users
----
  customer  customer.users
  brand     1
  school    1

ask list customers where at least 2 users with role audience
----
  customer
  brand

# Of what its audience does, only what it does for the advertiser.
ask list customers where any user with role audience did "Clicked"
----
  customer
  brand

ask list customers where any user with role audience did "Watched"
----
  customer
