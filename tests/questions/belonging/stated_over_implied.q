# Once a user and a customer have a stated interval in any role, what `group` implied counts only
# from the first call after the last stated end.

relation
  user  customer  role  from        until
  ana   first     user  2025-01-01  2025-02-01    # so that no other is her first
group
  user  customer  time
  ana   acme      2026-01-10 09:00
  ana   acme      2026-02-20 09:00
events
  user  time              name
  ana   2026-01-12 09:00  A
  ana   2026-01-20 09:00  A
  ana   2026-02-10 09:00  A
  ana   2026-02-22 09:00  A

ask trend events of "A" by customer in total from 2026-01-01 to 2026-02-28
----
  customer  value
  acme      4

relation
  user  customer  role   from        until
  ana   acme      admin  2026-01-15  2026-02-01

# The 12th of January is before, the 10th of February after the stated relation; from the 20th of
# February there was a new call.
ask trend events of "A" every month by customer from 2026-01-01 to 2026-02-28
----
  time        customer  value
  2026-01-01  (none)    1
  2026-01-01  acme      1
  2026-02-01  (none)    1
  2026-02-01  acme      1
  total       -         4

ask trend events of "A" by role in total from 2026-01-01 to 2026-02-28
----
  role    value
  (none)  2
  admin   1
  user    1
