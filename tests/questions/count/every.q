# With `every`, units are judged at the end of each period, or at the present where that is earlier.
# A unit that did not exist yet is not there.

settings
  now  2026-02-20 12:00

events
  user  time              name
  ana   2026-02-02 10:00  A
  bo    2026-02-05 10:00  A
  ana   2026-02-10 10:00  A
  cy    2026-02-17 10:00  A
customer
  customer  time
  acme      2026-02-01 00:00
  beta      2026-02-11 00:00
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-02-03  2026-02-12
  s2  beta      Pro   5000    USD       month  2026-02-12  -

ask count users every week from 2026-02-02 to 2026-02-22
----
  time        count
  2026-02-02  2
  2026-02-09  2
  2026-02-16  3

ask count users where did "A" in the last 7 days every week from 2026-02-02 to 2026-02-22
----
  time        count
  2026-02-02  2
  2026-02-09  1
  2026-02-16  1

# The last week is judged at the present, and 7 days before reach back to the 13th.
ask count users where did "A" in the last 11 days every week from 2026-02-16 to 2026-02-22
----
  time        count
  2026-02-16  2

ask count customers, sum(customer.mrr) where paying every week from 2026-02-02 to 2026-02-22
----
  time        count  sum(customer.mrr)
  2026-02-02  1      100.00 USD
  2026-02-09  1      50.00 USD
  2026-02-16  1      50.00 USD
