"""Fetching from addresses that others chose: guarded, so that nobody reaches into our own network through us."""
