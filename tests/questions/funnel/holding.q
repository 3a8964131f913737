# `holding`: all steps carry the same value.

events
  user  time              name
  ana   2026-02-01 09:00  A  cart=1
  ana   09:10             B  cart=1
  bo    09:00             A  cart=1
  bo    09:10             B  cart=2
  cy    09:00             A  cart=1
  cy    09:05             A  cart=2
  cy    09:10             B  cart=2
  cy    09:15             B  cart=1

ask funnel "A" > "B" holding event.cart from 2026-02-01 to 2026-02-01
----
  step  event  count  of_first  of_previous  median_seconds  average_seconds
  1     A      3      100.0%    -            -               -
  2     B      2      66.7%     66.7%        450             450
