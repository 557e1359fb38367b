"""Which addresses may be fetched."""

from __future__ import annotations

from ipaddress import ip_address

import httpx
import pytest

from adapters.web.guard import AddressRefused, check_url, is_public, system_resolve, vetted_addresses

PRIVATE = "it leads into a private network"
NEEDS_HTTPS = "only https addresses are fetched"
NO_ADDRESS = "only http and https addresses can be fetched"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("2001::7f00:1", False),
        ("2002:7f00:1::1", False),
        ("64:ff9b:1::1", False),
        ("4000::1", False),
    ],
)
def test_only_public_addresses_are_public(address: str, *, public: bool) -> None:
    """Private, shared, local, metadata, reserved, multicast and tunnel addresses are not."""
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", NO_ADDRESS),
        ("cdn.example/a", NO_ADDRESS),
        ("ftp://cdn.example/a", NO_ADDRESS),
        ("file:///etc/passwd", NO_ADDRESS),
        ("javascript:alert(1)", NO_ADDRESS),
        ("https:///a", NO_ADDRESS),
        ("https://" + "a" * 9_000, NO_ADDRESS),
        ("https://cdn.example:99999/a", "it is no web address"),
        ("https://cdn.example/\x00", "it is no web address"),
        ("https://user:pw@cdn.example/a", "an address with a user or a password in it is not fetched"),
        ("http://cdn.example/a", NEEDS_HTTPS),
        ("http://8.8.8.8/a", NEEDS_HTTPS),
        ("https://127.0.0.1/a", PRIVATE),
        ("https://[::1]/a", PRIVATE),
        ("https://[::ffff:127.0.0.1]/a", PRIVATE),
        ("https://[::ffff:10.0.0.1]/a", PRIVATE),
        ("https://[64:ff9b::a00:1]/a", PRIVATE),
        ("https://169.254.169.254/latest/meta-data", PRIVATE),
        ("http://192.168.0.1/a", PRIVATE),
    ],
)
def test_a_bad_address_is_refused_before_it_is_asked_for(url: str, problem: str) -> None:
    """Schemes, slips, passwords and addresses that are not public are refused in a short phrase."""
    with pytest.raises(AddressRefused) as caught:
        check_url(url)

    assert str(caught.value) == problem


@pytest.mark.parametrize(
    ("url", "loopback", "plain"),
    [
        ("https://cdn.example/a?sig=1", False, False),
        ("https://8.8.8.8/a", False, False),
        ("https://[64:ff9b::808:808]/a", False, False),
        ("http://cdn.example/a", False, True),
        ("http://8.8.8.8/a", False, True),
        ("http://127.0.0.1:8000/a", True, False),
        ("http://localhost:8000/a", True, False),
        ("http://[::1]:8000/a", True, False),
    ],
)
def test_a_good_address_passes(url: str, *, loopback: bool, plain: bool) -> None:
    """Public hosts by https, by http where that is allowed, and this machine where that is."""
    assert check_url(url, allow_loopback=loopback, allow_plain=plain) == httpx.URL(url)


@pytest.mark.parametrize(
    ("url", "found", "problem"),
    [
        ("https://cdn.example/a", ("10.0.0.1",), PRIVATE),
        ("https://cdn.example/a", ("8.8.8.8", "127.0.0.1"), PRIVATE),
        ("https://cdn.example/a", ("8.8.8.8", "::1"), PRIVATE),
        ("http://cdn.example/a", ("8.8.8.8",), NEEDS_HTTPS),
    ],
)
async def test_a_name_is_judged_by_all_its_addresses(url: str, found: tuple[str, ...], problem: str) -> None:
    """One address that may not be fetched from is enough to refuse the host."""

    async def resolve(_host: str, _port: int) -> tuple[str, ...]:
        return found

    with pytest.raises(AddressRefused) as caught:
        await vetted_addresses(httpx.URL(url), resolve)

    assert str(caught.value) == problem


async def test_the_addresses_of_a_good_name_are_given_once_each() -> None:
    """The resolver is asked once, with the URL's port; what it says twice counts once."""
    asked: list[tuple[str, int]] = []

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        asked.append((host, port))
        return ("8.8.8.8", "8.8.8.8", "2606:4700::1111")

    assert await vetted_addresses(httpx.URL("https://cdn.example/a"), resolve) == ("8.8.8.8", "2606:4700::1111")
    assert await vetted_addresses(httpx.URL("https://cdn.example:444/a"), resolve)
    assert asked == [("cdn.example", 443), ("cdn.example", 444)]


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("127.1", "127.0.0.1")])
async def test_the_system_resolves_numbers_in_every_spelling(host: str, expected: str) -> None:
    """An address in a shortened spelling is resolved, so that it is judged as what it is."""
    assert await system_resolve(host, 80) == (expected,)


async def test_a_name_that_cannot_be_asked_for_has_no_address() -> None:
    """A label that is too long fails like any name without an address."""
    with pytest.raises(OSError, match="label"):
        await system_resolve("a" * 64 + ".example", 80)
