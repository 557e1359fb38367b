"""Where the money went: reports, the ledger as a file, and what drafting has saved. None holds anything."""
