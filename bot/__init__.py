"""Dailies: AI video drafts, reviews and finals inside a team's own channel, under a budget cap."""
