"""The worker: one step of one take at a time. Nobody else spends money or posts clips."""
