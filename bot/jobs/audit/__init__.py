"""The audit: whether the rows, the ledger, the archive and the answers on disk agree with each other.

It only reads, a few rows at a time, so that it may run while everything works; whatever is read in several
steps is read again before it is reported.
"""

from bot.jobs.audit.findings import Finding, Severity
from bot.jobs.audit.walk import Audited, audit

__all__ = ["Audited", "Finding", "Severity", "audit"]
