# Conditions on events say which are uses, those on customers who counts, at the end of each period.

settings
  now  2026-03-20 12:00

relation
  user  customer  role   from        until
  ana   acme      user   2026-01-01  -
  bo    beta      user   2026-01-01  -
  cy    gamma     admin  2026-01-01  -
  ana   gamma     user   2026-01-01  -

identify
  user  time              country
  ana   2026-01-01 00:00  country=NO
  bo    2026-01-01 00:00  country=SE

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -
  s2  beta      Lite  5000    USD       month  2026-01-01  2026-02-15
  s2  beta      Pro   9000    USD       month  2026-02-15  -

events
  user  time              name
  ana   2026-01-10 09:00  A  c=red   for=acme
  ana   2026-02-10 09:00  A  c=blue  for=acme
  bo    2026-02-10 09:00  A  c=red
  cy    2026-02-10 09:00  A  c=red

# acme has no red one in February.
ask sides using "A" every month from 2026-02-01 to 2026-02-28 where event.c = "red"
----
  time        uses  pays  customers  users  mrr
  2026-02-01  yes   yes   1          1      90.00 USD
  2026-02-01  no    yes   1          1      100.00 USD
  2026-02-01  yes   no    1          2      0.00 USD
  2026-02-01  no    no    0          0      0.00 USD
  2026-02-01  yes   past  0          0      0.00 USD
  2026-02-01  no    past  0          0      0.00 USD
  note: Users inside no customer are left out: `where` speaks of customers.
  unattached: 0

ask sides using "A"[c = "red"] every month from 2026-02-01 to 2026-02-28 where customer.plan = "Pro"
----
  time        uses  pays  customers  users  mrr
  2026-02-01  yes   yes   1          1      90.00 USD
  2026-02-01  no    yes   1          1      100.00 USD
  2026-02-01  yes   no    0          0      0.00 USD
  2026-02-01  no    no    0          0      0.00 USD
  2026-02-01  yes   past  0          0      0.00 USD
  2026-02-01  no    past  0          0      0.00 USD
  rule: conditions judged then

# `user.x` beside events is of the person who did it.
ask sides using "A" every month from 2026-02-01 to 2026-02-28 where user.country = "NO"
----
  time        uses  pays  customers  users  mrr
  2026-02-01  yes   yes   1          1      100.00 USD
  2026-02-01  no    yes   1          1      90.00 USD
  2026-02-01  yes   no    0          0      0.00 USD
  2026-02-01  no    no    1          2      0.00 USD
  2026-02-01  yes   past  0          0      0.00 USD
  2026-02-01  no    past  0          0      0.00 USD

# A lift is judged at the end of the period too: of January nobody had done a blue one.
ask sides every month from 2026-01-01 to 2026-02-28 where any user did "A"[c = "blue"]
----
  time        uses  pays  customers  users  mrr
  2026-01-01  yes   yes   0          0      0.00 USD
  2026-01-01  no    yes   0          0      0.00 USD
  2026-01-01  yes   no    0          0      0.00 USD
  2026-01-01  no    no    0          0      0.00 USD
  2026-01-01  yes   past  0          0      0.00 USD
  2026-01-01  no    past  0          0      0.00 USD
  2026-02-01  yes   yes   1          1      100.00 USD
  2026-02-01  no    yes   0          0      0.00 USD
  2026-02-01  yes   no    0          0      0.00 USD
  2026-02-01  no    no    0          0      0.00 USD
  2026-02-01  yes   past  0          0      0.00 USD
  2026-02-01  no    past  0          0      0.00 USD

# Judged at the end of the range, January counts who fulfils it then.
ask sides every month from 2026-01-01 to 2026-02-28 where any user did "A"[c = "blue"] judged at the end
----
  time        uses  pays  customers  users  mrr
  2026-01-01  yes   yes   1          1      100.00 USD
  2026-01-01  no    yes   0          0      0.00 USD
  2026-01-01  yes   no    0          0      0.00 USD
  2026-01-01  no    no    0          0      0.00 USD
  2026-01-01  yes   past  0          0      0.00 USD
  2026-01-01  no    past  0          0      0.00 USD
  2026-02-01  yes   yes   1          1      100.00 USD
  2026-02-01  no    yes   0          0      0.00 USD
  2026-02-01  yes   no    0          0      0.00 USD
  2026-02-01  no    no    0          0      0.00 USD
  2026-02-01  yes   past  0          0      0.00 USD
  2026-02-01  no    past  0          0      0.00 USD
  by hand: the oracle knows no other moment of judging
  rule: conditions judged at 2026-03-01

