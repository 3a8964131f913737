# A rule by acting customer: who named a customer on so many days is no guest of it, from the first
# time on.

settings
  now   2026-03-01 00:00
  rule  act acting days=2 role=member

events
  user  time              name
  ana   2026-02-02 09:00  A  for=acme
  ana   2026-02-03 09:00  A  for=acme
  ana   2026-02-04 09:00  A
  bo    2026-02-02 09:00  A  for=acme
  bo    2026-02-02 10:00  A  for=acme
  bo    2026-02-04 09:00  A
  cy    2026-02-03 09:00  A  for=acme   # a list says until when: days count from there
  cy    2026-02-12 09:00  A  for=acme
relation
  user  customer  role   from        until
  cy    acme      admin  2026-02-01  2026-02-10

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    1
  acme      7

ask list relations show relation.role as role, relation.source as source
----
  user  customer  role    source
  ana   acme      member  rule:act
  bo    acme      guest   event
  cy    acme      guest   event
  by hand: the oracle lists users and customers only

ask count users where role is member
----
  count
  1

# On the first day she was a guest.
ask count users where role is guest at 2026-02-02T23:00Z
----
  count
  2

events
  user  time              name
  bo    2026-02-05 09:00  A  for=acme
  cy    2026-02-13 09:00  A  for=acme

ask count users where role is member
----
  count
  3
