from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bot.core.errors import ArchiveError
from bot.core.fakes.archive import MemoryArchive
from bot.core.fakes.script import After


async def test_errors(tmp_path: Path) -> None:
    """A scripted error comes instead of the deed, or after it, when the deed is found done."""
    archive = MemoryArchive(tmp_path)
    source = archive.working_file("A7K.mp4")
    source.write_bytes(b"a fox")
    sha256 = hashlib.sha256(b"a fox").hexdigest()
    archive.script.add("keep", ArchiveError("its disk is full"), After(ArchiveError("its disk does not answer")))
    with pytest.raises(ArchiveError, match="full"):
        await archive.keep(source, "A7K.mp4", sha256=sha256)
    assert archive.files == {}
    with pytest.raises(ArchiveError, match="does not answer"):
        await archive.keep(source, "A7K.mp4", sha256=sha256)
    assert archive.files == {"A7K.mp4": b"a fox"}
    assert await archive.keep(source, "A7K.mp4", sha256=sha256)
