# MRR: amount times quantity for a month; a year counts a twelfth, a quarter a third. Segments of one
# subscription with different beginnings are changes of plan; a refund or a payment is no MRR.

subscription
  id  customer  plan    amount  currency  every         from        until
  a1  acme      Pro     9900    USD       month         2026-01-01  -           quantity=3
  b1  beta      Year    120000  USD       year          2026-01-01  -
  c1  gamma     Quart   30000   USD       quarter       2026-01-01  -
  d1  delta     Half    60000   USD       {"months":6}  2026-01-01  -
  e1  echo      Basic   1000    USD       month         2026-01-01  -
  e1  echo      Pro     5000    USD       month         2026-02-10  -
  f1  fox       One     99900   USD       once          2026-01-01  -
  g1  golf      Both    1000    USD       month         2026-01-01  -
  g2  golf      Extra   2500    USD       month         2026-01-15  -
  h1  hotel     Disc    10000   USD       month         2026-01-01  -           discount=25
payment
  id  customer  amount  currency  time
  p1  acme      29700   USD       2026-02-01 00:00

ask list customers show customer.mrr, customer.plan, customer.seats where customer.mrr > 0
----
  customer  customer.mrr  customer.plan  customer.seats
  acme      297.00 USD    Pro            3
  beta      100.00 USD    Year           1
  delta     100.00 USD    Half           1
  echo      50.00 USD     Pro            1
  gamma     100.00 USD    Quart          1
  golf      35.00 USD     Extra          2
  hotel     75.00 USD     Disc           1

ask list customers show customer.mrr, customer.plan where customer.id in ("echo", "golf")
    at 2026-01-10T00:00Z
----
  customer  customer.mrr  customer.plan
  echo      10.00 USD     Basic
  golf      10.00 USD     Both

ask count customers, sum(customer.mrr), max(customer.mrr), median(customer.mrr) where customer.mrr > 0
----
  count  sum(customer.mrr)  max(customer.mrr)  median(customer.mrr)
  7      757.00 USD         297.00 USD         100.00 USD

ask count customers, sum(customer.mrr) where customer.mrr > 0 by customer.plan
----
  customer.plan  count  sum(customer.mrr)
  Disc           1      75.00 USD
  Extra          1      35.00 USD
  Half           1      100.00 USD
  Pro            2      347.00 USD
  Quart          1      100.00 USD
  Year           1      100.00 USD

# The same id, item and from replaces.
subscription
  id  customer  plan  amount  currency  every  from        until
  a1  acme      Max   20000   USD       month  2026-01-01  -      quantity=2

ask list customers show customer.mrr, customer.plan, customer.seats where customer.id = "acme"
----
  customer  customer.mrr  customer.plan  customer.seats
  acme      400.00 USD    Max            2
