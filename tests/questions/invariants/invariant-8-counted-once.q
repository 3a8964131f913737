# What was acknowledged is never counted twice: a message that comes again is the same one, whatever
# came between, and a relation that is stated again is the same relation.

records
  {"type":"track","userId":"ana","event":"A","timestamp":"2026-02-02T09:00:00Z","messageId":"m-1"}
  {"type":"group","userId":"ana","groupId":"acme","timestamp":"2026-02-01T09:00:00Z","messageId":"m-2"}
  {"type":"relation","userId":"bo","customerId":"acme","from":"2026-01-01","messageId":"m-3"}
  {"type":"alias","previousId":"bo","userId":"cy","messageId":"m-4"}
events
  user  time              name
  bo    2026-02-02 09:00  A
  cy    2026-02-02 09:00  A

ask trend events of "A", users of "A", customers of "A" in total from 2026-02-01 to 2026-02-28
----
  events of "A"  users of "A"  customers of "A"
  3              2             1

records
  {"type":"alias","previousId":"bo","userId":"cy","undo":true}
  {"type":"relation","userId":"bo","customerId":"acme","from":"2026-01-01","removed":true}

ask trend events of "A", users of "A", customers of "A" in total from 2026-02-01 to 2026-02-28
----
  events of "A"  users of "A"  customers of "A"
  3              3             1

# What was taken back since stays so.
records
  {"type":"track","userId":"ana","event":"A","timestamp":"2026-02-02T09:00:00Z","messageId":"m-1"}
  {"type":"group","userId":"ana","groupId":"acme","timestamp":"2026-02-01T09:00:00Z","messageId":"m-2"}
  {"type":"relation","userId":"bo","customerId":"acme","from":"2026-01-01","messageId":"m-3"}
  {"type":"alias","previousId":"bo","userId":"cy","messageId":"m-4"}

ask trend events of "A", users of "A", customers of "A" in total from 2026-02-01 to 2026-02-28
----
  events of "A"  users of "A"  customers of "A"
  3              3             1

ask list customers show customer.users, events of "A" as n
----
  customer  customer.users  n
  acme      1               1
