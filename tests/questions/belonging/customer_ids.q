# Customers have ids in several systems. `stripe:cus_1` is the customer that holds this key; until one
# does, it is a customer under that id, and the two are joined when the key is given.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
subscription
  id  customer      plan  amount  currency  every  from        until
  s1  stripe:cus_1  Pro   10000   USD       month  2026-01-01  -
  s2  stripe:cus_2  Pro   2000    USD       month  2026-01-01  -
events
  user  time              name
  ana   2026-02-02 09:00  A

ask list customers show customer.mrr
----
  customer      customer.mrr
  acme          0.00 USD
  stripe:cus_1  100.00 USD
  stripe:cus_2  20.00 USD

ask count users where paying
----
  count
  0

customer
  customer  time
  acme      2026-02-01 00:00  key.stripe=cus_1

ask list customers show customer.mrr
----
  customer      customer.mrr
  acme          100.00 USD
  stripe:cus_2  20.00 USD

ask count users where paying
----
  count
  1

# The key is known now: what comes under it is acme's.
events
  user  time              name
  ana   2026-02-03 09:00  A  for=stripe:cus_1
payment
  id  customer      amount  currency  time
  p1  stripe:cus_1  10000   USD       2026-02-04 00:00

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      2

ask count customers
----
  count
  2

# Two customers of their own are joined by an alias, which can be undone.
records
  {"type":"alias","previousCustomerId":"stripe:cus_2","customerId":"acme"}

ask list customers show customer.mrr
----
  customer  customer.mrr
  acme      120.00 USD

records
  {"type":"alias","previousCustomerId":"stripe:cus_2","customerId":"acme","undo":true}

ask list customers show customer.mrr
----
  customer      customer.mrr
  acme          100.00 USD
  stripe:cus_2  20.00 USD
