# Payers of billing that no customer with users is known for: `stripe:cus_1`, without users inside and
# without an id of its own. While more than 2 % of MRR is theirs, answers that cross sides say so.

settings
  now  2026-03-01 00:00

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
subscription
  id  customer      plan  amount  currency  every  from        until
  s1  acme          Pro   98000   USD       month  2026-01-01  -
  s2  stripe:cus_1  Pro   2000    USD       month  2026-01-01  -
events
  user  time              name
  ana   2026-02-02 09:00  A

# 20.00 of 1,000.00 are 2 % exactly.
ask count customers where paying and no user did "A"
----
  count
  1
  no note: of MRR

subscription
  id  customer      plan  amount  currency  every  from        until
  s3  stripe:cus_2  Pro   1       USD       month  2026-01-01  -

ask count customers where paying and no user did "A"
----
  count
  2
  note: 2.0 % of MRR (20.01 USD) is of 2 payers without a customer that users belong to: match them on the Match page.

ask count users where paying
----
  count
  1
  note: of MRR

ask trend users of "A" by customer.plan in total from 2026-02-01 to 2026-02-28
----
  customer.plan  value
  Pro            1
  note: of MRR

ask sides every month from 2026-02-01 to 2026-02-28
----
  time        uses  pays         customers  users  mrr
  2026-02-01  yes   yes          1          1      980.00 USD
  2026-02-01  no    yes          2          0      20.01 USD
  2026-02-01  yes   no           0          0      0.00 USD
  2026-02-01  no    no           0          0      0.00 USD
  2026-02-01  yes   past         0          0      0.00 USD
  2026-02-01  no    past         0          0      0.00 USD
  2026-02-01  yes   no customer  0          0      0.00 USD
  2026-02-01  no    no customer  0          0      0.00 USD
  note: of MRR

# One side alone is right as it is.
ask count customers, sum(customer.mrr) where paying
----
  count  sum(customer.mrr)
  3      1000.01 USD
  no note: of MRR

ask trend users of "A" in total from 2026-02-01 to 2026-02-28
----
  value
  1
  no note: of MRR

# At a time before they paid there was nothing to match.
ask count customers where paying and no user did "A" at 2025-12-31
----
  count
  0
  by hand: the oracle does not know `at`
  no note: of MRR

# One is joined to a customer, and the rest is no more than 2 %.
customer
  customer  time
  acme      2026-02-01 00:00  key.stripe=cus_1

ask count customers where paying and no user did "A"
----
  count
  1
  no note: of MRR

records
  {"type":"alias","previousCustomerId":"stripe:cus_1","customerId":"acme","undo":true}

ask count customers where paying and no user did "A"
----
  count
  2
  note: of MRR

# An id of its own says that somebody knows the payer: it is a customer without users.
customer
  customer  time
  globex    2026-02-01 00:00  key.stripe=cus_1

ask count customers where paying and no user did "A"
----
  count
  2
  no note: of MRR

# So does who keeps it as it is.
records
  {"type":"alias","previousCustomerId":"stripe:cus_1","customerId":"globex","undo":true}

ask count customers where paying and no user did "A"
----
  count
  2
  note: of MRR

customer
  customer      time
  stripe:cus_1  2026-02-01 00:00  match_kept=true

ask count customers where paying and no user did "A"
----
  count
  2
  no note: of MRR
