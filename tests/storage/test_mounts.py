from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.core.fakes import FakeClock
from storage import mounts, open_store
from storage.mounts import NETWORK_KINDS, file_system, refuse_network

LISTING = r"""/dev/vda / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/export /site nfs4 rw,vers=4.2 0 0
/dev/vdb /site/ada ext4 rw 0 0
//server/share /mnt/team\040share\134a cifs rw 0 0
ada@server: /mnt/ssh fuse.sshfs rw 0 0
/dev/vdc /data ext4 rw 0 0
server:/export /data nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/dailies.db", "ext4"),
        ("/site/bob/dailies.db", "nfs4"),
        ("/sitework/dailies.db", "ext4"),
        ("/site/ada/dailies.db", "ext4"),
        ("/mnt/team share\\a/dailies.db", "cifs"),
        ("/mnt/ssh/x/dailies.db", "fuse.sshfs"),
        ("/data/dailies.db", "nfs"),
    ],
)
def test_the_mount_that_holds_a_path(path: str, kind: str) -> None:
    """The longest mount point above a path decides, and of two on the same point the later one."""
    assert file_system(Path(path), LISTING) == kind


def test_a_listing_that_says_nothing() -> None:
    """Without a mount above the path nothing is known."""
    assert file_system(Path("/x"), "") is None


@pytest.mark.parametrize("kind", sorted(NETWORK_KINDS))
def test_network_file_systems_are_refused(tmp_path: Path, kind: str) -> None:
    """Each network file system is named in the sentence, with what to do."""
    listing = tmp_path / "mounts"
    listing.write_text(f"server:/ / {kind} rw 0 0\n")
    with pytest.raises(StoreError, match=rf"on a network file system \({kind}\).*Set DAILIES_HOME to a folder"):
        refuse_network(Path("/x/dailies.db"), listing=listing)


def test_without_a_listing_nothing_is_refused(tmp_path: Path) -> None:
    """A system that lists no mounts is trusted."""
    refuse_network(tmp_path / "dailies.db", listing=tmp_path / "none")


async def test_no_store_is_opened_over_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening refuses before it makes a file."""
    listing = tmp_path / "mounts"
    listing.write_text("server:/ / nfs rw 0 0\n")
    monkeypatch.setattr(mounts, "MOUNTS", listing)
    with pytest.raises(StoreError, match="network file system"):
        await open_store(f"sqlite+aiosqlite:///{tmp_path / 'home' / 'dailies.db'}", FakeClock())
    assert list((tmp_path / "home").iterdir()) == []
