# Every row opens the list of its users, or of its customers.

settings
  now  2026-03-01 00:00

customer
  customer  time
  acme      2026-01-01 00:00
  beta      2026-01-01 00:00
  ana       2026-01-01 00:00  kind=person
relation
  user  customer  role   from        until
  ana   ana       self   2026-01-01  -
  bo    acme      user   2026-01-01  -
  bo    acme      buyer  2026-02-01  -
  cy    acme      buyer  2026-01-01  -
  dee   acme      user   2026-01-01  -

ask overlap
open {"group": "both"}
----
  user
  ana
  bo
  rule: Opened both: Known users

ask overlap
open {"group": "both", "how": "roles"}
----
  user
  bo

ask overlap
open {"group": "both", "how": "self", "of": "customers"}
----
  customer
  ana

ask overlap
open {"group": "customers only", "of": "customers"}
----
  customer
  beta

ask overlap for customers
open {"group": "both", "how": "roles"}
----
  customer
  acme

ask overlap every month from 2026-01-01 to 2026-02-28
open {"time": "2026-01-01", "group": "users only"}
----
  user
  bo
  dee

ask overlap
open {"group": "users only", "how": "self"}
----
  error not_found the answer has no such row: users only, how: self

ask overlap every month from 2026-01-01 to 2026-02-28
open {"group": "both"}
----
  error invalid say which period to open: {"time":"…"}

ask overlap for users
open {"group": "both", "of": "customers"}
----
  error invalid this overlap counts users, not customers

ask overlap
open {"step": 1}
----
  error invalid overlap has no steps and no by; open {"group":"both","how":"self"}

ask count users
open {"group": "both"}
----
  error invalid only overlap has groups to open
