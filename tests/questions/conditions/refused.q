# Unknown names are refused with the nearest known one; clauses that make no sense with the reason.

relation
  user  customer  role   from        until
  ana   acme      admin  2026-01-01  -
events
  user  time              name
  ana   2026-02-02 09:00  "Signed Up"  country=NO  n=3
identify
  user  time
  ana   2026-01-01 00:00  country=NO

ask trend users of "Sign Up"
----
  error invalid did you mean "Signed Up"?
  suggests: "Signed Up"

ask trend users of "Signed Up"[contry = "NO"]
----
  error invalid did you mean
  suggests: country

ask count users where user.contry = "NO"
----
  error invalid did you mean
  suggests: user.country

ask count customers where customer.industri = "steel"
----
  error invalid industri

ask count users where role is admn
----
  error invalid did you mean
  suggests: admin

ask count users where related to customer "acne"
----
  error invalid did you mean

ask count users where in segment "Power users"
----
  error invalid Power users

ask trend users of "Signed Up" in zone "Europe/Olso"
----
  error invalid Olso

ask count customers where did "Signed Up" at least 0 times
----
  error invalid always true

ask count customers where user.country = "NO"
----
  error invalid
  suggests: any user user.country = "NO"

ask count users where any user did "Signed Up"
----
  error invalid

ask count customers where any customer paying
----
  error invalid

ask trend users of "Signed Up" where "Signed Up"
----
  error invalid

ask funnel "Signed Up"
----
  error invalid

ask trend users of "Signed Up"[country > 3]
----
  error invalid

ask trend sum(event.country) of "Signed Up" in total
----
  error invalid

ask count users where user.first_seen > "2026-01-01"
----
  error invalid without quotes

ask trend usrs of "Signed Up"
----
  error invalid users

ask list users where did "Signed Up" in the last 0 days
----
  error invalid
