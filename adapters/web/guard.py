"""Which addresses may be fetched: public ones only, judged by where they really lead.

A name is resolved once, every address that it has is judged, and the connection goes to a judged address: a name
that changes its mind between the look and the leap (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

Address = IPv4Address | IPv6Address
#: Gives every address of a host and port; raises OSError when there is none.
Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]

MOST_URL_CHARACTERS = 8_192
MOST_PORT = 65_535
#: RFC 6052: IPv4 addresses inside IPv6, as a NAT64 network gives them for ordinary hosts.
NAT64 = IPv6Network("64:ff9b::/96")
#: RFC 4291: all public unicast of IPv6.
GLOBAL_UNICAST = IPv6Network("2000::/3")
#: Teredo and 6to4 lead to an IPv4 address that hides inside.
TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))
DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressRefused(Exception):
    """An address that is not fetched; ``str()`` says why, without repeating it."""


def check_url(url: str, *, allow_loopback: bool = False, allow_plain: bool = False) -> httpx.URL:
    """The address, judged as far as it can be without asking for the host's addresses.

    Args:
        url: as somebody gave it.
        allow_loopback: this machine may be fetched from, without TLS too.
        allow_plain: http is allowed for public hosts.

    Raises:
        AddressRefused
    """
    try:
        parsed = httpx.URL(url if len(url) <= MOST_URL_CHARACTERS else "")
    except (httpx.InvalidURL, UnicodeError) as error:
        text = "it is no web address"
        raise AddressRefused(text) from error
    if parsed.port is not None and not 0 < parsed.port <= MOST_PORT:
        text = "it is no web address"
        raise AddressRefused(text)
    if parsed.scheme not in DEFAULT_PORTS or not parsed.host:
        text = "only http and https addresses can be fetched"
        raise AddressRefused(text)
    if parsed.userinfo:
        text = "an address with a user or a password in it is not fetched"
        raise AddressRefused(text)
    if (literal := literal_address(host_of(parsed))) is not None:
        judge(parsed, literal, allow_loopback=allow_loopback, allow_plain=allow_plain)
    elif parsed.scheme == "http" and not (allow_plain or allow_loopback):
        raise AddressRefused(NEEDS_HTTPS)
    return parsed


async def vetted_addresses(
    url: httpx.URL, resolve: Resolve, *, allow_loopback: bool = False, allow_plain: bool = False
) -> tuple[str, ...]:
    """The addresses to connect to for this URL; each of them was judged.

    Raises:
        AddressRefused: one of the host's addresses may not be fetched from.
        OSError: the host has no address.
    """
    port = url.port or DEFAULT_PORTS[url.scheme]
    addresses = tuple(dict.fromkeys(await resolve(host_of(url), port)))
    for address in addresses:
        judge(url, ip_address(address), allow_loopback=allow_loopback, allow_plain=allow_plain)
    return addresses


async def system_resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses that the system's resolver gives.

    Raises:
        OSError: there is none.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(str(error)) from error
    return tuple(str(sockaddr[0]) for *_, sockaddr in found)


NEEDS_HTTPS = "only https addresses are fetched"
NOT_PUBLIC = "it leads into a private network"


def judge(url: httpx.URL, address: Address, *, allow_loopback: bool, allow_plain: bool) -> None:
    """Refuse an address that is not public, or that would be fetched in the clear.

    Raises:
        AddressRefused
    """
    plain = embedded_ipv4(address)
    if allow_loopback and plain.is_loopback:
        return
    if not is_public(plain):
        raise AddressRefused(NOT_PUBLIC)
    if url.scheme == "http" and not allow_plain:
        raise AddressRefused(NEEDS_HTTPS)


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet: not private, local, shared, reserved, multicast or a tunnel."""
    if isinstance(address, IPv6Address) and (
        address not in GLOBAL_UNICAST or any(address in tunnel for tunnel in TUNNELS)
    ):
        return False
    return address.is_global and not address.is_multicast


def embedded_ipv4(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where it has one; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return IPv4Address(address.packed[-4:])
    return address


def literal_address(host: str) -> Address | None:
    """The address that a host name spells out, if it is one."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def host_of(url: httpx.URL) -> str:
    """The host as it is resolved: ASCII, without brackets."""
    return url.raw_host.decode("ascii")
