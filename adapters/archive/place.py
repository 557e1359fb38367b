"""Where a bucket is, and with which key it is reached."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPlace:
    """An S3-compatible bucket; no ``repr`` shows its key."""

    bucket: str
    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    #: Before each name in the bucket: empty, or with a slash at its end.
    prefix: str = ""
    #: The server's address; ``None``: Amazon's own, of the region.
    endpoint: str | None = None
    region: str = "us-east-1"
    #: ``path``, ``host``, or ``auto``: in the path of a server's address, in the host's name of Amazon's.
    style: str = "auto"
    #: The same server's address for everybody, where it is another one.
    public_url: str | None = None

    def __str__(self) -> str:
        """As it is set: ``s3://bucket/prefix``."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def addressing(self) -> str:
        """As the library calls it: ``path`` or ``virtual``."""
        in_path = self.style == "path" or (self.style == "auto" and self.endpoint is not None)
        return "path" if in_path else "virtual"

    @property
    def has_public_address(self) -> bool:
        """Whether somebody on another machine can reach it."""
        return self.public_url is not None or self.endpoint is None or not _is_here(self.endpoint)


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
