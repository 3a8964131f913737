# User traits are the latest by timestamp, trait by trait; customer traits keep their history.

identify
  user  time
  ana   2026-02-05 10:00  country=NO  age=30
  ana   2026-02-01 10:00  country=SE  city=Oslo    # older, though later in the log
  bo    2026-02-01 10:00  country=SE  age="30"
  bo    2026-02-02 10:00  country=null
  cy    2026-02-01 10:00
customer
  customer  time
  acme      2026-02-01 00:00  size=10
  acme      2026-02-10 00:00  size=50
relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
events
  user  time              name
  ana   2026-02-05 09:00  A
  ana   2026-02-10 00:00  A
  ana   2026-01-05 09:00  A

ask list users show user.country, user.city, user.age
----
  user  user.country  user.city  user.age
  ana   NO            Oslo       30
  bo    -             -          30
  cy    -             -          -

# Latest means: today's value, also for what happened before.
ask trend events of "A" where user.country = "NO" in total over all time
----
  value
  3

ask trend events of "A" by customer.size in total over all time
----
  customer.size  value
  (none)         1
  10             1
  50             1

ask trend events of "A" by customer.size in total over all time facts as of now
----
  customer.size  value
  50             3

ask count customers where customer.size = 10 at 2026-02-09T00:00Z
----
  count
  1

ask count customers where customer.size = 10
----
  count
  0

# `at` hides what was told later: the latest of what is left counts, also for what a late record
# said about the time before.
ask list users show user.country, user.city, user.age at 2026-02-03T00:00Z
----
  user  user.country  user.city  user.age
  ana   SE            Oslo       -
  bo    -             -          30
  cy    -             -          -

ask count users where user.country = "SE" at 2026-02-01T12:00Z
----
  count
  2

ask trend events of "A" by user.country in total over all time at 2026-02-01T12:00Z
----
  user.country  value
  SE            1
  total         1
