"""What the console script's exit status means."""

from __future__ import annotations

DONE = 0
FAILED = 1
BAD_SETTING = 2
FOUND = 3
BROKEN = 4
#: The database's lock was lost, so another process may have taken over; whoever watches over this one restarts it.
LOCK_LOST = 5
INTERRUPTED = 130

#: For ``--help`` and docs/operating.md.
EXIT_CODES = """Exit status:
  0    done; audit, doctor and models check found nothing
  1    not done: the sentence on the error stream says why
  2    a wrong setting or argument
  3    audit, models check, migrate --check: something was found; doctor: warnings only
  4    doctor: something does not work
  5    run, local: the lock of a PostgreSQL database was lost; start again
  130  interrupted"""
