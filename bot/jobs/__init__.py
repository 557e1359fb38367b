"""The job manager: commands become rows, and the worker alone spends money and posts clips."""
