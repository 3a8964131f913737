# Money belongs to customers. A join never multiplies it: a customer with many users counts once.
# Money shown on users is derived and sums back to the customers' total.

relation
  user  customer  role   from        until
  u1    acme      admin  2026-01-01  -
  u2    acme      user   2026-01-01  -
  u3    acme      user   2026-01-01  -
  u4    acme      user   2026-01-01  -
  u4    acme      buyer  2026-01-01  -
  u4    beta      user   2026-01-01  -
  u5    beta      user   2026-01-01  -
identify
  user  time
  u1    2026-01-01 00:00  country=NO
  u2    00:00             country=SE
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -
  s2  acme      Add   500     USD       month  2026-01-01  -
  s3  beta      Pro   7000    USD       month  2026-01-01  -
events
  user  time              name
  u1    2026-02-02 09:00  A
  u2    2026-02-02 09:00  A
  u4    2026-02-02 09:00  A
  u5    2026-02-02 09:00  A

ask count customers, sum(customer.mrr)
----
  count  sum(customer.mrr)
  2      175.00 USD

ask count customers, sum(customer.mrr) where any user did "A"
----
  count  sum(customer.mrr)
  2      175.00 USD

ask count customers, sum(customer.mrr) where any user user.country = "NO"
----
  count  sum(customer.mrr)
  1      105.00 USD

ask count customers, sum(customer.mrr), average(customer.mrr) where did "A" at least 2 times
----
  count  sum(customer.mrr)  average(customer.mrr)
  2      175.00 USD         87.50 USD

ask count customers, sum(customer.mrr) by customer.plan
----
  customer.plan  count  sum(customer.mrr)
  Pro            2      175.00 USD

ask count users, sum(customer.mrr)
----
  error invalid money belongs to customers

ask list customers show customer.mrr, users of "A" as active
----
  customer  customer.mrr  active
  acme      105.00 USD    3
  beta      70.00 USD     2
