# Of an event, customer.x, paying and role are those of the customers that it belongs to, when it
# happened.

relation
  user  customer  role   from        until
  ana   acme      admin  2026-01-01  2026-02-10
  ana   acme      user   2026-02-10  -
  ana   beta      user   2026-01-01  -
subscription
  id  customer  plan   amount  currency  every  from        until
  s1  acme      basic  10000   USD       month  2026-02-03  2026-02-12
  s1  acme      pro    20000   USD       month  2026-02-12  -
events
  user  time              name
  ana   2026-02-02 09:00  A
  ana   2026-02-05 09:00  A
  ana   2026-02-06 09:00  A  for=beta
  ana   2026-02-11 09:00  A
  ana   2026-02-15 09:00  A

ask trend events of "A" where paying in total from 2026-02-01 to 2026-02-28
----
  value
  3

ask trend events of "A" where not paying in total from 2026-02-01 to 2026-02-28
----
  value
  2

ask trend events of "A" where role is admin in total from 2026-02-01 to 2026-02-28
----
  value
  2

ask trend events of "A" where role is user and customer.plan = "basic" in total
    from 2026-02-01 to 2026-02-28
----
  value
  1

ask trend events of "A" by customer.plan in total from 2026-02-01 to 2026-02-28
----
  customer.plan  value
  (none)         5
  basic          2
  pro            1

ask trend events of "A" where customer.plan = "pro" in total from 2026-02-01 to 2026-02-28 facts as of now
----
  value
  4

ask trend customers of "A" where paying in total from 2026-02-01 to 2026-02-28
----
  value
  1

# A lift, like all behaviour, is judged at the present.
ask trend customers of "A" where any user did "A" in the last 20 days every week
    from 2026-02-02 to 2026-02-08
----
  time        value
  2026-02-02  2
  total       2
