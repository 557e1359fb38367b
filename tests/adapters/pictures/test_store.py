"""Reference pictures: fetched, checked in a process of their own, kept under their checksum."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from pathlib import Path

import pytest

from adapters.pictures import PictureStore, sources
from adapters.pictures.unfinished import MOST_BYTES
from bot.core.errors import PictureRefused
from tests.adapters.pictures.conftest import Host, picture


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def content(path: Path) -> bytes:
    return path.read_bytes()


def named(data: bytes, extension: str) -> str:
    return f"{hashlib.sha256(data).hexdigest()}.{extension}"


@pytest.mark.parametrize(
    ("kind", "extension", "media_type"),
    [
        ("PNG", "png", "image/png"),
        ("JPEG", "jpg", "image/jpeg"),
        ("WEBP", "webp", "image/webp"),
        ("GIF", "gif", "image/gif"),
    ],
)
async def test_a_picture_is_kept_under_its_checksum(
    store: PictureStore, host: Host, folder: Path, *, kind: str, extension: str, media_type: str
) -> None:
    """Each kind is recognised by its bytes, whatever the address is called; nothing else is left in the folder."""
    data = picture(kind)
    host.pages["/fox.txt"] = data

    name = await store.take(f"{host.url}/fox.txt")

    assert name == named(data, extension)
    assert store.path(name) == folder / name
    assert content(store.path(name)) == data
    assert store.media_type(name) == media_type
    assert files(folder) == [name]


async def test_the_same_picture_is_kept_once(store: PictureStore, host: Host, folder: Path) -> None:
    """The same bytes have the same name, from wherever they came."""
    host.pages |= {"/a": picture("PNG"), "/b": "/a"}

    assert await store.take(f"{host.url}/a") == await store.take(f"{host.url}/b")
    assert len(files(folder)) == 1


def huge_png(side: int) -> bytes:
    """A few bytes that claim to be a picture of ``side`` x ``side`` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


NO_PICTURE = "That is no picture that can be read; give a PNG, JPEG, WebP or GIF."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", NO_PICTURE),
        (b"<html>not a picture</html>", NO_PICTURE),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', NO_PICTURE),
        (os.urandom(5_000), NO_PICTURE),
        (picture("BMP"), NO_PICTURE),
        (picture("TIFF"), NO_PICTURE),
        (picture("JPEG", (400, 400))[:600], NO_PICTURE),
        (picture("PNG", (400, 400))[:-40], NO_PICTURE),
        (huge_png(3_000), NO_PICTURE),
        (huge_png(60_000), "The picture has more than 40 megapixels; make it smaller and give it again."),
        (b"\x89PNG" + b"x" * MOST_BYTES, "The picture is larger than 10 MB; make it smaller and give it again."),
    ],
    ids=["empty", "html", "svg", "noise", "bmp", "tiff", "cut jpeg", "cut png", "hollow", "huge", "large"],
)
async def test_what_is_no_good_picture_is_refused(
    store: PictureStore, host: Host, folder: Path, data: bytes, sentence: str
) -> None:
    """Bytes that are no picture, damaged, or too much of one are refused, and not kept."""
    host.pages["/x.png"] = data

    with pytest.raises(PictureRefused) as caught:
        await store.take(f"{host.url}/x.png")

    assert caught.value.sentence == sentence
    assert files(folder) == []


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("fox.png", "The picture's address is not fetched: only http and https addresses can be fetched."),
        ("ftp://cdn.example/fox.png", "The picture's address is not fetched: only http and https addresses can be"),
        ("data:image/png;base64,AAAA", "The picture's address is not fetched: only http and https addresses can be"),
        ("http://10.0.0.1/fox.png", "The picture's address is not fetched: it leads into a private network."),
        ("https://169.254.169.254/", "The picture's address is not fetched: it leads into a private network."),
        ("http://inside.example/", "The picture's address is not fetched: it leads into a private network."),
        ("http://127.0.0.1:1/fox.png", "The picture cannot be fetched: its host cannot be reached or is too slow."),
        ("https://nowhere.example/", "The picture cannot be fetched: its host cannot be reached or is too slow."),
        ("{host}/missing.png", "The picture cannot be fetched: its host answers with HTTP 404."),
        ("{host}/inside", "The picture's address is not fetched: it leads into a private network."),
        ("{host}/circle", "The picture's address is not fetched: it redirects too often."),
    ],
)
async def test_an_address_that_gives_no_picture_is_refused(
    folder: Path, host: Host, source: str, sentence: str
) -> None:
    """Each way in which an address fails has its sentence."""

    async def resolve(name: str, _port: int) -> tuple[str, ...]:
        found = {"127.0.0.1": "127.0.0.1", "inside.example": "192.168.0.1"}
        if name not in found:
            raise OSError(name)
        return (found[name],)

    host.pages |= {"/inside": "http://inside.example/", "/circle": "/circle"}
    store = PictureStore(folder, allow_loopback=True, resolve=resolve)

    with pytest.raises(PictureRefused) as caught:
        await store.take(source.format(host=host.url))

    assert caught.value.sentence.startswith(sentence)
    assert files(folder) == []


