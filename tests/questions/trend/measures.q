# Sums, averages and the like take numbers only. Of nothing there is no average, and a quotient by
# zero is missing.

events
  user  time              name
  ana   2026-02-02 10:00  Bought  amount=10
  ana   10:01             Bought  amount=20.5
  bo    10:02             Bought  amount="30"      # a text, not a number
  bo    10:03             Bought                   # none at all
  bo    10:04             Bought  amount=-5
  ana   10:05             Seen
  cy    10:06             Seen
  ana   2026-02-04 10:00  Bought  amount=7
  # Eleven values from 0 to 100: however it is defined, the ninth tenth is 90.
  dan   2026-02-05 10:00  Step  n=0
  dan   10:01             Step  n=100
  dan   10:02             Step  n=10
  dan   10:03             Step  n=90
  dan   10:04             Step  n=20
  dan   10:05             Step  n=80
  dan   10:06             Step  n=30
  dan   10:07             Step  n=70
  dan   10:08             Step  n=40
  dan   10:09             Step  n=60
  dan   10:10             Step  n=50

ask trend sum(event.amount) of "Bought" every day from 2026-02-02 to 2026-02-04
----
  time        value
  2026-02-02  25.5
  2026-02-03  0
  2026-02-04  7
  total       32.5

ask trend average(event.amount) of "Bought" every day from 2026-02-02 to 2026-02-04
----
  time        value
  2026-02-02  8.5
  2026-02-03  -
  2026-02-04  7
  total       8.125

ask trend min(event.amount) of "Bought", max(event.amount) of "Bought", median(event.amount) of "Bought"
    in total from 2026-02-02 to 2026-02-02
----
  min(event.amount) of "Bought"  max(event.amount) of "Bought"  median(event.amount) of "Bought"
  -5                             20.5                           10

ask trend median(event.n) of "Step", p90(event.n) of "Step", average(event.n) of "Step" in total
    from 2026-02-05 to 2026-02-05
----
  median(event.n) of "Step"  p90(event.n) of "Step"  average(event.n) of "Step"
  50                         90                      50

ask trend events of "Bought" / users of "Bought" every day from 2026-02-02 to 2026-02-04
----
  time        value
  2026-02-02  2.5
  2026-02-03  -
  2026-02-04  1
  total       3

ask trend users of "Bought" / users of "Seen" in total from 2026-02-02 to 2026-02-04
----
  value
  1

ask trend sum(event.amount) of "Bought" / events of "Bought"[amount is set] in total
    from 2026-02-02 to 2026-02-02
----
  value
  6.375
