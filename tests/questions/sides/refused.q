# What makes no sense, or is not answered yet, is refused by name.

events
  user  time              name
  ana   2026-02-02 09:00  A  cart=1

ask sides using "Ay"
----
  error invalid no event "Ay"

ask sides flows in total
----
  error invalid from one period to the next
  suggests: every month

ask sides flows by customer.plan
----
  error invalid flows have no `by`

ask sides for users
----
  error invalid for is a clause of trend, funnel, retention and overlap, not of sides

ask sides against the previous period
----
  error invalid this version does not answer: against

ask sides by event.cart
----
  error invalid no event is at hand here to take a property of: event.cart

ask sides by customer.plan first touch
----
  error invalid once, at the end of each period

ask sides where event.cart = 1 or paying
----
  error invalid one condition on both the event and its customer in sides
