"""Webhook addresses: each names its attempt and is signed, for what the provider sends there is not; provider.md.

An address is known to the provider and to us alone. Whoever calls it says no more than "look": the job is asked
after before anything is believed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.errors import StoreError

#: Where the addresses begin, behind the public one: ``<path>/<attempt>/<signature>``.
PATH = "/webhooks/muapi"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Makes the addresses, and knows its own again."""

    #: Where the provider reaches this process, without a slash at its end.
    public_url: str
    secret: bytes = field(repr=False)

    def address(self, attempt: str) -> str:
        """Where to call about one attempt."""
        return f"{self.public_url}{PATH}/{attempt}/{self._sign(attempt)}"

    def is_ours(self, attempt: str, signature: str) -> bool:
        """Whether we have made this address; takes as long for a near miss as for nonsense."""
        return hmac.compare_digest(self._sign(attempt).encode(), signature.encode("utf-8", "surrogateescape"))

    def _sign(self, attempt: str) -> str:
        return hmac.new(self.secret, attempt.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def kept_secret(path: Path) -> bytes:
    """The secret in a file; made at the first time, readable by this account only, the same for ever after.

    Raises:
        StoreError: it cannot be read or written, or is not ours.
    """
    try:
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
    except OSError as error:
        msg = f"the webhooks' secret {path} cannot be read or made: {error.strerror}"
        raise StoreError(msg) from error
    if len(secret) != SECRET_BYTES:
        msg = f"the webhooks' secret {path} is damaged; remove it, and a new one is made at the next start"
        raise StoreError(msg)
    return secret


def _make(path: Path) -> None:
    """Write it under another name first: a crash leaves no half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
