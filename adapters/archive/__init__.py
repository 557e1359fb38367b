"""Where finished clips are kept for good."""
