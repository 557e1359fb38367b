"""The archive in a bucket: what only it does, against a real server; what that server never does, through a front."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.archive.copies import Copies
from adapters.archive.folder import FolderArchive
from adapters.archive.s3 import S3Archive
from bot.core.errors import ArchiveError
from bot.core.ports import Stored
from bot.redaction import Redactor
from tests.adapters.archive.conftest import CLIP
from tests.adapters.archive.front import Front, Seen, archive_at, place_at

NAME = "2026-11/launch/A7K-2.mp4"
KEY = f"studio/dailies/{NAME}"
OTHER = b"other bytes"
OTHER_SHA256 = hashlib.sha256(OTHER).hexdigest()


@pytest.fixture
async def stored(bucket: S3Archive, download: Path, sha256: str) -> Stored:
    return await bucket.keep(download, NAME, sha256=sha256)


def copies_of(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "copies").glob("*") if path.is_file()]


def forget(tmp_path: Path) -> None:
    """Remove the copies, as their folder may be removed at any time."""
    for path in copies_of(tmp_path):
        path.unlink()


def put(front: Front, s3_bucket: str, content: bytes) -> None:
    """Another tool writes the object."""
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=x/20261126/us-east-1/s3/aws4_request, Signature=x"}
    address = f"{front.server}/{s3_bucket}/{KEY}"
    httpx.put(address, content=content, headers=signed, trust_env=False).raise_for_status()


def of(front: Front, method: str) -> list[Seen]:
    return [seen for seen in front.seen if seen.method == method]


async def test_upload(bucket: S3Archive, front: Front, s3_bucket: str, stored: Stored) -> None:
    """One upload with its type and checksums, on the condition that there is none; then it is compared."""
    assert [seen.method for seen in front.seen] == ["HEAD", "GET", "PUT", "HEAD"]
    (upload,) = of(front, "PUT")
    assert upload.path == f"/{s3_bucket}/{KEY}"
    assert upload.body == CLIP
    headers = {name.lower(): value for name, value in upload.headers.items()}
    assert headers["content-length"] == str(len(CLIP))
    assert headers["content-type"] == "video/mp4"
    assert headers["x-amz-checksum-sha256"] == upload.checksum
    assert headers["x-amz-meta-sha256"] == stored.sha256
    assert headers["if-none-match"] == "*"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 ")
    assert str(bucket) == f"s3://{s3_bucket}/studio/dailies"


async def test_posted_from_the_copy(bucket: S3Archive, front: Front, stored: Stored, tmp_path: Path) -> None:
    """What was kept is opened without the server; when its copy is gone it is fetched, once."""
    await front.down()
    assert (await bucket.open(stored)).read_bytes() == CLIP
    forget(tmp_path)
    with pytest.raises(ArchiveError, match="cannot be read: it does not answer"):
        await bucket.open(stored)
    await front.up()
    front.seen.clear()
    assert (await bucket.open(stored)).read_bytes() == CLIP
    assert (await bucket.open(stored)).read_bytes() == CLIP
    assert len(of(front, "GET")) == 1
    assert list((tmp_path / "copies" / "unfinished").iterdir()) == []


async def test_gone_and_back(
    bucket: S3Archive, front: Front, download: Path, sha256: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that is gone costs one sentence; the download stays, and is kept when the server is back."""
    await front.down()
    for _ in range(2):
        with pytest.raises(ArchiveError, match=r"cannot be read: it does not answer: look at the network") as caught:
            await bucket.keep(download, NAME, sha256=sha256)
        assert "DAILIES_S3_ENDPOINT" in str(caught.value)
    assert download.read_bytes() == CLIP
    await front.up()
    assert (await bucket.keep(download, NAME, sha256=sha256)).size == len(CLIP)
    assert not download.exists()
    assert caplog.text == ""


