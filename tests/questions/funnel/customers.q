# For customers, a walk is made of the events that belong to the customer, by whomever. A relation
# that ends between two steps takes the later step with it.

relation
  user  customer  role  from        until
  ana   acme      user  2026-01-01  -
  bo    acme      user  2026-01-01  -
  cy    beta      user  2026-01-01  2026-02-03
  cy    gamma     user  2026-02-03  -

events
  user  time              name
  ana   2026-02-01 09:00  A
  bo    10:00             B    # another person of acme
  ana   11:00             C
  cy    09:00             A    # beta's
  cy    10:00             B
  cy    2026-02-03 11:00  C    # gamma's by now
  dan   2026-02-01 09:00  A    # nobody's

ask funnel "A" > "B" > "C" for customers from 2026-02-01 to 2026-02-28
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      2      100.0%    -            -               -
  2     B      2      100.0%    100.0%       3600            3600
  3     C      1      50.0%     50.0%        3600            3600
  unattached: 1

ask funnel "A" > "B" > "C" for users from 2026-02-01 to 2026-02-28
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      3      100.0%    -            -               -
  2     B      1      33.3%     33.3%        3600            3600
  3     C      1      33.3%     100.0%       176400          176400

ask funnel "A" > "B" > "C" for customers relations as of now from 2026-02-01 to 2026-02-28
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      2      100.0%    -            -               -
  2     B      2      100.0%    100.0%       3600            3600
  3     C      2      100.0%    100.0%       90000           90000

ask funnel "A" > "B" > "C" for customers from 2026-02-01 to 2026-02-28
open {"step": 3}
----
  customer
  acme

ask funnel "A" > "B" > "C" for customers from 2026-02-01 to 2026-02-28
open {"step": 3, "dropped": true}
----
  customer
  beta
