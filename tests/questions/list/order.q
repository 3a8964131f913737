# `sort by` orders, `limit` cuts afterwards.

events
  user  time              name
  ana   2026-02-02 10:00  A  n=1
  ana   2026-02-03 10:00  A  n=2
  bo    2026-02-03 10:00  A  n=5
  cy    2026-02-15 10:00  A  n=4
  cy    2026-02-16 10:00  A  n=4
  cy    2026-02-17 10:00  A  n=4

ask list users show events of "A" as times sort by times
----
  user  times
  bo    1
  ana   2
  cy    3
  by hand: the order of rows

ask list users show events of "A" as times sort by times descending limit 2
----
  user  times
  cy    3
  ana   2
  by hand: the order of rows

ask list users show max(event.n) of "A" as most sort by max(event.n) of "A" descending
----
  user  most
  bo    5
  cy    4
  ana   2
  by hand: the order of rows

ask list users show events of "A" as times sort by most
----
  error invalid no column "most"
