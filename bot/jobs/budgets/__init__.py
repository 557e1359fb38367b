"""Caps: set, raised, paused, told as they fill, shown, and who changed what."""
