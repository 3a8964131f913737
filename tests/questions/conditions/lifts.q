# Users to customer: any, every, no, at least N, at least X %, optionally of a role. Users are those
# inside at the moment; did and numbers see only what belongs to this customer.

relation
  user  customer  role   from        until
  u1    acme      admin  2026-01-01  -
  u2    acme      user   2026-01-01  -
  u3    acme      user   2026-01-01  -
  u4    acme      user   2026-01-01  2026-02-10   # has left
  u5    beta      user   2026-01-01  -
  con   acme      user   2026-01-01  -            # a consultant, busy at beta
  con   beta      user   2026-01-01  -
customer
  customer  time
  empty     2026-01-01 00:00
identify
  user  time
  u1    2026-01-01 00:00  country=NO
  u2    2026-01-01 00:00  country=SE
events
  user  time              name
  u1    2026-02-05 09:00  A
  u4    2026-02-05 09:00  A
  u4    2026-02-05 09:00  Left
  u1    2026-02-06 09:00  B
  con   2026-02-07 09:00  B  for=beta

ask list customers where any user did "A"
----
  customer
  acme

ask list customers where any user did "Left"
----
  customer

ask list customers where any user ever related did "Left"
----
  customer
  acme

# Without a lift: any event that belongs to it, also by people who have left.
ask list customers where did "Left"
----
  customer
  acme

ask list customers where no user did "B"
----
  customer
  empty

# The consultant at beta does not wake acme.
ask list customers where at least 2 users did "B"
----
  customer

ask list customers where any user with role admin did "B"
----
  customer
  acme

ask list customers where any user with role admin
----
  customer
  acme

ask list customers where any user with role user did "B"
----
  customer
  beta

ask list customers where every user did "B"
----
  customer

ask list customers where every user did not "A"
----
  customer
  beta

ask list customers where at least 25% of users did "A"
----
  customer
  acme

ask list customers where at least 26% of users did "A"
----
  customer

ask list customers where at least 50% of users did "B"
----
  customer
  beta

ask list customers where at least 3 users
----
  customer
  acme

ask list customers where any user
----
  customer
  acme
  beta

ask list customers where no user
----
  customer
  empty

# One condition speaks of one user; two in parentheses of the same.
ask list customers where any user (did "A" and did "B")
----
  customer
  acme

ask list customers where any user (did "B" and user.country = "SE")
----
  customer

ask list customers where any user did "B" and any user user.country = "SE"
----
  customer
  acme

# For a customer without users `no user` is true and all others are false.
ask count customers where no user did anything
----
  count
  1

ask count customers where every user did not anything
----
  count
  0

# Lifts are judged at the moment asked about: u4 was there.
ask list customers where any user did "Left" at 2026-02-09T00:00Z
----
  customer
  acme

ask list customers where not (any user did "A")
----
  customer
  beta
  empty
