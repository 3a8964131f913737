# A measure may stand wherever a trait may, taken of one unit over its own frame. Division by zero
# is missing; missing fails every comparison but !=.

settings
  now  2026-02-20 00:00

events
  user  time              name
  ana   2026-02-01 09:00  A  n=1  c=x
  ana   2026-02-01 23:00  A  n=5  c=y
  ana   2026-02-19 09:00  A  n=3  c=x
  bo    2026-02-19 09:00  A  n=9
  bo    2026-02-19 09:00  B
  cy    2026-02-19 09:00  B

ask list users show events of "A" as events, days of "A" as days, sum(event.n) of "A" as sum,
    average(event.n) of "A" as average, median(event.n) of "A" as median,
    min(event.n) of "A" as least, max(event.n) of "A" as most,
    distinct(event.c) of "A" as kinds, first(event.c) of "A" as first, last(event.c) of "A" as last
    where did "A"
----
  user  events  days  sum  average  median  least  most  kinds  first  last
  ana   3       2     9    3        3       1      5     2      x      x
  bo    1       1     9    9        9       9      9     0      -      -

ask list users where events of "A" in the last 7 days >= 1
----
  user
  ana
  bo

ask list users where events of "A" = 0
----
  user
  cy

ask list users where average(event.n) of "A" > 2
----
  user
  ana
  bo

ask list users where average(event.n) of "A" != 3
----
  user
  bo
  cy

ask list users where events of "B" / events of "A" < 5
----
  user
  ana
  bo

ask list users where events of "B" / events of "A" != 0
----
  user
  bo
  cy

ask list users where 2 * events of "A" - 1 = 5
----
  user
  ana

ask list users where events of "A" > 1 + events of "B"
----
  user
  ana

ask list users where last time of "A" before 2026-02-19
----
  user

ask list users where first time of "A" before 2026-02-19
----
  user
  ana

ask list users where last time of anything in the last 1 day
----
  user
  ana
  bo
  cy
