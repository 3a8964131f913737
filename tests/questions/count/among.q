# The share among others, with Wilson's interval of 95 %.

identify
  user  time
  u1    2026-02-01 10:00  country=NO
  u2    10:00             country=NO
  u3    10:00             country=NO
  u4    10:00             country=NO
  u5    10:00             country=SE
events
  user  time              name
  u1    2026-02-10 10:00  A
  u2    2026-02-10 10:00  A
  u3    2026-02-10 10:00  A
  u5    2026-02-10 10:00  A

# 3 of 4: 75 % [30.1, 95.4].
ask count users where did "A" among users where user.country = "NO"
----
  count  of  share  low    high
  3      4   75.0%  30.1%  95.4%

ask count users where did "A" among users
----
  count  of  share  low    high
  4      5   80.0%  37.6%  96.4%

ask count users where did "A" among users where user.country = "DK"
----
  count  of  share  low  high
  0      0   -      -    -
