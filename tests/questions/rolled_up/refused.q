# Only customers have children.

customer
  customer  time
  east      2026-01-01 00:00  parent=group
events
  user  time              name
  ana   2026-02-02 09:00  A  for=east

ask count users rolled up
----
  error invalid counts no customers
  suggests: for customers rolled up

ask trend users of "A" rolled up
----
  error invalid counts no customers

ask list relations rolled up
----
  error invalid counts no customers
