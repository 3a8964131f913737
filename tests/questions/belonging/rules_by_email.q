# A rule by domain of e-mail joins users to the customer that has the domain: verified addresses,
# exactly this domain, never one that anybody gets. What records state goes before.

settings
  now   2026-03-01 00:00
  rule  mail email-domain

customer
  customer  time
  acme      2026-01-05 00:00  domain=acme.com
  beta      2026-01-05 00:00  domain=[beta.io,Beta.com]
  mailers   2026-01-05 00:00  domain=gmail.com
identify
  user  time
  ana   2026-02-03 09:00  email=ana@ACME.com       email_verified=true
  bo    2026-02-03 09:00  email=bo@beta.com        email_verified=true
  cy    2026-02-03 09:00  email=cy@acme.com
  dee   2026-02-03 09:00  email=dee@gmail.com      email_verified=true
  eva   2026-02-03 09:00  email=eva@mail.acme.com  email_verified=true
  fay   2026-02-03 09:00  email=fay@acme.com       email_verified=true
relation
  user  customer  role   from        until
  fay   acme      admin  2026-01-01  2026-02-05
events
  user  time              name
  ana   2026-02-02 09:00  A
  bo    2026-02-02 09:00  A
  cy    2026-02-02 09:00  A
  dee   2026-02-02 09:00  A
  eva   2026-02-02 09:00  A
  fay   2026-02-02 09:00  A
  ana   2026-02-06 09:00  A
  bo    2026-02-06 09:00  A
  cy    2026-02-06 09:00  A
  dee   2026-02-06 09:00  A
  eva   2026-02-06 09:00  A
  fay   2026-02-06 09:00  A   # left acme, as the list says

# As if it had always been so, whenever the address was told.
ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    7
  acme      3
  beta      2

ask list relations show relation.role as role, relation.source as source
----
  user  customer  role  source
  ana   acme      user  rule:mail
  bo    beta      user  rule:mail
  by hand: the oracle lists users and customers only

# Before it was told, nobody knew.
ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-02 at 2026-02-02T23:00Z
----
  customer  value
  (none)    5
  acme      1

# An address that was verified later counts from the start; a customer that comes later too.
identify
  user  time
  cy    2026-02-07 09:00  email_verified=true
customer
  customer  time
  gamma     2026-02-20 00:00  domain=mail.acme.com

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    3
  acme      5
  beta      2
  gamma     2

ask list customers where any user did "A"
----
  customer
  acme
  beta
  gamma
