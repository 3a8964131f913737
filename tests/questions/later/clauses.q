# What the language has and this version does not answer is refused by name, never answered wrong.

events
  user  time              name
  ana   2026-02-02 09:00  A  cart=1
  ana   2026-02-02 10:00  B  cart=1

ask trend sessions of "A"
----
  error invalid sessions

ask count sessions
----
  error invalid sessions

ask list events
----
  error invalid

ask trend users of "A" against the previous period
----
  error invalid against

ask trend users of "A" for each event.cart
----
  error invalid each
