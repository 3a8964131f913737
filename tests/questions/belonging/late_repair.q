# A relation loaded after the fact corrects every earlier answer, with no event sent again. The
# order of arrival never matters.

events
  user  time              name
  ana   2026-02-01 09:00  A
  ana   2026-02-10 09:00  A
  bo    2026-02-01 09:00  A
group
  user  customer  time
  bo    acme      2026-01-01 09:00

ask trend customers of "A" every week from 2026-01-26 to 2026-02-15
----
  time        value
  2026-01-26  1
  2026-02-02  0
  2026-02-09  0
  total       1
  unattached: 2

relation
  user  customer  role  from        until
  ana   beta      user  2026-01-15  2026-02-05
  ana   gamma     user  2026-02-05  -

ask trend customers of "A" every week from 2026-01-26 to 2026-02-15
----
  time        value
  2026-01-26  2
  2026-02-02  0
  2026-02-09  1
  total       3
  unattached: 0

# Loading it again changes nothing.
relation
  user  customer  role  from        until
  ana   beta      user  2026-01-15  2026-02-05
  ana   gamma     user  2026-02-05  -

ask trend events of "A" by customer in total from 2026-01-26 to 2026-02-15
----
  customer  value
  acme      1
  beta      1
  gamma     1

# The same user, customer, role and from replaces.
relation
  user  customer  role  from        until
  ana   beta      user  2026-01-15  2026-02-11

ask trend events of "A" by customer in total from 2026-01-26 to 2026-02-15
----
  customer  value
  acme      1
  beta      2
  gamma     1

# And it can be taken back.
relation
  user  customer  role  from        until
  ana   beta      user  2026-01-15  -  removed

ask trend events of "A" by customer in total from 2026-01-26 to 2026-02-15
----
  customer  value
  acme      1
  gamma     2
