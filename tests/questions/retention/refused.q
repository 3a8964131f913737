# What makes no sense, or is not answered yet, is refused by name.

events
  user  time              name
  ana   2026-02-02 09:00  A  cart=1
  ana   2026-02-02 10:00  B  cart=1

ask retention "A" then "Bee" every week
----
  error invalid no event "Bee"

ask retention "A" then "B" in total
----
  error invalid in total has none
  suggests: every week

ask retention "A" then "B" every week for 3 months
----
  error invalid here the week: for 3 months
  suggests: for 3 weeks

ask retention "A" then "B" for 400 days
----
  error too_large at most 366 periods: 400

ask retention "A" then "B" for sessions
----
  error invalid retention for sessions

ask retention "A" then "B" for each event.cart
----
  error invalid for each value

ask retention "A" then "B" against the previous period
----
  error invalid against

ask retention "A" then "B" rolled up
----
  error invalid counts no customers

ask retention "A" then "B" by event.cart first touch
----
  error invalid once, at the start

ask retention "A" then "B" by (event.cart = 1 and did "A")
----
  error invalid both of the event and of its unit

ask retention "A" then "B" where event.cart = 1 or did "A"
----
  error invalid one condition on both the event and its unit in retention

ask retention "A" then "B" every hour for 366 hours from 2020-01-01 to 2026-01-01
----
  error too_large rows
