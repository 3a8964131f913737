# One person is one customer by itself, whatever its ids: the one of the id that is shown, or those
# that have something of their own. A record that says `self` names another.

settings
  now  2026-03-01 00:00
  self_customers

events
  user     time              name
  ann-old  2026-02-02 09:00  A
  ann      2026-02-03 09:00  A
  ~b       2026-02-02 09:00  A
  bo~b     2026-02-04 09:00  A
  cy       2026-02-05 09:00  A
  dee      2026-02-05 09:00  A
  dee2     2026-02-06 09:00  A

# Not one person yet.
ask count customers
----
  count
  6

alias
  previous  user
  ann-old   ann
  dee       dee2

ask list customers show customer.status, users of anything as people
----
  customer  customer.status  people
  ann-old   free             1
  bo        free             1
  cy        free             1
  dee       free             1

# What bo did before anybody knew who it was is bo's too.
ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  ann-old   2
  bo        2
  cy        1
  dee       2

# Money says which of the ids is the customer; of both, both are. cy pays elsewhere under a key.
subscription
  id  customer      plan  amount  currency  every  from        until
  s1  ann           Plus  900     USD       month  2026-02-10  -
  s2  dee           Plus  900     USD       month  2026-02-10  -
  s3  dee2          Plus  500     USD       month  2026-02-12  -
  s4  stripe:cus_1  Plus  700     USD       month  2026-02-11  -
relation
  user  customer      role  from        until
  cy    stripe:cus_1  self  2026-02-11  -

ask list customers show customer.status, users of anything as people
----
  customer      customer.status  people
  ann           paying           1
  bo            free             1
  dee           paying           1
  dee2          paying           1
  stripe:cus_1  paying           1

ask list customers where paying show customer.mrr
----
  customer      customer.mrr
  ann           9.00 USD
  dee           9.00 USD
  dee2          5.00 USD
  stripe:cus_1  7.00 USD

# A human who is several customers is one in every count of people.
ask count users where paying
----
  count
  3

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer      value
  ann           2
  bo            2
  dee           2
  dee2          2
  stripe:cus_1  1

# Before there was money, nobody knew of it.
ask list customers at 2026-02-08T00:00Z
----
  customer
  ann-old
  bo
  cy
  dee
