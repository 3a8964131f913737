# `at` hides what is dated later. A first relation reaches back to the user's first event only once
# it is known itself; without `at`, the customer is there as long as the relation is.

settings
  now  2026-02-20 00:00

events
  user  time              name
  ana   2026-02-01 09:00  "Signed Up"
group
  user  customer  time
  ana   acme      2026-02-05 09:00

ask count customers every day from 2026-02-01 to 2026-02-02
----
  time        count
  2026-02-01  1
  2026-02-02  1

ask count customers at 2026-02-03T00:00Z
----
  count
  0

ask count customers by customer.plan at 2026-02-03T00:00Z
----
  customer.plan  count
  total          0

ask list customers at 2026-02-06T00:00Z
----
  customer
  acme
