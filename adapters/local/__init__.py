"""A channel in the terminal, through the same Chat port as Slack and Discord."""
