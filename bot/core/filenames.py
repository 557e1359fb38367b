"""Names of files and folders that are safe on every disk and still say what they are."""

from __future__ import annotations

import hashlib
import re
import unicodedata

#: Disks allow 255; what is added, an extension or a copy's number, fits beside it.
LONGEST_BYTES = 80
#: How much of a fingerprint tells two names apart that were shortened to the same.
FINGERPRINT_LETTERS = 8
#: Folders inside each other; the archive needs two.
MOST_PARTS = 8
SPECIAL = frozenset("._-")
#: Stands for a character that may not stay, while a name is made.
CHANGED = "\0"
#: Names that Windows keeps for devices, whatever follows a dot.
RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
)


def safe_name(*parts: str) -> str:
    """One name of ``parts``, joined by dashes: letters and digits of any script, ``.``, ``_`` and ``-``.

    Every run of other characters becomes a dash. Where that is not enough (nothing is left, too long, reserved) a
    fingerprint of the parts is added, so that such names stay different. Never empty, never hidden, at most
    80 bytes in UTF-8; a safe name stays as it is.
    """
    whole = unicodedata.normalize("NFKC", "-".join(parts))
    marked = "".join(one if _allowed(one) else CHANGED for one in whole)
    plain = re.sub(f"-*{CHANGED}[-{CHANGED}]*", "-", marked).strip("-.")
    if is_safe(plain):
        return plain
    fingerprint = hashlib.sha256("/".join(parts).encode(errors="surrogatepass")).hexdigest()[:FINGERPRINT_LETTERS]
    start = plain.encode()[: LONGEST_BYTES - FINGERPRINT_LETTERS - 1].decode(errors="ignore").rstrip("-.")
    # The fingerprint stands first where Windows would read the rest as a device: ``con.txt`` is one too.
    return f"{fingerprint}-{start}" if _reserved(start) else f"{start or 'unnamed'}-{fingerprint}"


def is_safe(part: str) -> bool:
    """Whether a single name, without slashes, could have come from ``safe_name``."""
    return (
        0 < len(part.encode(errors="replace")) <= LONGEST_BYTES
        and all(_allowed(one) for one in part)
        and part[0] not in "-."
        and part[-1] not in "-."
        and not _reserved(part)
        and unicodedata.is_normalized("NFKC", part)
    )


def is_safe_path(name: str) -> bool:
    """Whether ``name`` is a relative path of safe names: ``2026-11/launch/A7K-2.mp4``."""
    parts = name.split("/")
    return len(parts) <= MOST_PARTS and all(is_safe(part) for part in parts)


def _allowed(one: str) -> bool:
    # Marks are the vowels of many scripts.
    return one in SPECIAL or one.isalnum() or unicodedata.category(one) in ("Mn", "Mc")


def _reserved(part: str) -> bool:
    return part.partition(".")[0].lower() in RESERVED
