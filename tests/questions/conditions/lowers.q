# Customer to users: bare customer.x, paying and role joined by `and` speak of the same customer and
# the same relation.

relation
  user  customer  role   from        until
  ana   acme      admin  2026-01-01  -
  ana   beta      user   2026-01-01  -
  bo    acme      user   2026-01-01  -
  cy    beta      admin  2026-01-01  -
  dan   acme      guest  2026-01-01  -
identify
  user  time
  eve   2026-01-01 00:00  x=1          # nobody's
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      pro   10000   USD       month  2026-01-01  -
customer
  customer  time
  beta      2026-01-01 00:00  plan=free  size=3

ask list users where paying
----
  user
  ana
  bo

# A user of one that pays and one that does not is a user of a payer.
ask list users where not paying
----
  user
  cy
  dan
  eve

ask list users where role is admin
----
  user
  ana
  cy

ask list users where role is admin and customer.plan = "pro"
----
  user
  ana

# Both are true of ana, but not of one and the same customer.
ask list users where role is user and customer.plan = "pro"
----
  user
  bo

ask list users where role is admin and customer.plan = "free"
----
  user
  cy

ask list users where role is admin and paying and customer.size = 3
----
  user

ask list users where customer.size = 3
----
  user
  ana
  cy

# Without customers every customer.x is missing.
ask list users where customer.size is not set
----
  user
  ana
  bo
  dan
  eve

ask list users where customer.size != 3
----
  user
  ana
  bo
  dan
  eve

ask list users where no customer paying
----
  user
  cy
  dan
  eve

ask list users where every customer paying
----
  user
  bo

ask list users where any customer with role admin paying
----
  user
  ana

ask list users where no customer with role admin
----
  user
  bo
  dan
  eve

ask list users where any customer
----
  user
  ana
  bo
  cy

# An outside role counts where it is named.
ask list users where role is guest and paying
----
  user
  dan

ask count users where paying by customer.plan
----
  customer.plan  count
  free           1
  pro            2

# In a question that counts customers they speak of the counted one.
ask list customers where paying
----
  customer
  acme

ask list customers where any user with role admin and not paying
----
  customer
  beta
