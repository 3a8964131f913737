# A breakdown is read once, at the start. A start of several values counts in each of its rows, and
# once in the total.

settings
  now  2026-02-12 12:00

relation
  user  customer  role   from        until
  ana   acme      admin  2026-01-01  -
  ana   beta      user   2026-01-01  -
  bo    beta      user   2026-01-01  -

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  2026-02-03
  s2  acme      Team  20000   USD       month  2026-02-03  -
  s3  beta      Pro   10000   USD       month  2026-01-01  -

identify
  ana  2026-01-01 09:00  country=NO
  bo   2026-01-01 09:00  country=SE

events
  user  time              name
  bo    2026-01-20 09:00  Setup
  ana   2026-02-02 09:00  A  c=red
  bo    2026-02-02 10:00  A  c=blue
  cy    2026-02-02 11:00  A
  ana   2026-02-02 12:00  A  c=blue
  cy    2026-02-02 12:00  Setup
  ana   2026-02-03 09:00  A  c=blue
  ana   2026-02-03 10:00  B  c=green
  cy    2026-02-03 10:00  B  c=red

ask retention "A" then "B" every day for 1 day from 2026-02-02 to 2026-02-02 by event.c
----
  cohort      event.c  size  period  count  rate
  2026-02-02  (none)   1     0       1      100.0%
  2026-02-02  (none)   1     1       1      100.0%
  2026-02-02  blue     1     0       1      100.0%
  2026-02-02  blue     1     1       0      0.0%
  2026-02-02  red      1     0       1      100.0%
  2026-02-02  red      1     1       1      100.0%
  average     (none)   1     0       1      100.0%
  average     (none)   1     1       1      100.0%
  average     blue     1     0       1      100.0%
  average     blue     1     1       0      0.0%
  average     red      1     0       1      100.0%
  average     red      1     1       1      100.0%
  total       -        3     -       -      -

# Every cohort reads its own start: ana is red on the 2nd and blue on the 3rd.
ask retention "A" then "B" every start every day for 1 day from 2026-02-02 to 2026-02-03 by event.c top 1
----
  cohort      event.c  size  period  count  rate
  2026-02-02  (other)  2     0       2      100.0%
  2026-02-02  (other)  2     1       2      100.0%
  2026-02-02  blue     1     0       1      100.0%
  2026-02-02  blue     1     1       0      0.0%
  2026-02-03  (other)  0     0       0      -
  2026-02-03  (other)  0     1       0      -
  2026-02-03  blue     1     0       1      100.0%
  2026-02-03  blue     1     1       0      0.0%
  average     (other)  2     0       2      100.0%
  average     (other)  2     1       2      100.0%
  average     blue     2     0       2      100.0%
  average     blue     2     1       0      0.0%
  total       -        3     -       -      -

ask retention "A" then "B" every day for 1 day from 2026-02-02 to 2026-02-02 by user.country
----
  cohort      user.country  size  period  count  rate
  2026-02-02  (none)        1     0       1      100.0%
  2026-02-02  (none)        1     1       1      100.0%
  2026-02-02  NO            1     0       1      100.0%
  2026-02-02  NO            1     1       1      100.0%
  2026-02-02  SE            1     0       1      100.0%
  2026-02-02  SE            1     1       0      0.0%
  average     (none)        1     0       1      100.0%
  average     (none)        1     1       1      100.0%
  average     NO            1     0       1      100.0%
  average     NO            1     1       1      100.0%
  average     SE            1     0       1      100.0%
  average     SE            1     1       0      0.0%
  total       -             3     -       -      -

# ana's start belongs to two customers: she counts for each, and once in the total.
ask retention "A" then "B" every day for 1 day from 2026-02-02 to 2026-02-02 by customer
----
  cohort      customer  size  period  count  rate
  2026-02-02  (none)    1     0       1      100.0%
  2026-02-02  (none)    1     1       1      100.0%
  2026-02-02  acme      1     0       1      100.0%
  2026-02-02  acme      1     1       1      100.0%
  2026-02-02  beta      2     0       2      100.0%
  2026-02-02  beta      2     1       1      50.0%
  average     (none)    1     0       1      100.0%
  average     (none)    1     1       1      100.0%
  average     acme      1     0       1      100.0%
  average     acme      1     1       1      100.0%
  average     beta      2     0       2      100.0%
  average     beta      2     1       1      50.0%
  total       -         3     -       -      -
  note: 1 more by adding up the rows

