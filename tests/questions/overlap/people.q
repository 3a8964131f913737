# Whose roles count: those of inside relations that hold at the moment, as far as the first one
# reaches back; roles of a project's own use.

settings
  now            2026-03-01 00:00
  outside_roles  guest,audience,partner,reseller

customer
  customer  time
  acme      2026-01-01 00:00
relation
  user  customer  role            from        until
  ana   acme      decision_maker  2026-02-01  -        # reaches back to her first event
  bo    acme      reseller        2026-01-01  -        # outside: no role here
  cy    acme      gardener        2026-01-01  -
  dee   acme      buyer           2026-01-01  2026-01-15
  dee   acme      user            2026-01-15  -
events
  user  time              name
  ana   2026-01-20 09:00  A

ask overlap every day from 2026-01-14 to 2026-01-20
----
  time        group           how    users  customers  mrr
  2026-01-14  users only      -      2      0          0.00
  2026-01-14  customers only  -      1      0          0.00
  2026-01-14  both            self   0      0          0.00
  2026-01-14  both            roles  0      1          0.00
  2026-01-15  users only      -      3      1          0.00
  2026-01-15  customers only  -      0      0          0.00
  2026-01-15  both            self   0      0          0.00
  2026-01-15  both            roles  0      0          0.00
  2026-01-16  users only      -      3      1          0.00
  2026-01-16  customers only  -      0      0          0.00
  2026-01-16  both            self   0      0          0.00
  2026-01-16  both            roles  0      0          0.00
  2026-01-17  users only      -      3      1          0.00
  2026-01-17  customers only  -      0      0          0.00
  2026-01-17  both            self   0      0          0.00
  2026-01-17  both            roles  0      0          0.00
  2026-01-18  users only      -      3      1          0.00
  2026-01-18  customers only  -      0      0          0.00
  2026-01-18  both            self   0      0          0.00
  2026-01-18  both            roles  0      0          0.00
  2026-01-19  users only      -      3      1          0.00
  2026-01-19  customers only  -      0      0          0.00
  2026-01-19  both            self   0      0          0.00
  2026-01-19  both            roles  0      0          0.00
  2026-01-20  users only      -      3      0          0.00
  2026-01-20  customers only  -      1      0          0.00
  2026-01-20  both            self   0      0          0.00
  2026-01-20  both            roles  0      1          0.00

# A customer with its departments has the people of all of them.
customer
  customer  time
  north     2026-01-01 00:00  parent=acme
relation
  user  customer  role     from        until
  eva   north     billing  2026-01-01  -

ask overlap for customers at 2026-01-18T00:00Z
----
  group           how    customers  mrr
  users only      -      1          0.00
  customers only  -      1          0.00
  both            self   0          0.00
  both            roles  0          0.00
  total           -      2          0.00

ask overlap for customers rolled up at 2026-01-18T00:00Z
----
  group           how    customers  mrr
  users only      -      0          0.00
  customers only  -      0          0.00
  both            self   0          0.00
  both            roles  1          0.00
  total           -      1          0.00
