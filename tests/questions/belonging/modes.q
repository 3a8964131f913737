# Relations as of the event, now, or ever.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  2026-02-03
  ana   beta      user  2026-02-03  -

events
  user  time              name
  ana   2026-02-01 09:00  A     # acme then
  ana   2026-02-03 00:00  A     # beta: until is exclusive
  ana   2026-02-04 09:00  A     # beta

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      1
  beta      2
  rule: as of

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28 relations as of now
----
  customer  value
  beta      3

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28 relations as of ever
----
  customer  value
  acme      3
  beta      3

ask trend customers of "A" every day from 2026-02-01 to 2026-02-04 relations as of ever
----
  time        value
  2026-02-01  2
  2026-02-02  0
  2026-02-03  2
  2026-02-04  2
  total       2

# `at` is the moment of now.
ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
    relations as of now at 2026-02-02T00:00Z
----
  customer  value
  acme      1

ask count users where related to customer "acme"
----
  count
  0

ask count users where related to customer "acme" relations as of ever
----
  count
  1

ask count users where related to customer "acme" at 2026-02-02T00:00Z
----
  count
  1
