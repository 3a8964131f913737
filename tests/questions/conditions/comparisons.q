# `=` compares within a type, and a number equals the text that prints it; order takes numbers only;
# `!=` is also true when the value is missing. Bytes compare, no case folding.

events
  user  time              name
  ana   2026-02-01 09:00  A  n=3      s=Red    b=true
  bo    09:00             A  n="3"    s=red    b=false
  cy    09:00             A  n=2.5    s="red carpet"
  dan   09:00             A  n=10     b="true"
  eve   09:00             A

ask list users where did "A"[n = 3]
----
  user
  ana
  bo

ask list users where did "A"[n = "3"]
----
  user
  ana
  bo

ask list users where did "A"[n = 2.5]
----
  user
  cy

# Text is not ordered.
ask list users where did "A"[n > 2]
----
  user
  ana
  cy
  dan

ask list users where did "A"[n >= 3 and n < 10]
----
  user
  ana

ask list users where did "A"[n != 3]
----
  user
  cy
  dan
  eve

ask list users where did "A"[not n = 3]
----
  user
  cy
  dan
  eve

ask list users where did "A"[s = "red"]
----
  user
  bo

ask list users where did "A"[s in ("red", "Red")]
----
  user
  ana
  bo

ask list users where did "A"[n in (3, 10)]
----
  user
  ana
  bo
  dan

ask list users where did "A"[s is set and s not in ("red", "Red")]
----
  user
  cy

ask list users where did "A"[b = true]
----
  user
  ana

ask list users where did "A"[b]
----
  user
  ana

ask list users where did "A"[b = "true"]
----
  user
  dan

ask list users where did "A"[b is set]
----
  user
  ana
  bo
  dan

ask list users where did "A"[n is not set and s is not set]
----
  user
  eve

ask list users where did "A"[n = 3 or s = "red carpet"]
----
  user
  ana
  bo
  cy

ask list users where did "A"[s contains "carp"]
----
  user
  cy

ask list users where did "A"[s starts with "red"]
----
  user
  bo
  cy

ask list users where did "A"[s ends with "ed"]
----
  user
  ana
  bo

# A pattern is found anywhere in the text.
ask list users where did "A"[s matches "^[Rr]ed$"]
----
  user
  ana
  bo

ask list users where did "A"[s matches "d c"]
----
  user
  cy

ask list users where did "A"[not s contains "e"]
----
  user
  dan
  eve

ask list users where did "A"[s matches "("]
----
  error invalid not a pattern
