# Who only uses, who only buys, and who does both: three areas that add up, of people and of
# customers.

settings
  now  2026-03-01 00:00

customer
  customer  time
  acme      2026-01-01 00:00
  beta      2026-01-01 00:00
  gamma     2026-01-01 00:00
  delta     2026-01-01 00:00
  dee       2026-01-01 00:00  kind=person
relation
  user  customer  role     from        until
  ana   acme      user     2026-01-01  -
  bo    acme      buyer    2026-01-01  -
  cy    acme      user     2026-01-01  -
  cy    beta      billing  2026-01-01  -          # uses here and buys there
  dee   dee       self     2026-01-01  -
  gil   gamma     buyer    2026-01-01  2026-02-01
  hal   delta     admin    2026-01-01  -
  ida   beta      champion  2026-02-10  -
subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -
  s2  beta      Pro   5000    USD       month  2026-02-20  -
  s3  dee       Pro   1000    USD       month  2026-01-01  -
events
  user  time              name
  eva   2026-01-03 09:00  A               # in no customer
  fay   2026-01-04 09:00  A  for=gamma    # its guest: outside
  ~x1   2026-01-05 09:00  A               # nobody that is known

ask overlap
----
  group           how    users  customers  mrr
  users only      -      6      1          0.00 USD
  customers only  -      1      1          0.00 USD
  both            self   1      1          10.00 USD
  both            roles  1      2          150.00 USD
  total           -      9      5          160.00 USD
  rule: no buying role
  note: 1 customers have no known users inside them

ask overlap at 2026-01-20T00:00Z
----
  group           how    users  customers  mrr
  users only      -      4      1          0.00 USD
  customers only  -      2      2          0.00 USD
  both            self   1      1          10.00 USD
  both            roles  1      1          100.00 USD
  total           -      8      5          110.00 USD

ask overlap every month from 2026-01-01 to 2026-03-31
----
  time        group           how    users  customers  mrr
  2026-01-01  users only      -      4      1          0.00 USD
  2026-01-01  customers only  -      2      2          0.00 USD
  2026-01-01  both            self   1      1          10.00 USD
  2026-01-01  both            roles  1      1          100.00 USD
  2026-02-01  users only      -      6      1          0.00 USD
  2026-02-01  customers only  -      1      1          0.00 USD
  2026-02-01  both            self   1      1          10.00 USD
  2026-02-01  both            roles  1      2          150.00 USD
  2026-03-01  users only      -      6      1          0.00 USD
  2026-03-01  customers only  -      1      1          0.00 USD
  2026-03-01  both            self   1      1          10.00 USD
  2026-03-01  both            roles  1      2          150.00 USD

# Ever: gil bought once.
ask overlap relations as of ever
----
  group           how    users  customers  mrr
  users only      -      5      1          0.00 USD
  customers only  -      2      1          0.00 USD
  both            self   1      1          10.00 USD
  both            roles  1      2          150.00 USD
  total           -      9      5          160.00 USD

ask overlap for users where did "A"
----
  group           how    users
  users only      -      2
  customers only  -      0
  both            self   0
  both            roles  0
  total           -      2

ask overlap for customers where any user with role billing
----
  group           how    customers  mrr
  users only      -      0          0.00 USD
  customers only  -      0          0.00 USD
  both            self   0          0.00 USD
  both            roles  1          50.00 USD
  total           -      1          50.00 USD

# Of both sides: those on Pro, and their people.
ask overlap where customer.plan = "Pro"
----
  group           how    users  customers  mrr
  users only      -      2      0          0.00 USD
  customers only  -      1      0          0.00 USD
  both            self   1      1          10.00 USD
  both            roles  1      2          150.00 USD
  total           -      5      3          160.00 USD
