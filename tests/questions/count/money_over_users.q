# Money belongs to customers: summed over users it is refused, with the question to ask instead.

relation
  user  customer  role   from        until
  ana   acme      admin  2026-01-01  -
  bo    acme      user   2026-01-01  -
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -

ask count users, sum(customer.mrr)
----
  error invalid money belongs to customers
  suggests: count customers, sum(customer.mrr)

ask count users, sum(customer.mrr) where paying and did anything
----
  error invalid money belongs to customers

ask count customers, sum(customer.mrr)
----
  count  sum(customer.mrr)
  1      100.00 USD
