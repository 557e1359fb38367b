"""Lists of drafts that are ordered at once: one quote, one yes, sheets of ten."""
