# Every number can be opened: the list of the users or customers behind it, complete.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  ana   beta      user  2026-01-01  -
  bo    beta      user  2026-01-01  2026-02-03
  cy    beta      user  2026-01-01  -
customer
  customer  time
  shelf     2026-01-01 00:00
events
  user  time              name
  ana   2026-02-02 09:00  A
  bo    2026-02-02 09:00  A
  bo    2026-02-04 09:00  B     # beta's no longer
  cy    2026-02-04 09:00  B

ask trend users of anything every day from 2026-02-02 to 2026-02-04
----
  time        value
  2026-02-02  2
  2026-02-03  0
  2026-02-04  2
  total       3

ask trend users of anything every day from 2026-02-02 to 2026-02-04
open {"time": "2026-02-02"}
----
  user
  ana
  bo

# A number of none opens to an empty list.
ask trend users of anything every day from 2026-02-02 to 2026-02-04
open {"time": "2026-02-03"}
----
  user

ask trend customers of anything in total from 2026-02-02 to 2026-02-04
----
  value
  2
  unattached: 1

ask trend customers of anything in total from 2026-02-02 to 2026-02-04
open {}
----
  customer
  acme
  beta

# What a relation that ended took along is not in the list either.
ask trend customers of "B" in total from 2026-02-02 to 2026-02-04 relations as of ever
open {}
----
  customer
  beta

ask funnel "A" > "B" for customers from 2026-02-02 to 2026-02-04
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      2      100.0%    -            -               -
  2     B      1      50.0%     50.0%        172800          172800

ask funnel "A" > "B" for customers from 2026-02-02 to 2026-02-04
open {"step": 2}
----
  customer
  beta

ask funnel "A" > "B" for customers from 2026-02-02 to 2026-02-04
open {"step": 2, "dropped": true}
----
  customer
  acme

ask count customers where no user
----
  count
  1

ask count customers where no user
open {}
----
  customer
  shelf
