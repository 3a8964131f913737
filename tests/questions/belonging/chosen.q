# An event that names nobody belongs to the customer that its user had last chosen by `group` while
# related to it: one at most, and only as of the event.

group
  user  customer  time
  ana   acme      2026-02-01 09:00
  ana   beta      2026-02-03 09:00
  ana   acme      2026-02-05 09:00

events
  user  time              name
  ana   2026-02-01 09:00  A     # acme: the choice of that very moment
  ana   2026-02-02 09:00  A     # acme
  ana   2026-02-03 08:59  A     # acme
  ana   2026-02-03 09:00  A     # beta
  ana   2026-02-04 09:00  A     # beta
  ana   2026-02-06 09:00  A     # acme again

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      4
  beta      2

# Without the choice, both were related since their first call.
ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28 relations as of now
----
  customer  value
  acme      6
  beta      6

# A loaded relation corrects the choice: ana was beta's for one day only, and acme's all along.
relation
  user  customer  role  from              until
  ana   beta      user  2026-02-03 09:00  2026-02-04 00:00

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      5
  beta      1