# Both of her customers are on Pro at her start: once in that row, though one is on Team later.
ask retention "A" then "B" every day for 1 day from 2026-02-02 to 2026-02-02 by customer.plan
----
  cohort      customer.plan  size  period  count  rate
  2026-02-02  (none)         1     0       1      100.0%
  2026-02-02  (none)         1     1       1      100.0%
  2026-02-02  Pro            2     0       2      100.0%
  2026-02-02  Pro            2     1       1      50.0%
  average     (none)         1     0       1      100.0%
  average     (none)         1     1       1      100.0%
  average     Pro            2     0       2      100.0%
  average     Pro            2     1       1      50.0%
  total       -              3     -       -      -

ask retention "A" then "B" every day for 1 day from 2026-02-02 to 2026-02-02 by customer, role
----
  cohort      customer  role    size  period  count  rate
  2026-02-02  (none)    (none)  1     0       1      100.0%
  2026-02-02  (none)    (none)  1     1       1      100.0%
  2026-02-02  acme      admin   1     0       1      100.0%
  2026-02-02  acme      admin   1     1       1      100.0%
  2026-02-02  beta      user    2     0       2      100.0%
  2026-02-02  beta      user    2     1       1      50.0%
  average     (none)    (none)  1     0       1      100.0%
  average     (none)    (none)  1     1       1      100.0%
  average     acme      admin   1     0       1      100.0%
  average     acme      admin   1     1       1      100.0%
  average     beta      user    2     0       2      100.0%
  average     beta      user    2     1       1      50.0%
  total       -         -       3     -       -      -

# Behaviour is judged at the start: bo had set up by then, cy did so an hour later.
ask retention "A" then "B" every day for 1 day from 2026-02-02 to 2026-02-02 by did "Setup"
----
  cohort      did "Setup"  size  period  count  rate
  2026-02-02  no           2     0       2      100.0%
  2026-02-02  no           2     1       2      100.0%
  2026-02-02  yes          1     0       1      100.0%
  2026-02-02  yes          1     1       0      0.0%
  average     no           2     0       2      100.0%
  average     no           2     1       2      100.0%
  average     yes          1     0       1      100.0%
  average     yes          1     1       0      0.0%
  total       -            3     -       -      -

ask retention "A" then "B" every day for 1 day from 2026-02-02 to 2026-02-02 by did "Setup", event.c
----
  cohort      did "Setup"  event.c  size  period  count  rate
  2026-02-02  no           (none)   1     0       1      100.0%
  2026-02-02  no           (none)   1     1       1      100.0%
  2026-02-02  no           red      1     0       1      100.0%
  2026-02-02  no           red      1     1       1      100.0%
  2026-02-02  yes          blue     1     0       1      100.0%
  2026-02-02  yes          blue     1     1       0      0.0%
  average     no           (none)   1     0       1      100.0%
  average     no           (none)   1     1       1      100.0%
  average     no           red      1     0       1      100.0%
  average     no           red      1     1       1      100.0%
  average     yes          blue     1     0       1      100.0%
  average     yes          blue     1     1       0      0.0%
  total       -            -        3     -       -      -

ask retention "A" then "B" every day for 1 day from 2026-02-02 to 2026-02-02 by event.c = "red", event.c
----
  cohort      event.c = "red"  event.c  size  period  count  rate
  2026-02-02  no               (none)   1     0       1      100.0%
  2026-02-02  no               (none)   1     1       1      100.0%
  2026-02-02  no               blue     1     0       1      100.0%
  2026-02-02  no               blue     1     1       0      0.0%
  2026-02-02  yes              red      1     0       1      100.0%
  2026-02-02  yes              red      1     1       1      100.0%
  average     no               (none)   1     0       1      100.0%
  average     no               (none)   1     1       1      100.0%
  average     no               blue     1     0       1      100.0%
  average     no               blue     1     1       0      0.0%
  average     yes              red      1     0       1      100.0%
  average     yes              red      1     1       1      100.0%
  total       -                -        3     -       -      -
