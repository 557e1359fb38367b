"""A guarded GET on real sockets: where it connects, whom it believes, which redirects it follows."""

from __future__ import annotations

import json
import ssl
from typing import Any

import httpx
import pytest

from adapters.web.fetch import Fetcher
from adapters.web.guard import AddressRefused


class Names:
    """A resolver that knows some names, and counts how often it is asked."""

    def __init__(self, **names: tuple[str, ...]) -> None:
        """Names are given with ``_`` for the dot."""
        self.names = {name.replace("_", "."): found for name, found in names.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> tuple[str, ...]:
        """The addresses of a name."""
        self.asked.append(host)
        if host not in self.names:
            raise OSError(host)
        return self.names[host]


async def told(fetcher: Fetcher, url: str) -> Any:
    async with fetcher.open(url, {"X-Asked": "yes"}) as response:
        return json.loads(await response.aread())


async def test_a_name_is_pinned_to_its_address_and_keeps_its_certificate(tls_port: int, trust: ssl.SSLContext) -> None:
    """The connection goes to the judged address, Host header and certificate are the name's."""
    names = Names(clips_example=("127.0.0.1",))
    fetcher = Fetcher(tls=trust, allow_loopback=True, resolve=names)

    answer = await told(fetcher, f"https://clips.example:{tls_port}/a")

    assert (answer["host"], answer["path"]) == (f"clips.example:{tls_port}", "/a")
    assert answer["headers"]["Accept-Encoding"] == "identity"
    assert answer["headers"]["X-Asked"] == "yes"
    assert names.asked == ["clips.example"]


async def test_a_certificate_for_another_name_is_not_believed(tls_port: int, trust: ssl.SSLContext) -> None:
    """Pinning an address does not weaken what the certificate has to say."""
    names = Names(other_example=("127.0.0.1",))
    fetcher = Fetcher(tls=trust, allow_loopback=True, resolve=names)

    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        await told(fetcher, f"https://other.example:{tls_port}/a")


async def test_a_name_that_changes_its_mind_gains_nothing(tls_port: int, trust: ssl.SSLContext) -> None:
    """A name that is public at first and private later (rebinding) is judged at each look, and refused."""
    fetcher = Fetcher(tls=trust, resolve=Names(clips_example=("127.0.0.1",)))

    with pytest.raises(AddressRefused, match="private network"):
        await told(fetcher, f"https://clips.example:{tls_port}/a")


async def test_the_next_address_is_tried(port: int) -> None:
    """A host with an address that does not answer is reached at its other one."""
    fetcher = Fetcher(allow_loopback=True, resolve=Names(two_example=("127.0.0.2", "127.0.0.1")))

    assert (await told(fetcher, f"http://two.example:{port}/a"))["path"] == "/a"


@pytest.mark.parametrize("found", [{}, {"gone_example": ()}])
async def test_a_name_without_an_address_is_unreachable(found: dict[str, tuple[str, ...]]) -> None:
    """A name that does not resolve is a failed connection."""
    fetcher = Fetcher(allow_loopback=True, resolve=Names(**found))

    with pytest.raises(httpx.ConnectError, match="no address"):
        await told(fetcher, "https://gone.example/a")


async def test_an_address_literal_is_fetched_as_it_is(port: int) -> None:
    """A literal needs no resolver's help, and this machine may be fetched from when that is allowed."""
    assert (await told(Fetcher(allow_loopback=True), f"http://127.0.0.1:{port}/a"))["path"] == "/a"


@pytest.mark.parametrize("to", ["/b", "b", "http://localhost:{port}/b", "//127.0.0.1:{port}/b"])
async def test_a_redirect_is_followed_with_the_same_headers(port: int, to: str) -> None:
    """Relative and absolute redirects lead on."""
    url = f"http://127.0.0.1:{port}/a?to={to.format(port=port)}"

    answer = await told(Fetcher(allow_loopback=True), url)

    assert (answer["path"], answer["headers"]["X-Asked"]) == ("/b", "yes")


@pytest.mark.parametrize(
    ("to", "problem"),
    [
        ("http://10.0.0.1/b", "private network"),
        ("https://169.254.169.254/latest/meta-data", "private network"),
        ("http://inside.example/b", "private network"),
        ("http://8.8.8.8/b", "only https"),
        ("file:///etc/passwd", "only http and https"),
        ("https://user:pw@cdn.example/", "a user or a password"),
        ("http://[::1/b", "it redirects to no web address"),
    ],
)
async def test_every_hop_is_judged(port: int, to: str, problem: str) -> None:
    """A redirect to what may not be fetched is not followed."""
    names = Names(start_example=("127.0.0.1",), inside_example=("192.168.0.1",))
    fetcher = Fetcher(allow_loopback=True, resolve=names)

    with pytest.raises(AddressRefused, match=problem):
        await told(fetcher, f"http://start.example:{port}/a?to={to}")


async def test_redirects_are_counted(port: int) -> None:
    """A host that redirects for ever is left."""
    url = f"http://127.0.0.1:{port}/a"
    for _ in range(3):
        url = str(httpx.URL(f"http://127.0.0.1:{port}/a", params={"to": url}))

    assert (await told(Fetcher(allow_loopback=True, most_redirects=3), url))["path"] == "/a"
    with pytest.raises(AddressRefused, match="redirects too often"):
        await told(Fetcher(allow_loopback=True, most_redirects=2), url)
