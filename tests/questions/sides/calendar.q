# Periods are those of the calendar: months end with their last day, also of a leap year, and in the
# zone of the question.

settings
  now  2024-05-01 00:00

relation
  user  customer  role  from        until
  ana   acme      user  2024-01-01  -

subscription
  id  customer  plan  amount  currency  every  from                  until
  s1  acme      Pro   10000   USD       month  2024-02-29 12:00  2024-03-31 22:30

events
  user  time              name
  ana   2024-01-31 23:30  A    # in Oslo it is February
  ana   2024-02-29 22:30  A    # the leap day, in Oslo too
  ana   2024-03-31 22:15  A    # in Oslo, an hour ahead of the other months, it is April
  ana   2024-04-30 21:00  A

ask sides every month from 2024-01-01 to 2024-04-30 where customer.id = "acme"
----
  time        uses  pays  customers  users  mrr
  2024-01-01  yes   yes   0          0      0.00 USD
  2024-01-01  no    yes   0          0      0.00 USD
  2024-01-01  yes   no    1          1      0.00 USD
  2024-01-01  no    no    0          0      0.00 USD
  2024-01-01  yes   past  0          0      0.00 USD
  2024-01-01  no    past  0          0      0.00 USD
  2024-02-01  yes   yes   1          1      100.00 USD
  2024-02-01  no    yes   0          0      0.00 USD
  2024-02-01  yes   no    0          0      0.00 USD
  2024-02-01  no    no    0          0      0.00 USD
  2024-02-01  yes   past  0          0      0.00 USD
  2024-02-01  no    past  0          0      0.00 USD
  2024-03-01  yes   yes   0          0      0.00 USD
  2024-03-01  no    yes   0          0      0.00 USD
  2024-03-01  yes   no    0          0      0.00 USD
  2024-03-01  no    no    0          0      0.00 USD
  2024-03-01  yes   past  1          1      0.00 USD
  2024-03-01  no    past  0          0      0.00 USD
  2024-04-01  yes   yes   0          0      0.00 USD
  2024-04-01  no    yes   0          0      0.00 USD
  2024-04-01  yes   no    0          0      0.00 USD
  2024-04-01  no    no    0          0      0.00 USD
  2024-04-01  yes   past  1          1      0.00 USD
  2024-04-01  no    past  0          0      0.00 USD
  note: Users inside no customer are left out

ask sides every month from 2024-01-01 to 2024-04-30 where customer.id = "acme" in zone "Europe/Oslo"
----
  time        uses  pays  customers  users  mrr
  2024-01-01  yes   yes   0          0      0.00 USD
  2024-01-01  no    yes   0          0      0.00 USD
  2024-01-01  yes   no    0          0      0.00 USD
  2024-01-01  no    no    1          1      0.00 USD
  2024-01-01  yes   past  0          0      0.00 USD
  2024-01-01  no    past  0          0      0.00 USD
  2024-02-01  yes   yes   1          1      100.00 USD
  2024-02-01  no    yes   0          0      0.00 USD
  2024-02-01  yes   no    0          0      0.00 USD
  2024-02-01  no    no    0          0      0.00 USD
  2024-02-01  yes   past  0          0      0.00 USD
  2024-02-01  no    past  0          0      0.00 USD
  2024-03-01  yes   yes   0          0      0.00 USD
  2024-03-01  no    yes   1          1      100.00 USD
  2024-03-01  yes   no    0          0      0.00 USD
  2024-03-01  no    no    0          0      0.00 USD
  2024-03-01  yes   past  0          0      0.00 USD
  2024-03-01  no    past  0          0      0.00 USD
  2024-04-01  yes   yes   0          0      0.00 USD
  2024-04-01  no    yes   0          0      0.00 USD
  2024-04-01  yes   no    0          0      0.00 USD
  2024-04-01  no    no    0          0      0.00 USD
  2024-04-01  yes   past  1          1      0.00 USD
  2024-04-01  no    past  0          0      0.00 USD

# Without `every` a day. The day on which clocks go forward has 23 hours.
ask sides flows from 2024-03-30 to 2024-04-01 in zone "Europe/Oslo"
----
  time        uses_before  pays_before  uses  pays  customers  mrr_before  mrr
  2024-04-01  no           yes          yes   past  1          100.00 USD  0.00 USD
