# A customer without users stays in every customer-side denominator: shelfware is a finding, not a
# missing row.

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  used      Pro   10000   USD       month  2026-01-01  -
  s2  silent    Pro   20000   USD       month  2026-01-01  -
  s3  shelf     Pro   40000   USD       month  2026-01-01  -
relation
  user  customer  role   from        until
  ana   used      user   2026-01-01  -
  bo    silent    user   2026-01-01  -
  buy   shelf     guest  2026-01-01  -
events
  user  time              name
  ana   2026-02-20 09:00  A
  bo    2026-01-10 09:00  A
  bo    2026-02-20 09:00  A  for=used     # busy elsewhere

ask count customers, sum(customer.mrr) where paying and no user did anything in the last 30 days
----
  count  sum(customer.mrr)
  2      600.00 USD

ask list customers show customer.mrr where paying and no user did use in the last 30 days
----
  customer  customer.mrr
  shelf     400.00 USD
  silent    200.00 USD

ask count customers where any user did "A" in the last 30 days among customers where paying
----
  count  of  share  low   high
  1      3   33.3%  6.1%  79.2%

ask count customers where paying by any user did "A" in the last 30 days
----
  any user did "A" in the last 30 days  count
  no                                    2
  yes                                   1

ask list customers show users of anything as active, customer.users
----
  customer  active  customer.users
  shelf     0       0
  silent    1       1
  used      2       1
