# Ids that are aliases of themselves or of each other in a ring are one person once; taking one of
# the aliases back leaves what the others say.

events
  user  time              name
  ana   2026-02-02 09:00  A
  bo    2026-02-02 10:00  A
  cy    2026-02-02 11:00  A
relation
  user  customer  role  from        until
  bo    acme      user  2026-01-01  -

alias
  previous  user
  ana       ana

ask trend users of "A" in total from 2026-02-01 to 2026-02-28
----
  value
  3

alias
  previous  user
  ana       bo
  bo        cy
  cy        ana

ask trend users of "A", events of "A" in total from 2026-02-01 to 2026-02-28
----
  users of "A"  events of "A"
  1             3

ask count users
----
  count
  1

# All that the one person does belongs to the customer of one of its ids.
ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      3

# Without one of three the others still join all.
alias
  previous  user
  cy        ana   undo

ask count users
----
  count
  1

alias
  previous  user
  bo        cy    undo

ask count users
----
  count
  2

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    1
  acme      2

alias
  previous  user
  ana       bo    undo

ask count users
----
  count
  3

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    2
  acme      1
