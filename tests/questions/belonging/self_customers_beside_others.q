# Self customers beside companies: what nobody names is one's own and the company's; what names a
# customer, or follows a choice, is that one's alone. Guests are guests all the same.

settings
  now  2026-03-01 00:00
  self_customers

relation
  user  customer  role  from        until
  ana   acme      user  2026-02-05  2026-02-20
events
  user  time              name
  ana   2026-02-02 09:00  A
  ana   2026-02-06 09:00  A
  ana   2026-02-07 09:00  A  for=beta
  ana   2026-02-25 09:00  A
  bo    2026-02-03 09:00  A  for=ana
group
  user  customer  time
  cy    acme      2026-02-10 09:00
events
  user  time              name
  cy    2026-02-09 09:00  A
  cy    2026-02-11 09:00  A

# The company is a first relation like before: it reaches back to 02-02 (ana) and 02-09 (cy). From
# the call on cy is acme's by choice, and not his own.
ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      4
  ana       4
  beta      1
  cy        1

# Of now, ana has left acme; bo's own event names ana.
ask trend events of "A" by customer relations as of now in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      2
  ana       4
  beta      1
  cy        2

ask trend events of "A" by customer relations as of ever in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      5
  ana       4
  beta      1
  cy        2

# In the total once, whoever they are.
ask trend events of "A" in total from 2026-02-01 to 2026-02-28
----
  value
  7

ask list relations show relation.role as role, relation.source as source, relation.since as since
----
  user  customer  role   source  since
  ana   ana       self   self    2026-02-02T09:00:00+00:00
  ana   beta      guest  event   2026-02-07T09:00:00+00:00
  bo    ana       guest  event   2026-02-03T09:00:00+00:00
  bo    bo        self   self    2026-02-03T09:00:00+00:00
  cy    acme      user   group   2026-02-10T09:00:00+00:00
  cy    cy        self   self    2026-02-09T09:00:00+00:00
  by hand: the oracle lists users and customers only
