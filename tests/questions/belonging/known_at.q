# `at` hides what is dated later, and so also what that made of earlier facts: a list that took back
# what a call implied.

relation
  user  customer  role  from        until
  ana   acme      user  2026-02-14  -
  ana   beta      user  2026-02-12  -
group
  user  customer  time
  ana   acme      2026-02-04 10:00
  bo    gamma     2026-02-01 09:00
events
  user  time              name
  ana   2026-02-01 09:00  A
  bo    2026-02-09 10:00  A  for=acme

# ana was first acme's then, which reaches back to her first event.
ask count customers every day from 2026-02-01 to 2026-02-04 at 2026-02-05T00:00Z
----
  time        count
  2026-02-01  2
  2026-02-02  2
  2026-02-03  2
  2026-02-04  2

# By what is known today she was beta's first; acme is there since the call.
ask count customers every day from 2026-02-01 to 2026-02-04
----
  time        count
  2026-02-01  2
  2026-02-02  2
  2026-02-03  2
  2026-02-04  3
