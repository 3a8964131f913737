# Who moved from one period to the next: between the cells, into them and out of them.

settings
  now  2026-04-10 12:00

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  bo    beta      user  2026-01-01  -
  cy    gamma     user  2026-01-01  -
  dan   delta     user  2026-01-01  -

customer
  customer  time
  late      2026-02-05 00:00

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -
  s2  beta      Pro   5000    USD       month  2026-01-01  2026-02-20
  s3  gamma     Pro   3000    USD       month  2026-02-03  2026-03-01
  s4  gamma     Pro   4000    USD       month  2026-03-01  -

events
  user  time              name
  ana   2026-01-10 09:00  A
  bo    2026-01-10 09:00  A
  cy    2026-02-10 09:00  A
  bo    2026-02-10 09:00  A
  cy    2026-03-10 09:00  A
  ana   2026-03-10 09:00  A
  dan   2026-03-10 09:00  A
  dan   2026-04-10 12:00  A    # at the moment of asking

# January: acme, beta use and pay, gamma, delta neither. February: acme pays alone, beta uses and is
# past, gamma uses and pays, delta neither, late comes. March: acme and gamma use and pay, beta is
# past alone, delta uses, late neither.
ask sides flows every month from 2026-01-01 to 2026-03-31
----
  time        uses_before  pays_before  uses  pays  customers  mrr_before   mrr
  2026-02-01  yes          yes          no    yes   1          100.00 USD   100.00 USD
  2026-02-01  yes          yes          yes   past  1          50.00 USD    0.00 USD
  2026-02-01  no           no           yes   yes   1          0.00 USD     30.00 USD
  2026-02-01  (none)       (none)       no    no    1          0.00 USD     0.00 USD
  2026-03-01  no           yes          yes   yes   1          100.00 USD   100.00 USD
  2026-03-01  no           no           yes   no    1          0.00 USD     0.00 USD
  2026-03-01  yes          past         no    past  1          0.00 USD     0.00 USD
  rule: Customers that moved per month

# With a condition customers come and go as they fulfil it. gamma stays, and its MRR grows.
ask sides flows every month from 2026-01-01 to 2026-03-31 where customer.mrr > 20
----
  time        uses_before  pays_before  uses    pays    customers  mrr_before  mrr
  2026-02-01  yes          yes          no      yes     1          100.00 USD  100.00 USD
  2026-02-01  yes          yes          (none)  (none)  1          50.00 USD   0.00 USD
  2026-02-01  (none)       (none)       yes     yes     1          0.00 USD    30.00 USD
  2026-03-01  no           yes          yes     yes     1          100.00 USD  100.00 USD

# One period alone has nothing before it.
ask sides flows every month from 2026-02-01 to 2026-02-28
----
  time  uses_before  pays_before  uses  pays  customers  mrr_before  mrr

# The period under way counts what there is so far.
ask sides flows every month from 2026-03-01 to 2026-05-31
----
  time        uses_before  pays_before  uses  pays  customers  mrr_before  mrr
  2026-04-01  yes          yes          no    yes   2          140.00 USD  140.00 USD

ask sides flows every month from 2026-03-01 to 2026-05-31 at 2026-04-10T11:59Z
----
  time        uses_before  pays_before  uses  pays  customers  mrr_before  mrr
  2026-04-01  yes          yes          no    yes   2          140.00 USD  140.00 USD
  2026-04-01  yes          no           no    no    1          0.00 USD    0.00 USD

# Facts as of now: acme, gamma pay all along, beta is past from the first.
ask sides flows every month from 2026-01-01 to 2026-03-31 facts as of now
----
  time        uses_before  pays_before  uses  pays  customers  mrr_before  mrr
  2026-02-01  yes          yes          no    yes   1          100.00 USD  100.00 USD
  2026-02-01  no           yes          yes   yes   1          40.00 USD   40.00 USD
  2026-02-01  (none)       (none)       no    no    1          0.00 USD    0.00 USD
  2026-03-01  no           yes          yes   yes   1          100.00 USD  100.00 USD
  2026-03-01  no           no           yes   no    1          0.00 USD    0.00 USD
  2026-03-01  yes          past         no    past  1          0.00 USD    0.00 USD

ask sides flows every month from 2026-01-01 to 2026-03-31
open {"time": "2026-02-01", "uses_before": "yes", "pays_before": "yes", "uses": "no", "pays": "yes"}
----
  customer
  acme

# What is not said is anything: all who came to use, from wherever.
ask sides flows every month from 2026-01-01 to 2026-03-31
open {"time": "2026-02-01", "uses": "yes"}
----
  customer
  beta
  gamma

ask sides flows every month from 2026-01-01 to 2026-03-31
open {"time": "2026-02-01", "uses_before": "(none)", "pays_before": "(none)"}
----
  customer
  late

# acme has not moved to where it was.
ask sides flows every month from 2026-01-01 to 2026-03-31
open {"time": "2026-03-01", "uses": "yes", "pays": "yes"}
----
  customer
  acme

ask sides flows every month from 2026-01-01 to 2026-03-31
open {"time": "2026-01-01", "uses": "yes"}
----
  error not_found flows begin with the second period

ask sides flows every month from 2026-01-01 to 2026-03-31
open {"time": "2026-02-01", "of": "users"}
----
  error invalid flows count customers, not users

ask sides flows every month from 2026-01-01 to 2026-03-31
open {"time": "2026-02-01", "uses_before": "perhaps"}
----
  error not_found no row has such uses: perhaps
