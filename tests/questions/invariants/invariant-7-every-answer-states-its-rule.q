# Every answer states its rule: what was counted, whose relations and facts, judged when. (That no
# answer of any file is without a rule, a range, a zone and a unit, the tests of all files look at.)

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  2026-02-10
  ana   beta      user  2026-02-10  -
events
  user  time              name
  ana   2026-02-05 09:00  A

ask trend customers of "A" in total from 2026-02-01 to 2026-02-28
----
  value
  1
  rule: Customers
  rule: relations as of the event

ask trend customers of "A" in total from 2026-02-01 to 2026-02-28 relations as of now
----
  value
  1
  rule: relations as of now

ask trend customers of "A" in total from 2026-02-01 to 2026-02-28 relations as of ever
----
  value
  2
  rule: relations as of ever
