# Customers exist from their earliest fact, and stay in every count whether or not anyone uses the
# product for them.

customer
  customer  time
  acme      2026-02-01 10:00  industry=steel  size=40
  beta      2026-02-02 10:00  industry=food   size=10
  gone      2026-02-03 10:00
group
  user  customer  time
  ana   acme      2026-02-01 11:00
  bo    delta     2026-02-05 11:00  role=admin  industry=steel  size=7
events
  user  time              name
  ana   2026-02-06 10:00  A
  cy    2026-02-06 10:00  A  for=echo
payment
  id  customer  amount  currency  time
  p1  fox       1000    USD       2026-02-07 10:00

ask count customers
----
  count
  6

ask count customers at 2026-02-02T23:00Z
----
  count
  2

ask count customers by customer.industry
----
  customer.industry  count
  (none)             3
  food               1
  steel              2

ask count customers, sum(customer.size), average(customer.size), max(customer.size), min(customer.size)
----
  count  sum(customer.size)  average(customer.size)  max(customer.size)  min(customer.size)
  6      57                  19                      40                  7

ask count customers where customer.size >= 10
----
  count
  2

ask count customers where did "A"
----
  count
  2

ask count customers where any user
----
  count
  2

ask count customers where no user
----
  count
  4
