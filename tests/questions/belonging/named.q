# An event that names its customer belongs to that one alone, whatever its user is related to.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  ana   beta      user  2026-01-01  -

events
  user  time              name
  ana   2026-02-01 09:00  A              # acme and beta
  ana   2026-02-02 09:00  A  for=beta    # beta alone
  ana   2026-02-03 09:00  A  for=gamma   # gamma, to which she is not related
  bo    2026-02-03 10:00  A  for=acme    # bo is nobody's
  bo    2026-02-03 11:00  A              # and this event too: a guest brings no events

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    1
  acme      2
  beta      2
  gamma     1

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28 relations as of now
----
  customer  value
  (none)    1
  acme      2
  beta      2
  gamma     1

ask trend customers of "A" every day from 2026-02-01 to 2026-02-03
----
  time        value
  2026-02-01  2
  2026-02-02  1
  2026-02-03  2
  total       3
  unattached: 1

ask trend events of "A" by event.acting in total from 2026-02-01 to 2026-02-28
----
  event.acting  value
  (none)        2
  acme          1
  beta          1
  gamma         1
