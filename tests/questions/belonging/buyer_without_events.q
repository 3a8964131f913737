# A buyer who never logs in is a user that is known and inside, without an event: she is in the
# counts of people, and in no count of those who did something.

relation
  user  customer  role            from        until
  ana   acme      user            2026-01-01  -
  bea   acme      buyer           2026-01-01  -
  dee   beta      decision_maker  2026-01-01  -
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -
  s2  beta      Pro   20000   USD       month  2026-01-01  -
events
  user  time              name
  ana   2026-02-05 09:00  A

ask count users
----
  count
  3

ask trend users of anything in total from 2026-02-01 to 2026-02-28
----
  value
  1

ask list users where role is buyer and paying show events of anything as n, user.customers
----
  user  n  user.customers
  bea   0  1

ask count users where did not anything
----
  count
  2

ask list customers where every user did "A"
----
  customer

ask list customers where every user with role user did "A"
----
  customer
  acme

ask list customers where at least 50% of users did "A" show customer.users
----
  customer  customer.users
  acme      2

# Nobody uses what beta pays for.
ask count customers, sum(customer.mrr) where paying and no user did anything
----
  count  sum(customer.mrr)
  1      200.00 USD

ask count customers where no user with role user
----
  count
  1

ask count users by role
----
  role            count
  buyer           1
  decision_maker  1
  user            1
