# Users are people: known, inside a customer at the end of the period, once in each row.

settings
  now  2026-03-20 12:00

relation
  user  customer  role   from        until
  ana   acme      user   2026-01-01  -           # of three customers
  ana   beta      admin  2026-01-01  -
  ana   gamma     buyer  2026-01-01  -
  bo    acme      user   2026-01-01  2026-02-15  # leaves within the month
  cy    beta      user   2026-01-01  -
  dan   beta      guest  2026-01-01  -           # outside
  eva   gamma     user   2026-02-20  -           # comes within the month
  self  gamma     self   2026-01-01  -

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -
  s2  beta      Pro   5000    USD       month  2026-01-01  -

events
  user  time              name
  bo    2026-02-10 09:00  A               # acme's, though he has left by the end
  ana   2026-02-11 09:00  A  for=beta
  dan   2026-02-12 09:00  A               # inside nobody: unattached
  eva   2026-01-10 09:00  A
  self  2026-01-10 09:00  A
  ~x1   2026-02-12 09:00  A  for=gamma    # whoever it was, gamma uses

# acme: ana. beta: ana, cy. gamma: ana, eva, self. Without a customer: bo, who used, and dan.
ask sides every month from 2026-02-01 to 2026-02-28
----
  time        uses  pays         customers  users  mrr
  2026-02-01  yes   yes          2          2      150.00 USD
  2026-02-01  no    yes          0          0      0.00 USD
  2026-02-01  yes   no           1          3      0.00 USD
  2026-02-01  no    no           0          0      0.00 USD
  2026-02-01  yes   past         0          0      0.00 USD
  2026-02-01  no    past         0          0      0.00 USD
  2026-02-01  yes   no customer  0          2      0.00 USD
  2026-02-01  no    no customer  0          0      0.00 USD
  note: 1 users more by adding up the rows of 2026-02-01
  unattached: 1

# In January bo is there. eva's first relation reaches back, 30 days at most, so she is too.
ask sides every month from 2026-01-01 to 2026-01-31
----
  time        uses  pays         customers  users  mrr
  2026-01-01  yes   yes          0          0      0.00 USD
  2026-01-01  no    yes          2          3      150.00 USD
  2026-01-01  yes   no           1          3      0.00 USD
  2026-01-01  no    no           0          0      0.00 USD
  2026-01-01  yes   past         0          0      0.00 USD
  2026-01-01  no    past         0          0      0.00 USD
  2026-01-01  yes   no customer  0          0      0.00 USD
  2026-01-01  no    no customer  0          1      0.00 USD

# As of now bo never was acme's, and what he did belongs to nobody.
ask sides every month from 2026-02-01 to 2026-02-28 relations as of now
----
  time        uses  pays         customers  users  mrr
  2026-02-01  yes   yes          1          2      50.00 USD
  2026-02-01  no    yes          1          1      100.00 USD
  2026-02-01  yes   no           1          3      0.00 USD
  2026-02-01  no    no           0          0      0.00 USD
  2026-02-01  yes   past         0          0      0.00 USD
  2026-02-01  no    past         0          0      0.00 USD
  2026-02-01  yes   no customer  0          2      0.00 USD
  2026-02-01  no    no customer  0          0      0.00 USD
  rule: relations as of now

# Ever, he still is.
ask sides every month from 2026-02-01 to 2026-02-28 relations as of ever
----
  time        uses  pays         customers  users  mrr
  2026-02-01  yes   yes          2          3      150.00 USD
  2026-02-01  no    yes          0          0      0.00 USD
  2026-02-01  yes   no           1          3      0.00 USD
  2026-02-01  no    no           0          0      0.00 USD
  2026-02-01  yes   past         0          0      0.00 USD
  2026-02-01  no    past         0          0      0.00 USD
  2026-02-01  yes   no customer  0          1      0.00 USD
  2026-02-01  no    no customer  0          0      0.00 USD

# One customer under two ids is one, and one user under two is one.
customer
  customer  time
  acme      2026-02-01 00:00  key.stripe=cus_1
subscription
  id  customer      plan  amount  currency  every  from        until
  s9  stripe:cus_1  Max   700     USD       month  2026-01-01  -
alias
  cy  ana

ask sides every month from 2026-02-01 to 2026-02-28
----
  time        uses  pays         customers  users  mrr
  2026-02-01  yes   yes          2          1      157.00 USD
  2026-02-01  no    yes          0          0      0.00 USD
  2026-02-01  yes   no           1          3      0.00 USD
  2026-02-01  no    no           0          0      0.00 USD
  2026-02-01  yes   past         0          0      0.00 USD
  2026-02-01  no    past         0          0      0.00 USD
  2026-02-01  yes   no customer  0          2      0.00 USD
  2026-02-01  no    no customer  0          0      0.00 USD
