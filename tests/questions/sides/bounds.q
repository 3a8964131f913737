# A period holds its first instant and not its last; what is paid is looked at just before its end.

settings
  now  2026-03-20 12:00

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  bo    beta      user  2026-01-01  -

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-02-03  2026-02-05   # both bounds
  s2  beta      Pro   5000    USD       month  2026-02-03 12:00  2026-02-04 12:00   # within

events
  user  time                  name
  ana   2026-02-02 00:00:00.000  A    # the first instant of the 2nd
  bo    2026-02-02 23:59:59.999  A    # the last of the 2nd
  bo    2026-02-04 00:00:00.000  A    # the 4th's, not the 3rd's
  ana   2026-02-05 10:00  A

ask sides every day from 2026-02-02 to 2026-02-05
----
  time        uses  pays         customers  users  mrr
  2026-02-02  yes   yes          0          0      0.00 USD
  2026-02-02  no    yes          0          0      0.00 USD
  2026-02-02  yes   no           2          2      0.00 USD
  2026-02-02  no    no           0          0      0.00 USD
  2026-02-02  yes   past         0          0      0.00 USD
  2026-02-02  no    past         0          0      0.00 USD
  2026-02-02  yes   no customer  0          0      0.00 USD
  2026-02-02  no    no customer  0          0      0.00 USD
  2026-02-03  yes   yes          0          0      0.00 USD
  2026-02-03  no    yes          2          2      150.00 USD
  2026-02-03  yes   no           0          0      0.00 USD
  2026-02-03  no    no           0          0      0.00 USD
  2026-02-03  yes   past         0          0      0.00 USD
  2026-02-03  no    past         0          0      0.00 USD
  2026-02-03  yes   no customer  0          0      0.00 USD
  2026-02-03  no    no customer  0          0      0.00 USD
  2026-02-04  yes   yes          0          0      0.00 USD
  2026-02-04  no    yes          1          1      100.00 USD
  2026-02-04  yes   no           0          0      0.00 USD
  2026-02-04  no    no           0          0      0.00 USD
  2026-02-04  yes   past         1          1      0.00 USD
  2026-02-04  no    past         0          0      0.00 USD
  2026-02-04  yes   no customer  0          0      0.00 USD
  2026-02-04  no    no customer  0          0      0.00 USD
  2026-02-05  yes   yes          0          0      0.00 USD
  2026-02-05  no    yes          0          0      0.00 USD
  2026-02-05  yes   no           0          0      0.00 USD
  2026-02-05  no    no           0          0      0.00 USD
  2026-02-05  yes   past         1          1      0.00 USD
  2026-02-05  no    past         1          1      0.00 USD
  2026-02-05  yes   no customer  0          0      0.00 USD
  2026-02-05  no    no customer  0          0      0.00 USD

# Paying now: the current period ends at the instant of asking, which it holds.
ask sides every day from 2026-02-03 to 2026-02-03 at 2026-02-03T12:00Z
----
  time        uses  pays         customers  users  mrr
  2026-02-03  yes   yes          0          0      0.00 USD
  2026-02-03  no    yes          2          2      150.00 USD
  2026-02-03  yes   no           0          0      0.00 USD
  2026-02-03  no    no           0          0      0.00 USD
  2026-02-03  yes   past         0          0      0.00 USD
  2026-02-03  no    past         0          0      0.00 USD
  2026-02-03  yes   no customer  0          0      0.00 USD
  2026-02-03  no    no customer  0          0      0.00 USD

# What has not begun has no rows.
ask sides every day from 2026-02-05 to 2026-02-08 at 2026-02-04T23:00Z
----
  time  uses  pays  customers  users  mrr

# In total the range is the period.
ask sides in total from 2026-02-02 to 2026-02-04
----
  uses  pays         customers  users  mrr
  yes   yes          1          1      100.00 USD
  no    yes          0          0      0.00 USD
  yes   no           0          0      0.00 USD
  no    no           0          0      0.00 USD
  yes   past         1          1      0.00 USD
  no    past         0          0      0.00 USD
  yes   no customer  0          0      0.00 USD
  no    no customer  0          0      0.00 USD

# A partial first period holds what lies in the range.
ask sides every week from 2026-02-03 to 2026-02-03
----
  time        uses  pays         customers  users  mrr
  2026-02-02  yes   yes          0          0      0.00 USD
  2026-02-02  no    yes          2          2      150.00 USD
  2026-02-02  yes   no           0          0      0.00 USD
  2026-02-02  no    no           0          0      0.00 USD
  2026-02-02  yes   past         0          0      0.00 USD
  2026-02-02  no    past         0          0      0.00 USD
  2026-02-02  yes   no customer  0          0      0.00 USD
  2026-02-02  no    no customer  0          0      0.00 USD
