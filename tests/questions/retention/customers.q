# Customers start and come back by the events that belong to them, whoever did them.

settings
  now  2026-02-20 12:00

relation
  user  customer  role   from        until
  ana   acme      user   2026-01-01  2026-02-05
  bo    acme      admin  2026-01-01  -
  bo    beta      user   2026-01-01  -
  gus   gamma     user   2026-01-01  -

customer
  customer  time
  acme      2026-01-01 00:00  industry=steel
  beta      2026-01-01 00:00  industry=steel
  gamma     2026-01-01 00:00  industry=food

events
  user  time              name
  ana   2026-02-02 09:00  A     # acme's
  cy    2026-02-02 09:00  A     # nobody's
  bo    2026-02-03 09:00  B     # acme's and beta's
  bo    2026-02-03 10:00  A
  ana   2026-02-04 09:00  B
  ana   2026-02-06 09:00  B     # has left: nobody's
  gus   2026-02-02 09:00  A  for=beta    # names another: beta's alone, not gamma's

ask retention "A" then "B" every day for 2 days for customers from 2026-02-02 to 2026-02-03
----
  cohort      size  period  count  rate
  2026-02-02  2     0       2      100.0%
  2026-02-02  2     1       2      100.0%
  2026-02-02  2     2       1      50.0%
  2026-02-03  0     0       0      -
  2026-02-03  0     1       0      -
  2026-02-03  0     2       0      -
  average     2     0       2      100.0%
  average     2     1       2      100.0%
  average     2     2       1      50.0%
  total       2     -       -      -
  rule: Customers by the day of
  unattached: 1

ask retention "A" then "B" every start every day for 2 days for customers from 2026-02-02 to 2026-02-03
----
  cohort      size  period  count  rate
  2026-02-02  2     0       2      100.0%
  2026-02-02  2     1       2      100.0%
  2026-02-02  2     2       1      50.0%
  2026-02-03  2     0       2      100.0%
  2026-02-03  2     1       1      50.0%
  2026-02-03  2     2       0      0.0%
  average     4     0       4      100.0%
  average     4     1       3      75.0%
  average     4     2       1      25.0%
  total       2     -       -      -

# As of now ana is nobody's, and never was acme's: acme starts with bo, on the 3rd.
ask retention "A" then "B" every day for 2 days for customers from 2026-02-02 to 2026-02-03 relations as of now
----
  cohort      size  period  count  rate
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       1      100.0%
  2026-02-02  1     2       0      0.0%
  2026-02-03  1     0       1      100.0%
  2026-02-03  1     1       0      0.0%
  2026-02-03  1     2       0      0.0%
  average     2     0       2      100.0%
  average     2     1       1      50.0%
  average     2     2       0      0.0%
  total       2     -       -      -

ask retention use then use every day for 2 days for customers from 2026-02-02 to 2026-02-02
----
  cohort      size  period  count  rate
  2026-02-02  2     0       2      100.0%
  2026-02-02  2     1       2      100.0%
  2026-02-02  2     2       1      50.0%
  average     2     0       2      100.0%
  average     2     1       2      100.0%
  average     2     2       1      50.0%
  total       2     -       -      -

ask retention "A" then "B" every day for 1 day for customers from 2026-02-02 to 2026-02-02 by customer.industry
----
  cohort      customer.industry  size  period  count  rate
  2026-02-02  steel              2     0       2      100.0%
  2026-02-02  steel              2     1       2      100.0%
  average     steel              2     0       2      100.0%
  average     steel              2     1       2      100.0%
  total       -                  2     -       -      -

# acme has an admin, beta has none.
ask retention "A" then "B" every day for 1 day for customers from 2026-02-02 to 2026-02-02 where any user with role admin
----
  cohort      size  period  count  rate
  2026-02-02  1     0       1      100.0%
  2026-02-02  1     1       1      100.0%
  average     1     0       1      100.0%
  average     1     1       1      100.0%
  total       1     -       -      -

# At beta's start none of its users had done B; at acme's neither.
ask retention "A" then "B" every day for 1 day for customers from 2026-02-02 to 2026-02-03 by any user did "B"
----
  cohort      any user did "B"  size  period  count  rate
  2026-02-02  no                2     0       2      100.0%
  2026-02-02  no                2     1       2      100.0%
  2026-02-03  no                0     0       0      -
  2026-02-03  no                0     1       0      -
  average     no                2     0       2      100.0%
  average     no                2     1       2      100.0%
  total       -                 2     -       -      -
