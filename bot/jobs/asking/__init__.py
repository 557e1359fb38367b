"""Takes that wait for a yes: the rules that want one, the question, and what makers and owners answer."""
