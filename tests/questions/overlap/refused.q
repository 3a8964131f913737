# What overlap does not count is refused by name, and a condition must speak of all that is counted.

customer
  customer  time
  acme      2026-01-01 00:00
events
  user  time              name
  ana   2026-02-02 09:00  A  for=acme

ask overlap for sessions
----
  error invalid overlap counts users and customers

ask overlap by customer.plan
----
  error invalid by is a clause of trend, count, funnel, retention and sides, not of overlap

ask overlap where user.country = "NO"
----
  error invalid no property user.country

ask overlap where any user did "A"
----
  error invalid overlap counts users too, and this speaks of the users of a customer

ask overlap for users rolled up
----
  error invalid rolled up joins customers with their children, and this question counts no customers

ask overlap against the previous period
----
  error invalid this version does not answer: against …
