# Who is who is decided in the order of the log. A first claim of an anonymous id holds; two known
# ids are joined only by alias, which can be undone.

events
  user   time              name
  ~p     2026-02-02 09:00  Landed
  ana~p  2026-02-02 10:00  A       # ana takes p over
  bo~p   2026-02-02 11:00  A       # a shared device: this is bo's
  ~p     2026-02-02 12:00  A       # and this ana's
  ~q     2026-02-03 09:00  Landed
  ana    2026-02-03 09:30  A
  ana~q  2026-02-03 10:00  A       # both known: joined
  cy     2026-02-04 10:00  A
  cy2    2026-02-04 11:00  A

ask trend users of anything, users of "Landed", users of "A" in total from 2026-02-01 to 2026-02-28
----
  users of anything  users of "Landed"  users of "A"
  4                  1                  4

ask trend events of "A" by user in total from 2026-02-01 to 2026-02-28
----
  user  value
  ana   4
  bo    1
  cy    1
  cy2   1

alias
  previous  user
  cy2       cy

ask trend users of "A" in total from 2026-02-01 to 2026-02-28
----
  value
  3

ask count users where did "A" at least 2 times
----
  count
  2

alias
  previous  user
  cy2       cy    undo

ask trend users of "A" in total from 2026-02-01 to 2026-02-28
----
  value
  4

ask count users where did "A" at least 2 times
----
  count
  1