# The plan of each period's end.
ask sides every month from 2026-01-01 to 2026-02-28 by customer.plan
----
  time        customer.plan  uses  pays  customers  users  mrr
  2026-01-01  (none)         no    no    1          2      0.00 USD
  2026-01-01  (none)         no    past  0          0      0.00 USD
  2026-01-01  (none)         no    yes   0          0      0.00 USD
  2026-01-01  (none)         yes   no    0          0      0.00 USD
  2026-01-01  (none)         yes   past  0          0      0.00 USD
  2026-01-01  (none)         yes   yes   0          0      0.00 USD
  2026-01-01  Lite           no    no    0          0      0.00 USD
  2026-01-01  Lite           no    past  0          0      0.00 USD
  2026-01-01  Lite           no    yes   1          1      50.00 USD
  2026-01-01  Lite           yes   no    0          0      0.00 USD
  2026-01-01  Lite           yes   past  0          0      0.00 USD
  2026-01-01  Lite           yes   yes   0          0      0.00 USD
  2026-01-01  Pro            no    no    0          0      0.00 USD
  2026-01-01  Pro            no    past  0          0      0.00 USD
  2026-01-01  Pro            no    yes   0          0      0.00 USD
  2026-01-01  Pro            yes   no    0          0      0.00 USD
  2026-01-01  Pro            yes   past  0          0      0.00 USD
  2026-01-01  Pro            yes   yes   1          1      100.00 USD
  2026-02-01  (none)         no    no    0          0      0.00 USD
  2026-02-01  (none)         no    past  0          0      0.00 USD
  2026-02-01  (none)         no    yes   0          0      0.00 USD
  2026-02-01  (none)         yes   no    1          2      0.00 USD
  2026-02-01  (none)         yes   past  0          0      0.00 USD
  2026-02-01  (none)         yes   yes   0          0      0.00 USD
  2026-02-01  Lite           no    no    0          0      0.00 USD
  2026-02-01  Lite           no    past  0          0      0.00 USD
  2026-02-01  Lite           no    yes   0          0      0.00 USD
  2026-02-01  Lite           yes   no    0          0      0.00 USD
  2026-02-01  Lite           yes   past  0          0      0.00 USD
  2026-02-01  Lite           yes   yes   0          0      0.00 USD
  2026-02-01  Pro            no    no    0          0      0.00 USD
  2026-02-01  Pro            no    past  0          0      0.00 USD
  2026-02-01  Pro            no    yes   0          0      0.00 USD
  2026-02-01  Pro            yes   no    0          0      0.00 USD
  2026-02-01  Pro            yes   past  0          0      0.00 USD
  2026-02-01  Pro            yes   yes   2          2      190.00 USD
  note: Users inside no customer are left out: `by` speaks of customers.
  note: 1 users more by adding up the rows of 2026-02-01
  rule: customer.plan is the subscription's

# Facts as of now: beta's money of January is today's.
ask sides every month from 2026-01-01 to 2026-01-31 where paying facts as of now
----
  time        uses  pays  customers  users  mrr
  2026-01-01  yes   yes   1          1      100.00 USD
  2026-01-01  no    yes   1          1      90.00 USD
  2026-01-01  yes   no    0          0      0.00 USD
  2026-01-01  no    no    0          0      0.00 USD
  2026-01-01  yes   past  0          0      0.00 USD
  2026-01-01  no    past  0          0      0.00 USD
  rule: facts as of now

# The biggest value and the rest; a customer stands in one row.
ask sides every month from 2026-02-01 to 2026-02-28 by customer top 1
----
  time        customer  uses  pays  customers  users  mrr
  2026-02-01  (other)   no    no    0          0      0.00 USD
  2026-02-01  (other)   no    past  0          0      0.00 USD
  2026-02-01  (other)   no    yes   0          0      0.00 USD
  2026-02-01  (other)   yes   no    1          2      0.00 USD
  2026-02-01  (other)   yes   past  0          0      0.00 USD
  2026-02-01  (other)   yes   yes   1          1      90.00 USD
  2026-02-01  acme      no    no    0          0      0.00 USD
  2026-02-01  acme      no    past  0          0      0.00 USD
  2026-02-01  acme      no    yes   0          0      0.00 USD
  2026-02-01  acme      yes   no    0          0      0.00 USD
  2026-02-01  acme      yes   past  0          0      0.00 USD
  2026-02-01  acme      yes   yes   1          1      100.00 USD
  by hand: top
