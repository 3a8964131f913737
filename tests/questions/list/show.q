# A list is complete; it shows what is asked for, each unit once.

relation
  user  customer  role   from        until
  ana   acme      admin  2026-01-01  -
  bo    acme      user   2026-01-01  -
  bo    beta      user   2026-01-01  -
  cy    beta      user   2026-02-10  2026-02-20
customer
  customer  time
  idle      2026-01-01 00:00
events
  user  time              name
  ana   2026-02-02 10:00  A  n=1
  ana   2026-02-03 10:00  A  n=2
  bo    2026-02-03 10:00  A  n=5
  cy    2026-02-15 10:00  A  n=7
identify
  user  time
  ana   2026-01-05 10:00  country=NO
  ana   2026-01-04 10:00  country=SE   # came later, is older

ask list users show user.country, events of "A" as times, sum(event.n) of "A" as n
----
  user  user.country  times  n
  ana   NO            2      3
  bo    -             1      5
  cy    -             1      7

ask list users show events of "A" in the last 20 days as times
    where did "A" in the last 20 days
----
  user  times
  cy    1

# The list of people active per customer adds up to more than the people: bo is in two.
ask list customers show users of "A" as active, events of "A" as times, customer.users
----
  customer  active  times  customer.users
  acme      2       3      2
  beta      2       2      1
  idle      0       0      0

ask list customers where any user did "A" at least 2 times
----
  customer
  acme

ask list users where related to customer "beta"
----
  user
  bo

ask list customers show events of "A" / users of "A" as each, users of "A" * 10 + 1 as n
----
  customer  each  n
  acme      1.5   21
  beta      1     21
  idle      -     1
