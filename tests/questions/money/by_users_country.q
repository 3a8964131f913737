# Money by something of users: a customer counts in the cell of each of its users, with all of its
# money, so that cells overlap; the total is what the customers pay, once.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  bo    acme      user  2026-01-01  -
  cy    acme      user  2026-01-01  -
  cy    beta      user  2026-01-01  -
identify
  user  time
  ana   2026-01-01 00:00  country=NO
  bo    2026-01-01 00:00  country=NO
  cy    2026-01-01 00:00  country=SE
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -
  s2  beta      Pro   2000    USD       month  2026-01-01  -
  s3  shelf     Pro   500     USD       month  2026-01-01  -

ask count customers, sum(customer.mrr) where any user user.country = "NO"
----
  count  sum(customer.mrr)
  1      100.00 USD

ask count customers, sum(customer.mrr) where any user user.country = "SE"
----
  count  sum(customer.mrr)
  2      120.00 USD

ask count customers, sum(customer.mrr) where no user user.country = "SE"
----
  count  sum(customer.mrr)
  1      5.00 USD

ask count customers, sum(customer.mrr) by any user user.country = "SE"
----
  any user user.country = "SE"  count  sum(customer.mrr)
  no                            1      5.00 USD
  yes                           2      120.00 USD

ask count users, sum(customer.mrr) by user.country
----
  error invalid money belongs to customers
