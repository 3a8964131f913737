# The first touch: the first value on any step's event of the attempt that counts.

events
  user  time              name
  ana   2026-02-01 09:00  A  src=ads
  ana   10:00             B  src=mail
  bo    09:00             A
  bo    10:00             B  src=mail
  cy    09:00             A  src=ads
  dan   09:00             A
  # The deeper of two attempts counts, with its values.
  eve   09:00             A  src=ads   plan=x
  eve   2026-02-20 09:00  A  src=mail  plan=y
  eve   10:00             B  src=ads
identify
  user  time
  ana   2026-02-01 09:00  country=NO
  bo    09:00             country=NO
  cy    09:00             country=SE

ask funnel "A" > "B" by event.src from 2026-02-01 to 2026-02-28
----
  step  event  event.src  count  of_first  of_previous  median_seconds  average_seconds
  1     A      (none)     1      100.0%    -            -               -
  1     A      ads        2      100.0%    -            -               -
  1     A      mail       2      100.0%    -            -               -
  2     B      (none)     0      0.0%      0.0%         -               -
  2     B      ads        1      50.0%     50.0%        3600            3600
  2     B      mail       2      100.0%    100.0%       3600            3600

ask funnel "A" > "B" by event.src last touch from 2026-02-01 to 2026-02-28
----
  step  event  event.src  count  of_first  of_previous  median_seconds  average_seconds
  1     A      (none)     1      100.0%    -            -               -
  1     A      ads        2      100.0%    -            -               -
  1     A      mail       2      100.0%    -            -               -
  2     B      (none)     0      0.0%      0.0%         -               -
  2     B      ads        1      50.0%     50.0%        3600            3600
  2     B      mail       2      100.0%    100.0%       3600            3600

ask funnel "A" > "B" by user.country from 2026-02-01 to 2026-02-28
----
  step  event  user.country  count  of_first  of_previous  median_seconds  average_seconds
  1     A      (none)        2      100.0%    -            -               -
  1     A      NO            2      100.0%    -            -               -
  1     A      SE            1      100.0%    -            -               -
  2     B      (none)        1      50.0%     50.0%        3600            3600
  2     B      NO            2      100.0%    100.0%       3600            3600
  2     B      SE            0      0.0%      0.0%         -               -
