# An event that names its customer belongs to that one alone. One that does not belongs, as of the
# event, to the customer that its user had last chosen while related to it, and otherwise to every
# customer that the user was related to then. In the modes now and ever the relations alone decide.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  2026-02-10
  ana   beta      user  2026-01-01  -
group
  user  customer  time
  ana   acme      2026-02-05 09:00
events
  user  time              name
  ana   2026-02-01 09:00  A             # acme and beta
  ana   2026-02-02 09:00  A  for=gamma  # gamma
  ana   2026-02-06 09:00  A             # acme, chosen
  ana   2026-02-07 09:00  A  for=beta   # beta, named, whatever was chosen
  ana   2026-02-12 09:00  A             # beta: the chosen one is no longer hers

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      2
  beta      3
  gamma     1

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28 relations as of now
----
  customer  value
  beta      4
  gamma     1

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28 relations as of ever
----
  customer  value
  acme      3
  beta      4
  gamma     1