async def test_breaks_off_in_the_upload(bucket: S3Archive, front: Front, download: Path, sha256: str) -> None:
    """A server that hangs up in the middle is asked once more; then it is an error, and the download stays."""

    async def hang_up(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    front.answers += [None, None, hang_up]
    await bucket.keep(download, NAME, sha256=sha256)
    assert await bucket.size_of(NAME) == len(CLIP)

    other = "2026-11/launch/A7K-3.mp4"
    download.write_bytes(CLIP)
    front.answers += [None, *[hang_up] * 9]
    with pytest.raises(ArchiveError, match="cannot be written: it does not answer"):
        await bucket.keep(download, other, sha256=sha256)
    assert download.read_bytes() == CLIP


async def test_too_slow(
    bucket: S3Archive, front: Front, download: Path, sha256: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that takes the connection and says nothing is given up on, whatever it was asked."""

    async def silent(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(2)
        return web.Response()

    assert await bucket.size_of(NAME) is None

    with monkeypatch.context() as patch:
        patch.setattr("adapters.archive.bucket.CALL_S", 0.1)
        front.answers += [silent]
        with pytest.raises(ArchiveError, match="cannot be read: it took too long to answer"):
            await bucket.keep(download, NAME, sha256=sha256)
    with monkeypatch.context() as patch:
        patch.setattr("adapters.archive.wire.SILENCE_S", 0.1)
        front.answers += [None, silent]
        with pytest.raises(ArchiveError, match="cannot be written: it took too long to answer"):
            await bucket.keep(download, NAME, sha256=sha256)
    assert download.exists()


async def test_too_slow_in_the_download(
    bucket: S3Archive, front: Front, stored: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A download in which nothing moves any more is given up on."""

    async def stuck(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(len(CLIP))})
        await answer.prepare(request)
        await answer.write(CLIP[:100])
        await asyncio.sleep(2)
        return answer

    forget(tmp_path)
    monkeypatch.setattr("adapters.archive.wire.SILENCE_S", 0.1)
    front.answers += [stuck]
    with pytest.raises(ArchiveError, match="cannot be read: it took too long to answer"):
        await bucket.open(stored)
    assert [path for path in (tmp_path / "copies").rglob("*") if path.is_file()] == []


def refusal(status: int, code: str, message: str = "") -> web.Response:
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return web.Response(status=status, text=text, content_type="application/xml")


async def test_no_s3_at_all(bucket: S3Archive, front: Front, download: Path, sha256: str) -> None:
    """An address at which another kind of server answers is named, and what it says to an upload is not believed."""

    async def page(request: web.Request) -> web.StreamResponse:
        await request.read()
        return web.Response(status=404 if request.method == "HEAD" else 200, text="<html><p>Sign in</p></html>")

    async def no_length(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        return answer

    says = "it answers as no S3 server does: look at DAILIES_S3_ENDPOINT"
    for answer, expected in ((no_length, says), (page, "it is not in the archive .* after its upload")):
        front.answers = [answer] * 9
        with pytest.raises(ArchiveError, match=expected):
            await bucket.keep(download, NAME, sha256=sha256)
    assert download.exists()


async def test_another_s_certificate(s3_bucket: str, download: Path, sha256: str, tmp_path: Path) -> None:
    """A server that cannot prove its name gets nothing."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(Path(__file__).parents[1] / "web" / "clips.example.pem")
    asked = []

    async def anything(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        return web.Response()

    server = TestServer(web.Application(), host="127.0.0.1")
    server.app.router.add_route("*", "/{path:.*}", anything)
    await server.start_server(ssl=context)
    archive = archive_at(f"https://127.0.0.1:{server.port}", s3_bucket, tmp_path)
    with pytest.raises(ArchiveError, match="its certificate is not that of its name"):
        await archive.keep(download, NAME, sha256=sha256)
    assert (asked, download.exists()) == ([], True)
    await archive.close()
    await server.close()


@pytest.mark.parametrize(
    ("status", "code", "remedy"),
    [
        (404, "NoSuchBucket", "there is no such bucket: make it, or correct DAILIES_ARCHIVE"),
        (403, "InvalidAccessKeyId", "correct DAILIES_S3_ACCESS_KEY_ID"),
        (403, "SignatureDoesNotMatch", "correct DAILIES_S3_SECRET_ACCESS_KEY"),
        (403, "RequestTimeTooSkewed", "the clock of this machine is wrong: set it, by NTP"),
        (403, "AccessDenied", "let the key list the bucket, and read, write and delete objects"),
        (403, "SomethingElse", "let the key list the bucket"),
        (400, "AuthorizationHeaderMalformed", "set DAILIES_S3_REGION"),
        (507, "XMinioStorageFull", "no more room"),
        (418, "ImA-Teapot", "it answered 418 ImATeapot: look there"),
    ],
)
async def test_refused(
    bucket: S3Archive, front: Front, download: Path, sha256: str, status: int, code: str, remedy: str
) -> None:
    """Each refusal is one sentence with its remedy, also where the answer itself has no words, and without the key."""

    async def refuse(request: web.Request) -> web.StreamResponse:
        asked = request.headers["Authorization"]
        return web.Response(status=status) if request.method == "HEAD" else refusal(status, code, asked)

    front.answers += [refuse] * 9
    for ask in (lambda: bucket.keep(download, NAME, sha256=sha256), lambda: bucket.size_of(NAME)):
        with pytest.raises(ArchiveError) as caught:
            await ask()
        assert remedy in str(caught.value)
        assert "key-id" not in str(caught.value)
        assert "secret" not in str(caught.value).replace("the secret is", "").replace("DAILIES_S3_SECRET", "")
    assert download.exists()


async def test_busy(bucket: S3Archive, front: Front, download: Path, sha256: str) -> None:
    """A server that is overloaded is asked once more before it is an error."""

    async def busy(_request: web.Request) -> web.StreamResponse:
        return refusal(503, "SlowDown")

    front.answers += [None, None, busy]
    await bucket.keep(download, NAME, sha256=sha256)
    front.answers += [busy, busy]
    with pytest.raises(ArchiveError, match="cannot be written: the server is overloaded or ill"):
        await bucket.delete(NAME)


async def test_written_meanwhile(bucket: S3Archive, front: Front, download: Path, sha256: str) -> None:
    """What somebody else has written between looking and writing is compared, and never overwritten."""

    async def missing(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    await bucket.keep(download, NAME, sha256=sha256)
    for content, fits in ((CLIP, True), (OTHER, False)):
        download.write_bytes(content)
        front.answers += [missing]
        front.seen.clear()
        keeping = bucket.keep(download, NAME, sha256=hashlib.sha256(content).hexdigest())
        if fits:
            await keeping
        else:
            with pytest.raises(ArchiveError, match="holds something else under this name"):
                await keeping
        assert len(of(front, "PUT")) == 1
    assert await bucket.size_of(NAME) == len(CLIP)


async def test_a_server_without_conditions(bucket: S3Archive, front: Front, download: Path, sha256: str) -> None:
    """One that knows no condition gets the upload without it, since nothing was there."""

    async def no_conditions(_request: web.Request) -> web.StreamResponse:
        return refusal(501, "NotImplemented")

    front.answers += [None, None, no_conditions]
    await bucket.keep(download, NAME, sha256=sha256)
    (upload,) = of(front, "PUT")
    assert (upload.body, "If-None-Match" in upload.headers) == (CLIP, False)


async def test_not_there_after_its_upload(bucket: S3Archive, front: Front, download: Path, sha256: str) -> None:
    """An upload that the server has accepted and does not show is not believed."""

    async def accepts(request: web.Request) -> web.StreamResponse:
        await request.read()
        return web.Response()

    front.answers += [None, None, accepts]
    with pytest.raises(ArchiveError, match=r"is not in the archive .* after its upload"):
        await bucket.keep(download, NAME, sha256=sha256)
    assert download.exists()


async def test_damaged_in_the_bucket(
    bucket: S3Archive, front: Front, s3_bucket: str, stored: Stored, tmp_path: Path
) -> None:
    """Bytes that are not those that were kept are not handed out, fewer or more; nothing of them stays."""
    for content in (OTHER, CLIP + CLIP, CLIP[:-1] + b"x"):
        put(front, s3_bucket, content)
        forget(tmp_path)
        with pytest.raises(ArchiveError, match="is damaged: its bytes are not those that were kept"):
            await bucket.open(stored)
        assert [path for path in (tmp_path / "copies").rglob("*") if path.is_file()] == []


async def test_damaged_copy(bucket: S3Archive, stored: Stored, tmp_path: Path) -> None:
    """A copy that is not whole is fetched anew."""
    (copy,) = copies_of(tmp_path)
    for content in (b"", CLIP[:-1] + b"x"):
        copy.write_bytes(content)
        assert (await bucket.open(stored)).read_bytes() == CLIP


async def test_cut_off_in_the_download(bucket: S3Archive, front: Front, stored: Stored, tmp_path: Path) -> None:
    """A download that breaks off is an error, and the next one begins anew."""

    async def cut(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(len(CLIP))})
        await answer.prepare(request)
        await answer.write(CLIP[:100])
        assert request.transport is not None
        request.transport.close()
        return answer

    forget(tmp_path)
    front.answers += [cut]
    with pytest.raises(ArchiveError, match="cannot be read: it does not answer"):
        await bucket.open(stored)
    assert (await bucket.open(stored)).read_bytes() == CLIP


async def test_put_there_by_another_tool(
    bucket: S3Archive, front: Front, s3_bucket: str, download: Path, sha256: str
) -> None:
    """An object that does not say what its bytes have to be is read, and taken for the same only if it is."""
    put(front, s3_bucket, OTHER)
    with pytest.raises(ArchiveError, match="holds something else under this name"):
        await bucket.keep(download, NAME, sha256=sha256)
    put(front, s3_bucket, CLIP)
    assert (await bucket.keep(download, NAME, sha256=sha256)).size == len(CLIP)


async def test_no_room_for_a_copy(
    bucket: S3Archive,
    download: Path,
    sha256: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What is in the bucket is kept, even where no copy of it can be made here."""

    async def full(_copies: Copies, _source: Path, _name: str) -> Path:
        msg = "its disk is full"
        raise ArchiveError(msg)

    with monkeypatch.context() as patch:
        patch.setattr(Copies, "take", full)
        stored = await bucket.keep(download, NAME, sha256=sha256)
    assert f"{NAME} is archived, and no copy of it is kept here: its disk is full" in caplog.text
    assert (await bucket.open(stored)).read_bytes() == CLIP


async def test_no_room_for_a_download(bucket: S3Archive, stored: Stored, tmp_path: Path) -> None:
    """A disk that does not take the copies is named with the remedy."""
    forget(tmp_path)
    (tmp_path / "copies" / "unfinished").write_text("in the way")
    with pytest.raises(ArchiveError, match=r"local copies .* cannot be written: a part of that path is a file"):
        await bucket.open(stored)


async def test_too_large(bucket: S3Archive, download: Path, sha256: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that S3 does not take in one piece is refused before it is sent."""
    monkeypatch.setattr("adapters.archive.bucket.LARGEST_BYTES", len(CLIP) - 1)
    with pytest.raises(ArchiveError, match=r"19,000 bytes are more than S3 takes in one piece \(18,999\)"):
        await bucket.keep(download, NAME, sha256=sha256)


async def test_the_environment_says_nothing(
    bucket: S3Archive, download: Path, sha256: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither a key nor a proxy nor an address comes from anything but the settings."""
    (tmp_path / "config").write_text("[default]\nendpoint_url = http://127.0.0.1:9\nregion = moon\n")
    for name, value in {
        "AWS_PROFILE": "nobody",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "another",
        "AWS_SESSION_TOKEN": "another",
        "AWS_CA_BUNDLE": str(tmp_path / "nothing"),
        "AWS_MAX_ATTEMPTS": "no number",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    assert (await bucket.keep(download, NAME, sha256=sha256)).size == len(CLIP)


async def test_link(front: Front, s3_bucket: str, download: Path, sha256: str, tmp_path: Path) -> None:
    """Anybody can fetch the clip at its address, which names, dates and signs it, and which no log shows."""
    archive = archive_at(front.url, s3_bucket, tmp_path, public_url=front.server)
    stored = await archive.keep(download, NAME, sha256=sha256)
    address = await archive.link(stored, name='A7K-2-große-"Szene".mp4', seconds=30 * 24 * 3600)
    with pytest.raises(ArchiveError, match="is not in the archive"):
        await archive.link(Stored(name="2026-11/a.mp4", size=1, sha256=sha256), name="a.mp4", seconds=60)
    await archive.close()
    assert address is not None
    assert address.startswith(f"{front.server}/{s3_bucket}/{KEY}?")
    assert "X-Amz-Expires=604800&" in address
    async with httpx.AsyncClient(trust_env=False) as client:
        got = await client.get(address)
    assert (got.content, got.headers["Content-Type"]) == (CLIP, "video/mp4")
    assert got.headers["Content-Disposition"] == (
        "inline; filename=\"A7K-2-gro_e-_Szene_.mp4\"; filename*=UTF-8''A7K-2-gro%C3%9Fe-%22Szene%22.mp4"
    )
    shown = Redactor().text(f"a link: {address} was made")
    assert shown == f"a link: {front.server}/{s3_bucket}/{KEY}?*** was made"


async def test_no_link_to_this_machine(bucket: S3Archive, stored: Stored) -> None:
    """A server that only this machine reaches has no address for anybody."""
    assert await bucket.link(stored, name="A7K-2.mp4", seconds=60) is None


async def test_what_the_folder_has(front: Front, s3_bucket: str, download: Path, sha256: str, tmp_path: Path) -> None:
    """Clips of the time when the archive was a folder are found, linked to, set aside and removed as any other."""
    folder = FolderArchive(tmp_path / "before")
    archive = archive_at(front.url, s3_bucket, tmp_path, public_url=front.server)
    stored = await folder.keep(download, NAME, sha256=sha256)
    assert await archive.size_of(NAME) == len(CLIP)
    await front.down()
    assert (await archive.open(stored)).read_bytes() == CLIP
    await front.up()
    with pytest.raises(ArchiveError, match="is damaged"):
        await archive.open(Stored(name=NAME, size=len(CLIP), sha256=OTHER_SHA256))
    assert of(front, "PUT") == []
    address = await archive.link(stored, name="A7K-2.mp4", seconds=60)
    assert address is not None
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(address)).content == CLIP
    assert await folder.size_of(NAME) == len(CLIP)
    assert await archive.set_aside("now", unless=lambda _: False) == 2
    assert await archive.size_of(f"aside-now/{NAME}") == len(CLIP)
    assert await archive.set_aside("now", unless=lambda _: False) == 0
    await folder.keep(await archive.open(replaced(stored, f"aside-now/{NAME}")), NAME, sha256=sha256)
    await archive.delete(NAME)
    assert await archive.size_of(NAME) is None
    assert await folder.size_of(NAME) is None
    await archive.close()


def replaced(stored: Stored, name: str) -> Stored:
    return Stored(name=name, size=stored.size, sha256=stored.sha256)


async def test_set_aside(bucket: S3Archive, front: Front, stored: Stored, sha256: str, download: Path) -> None:
    """What is not known goes under a prefix, what is known stays; a listing of several pages is read to its end."""
    for number in range(3, 6):
        download.write_bytes(CLIP)
        await bucket.keep(download, f"2026-11/launch/A7K-{number}.mp4", sha256=sha256)

    async def one_page(request: web.Request) -> web.StreamResponse:
        front.answers.insert(0, None)
        changed = request.clone(rel_url=request.rel_url.update_query({"max-keys": "3"}))
        return await front.handle(changed)

    front.answers += [one_page, one_page]
    assert await bucket.set_aside("now", unless=lambda name: "A7K-3" in name) == 3
    assert await bucket.size_of(NAME) is None
    assert await bucket.size_of("2026-11/launch/A7K-3.mp4") == len(CLIP)
    assert (await bucket.open(replaced(stored, f"aside-now/{NAME}"))).read_bytes() == CLIP


async def test_probe(bucket: S3Archive, front: Front, tmp_path: Path) -> None:
    """The probe writes, reads and removes one small object, and leaves nothing."""
    await bucket.probe()
    assert {seen.method for seen in front.seen} == {"HEAD", "GET", "PUT", "DELETE"}
    assert [seen.method for seen in front.seen].count("DELETE") == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_probe_of_what_may_not_be_written(bucket: S3Archive, front: Front) -> None:
    """A key that may only read is found out."""

    async def denied(_request: web.Request) -> web.StreamResponse:
        return refusal(403, "AccessDenied")

    front.answers += [None, None, denied, denied, denied]
    with pytest.raises(ArchiveError, match="cannot be written: the key may not do that there"):
        await bucket.probe()


def test_the_key_is_not_shown() -> None:
    """No way of printing where a bucket is shows its key; and it is reached as its style says."""
    place = place_at("http://127.0.0.1:9000", "clips")
    assert "key-id" not in f"{place} {place!r}"
    assert "secret-key" not in f"{place} {place!r}"
    assert place.addressing == "path"
