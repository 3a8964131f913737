# Every row opens the list of its customers, or of its users.

settings
  now  2026-03-20 12:00

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  bo    beta      user  2026-01-01  -
  bo    acme      user  2026-01-01  -
  cy    gamma     user  2026-01-01  -

customer
  customer  time
  acme      2026-01-01 00:00  industry=steel
  beta      2026-01-01 00:00  industry=food
  gamma     2026-01-01 00:00  industry=food
  delta     2026-01-01 00:00  industry=food

subscription
  id  customer  plan  amount  currency  every  from        until
  s1  acme      Pro   10000   USD       month  2026-01-01  -
  s2  beta      Pro   5000    USD       month  2026-01-01  -

events
  user  time              name
  ana   2026-02-03 09:00  A  for=acme
  cy    2026-02-03 09:00  A
  dan   2026-02-03 09:00  A
  eva   2026-01-03 09:00  A

ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-02-01", "uses": "no", "pays": "yes"}
----
  customer
  beta
  rule: Opened 2026-02-01, uses no, pays yes: Customers per month

ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-02-01", "uses": "no", "pays": "no"}
----
  customer
  delta

# What is not said is any.
ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-02-01", "pays": "yes"}
----
  customer
  acme
  beta

ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-02-01"}
----
  customer
  acme
  beta
  delta
  gamma

ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-02-01", "uses": "yes", "pays": "yes", "of": "users"}
----
  user
  ana
  bo

ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-02-01", "of": "users"}
----
  user
  ana
  bo
  cy

ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-02-01", "uses": "yes", "pays": "no customer"}
----
  user
  dan

ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-02-01", "pays": "no customer"}
----
  user
  dan
  eva

ask sides every month from 2026-01-01 to 2026-02-28 by customer.industry
open {"time": "2026-02-01", "uses": "yes", "by": "food"}
----
  customer
  gamma

ask sides in total from 2026-01-01 to 2026-02-28
open {"uses": "yes"}
----
  customer
  acme
  gamma

ask sides every month from 2026-01-01 to 2026-02-28
open {"uses": "yes"}
----
  error invalid say which period to open

ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-03-01"}
----
  error not_found no such time: 2026-03-01

ask sides every month from 2026-02-01 to 2026-06-30
open {"time": "2026-05-01"}
----
  error not_found this period has not begun: 2026-05-01

ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-02-01", "uses": "past"}
----
  error not_found no row has such uses: past

ask sides every month from 2026-01-01 to 2026-02-28 where paying
open {"time": "2026-02-01", "pays": "no customer"}
----
  error not_found no row has such pays: no customer

ask sides every month from 2026-01-01 to 2026-02-28
open {"time": "2026-02-01", "pays_before": "yes"}
----
  error invalid only flows have uses_before and pays_before

ask sides every month from 2026-01-01 to 2026-02-28
open {"step": 1}
----
  error invalid sides has no steps

ask sides every month from 2026-01-01 to 2026-02-28
open {"cohort": "2026-02-01"}
----
  error invalid only retention has cohorts

ask sides every month from 2026-01-01 to 2026-02-28 by customer.industry
open {"time": "2026-02-01", "by": "wood"}
----
  error not_found no such cell: wood

ask trend users of "A" every day from 2026-02-03 to 2026-02-03
open {"time": "2026-02-03", "uses": "yes"}
----
  error invalid only sides has uses and pays
