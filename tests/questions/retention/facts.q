# Dated facts start and come back too. A fact belongs to its customer; in a question about users
# everyone inside the customer at that moment does it.

settings
  now  2026-04-20 12:00

relation
  user  customer  role   from        until
  ana   acme      user   2026-01-01  -
  bo    acme      user   2026-01-20  -
  cy    beta      user   2026-01-01  -

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-10  -
  s2  beta      Pro   10000   USD       month  2026-01-15  2026-02-20

events
  user  time              name
  ana   2026-02-10 09:00  B
  bo    2026-03-10 09:00  B
  cy    2026-02-10 09:00  B

ask retention money.started then "B" every month for 2 months for customers from 2026-01-01 to 2026-01-31
----
  cohort      size  period  count  rate
  2026-01-01  2     0       2      100.0%
  2026-01-01  2     1       2      100.0%
  2026-01-01  2     2       1      50.0%
  average     2     0       2      100.0%
  average     2     1       2      100.0%
  average     2     2       1      50.0%
  total       2     -       -      -

# bo was not inside when acme began to pay.
ask retention money.started then "B" every month for 2 months from 2026-01-01 to 2026-01-31
----
  cohort      size  period  count  rate
  2026-01-01  2     0       2      100.0%
  2026-01-01  2     1       2      100.0%
  2026-01-01  2     2       0      0.0%
  average     2     0       2      100.0%
  average     2     1       2      100.0%
  average     2     2       0      0.0%
  total       2     -       -      -
  note: derived

ask retention "B" then money.churned every month for 1 month for customers from 2026-01-01 to 2026-02-28
----
  cohort      size  period  count  rate
  2026-01-01  0     0       0      -
  2026-01-01  0     1       0      -
  2026-02-01  2     0       2      100.0%
  2026-02-01  2     1       0      0.0%
  average     2     0       2      100.0%
  average     2     1       0      0.0%
  total       2     -       -      -

ask retention money.started then money.churned every month for 1 month for customers from 2026-01-01 to 2026-01-31 by customer.plan
----
  cohort      customer.plan  size  period  count  rate
  2026-01-01  Pro            2     0       2      100.0%
  2026-01-01  Pro            2     1       1      50.0%
  average     Pro            2     0       2      100.0%
  average     Pro            2     1       1      50.0%
  total       -              2     -       -      -
