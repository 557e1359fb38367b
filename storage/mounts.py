"""Which kind of file system a path is on: SQLite loses rows on those that come over a network."""

from __future__ import annotations

import re
from pathlib import Path

from bot.core.errors import StoreError

#: Where the kernel lists what is mounted (proc_mounts(5)); not there on other systems, where nothing is checked.
MOUNTS = Path("/proc/mounts")
#: Locks and shared memory, which SQLite's WAL needs, are not dependable on these (sqlite.org/wal.html).
NETWORK_KINDS = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "davfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs",
        "nfs4", "ocfs2", "smb2", "smb3", "smbfs",
        "fuse.ceph", "fuse.cifs", "fuse.davfs", "fuse.gcsfuse", "fuse.glusterfs", "fuse.goofys", "fuse.juicefs",
        "fuse.rclone", "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs",
    }
)  # fmt: skip
#: Blanks and backslashes in a mount point are written as three octal digits.
ESCAPED = re.compile(r"\\([0-7]{3})")


def file_system(path: Path, mounts: str) -> str | None:
    """The kind of file system that holds ``path``, by a listing of mounts; ``None`` when it does not say.

    The longest mount point above the path decides, and among equals the last one, which covers the others.
    """
    best: tuple[int, str] | None = None
    for line in mounts.splitlines():
        _, point, kind, *_ = line.split(" ")
        folder = Path(ESCAPED.sub(lambda digits: chr(int(digits[1], 8)), point))
        depth = len(folder.parts)
        if path.is_relative_to(folder) and (best is None or depth >= best[0]):
            best = (depth, kind)
    return None if best is None else best[1]


def refuse_network(path: Path, *, listing: Path | None = None) -> None:
    """Refuse a database that would come over a network.

    Raises:
        StoreError
    """
    listing = MOUNTS if listing is None else listing
    if not listing.is_file():
        return
    kind = file_system(path, listing.read_text(errors="surrogateescape"))
    if kind in NETWORK_KINDS:
        msg = (
            f"The database {path} would be on a network file system ({kind}), where SQLite can lose rows. "
            f"Set DAILIES_HOME to a folder on a disk of this machine."
        )
        raise StoreError(msg)
