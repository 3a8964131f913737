# Where there is nothing there are zeros.

settings
  now  2026-03-20 12:00
  currency  EUR

ask sides every month over the last month
----
  time        uses  pays         customers  users  mrr
  2026-03-01  yes   yes          0          0      0.00 EUR
  2026-03-01  no    yes          0          0      0.00 EUR
  2026-03-01  yes   no           0          0      0.00 EUR
  2026-03-01  no    no           0          0      0.00 EUR
  2026-03-01  yes   past         0          0      0.00 EUR
  2026-03-01  no    past         0          0      0.00 EUR
  2026-03-01  yes   no customer  0          0      0.00 EUR
  2026-03-01  no    no customer  0          0      0.00 EUR

ask sides flows every month over the last 3 months
----
  time  uses_before  pays_before  uses  pays  customers  mrr_before  mrr

ask sides every month over the last month
open {"time": "2026-03-01", "uses": "no", "pays": "yes"}
----
  customer

# Payers without a single event or user.
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   EUR       month  2026-01-01  -
  s2  beta      Pro   10000   USD       month  2026-01-01  -

ask sides every month over the last month
----
  time        uses  pays         customers  users  mrr
  2026-03-01  yes   yes          0          0      0.00 EUR
  2026-03-01  no    yes          2          0      100.00 EUR
  2026-03-01  yes   no           0          0      0.00 EUR
  2026-03-01  no    no           0          0      0.00 EUR
  2026-03-01  yes   past         0          0      0.00 EUR
  2026-03-01  no    past         0          0      0.00 EUR
  2026-03-01  yes   no customer  0          0      0.00 EUR
  2026-03-01  no    no customer  0          0      0.00 EUR
  by hand: two currencies
  note: Money in other currencies than EUR is left out.

# Users without any customer.
events
  user  time              name
  ana   2026-03-02 09:00  A
  bo    2026-02-02 09:00  A

ask sides using "A" every month over the last month
----
  time        uses  pays         customers  users  mrr
  2026-03-01  yes   yes          0          0      0.00 EUR
  2026-03-01  no    yes          2          0      100.00 EUR
  2026-03-01  yes   no           0          0      0.00 EUR
  2026-03-01  no    no           0          0      0.00 EUR
  2026-03-01  yes   past         0          0      0.00 EUR
  2026-03-01  no    past         0          0      0.00 EUR
  2026-03-01  yes   no customer  0          1      0.00 EUR
  2026-03-01  no    no customer  0          1      0.00 EUR
  by hand: two currencies
