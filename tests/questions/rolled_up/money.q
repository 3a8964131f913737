# What is paid belongs to the whole at its time, and what happens follows from the sums: who joins
# raises them, who leaves lowers them.

settings
  now  2026-06-01 00:00

customer
  customer  time
  group     2026-01-01 00:00
  east      2026-01-01 00:00  parent=group
  west      2026-01-01 00:00
  west      2026-03-01 00:00  parent=group
  west      2026-05-01 00:00  parent=-
subscription
  id      customer  plan   amount  currency  every  from        until
  s-east  east      Team   10000   USD       month  2026-01-10  2026-04-10
  s-west  west      Pro    30000   USD       month  2026-02-01  -
payment
  id   customer  amount  currency  time
  p-1  east      10000   USD       2026-01-11 00:00
  p-2  west      30000   USD       2026-02-02 00:00
  p-3  west      30000   USD       2026-03-02 00:00
  p-4  west      30000   USD       2026-05-02 00:00
events
  user  time              name
  ana   2026-01-05 09:00  A  for=east

ask trend customers of money.started, sum(event.amount) of money.started by customer in total
    from 2026-01-01 to 2026-05-31 rolled up
----
  customer  customers of money.started  sum(event.amount) of money.started
  group     1                           100
  west      1                           600
  total     2                           700

ask trend customers of money.expanded, sum(event.amount) of money.expanded by customer every month
    from 2026-02-01 to 2026-03-31 rolled up
----
  time        customer  customers of money.expanded  sum(event.amount) of money.expanded
  2026-02-01  group     0                            0
  2026-03-01  group     1                            300
  total       -         1                            300

# East ends while west pays: less, and nobody lost. West goes: then the group pays nothing.
ask trend customers of money.contracted, customers of money.churned by customer every month
    from 2026-04-01 to 2026-05-31 rolled up
----
  time        customer  customers of money.contracted  customers of money.churned
  2026-04-01  group     1                              0
  2026-05-01  group     0                              1
  total       -         1                              1

ask trend customers of money.paid, sum(event.amount) of money.paid by customer in total
    from 2026-01-01 to 2026-05-31 rolled up
----
  customer  customers of money.paid  sum(event.amount) of money.paid
  group     1                        400
  west      1                        600
  total     2                        1000

# Of who is part of it now all that they ever paid: nothing is lost, nothing counts twice.
ask count customers, sum(customer.lifetime_revenue), sum(customer.mrr) rolled up at 2026-04-01T00:00Z
----
  count  sum(customer.lifetime_revenue)  sum(customer.mrr)
  1      700.00 USD                      400.00 USD
  by hand: the oracle does not know revenue

ask count customers, sum(customer.lifetime_revenue), sum(customer.mrr) rolled up
----
  count  sum(customer.lifetime_revenue)  sum(customer.mrr)
  2      1000.00 USD                     300.00 USD
  by hand: the oracle does not know revenue

ask list customers rolled up show customer.status, customer.lifetime_revenue
----
  customer  customer.status  customer.lifetime_revenue
  group     past             100.00 USD
  west      paying           900.00 USD
  by hand: the oracle does not know revenue
