# Customers that lead back to themselves have no parent while they do: each stands for itself, and
# what hangs below stays with the first that it reaches. A record that comes late or is corrected
# makes the same of it as if it had come in time.

settings
  now  2026-03-01 00:00

customer
  customer  time
  one       2026-01-01 00:00
  two       2026-01-01 00:00  parent=one
  below     2026-01-01 00:00  parent=two
  alone     2026-01-01 00:00  parent=alone
events
  user  time              name
  ana   2026-01-15 09:00  A  for=below
  ana   2026-02-15 09:00  A  for=below

ask trend customers of "A" by customer every month from 2026-01-01 to 2026-02-28 rolled up
----
  time        customer  value
  2026-01-01  one       1
  2026-02-01  one       1
  total       -         1

ask list customers rolled up
    show customer.parent
----
  customer  customer.parent
  alone     alone
  one       -

# From February on, one is below two.
customer
  customer  time
  one       2026-02-01 00:00  parent=two

ask trend customers of "A" by customer every month from 2026-01-01 to 2026-02-28 rolled up
----
  time        customer  value
  2026-01-01  one       1
  2026-01-01  two       0
  2026-02-01  one       0
  2026-02-01  two       1
  total       -         2
  note: each of these stands for itself while they do: one, two.

ask list customers rolled up show customer.parent
----
  customer  customer.parent
  alone     alone
  one       two
  two       one

# The ring is opened in the middle of February, and the record of it comes late.
customer
  customer  time
  two       2026-02-10 00:00  parent=-

ask trend customers of "A" by customer every month from 2026-01-01 to 2026-02-28 rolled up
----
  time        customer  value
  2026-01-01  one       1
  2026-01-01  two       0
  2026-02-01  one       0
  2026-02-01  two       1
  total       -         2

ask list customers rolled up
----
  customer
  alone
  two
