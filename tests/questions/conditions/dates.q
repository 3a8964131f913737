# First and last seen mean use; dates compare with `before`, `after`, `in the last`, `in the next`.

settings
  automatic_events  "Digest Sent"

events
  user  time              name
  ana   2026-02-01 09:00  "Digest Sent"
  ana   2026-02-03 09:00  A
  ana   2026-02-05 09:00  A
  ana   2026-02-25 09:00  "Digest Sent"
  bo    2026-02-27 09:00  A

ask list users where user.first_seen before 2026-02-03
----
  user

ask list users where user.first_seen before 2026-02-04
----
  user
  ana

ask list users where user.first_seen after 2026-02-20
----
  user
  bo

ask list users where user.last_seen in the last 7 days
----
  user
  bo

ask list users where user.first_seen in the last 27 days
----
  user
  ana
  bo

ask list users where last time of anything in the last 7 days
----
  user
  ana
  bo

ask trend events of anything where event.hour = 9 in total from 2026-02-01 to 2026-02-28
----
  value
  5

ask trend events of anything where event.hour = 10 in total from 2026-02-01 to 2026-02-28
    in zone "Europe/Oslo"
----
  value
  5
