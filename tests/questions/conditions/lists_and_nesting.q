# An array matches if an element does. Nested keys are joined by dots; odd names stand in
# backquotes.

events
  user  time              name
  ana   2026-02-01 09:00  A  tags=[red,blue]  cart.total=10  cart.item.id=x1
  bo    09:00             A  tags=[3,green]   cart.total=20
  cy    09:00             A  tags=red         "Plan Type"=pro
  dan   09:00             A

records
  {"type":"track","userId":"eve","event":"A","timestamp":"2026-02-01T09:00:00Z","properties":{"Plan Type":"pro","name":"sent"}}

ask list users where did "A"[tags = "red"]
----
  user
  ana
  cy

ask list users where did "A"[tags = 3]
----
  user
  bo

ask list users where did "A"[tags in ("blue", "green")]
----
  user
  ana
  bo

ask list users where did "A"[tags contains "ree"]
----
  user
  bo

ask list users where did "A"[tags is set]
----
  user
  ana
  bo
  cy

ask list users where did "A"[cart.total > 15]
----
  user
  bo

ask list users where did "A"[cart.item.id = "x1"]
----
  user
  ana

ask list users where did "A"[`Plan Type` = "pro"]
----
  user
  eve

# The built-in fact hides what was sent under its name; `properties.` finds it.
ask list users where did "A"[event.properties.name = "sent"]
----
  user
  eve

ask list users where did anything[event.name = "A"]
----
  user
  ana
  bo
  cy
  dan
  eve
