# Rules by trait join users to the customer whose id, key or trait theirs is. The latest value
# counts, for all of the past; of lists each element.

settings
  now   2026-03-01 00:00
  rule  company trait trait=company_id
  rule  crm trait trait=crm customer_trait=crm_id role=member

customer
  customer  time
  acme      2026-01-05 00:00
  beta      2026-01-05 00:00  key.stripe=cus_1  crm_id=[x1,x2]
  gamma     2026-01-05 00:00  crm_id=17
identify
  user  time
  ana   2026-02-03 09:00  company_id=acme
  bo    2026-02-03 09:00  company_id=stripe:cus_1
  cy    2026-02-03 09:00  crm=x2
  dee   2026-02-03 09:00  crm=17
  eva   2026-02-03 09:00  company_id=nobody
  fay   2026-02-03 09:00  company_id=[acme,other]
  ana   2026-02-10 09:00  company_id=beta
group
  user  customer  time
  fay   gamma     2026-02-04 09:00
events
  user  time              name
  ana   2026-02-02 09:00  A
  bo    2026-02-02 09:00  A
  cy    2026-02-02 09:00  A
  dee   2026-02-02 09:00  A
  eva   2026-02-02 09:00  A
  fay   2026-02-02 09:00  A   # acme's by the rule, and gamma's: a first relation reaches back
  fay   2026-02-06 09:00  A   # gamma's by choice

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    1
  acme      1
  beta      3
  gamma     3
  note: several customers

# What was told later is not known yet.
ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-02 at 2026-02-03T23:00Z
----
  customer  value
  (none)    1
  acme      2
  beta      2
  gamma     1

ask count users where role is member
----
  count
  2

# The trait is another, and a customer is opened under the id that eva said.
customer
  customer  time
  nobody    2026-02-12 00:00
  beta      2026-02-12 00:00  crm_id=x9

ask trend events of "A" by customer in total from 2026-02-01 to 2026-02-28
----
  customer  value
  (none)    1
  acme      1
  beta      2
  gamma     3
  nobody    1
