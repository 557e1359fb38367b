"""Buttons that are answered once."""

#: By the verb of the action: once such a press was carried out, a private message loses its buttons, so that nobody
#: presses them twice.
FOR_GOOD = frozenset(
    {"allow", "ask", "confirm", "declined", "dismiss", "fewer", "go-on", "judge", "raise", "raise-cap", "tip"}
)
