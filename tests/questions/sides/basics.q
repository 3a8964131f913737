# Customers by whether they use in a period and whether they pay at its end; those that paid once
# stand apart, and so do users who are inside no customer.

settings
  now  2026-03-20 12:00

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  bo    beta      user  2026-01-01  -
  cy    gamma     user  2026-01-01  -
  dan   delta     user  2026-01-01  -
  eva   eps       user  2026-01-01  -
  fay   acme      user  2026-01-01  -

customer
  customer  time
  zeta      2026-01-01 00:00
  late      2026-03-05 00:00

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -
  s2  beta      Pro   5000    USD       month  2026-01-01  -
  s5  eps       Pro   3000    USD       month  2026-01-01  2026-02-10
  s6  zeta      Pro   2050    USD       month  2026-01-01  -

events
  user  time              name
  gil   2026-01-15 09:00  A
  ana   2026-02-03 09:00  A             # acme uses and pays
  bo    2026-02-03 09:00  Digest  automatic
  cy    2026-02-04 09:00  B             # gamma uses and is free
  eva   2026-02-05 09:00  A             # eps used, and paid until the 10th
  hal   2026-02-06 09:00  A             # nobody's
  ~x1   2026-02-06 10:00  A             # not known: in no count of people
  bo    2026-03-02 09:00  A
  cy    2026-03-02 09:00  B  for=acme   # acme's then, not gamma's

# gil is known since January. late, a customer since March, is in no row of February.
ask sides every month from 2026-02-01 to 2026-02-28
----
  time        uses  pays         customers  users  mrr
  2026-02-01  yes   yes          1          2      100.00 USD
  2026-02-01  no    yes          2          1      70.50 USD
  2026-02-01  yes   no           1          1      0.00 USD
  2026-02-01  no    no           1          1      0.00 USD
  2026-02-01  yes   past         1          1      0.00 USD
  2026-02-01  no    past         0          0      0.00 USD
  2026-02-01  yes   no customer  0          1      0.00 USD
  2026-02-01  no    no customer  0          1      0.00 USD
  rule: uses: use that belongs to them lies in the month
  rule: relations as of the event
  unattached: 2

# The current month is looked at now.
ask sides every month over the last 2 months
----
  time        uses  pays         customers  users  mrr
  2026-02-01  yes   yes          1          2      100.00 USD
  2026-02-01  no    yes          2          1      70.50 USD
  2026-02-01  yes   no           1          1      0.00 USD
  2026-02-01  no    no           1          1      0.00 USD
  2026-02-01  yes   past         1          1      0.00 USD
  2026-02-01  no    past         0          0      0.00 USD
  2026-02-01  yes   no customer  0          1      0.00 USD
  2026-02-01  no    no customer  0          1      0.00 USD
  2026-03-01  yes   yes          2          3      150.00 USD
  2026-03-01  no    yes          1          0      20.50 USD
  2026-03-01  yes   no           0          0      0.00 USD
  2026-03-01  no    no           3          2      0.00 USD
  2026-03-01  yes   past         0          0      0.00 USD
  2026-03-01  no    past         1          1      0.00 USD
  2026-03-01  yes   no customer  0          0      0.00 USD
  2026-03-01  no    no customer  0          2      0.00 USD
  rule: at the end of the month, or at 2026-03-20T12:00

# `using` names what use is.
ask sides using "B" every month from 2026-02-01 to 2026-02-28
----
  time        uses  pays         customers  users  mrr
  2026-02-01  yes   yes          0          0      0.00 USD
  2026-02-01  no    yes          3          3      170.50 USD
  2026-02-01  yes   no           1          1      0.00 USD
  2026-02-01  no    no           1          1      0.00 USD
  2026-02-01  yes   past         0          0      0.00 USD
  2026-02-01  no    past         1          1      0.00 USD
  2026-02-01  yes   no customer  0          0      0.00 USD
  2026-02-01  no    no customer  0          2      0.00 USD

# What is automatic is no use, and is something.
ask sides using anything every month from 2026-02-01 to 2026-02-28
----
  time        uses  pays         customers  users  mrr
  2026-02-01  yes   yes          2          3      150.00 USD
  2026-02-01  no    yes          1          0      20.50 USD
  2026-02-01  yes   no           1          1      0.00 USD
  2026-02-01  no    no           1          1      0.00 USD
  2026-02-01  yes   past         1          1      0.00 USD
  2026-02-01  no    past         0          0      0.00 USD
  2026-02-01  yes   no customer  0          1      0.00 USD
  2026-02-01  no    no customer  0          1      0.00 USD

# A fact of its money is a customer's too.
ask sides using money.started every month from 2026-01-01 to 2026-01-31
----
  time        uses  pays         customers  users  mrr
  2026-01-01  yes   yes          4          4      200.50 USD
  2026-01-01  no    yes          0          0      0.00 USD
  2026-01-01  yes   no           0          0      0.00 USD
  2026-01-01  no    no           2          2      0.00 USD
  2026-01-01  yes   past         0          0      0.00 USD
  2026-01-01  no    past         0          0      0.00 USD
  2026-01-01  yes   no customer  0          0      0.00 USD
  2026-01-01  no    no customer  0          1      0.00 USD

# The first ever A of its users: eps had it in February, beta in March.
ask sides using first "A" every month from 2026-03-01 to 2026-03-31
----
  time        uses  pays         customers  users  mrr
  2026-03-01  yes   yes          1          1      50.00 USD
  2026-03-01  no    yes          2          2      120.50 USD
  2026-03-01  yes   no           0          0      0.00 USD
  2026-03-01  no    no           3          2      0.00 USD
  2026-03-01  yes   past         0          0      0.00 USD
  2026-03-01  no    past         1          1      0.00 USD
  2026-03-01  yes   no customer  0          0      0.00 USD
  2026-03-01  no    no customer  0          2      0.00 USD
