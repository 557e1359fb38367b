"""How the client reaches the provider: where, with which headers, and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address
from urllib.parse import urlsplit

#: The guide's base URL; the vendor's own documents say https://api.muapi.ai/api/v1.
GUIDE_BASE_URL = "https://muapi.ai/api/v1"


class Auth(Enum):
    """Which headers carry the key; the guide and the vendor's documents differ."""

    #: Both, so that either reading works.
    BOTH = "both"
    #: ``Authorization: Bearer KEY``, as the guide says.
    BEARER = "bearer"
    #: ``x-api-key: KEY``, as the vendor's documents say.
    X_API_KEY = "x-api-key"

    def headers(self, key: str) -> dict[str, str]:
        """The headers that carry the key."""
        bearer = {"Authorization": f"Bearer {key}"}
        own = {"x-api-key": key}
        match self:
            case Auth.BOTH:
                return bearer | own
            case Auth.BEARER:
                return bearer
            case Auth.X_API_KEY:
                return own


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long the client waits, in seconds of our own clock."""

    #: For a connection.
    connect_s: float = 10.0
    #: For the answer to an order, between any two of its bytes.
    submit_read_s: float = 60.0
    #: For the whole answer to any question.
    question_s: float = 30.0
    #: For a whole upload.
    upload_s: float = 120.0

    @property
    def submit_s(self) -> float:
        """The most that a whole order takes: connecting, sending, and its answer."""
        return self.connect_s + self.submit_read_s


def checked_base_url(text: str) -> str:
    """The base URL without a slash at its end.

    Raises:
        ValueError: not https (http for loopback), without a host, or with a password, query or fragment in it.
    """
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        msg = f"{text!r} is no base URL; write one like {GUIDE_BASE_URL}"
        raise ValueError(msg)
    if parts.username or parts.password or parts.query or parts.fragment:
        msg = "a base URL has no user, password, query or fragment; the key has a setting of its own"
        raise ValueError(msg)
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        msg = f"{text!r} would send the key in the clear; write https (http is for this machine only)"
        raise ValueError(msg)
    return text.strip().rstrip("/")


def checked_key(key: str) -> str:
    """The key, fit for a header.

    Raises:
        ValueError: empty, or with letters that no header can carry; the text does not repeat it.
    """
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        msg = "the provider key is empty, or has spaces or letters that no key has"
        raise ValueError(msg)
    return key


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
