# Departments: a customer with all below it is one, at the moment that is looked at. West comes to the
# group on 10 February; before, it is a customer of its own.

settings
  now  2026-03-01 00:00

customer
  customer  time
  group     2026-01-01 00:00  name=Group
  east      2026-01-01 00:00  parent=group
  south     2026-01-01 00:00  parent=east     # below what is below
  west      2026-01-01 00:00
  west      2026-02-10 00:00  parent=group
  solo      2026-01-01 00:00
relation
  user  customer  role   from        until
  ana   east      user   2026-01-05  -
  ana   west      user   2026-01-05  -
  bo    west      admin  2026-01-05  -
  cy    group     buyer  2026-01-05  -
  dee   solo      user   2026-01-05  -
  eve   south     user   2026-01-05  2026-02-20
subscription
  id      customer  plan  amount  currency  every  from        until
  s-east  east      Team  10000   USD       month  2026-01-10  -      quantity=2
  s-west  west      Pro   30000   USD       month  2026-01-15  -
  s-solo  solo      Team  5000    USD       month  2026-02-05  2026-02-25
events
  user  time              name
  ana   2026-02-05 09:00  A
  bo    2026-02-05 10:00  A
  ana   2026-02-15 09:00  A                  # of two departments of one group
  bo    2026-02-15 10:00  A
  eve   2026-02-15 11:00  A
  dee   2026-02-15 12:00  A
  cy    2026-02-16 09:00  B  for=west

ask count customers rolled up
----
  count
  2
  rule: rolled up: a customer with all below it by parents as of the moment

ask count customers, sum(customer.mrr) rolled up at 2026-02-09T00:00Z
----
  count  sum(customer.mrr)
  3      550.00 USD

ask list customers rolled up
    show customer.mrr, customer.plan, customer.seats, customer.users, customer.status, customer.parent
----
  customer  customer.mrr  customer.plan  customer.seats  customer.users  customer.status  customer.parent
  group     500.00 USD    Pro            3               3               paying           -
  solo      0.00 USD      -              0               1               past             -

# Of an event of two departments of one group, the group has one.
ask trend customers of "A", events of "A" by customer every month from 2026-02-01 to 2026-02-28
    rolled up
----
  time        customer  customers of "A"  events of "A"
  2026-02-01  group     1                 4
  2026-02-01  solo      1                 1
  2026-02-01  west      1                 2
  total       -         3                 6

ask trend customers of "A" in total from 2026-02-01 to 2026-02-28 rolled up
----
  value
  3

ask trend customers of "A" in total from 2026-02-01 to 2026-02-28 rolled up relations as of now
----
  value
  2
  rule: by parents as of now

# What names a department means what it is part of.
ask trend customers of "B" by customer in total from 2026-02-01 to 2026-02-28 rolled up
----
  customer  value
  group     1
  total     1

ask funnel "A" > "B" within 14 days for customers rolled up from 2026-02-01 to 2026-02-28
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      3      100.0%    -            -               -
  2     B      1      33.3%     33.3%        79200           79200

ask funnel "A" > "B" within 14 days for customers rolled up from 2026-02-01 to 2026-02-28
open {"step": 2}
----
  customer
  group

# Lifts speak of all that are inside by way of any department, each once.
ask list customers rolled up where at least 3 users show customer.users
----
  customer  customer.users
  group     3

ask list customers rolled up where every user with role user did "A"
----
  customer
  group
  solo

ask count customers where paying rolled up
----
  count
  1

ask sides using "A" every month from 2026-02-01 to 2026-02-28 rolled up
----
  time        uses  pays         customers  users  mrr
  2026-02-01  yes   yes          1          3      500.00 USD
  2026-02-01  no    yes          0          0      0.00 USD
  2026-02-01  yes   no           0          0      0.00 USD
  2026-02-01  no    no           0          0      0.00 USD
  2026-02-01  yes   past         1          1      0.00 USD
  2026-02-01  no    past         0          0      0.00 USD
  2026-02-01  yes   no customer  0          1      0.00 USD
  2026-02-01  no    no customer  0          0      0.00 USD

ask sides flows using "A" every week from 2026-02-02 to 2026-02-15 rolled up
----
  time        uses_before  pays_before  uses    pays    customers  mrr_before  mrr
  2026-02-09  yes          yes          (none)  (none)  1          300.00 USD  0.00 USD
  2026-02-09  no           yes          yes     yes     1          50.00 USD   50.00 USD

ask retention "A" then "A" every week for 1 week for customers rolled up
    from 2026-02-02 to 2026-02-15
----
  cohort      size  period  count  rate
  2026-02-02  2     0       2      100.0%
  2026-02-02  2     1       1      50.0%
  2026-02-09  1     0       1      100.0%
  2026-02-09  1     1       0      0.0%
  average     3     0       3      100.0%
  average     3     1       1      33.3%
  total       3     -       -      -
