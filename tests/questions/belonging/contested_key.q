# A key is one customer's. When a second one with an id of its own claims it, it stays with the
# first; only an alias makes one of two such customers.

customer
  customer  time
  acme      2026-01-01 00:00  key.stripe=cus_1
  beta      2026-01-02 00:00  key.stripe=cus_1
relation
  user  customer      role  from        until
  ana   acme          user  2026-01-01  -
  bo    beta          user  2026-01-01  -
  cy    stripe:cus_1  user  2026-01-01  -
subscription
  id  customer      plan  amount  currency  every  from        until
  s1  stripe:cus_1  Pro   10000   USD       month  2026-01-01  -
events
  user  time              name
  cy    2026-02-02 09:00  A
  bo    2026-02-02 09:00  A  for=stripe:cus_1

ask list customers show customer.mrr, customer.users, events of "A" as n
----
  customer  customer.mrr  customer.users  n
  acme      100.00 USD    2               2
  beta      0.00 USD      1               0

records
  {"type":"alias","previousCustomerId":"beta","customerId":"acme"}

ask list customers show customer.mrr, customer.users, events of "A" as n
----
  customer  customer.mrr  customer.users  n
  acme      100.00 USD    3               2
