# Paying: a subscription with MRR above zero outside its trial at the moment; or, for a customer that
# never had one, a payment within 90 days before.

settings
  now  2026-03-01 00:00

subscription
  id     customer  plan   amount  currency  every  from        until
  s1     sub       Pro    10000   USD       month  2026-01-01  -
  s2     ended     Pro    10000   USD       month  2026-01-01  2026-02-01
  s3     trial     Pro    10000   USD       month  2026-02-20  -           trial=2026-03-06
  s4     tried     Pro    10000   USD       month  2026-01-20  -           trial=2026-02-03
  s5     free      Free   0       USD       month  2026-01-01  -
  s6     later     Pro    10000   USD       month  2026-03-05  -
payment
  id  customer  amount  currency  time
  p1  buyer     5000    USD       2025-12-15 00:00
  p2  former    5000    USD       2025-11-01 00:00
  p3  ended     5000    USD       2026-02-10 00:00    # had a subscription: payments do not count
  p4  refunded  5000    USD       2026-02-10 00:00    kind=refund
customer
  customer  time
  nobody    2026-01-01 00:00

ask list customers where paying
----
  customer
  buyer
  sub
  tried

ask list customers where paying at 2026-01-25T00:00Z
----
  customer
  buyer
  ended
  former
  sub

ask list customers where paying at 2026-01-31T23:59Z
----
  customer
  buyer
  ended
  sub

# `until` and the end of a trial are the first moments of what comes next.
ask list customers where paying at 2026-02-01T00:00Z
----
  customer
  buyer
  sub

ask list customers where paying at 2026-02-03T00:00Z
----
  customer
  buyer
  sub
  tried

ask list customers where not paying
----
  customer
  ended
  former
  free
  nobody
  refunded
  trial

ask list customers show customer.status where customer.status in ("paying", "trial", "past")
----
  customer  customer.status
  buyer     paying
  ended     past
  former    past
  sub       paying
  trial     trial
  tried     paying

ask count customers, sum(customer.mrr) where paying
----
  count  sum(customer.mrr)
  3      200.00 USD

# With the one that starts on the 5th of March.
ask count customers, sum(customer.mrr) where paying at 2026-03-10T00:00Z
----
  count  sum(customer.mrr)
  5      400.00 USD
