# A user of three customers: what she does for none of them by name counts for each, and once in
# every total; what she names or has chosen counts for one.

relation
  user  customer  role   from        until
  ana   acme      admin  2026-01-01  -
  ana   beta      user   2026-01-01  2026-02-10
  ana   gamma     buyer  2026-02-05  -
  bo    beta      user   2026-01-01  -
customer
  customer  time
  acme      2026-01-01 00:00  industry=steel
  beta      2026-01-01 00:00  industry=steel
  gamma     2026-01-01 00:00  industry=food
events
  user  time              name
  ana   2026-02-02 09:00  A             # acme, beta
  ana   2026-02-06 09:00  A             # acme, beta, gamma
  ana   2026-02-12 09:00  A             # acme, gamma
  ana   2026-02-13 09:00  A  for=beta   # beta, though she has left it
  bo    2026-02-05 09:00  B             # beta

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  acme      3
  beta      3
  gamma     2
  note: several customers

ask trend events of "A" every week from 2026-02-02 to 2026-02-15
----
  time        value
  2026-02-02  2
  2026-02-09  2
  total       4

ask trend customers of "A" every week from 2026-02-02 to 2026-02-15
----
  time        value
  2026-02-02  3
  2026-02-09  3
  total       3

# Two of a kind are one value of the event.
ask trend events of "A" by customer.industry in total from 2026-02-01 to 2026-02-28
----
  customer.industry  value
  food               2
  steel              4

# As whom she named a customer that she has left, an outside role, has no name here.
ask trend events of "A" by role in total from 2026-02-01 to 2026-02-28
----
  role    value
  (none)  1
  admin   3
  buyer   2
  user    2

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28 relations as of now
----
  customer  value
  acme      3
  beta      1
  gamma     3

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28 relations as of ever
----
  customer  value
  acme      3
  beta      4
  gamma     3

ask list users show user.customers, events of anything as n
----
  user  user.customers  n
  ana   2               4
  bo    1               1

ask list customers show customer.users, users of "A" as active
----
  customer  customer.users  active
  acme      1               1
  beta      1               1
  gamma     1               1

# Steps of two people, for the customer that they share.
ask funnel "A" > "B" for customers from 2026-02-01 to 2026-02-28
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      3      100.0%    -            -               -
  2     B      1      33.3%     33.3%        259200          259200
