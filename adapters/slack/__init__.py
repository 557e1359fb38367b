"""Slack: events become commands, answers become messages; nothing is decided here."""