async def test_this_machine_is_private_unless_allowed(folder: Path, host: Host) -> None:
    """A picture is not fetched from loopback by default."""
    host.pages["/fox.png"] = picture("PNG")

    with pytest.raises(PictureRefused, match="private network"):
        await PictureStore(folder).take(f"{host.url}/fox.png")


async def test_a_slow_host_is_left(store: PictureStore, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole fetch is bounded in time."""
    monkeypatch.setattr(sources, "FETCH_TIMEOUT_S", 0)
    host.pages["/fox.png"] = picture("PNG")

    with pytest.raises(PictureRefused, match="cannot be reached or is too slow"):
        await store.take(f"{host.url}/fox.png")


async def test_a_file_that_is_handed_over_is_copied(store: PictureStore, inbox: Path) -> None:
    """A file that a chat adapter downloaded is taken like any other, and stays where it is."""
    data = picture("WEBP")
    (inbox / "fox").write_bytes(data)

    name = await store.take(f"file:{inbox}/fox")

    assert name == named(data, "webp")
    assert content(inbox / "fox") == data


@pytest.mark.parametrize(
    "source",
    [
        "file:{inbox}/../secret.png",
        "file:{inbox}/link.png",
        "file:{inbox}/missing.png",
        "file:{inbox}",
        "file:{inbox}/pipe",
        "file:link.png",
        "file:",
        "file:/etc/passwd",
        "file:\x00",
        "file:///etc/passwd",
    ],
)
async def test_no_other_file_is_read(store: PictureStore, inbox: Path, source: str) -> None:
    """Only regular files below the one folder are read, wherever links and dots lead."""
    secret = inbox.parent / "secret.png"
    secret.write_bytes(picture("PNG"))
    (inbox / "link.png").symlink_to(secret)
    os.mkfifo(inbox / "pipe")

    with pytest.raises(PictureRefused, match="There is no such picture here"):
        await store.take(source.format(inbox=inbox))


async def test_without_a_folder_no_file_is_read(folder: Path, inbox: Path) -> None:
    """A store that was given no folder takes no files at all."""
    (inbox / "fox").write_bytes(picture("PNG"))

    with pytest.raises(PictureRefused, match="There is no such picture here"):
        await PictureStore(folder).take(f"file:{inbox}/fox")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../secret.png",
        "/etc/passwd",
        "fox.png",
        "a" * 64,
        "a" * 64 + ".exe",
        "a" * 64 + ".png\n",
        "\x00",
    ],
)
def test_a_hostile_name_leads_nowhere(store: PictureStore, name: str) -> None:
    """Names are checksums with an extension; anything else is refused before the disk is asked."""
    with pytest.raises(PictureRefused, match="no longer kept"):
        store.path(name)
    with pytest.raises(PictureRefused, match="no longer kept"):
        store.media_type(name)


def test_a_picture_that_was_removed_is_said(store: PictureStore) -> None:
    """A name that was once good and has no file any more is refused."""
    with pytest.raises(PictureRefused, match="no longer kept; give it again"):
        store.path("a" * 64 + ".png")


async def test_a_disk_that_cannot_be_written_is_said(inbox: Path) -> None:
    """A file where the folder should be is a failure of the disk, in a sentence."""
    (inbox / "pictures").write_text("in the way")

    with pytest.raises(PictureRefused, match="The picture cannot be kept on the bot's disk: File exists"):
        await PictureStore(inbox / "pictures").take("https://cdn.example/fox.png")


async def test_old_pictures_and_what_a_kill_left_are_removed(store: PictureStore, host: Host, folder: Path) -> None:
    """What is older than the time given goes, unless it is still named; other people's files stay."""
    host.pages["/old.png"], host.pages["/kept.gif"] = picture("PNG"), picture("GIF")
    old, kept = await store.take(f"{host.url}/old.png"), await store.take(f"{host.url}/kept.gif")
    host.pages["/new.webp"] = picture("WEBP")
    new = await store.take(f"{host.url}/new.webp")
    (folder / ".left.part").write_bytes(b"half")
    (folder / "notes.txt").write_text("mine")
    for name in (old, kept, ".left.part", "notes.txt"):
        os.utime(folder / name, (1_000, 1_000))

    removed = await store.tidy(keep=frozenset({kept}), before=2_000_000)

    assert removed == 2
    assert files(folder) == sorted([kept, new, "notes.txt"])


async def test_there_is_nothing_to_tidy_before_the_first_picture(tmp_path: Path) -> None:
    """A folder that was never made is no error."""
    assert await PictureStore(tmp_path / "none").tidy(keep=frozenset(), before=1) == 0
