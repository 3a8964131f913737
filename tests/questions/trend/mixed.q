# What is asked of the event and what is asked of the counted customer, joined in any way: in where
# and in brackets. An event of two customers is asked once for each.

relation
  user  customer  role   from
  ana   acme      admin  2026-01-01
  ana   acme      user   2026-01-01
  ana   beta      user   2026-01-01
  bo    cola      user   2026-01-01
customer
  customer  time
  acme      2026-01-01  plan=pro
  beta      2026-01-01  plan=basic
  cola      2026-01-01  plan=basic

events
  user  time              name
  ana   2026-02-01 09:00  D  c=red
  bo    2026-02-01 09:00  D  c=blue

ask trend customers of "D" in total from 2026-02-01 to 2026-02-01 where event.c != "red" or customer.plan != "pro"
----
  value
  2

ask trend customers of "D" in total from 2026-02-01 to 2026-02-01 where not (event.c = "red" and customer.plan = "pro")
----
  value
  2

ask trend customers of "D"[c = "red" and customer.plan = "pro"] in total from 2026-02-01 to 2026-02-01
----
  value
  1

ask trend customers of "D"[c = "blue" or role is admin] in total from 2026-02-01 to 2026-02-01
----
  value
  2

# No relation is an admin's, though another one of the same user is not.
ask trend customers of "D" in total from 2026-02-01 to 2026-02-01 where not role is admin
----
  value
  2

ask list customers where did "D"[c = "blue" or customer.plan = "pro"]
----
  customer
  acme
  cola

ask list customers show events of "D"[not (c = "blue" or customer.plan = "pro")] as n
----
  customer  n
  acme      0
  beta      1
  cola      0

ask funnel "D"[c = "blue" or customer.plan = "pro"] > "D" for customers from 2026-02-01 to 2026-02-01
----
  step  event                                         count  of_first  of_previous  median_seconds  average_seconds
  1     "D"[c = "blue" or customer.plan = "pro"]      2      100.0%    -            -               -
  2     D                                             0      0.0%      0.0%         -               -
