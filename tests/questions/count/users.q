# count takes known people. A user exists from its earliest fact: an event, an identify, a relation;
# an anonymous id that was claimed is the user that claimed it.

events
  user    time              name
  ana     2026-02-02 10:00  A
  ~x1     2026-02-03 10:00  A      # never known
  ~x2     2026-02-03 10:00  A      # bo, before he signed in
  bo~x2   2026-02-03 11:00  B
  ~x2     2026-02-03 12:00  B
identify
  user  time
  cy    2026-02-04 10:00  country=NO
relation
  user  customer  role   from        until
  dan   acme      buyer  2026-02-05  -

ask count users
----
  count
  4

ask count users at 2026-02-03T23:00Z
----
  count
  2

ask count users where user.country = "NO"
----
  count
  1

ask count users where did "A"
----
  count
  2

ask count users where did "A" and did "B" at least 2 times
----
  count
  1

ask count users where did not anything
----
  count
  2

# Everybody has to be asked for.
ask count users where not user.known
----
  count
  1

ask count users where user.known
----
  count
  4

# In kinds over events all people count.
ask trend users of "A" in total from 2026-02-01 to 2026-02-28
----
  value
  3
