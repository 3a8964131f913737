# customer.plan is the subscription's where there ever was one, else the trait; the trait is always
# customer.traits.plan. It has a history, seen as of the event or as of now.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  bo    beta      user  2026-01-01  -
customer
  customer  time
  acme      2026-01-01 00:00  plan=wish
  beta      2026-01-01 00:00  plan=wish
  beta      2026-02-10 00:00  plan=gold
subscription
  id  customer  plan   amount  currency  every  from        until
  s1  acme      Basic  1000    USD       month  2026-01-05  2026-02-10
  s1  acme      Pro    5000    USD       month  2026-02-10  -
events
  user  time              name
  ana   2026-02-05 09:00  A
  ana   2026-02-15 09:00  A
  bo    2026-02-05 09:00  A
  bo    2026-02-15 09:00  A

ask list customers show customer.plan, customer.traits.plan
----
  customer  customer.plan  customer.traits.plan
  acme      Pro            wish
  beta      gold           gold

ask trend events of "A" by customer.plan in total from 2026-02-01 to 2026-02-28
----
  customer.plan  value
  Basic          1
  Pro            1
  gold           1
  wish           1

ask trend events of "A" by customer.plan in total from 2026-02-01 to 2026-02-28 facts as of now
----
  customer.plan  value
  Pro            2
  gold           2

ask trend events of "A" by customer.traits.plan in total from 2026-02-01 to 2026-02-28
----
  customer.traits.plan  value
  gold                  1
  wish                  3

ask count users where customer.plan = "Pro"
----
  count
  1

ask count users where customer.plan = "Basic" at 2026-02-09T00:00Z
----
  count
  1
