# Which events: by name, anything, use (not automatic), several, with a predicate on the event, the
# unit's first ever, the unit's first that matches.

settings
  automatic_events  "Digest Sent"

events
  user  time              name
  ana   2026-01-05 10:00  Opened   page=home
  ana   2026-02-02 10:00  Opened   page=price
  bo    2026-02-02 11:00  Opened   page=price
  bo    2026-02-03 11:00  Opened   page=home
  bo    2026-02-03 12:00  "Digest Sent"
  cy    2026-02-03 12:00  Synced   automatic
  cy    2026-02-03 13:00  Synced
  dan   2026-02-03 14:00  Opened   page=price
  dan   2026-02-03 14:00  Closed

identify
  user  time
  eve   2026-02-03 10:00  plan=x    # identify, group and alias are no events
alias
  eve2  eve
group
  user  customer  time
  eve   acme      2026-02-03 10:00

ask trend events of anything, events of use, users of use in total from 2026-02-01 to 2026-02-28
----
  events of anything  events of use  users of use
  8                   6              4

# A name means what people and what machines did under it.
ask trend events of "Synced" in total from 2026-02-01 to 2026-02-28
----
  value
  2

ask trend events of ("Opened" or "Closed") in total from 2026-02-01 to 2026-02-28
----
  value
  5

ask trend events of ("Opened"[page = "home"] or "Closed") in total from 2026-02-01 to 2026-02-28
----
  value
  2

ask trend events of anything[page = "price"] in total from 2026-02-01 to 2026-02-28
----
  value
  3

# The first ever: ana's lies before the range.
ask trend events of first "Opened" in total from 2026-02-01 to 2026-02-28
----
  value
  2

# The first ever must match as well: bo's and dan's do.
ask trend users of first "Opened"[page = "price"] in total from 2026-02-01 to 2026-02-28
----
  value
  2

ask trend users of first "Opened"[page = "home"] in total over all time
----
  value
  1

# The first that matches: bo's second.
ask trend users of first matching "Opened"[page = "home"] in total over all time
----
  value
  2

ask trend users of first matching "Opened"[page = "price"] in total from 2026-02-01 to 2026-02-28
----
  value
  3

# `where` speaks of the same events.
ask trend users of "Opened" where event.page = "home" in total from 2026-02-01 to 2026-02-28
----
  value
  1
