"""Balance, estimate, upload; and what the client refuses to begin with."""

from __future__ import annotations

from email.utils import formatdate
from pathlib import Path

import pytest

from adapters.muapi.client import MOST_PICTURE_BYTES, MuapiClient
from adapters.muapi.settings import Timeouts
from bot.core.errors import KeyRefused, OrderRefused, RefusedFor, Transient
from bot.core.fakes.clock import FakeClock
from bot.core.money import Money
from bot.core.ports import Balance
from tests.adapters.muapi.client.wire import KEY, ORDER, MakeClient, Provider


@pytest.mark.parametrize(
    ("text", "headers", "amount"),
    [
        ('{"balance": 12.5, "currency": "USD", "email": "a@b.example"}', {}, "12.50"),
        ('{"balance": "0.1"}', {"X-Account-Balance": "7"}, "0.10"),
        ('{"data": {"balance": 3}}', {}, "3"),
        ("{}", {"X-Account-Balance": "41.07"}, "41.07"),
        ('{"balance": -0.5}', {}, "-0.50"),
        ('{"balance": 0}', {}, "0"),
    ],
)
async def test_the_balance_is_exact(
    client: MuapiClient, provider: Provider, text: str, headers: dict[str, str], amount: str
) -> None:
    """The wallet is read from the body, else from the header, without any rounding."""
    provider.says(text=text, headers=headers)

    assert await client.balance() == Balance(amount=Money.usd(amount))
    assert provider.seen[0].path == "/api/v1/account/balance"


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (200, "{}", Transient),
        (200, "oops", Transient),
        (500, "{}", Transient),
        (404, "{}", Transient),
        (401, "{}", KeyRefused),
    ],
)
async def test_a_balance_that_is_not_told(
    client: MuapiClient, provider: Provider, status: int, text: str, error: type[Exception]
) -> None:
    """A balance that cannot be read is asked for again, unless the key is refused."""
    provider.says(status=status, text=text)

    with pytest.raises(error):
        await client.balance()


@pytest.mark.parametrize(
    ("status", "text", "amount"),
    [
        (200, '{"model": "m", "cost": 0.32, "currency": "USD"}', Money.usd("0.32")),
        (200, '{"cost": "0.0825"}', Money.usd("0.0825")),
        (200, '{"data": {"cost": {"amount_usd": 1.5}}}', Money.usd("1.50")),
        (200, '{"cost": 32, "currency": "credits"}', None),
        (200, '{"cost": -1}', None),
        (200, "{}", None),
        (404, "{}", None),
        (405, "{}", None),
        (422, "{}", None),
        (400, "{}", None),
    ],
)
async def test_an_estimate_is_the_providers_own_word(
    client: MuapiClient, provider: Provider, status: int, text: str, amount: Money | None
) -> None:
    """The same body is asked about; a provider that says nothing in dollars says nothing."""
    provider.says(status=status, text=text)

    assert await client.estimate(ORDER) == amount
    assert provider.seen[0].path == f"/api/v1/models/{ORDER.endpoint}/estimate-cost"
    assert provider.seen[0].json == ORDER.payload


async def test_an_estimate_that_fails_may_be_asked_for_again(client: MuapiClient, provider: Provider) -> None:
    """A server fault is not an answer."""
    provider.says(status=500, text="")

    with pytest.raises(Transient):
        await client.estimate(ORDER)


@pytest.mark.parametrize(
    ("status", "said"),
    [(200, (True, Money.usd("0.32"))), (404, (False, None)), (405, (False, None)), (422, (True, None))],
)
async def test_whether_an_endpoint_is_served(
    client: MuapiClient, provider: Provider, status: int, said: tuple[bool, Money | None]
) -> None:
    """An endpoint that is not there is told from one that says no price."""
    provider.says({"cost": "0.32"}, status=status)
    assert await client.ask_price(ORDER) == said


@pytest.mark.parametrize(("date", "skew"), [(None, None), ("yesterday", None)])
async def test_no_time(client: MuapiClient, provider: Provider, date: str | None, skew: int | None) -> None:
    """A provider whose answers have no readable date says nothing about our clock."""
    provider.says({"balance": 1}, headers={"Date": date or ""})
    assert await client.clock_skew_ms() == skew


async def test_our_clock(client: MuapiClient, provider: Provider) -> None:
    """How far our clock is ahead of the provider's, whatever it answers."""
    provider.says({"balance": 1}, status=401, headers={"Date": formatdate(FakeClock().now() / 1000 - 90, usegmt=True)})
    assert await client.clock_skew_ms() == pytest.approx(90_000, abs=1_000)


PIXELS = b"\x89PNG" + bytes(range(256))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A file to upload."""
    path = tmp_path / "fox.png"
    path.write_bytes(PIXELS)
    return path


@pytest.mark.parametrize(
    "text",
    [
        '{"url": "https://cdn.example/fox.png"}',
        '{"file_url": "https://cdn.example/fox.png"}',
        '{"data": {"url": "https://cdn.example/fox.png"}}',
        '{"data": {"file_url": "https://cdn.example/fox.png"}}',
        '{"data": "https://cdn.example/fox.png"}',
        '{"url": "", "file_url": "https://cdn.example/fox.png"}',
    ],
)
async def test_a_picture_is_uploaded(client: MuapiClient, provider: Provider, picture: Path, text: str) -> None:
    """The file goes as the multipart field ``file``; its URL is found in each of the known places."""
    provider.says(text=text)

    assert await client.upload(picture, "image/png") == "https://cdn.example/fox.png"

    (seen,) = provider.seen
    assert (seen.method, seen.path) == ("POST", "/api/v1/upload_file")
    assert b'name="file"; filename="fox.png"' in seen.body
    assert b"Content-Type: image/png" in seen.body
    assert PIXELS in seen.body


@pytest.mark.parametrize(
    ("status", "text", "reason"),
    [
        (413, '{"error": "too large"}', RefusedFor.PARAMETERS),
        (415, "{}", RefusedFor.PARAMETERS),
        (400, '{"error": "nsfw"}', RefusedFor.POLICY),
        (404, "{}", RefusedFor.MODEL),
    ],
)
async def test_a_picture_that_the_provider_refuses(
    client: MuapiClient, provider: Provider, picture: Path, *, status: int, text: str, reason: RefusedFor
) -> None:
    """A refused picture is not offered again."""
    provider.says(status=status, text=text)

    with pytest.raises(OrderRefused) as caught:
        await client.upload(picture, "image/png")

    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (401, "{}", KeyRefused),
        (429, "{}", Transient),
        (500, "{}", Transient),
        (200, "{}", Transient),
        (200, "", Transient),
    ],
)
async def test_an_upload_that_may_be_tried_again(
    client: MuapiClient, provider: Provider, picture: Path, *, status: int, text: str, error: type[Exception]
) -> None:
    """An upload buys nothing, so it may be repeated."""
    provider.says(status=status, text=text)

    with pytest.raises(error):
        await client.upload(picture, "image/png")


async def test_a_picture_above_the_limit_is_not_sent(client: MuapiClient, provider: Provider, tmp_path: Path) -> None:
    """Ten megabytes are the provider's limit; more is refused here."""
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(MOST_PICTURE_BYTES + 1)

    with pytest.raises(OrderRefused, match="10,485,761 bytes; the provider takes 10,485,760"):
        await client.upload(large, "image/png")

    assert provider.seen == []


async def test_a_picture_that_is_gone_is_said(client: MuapiClient, provider: Provider, tmp_path: Path) -> None:
    """A picture that was removed meanwhile ends the order with a reason."""
    with pytest.raises(OrderRefused, match="the reference picture cannot be read: No such file"):
        await client.upload(tmp_path / "gone.png", "image/png")

    assert provider.seen == []


@pytest.mark.parametrize(
    ("base_url", "problem"),
    [
        ("muapi.ai/api/v1", "is no base URL; write one like https://muapi.ai/api/v1"),
        ("ftp://muapi.ai", "is no base URL"),
        ("https://", "is no base URL"),
        ("http://muapi.ai/api/v1", "would send the key in the clear"),
        ("https://user:pass@muapi.ai/api/v1", "has no user, password"),
        ("https://muapi.ai/api/v1?key=x", "has no user, password, query"),
    ],
)
def test_a_base_url_that_cannot_be_used(make_client: MakeClient, base_url: str, problem: str) -> None:
    """A wrong base URL is said before anything is sent to it."""
    with pytest.raises(ValueError, match=problem):
        make_client(base_url)


@pytest.mark.parametrize("base_url", ["http://localhost:80/v1/", "http://[::1]/v1", " https://muapi.ai/api/v1/ "])
def test_a_base_url_that_can_be_used(make_client: MakeClient, base_url: str) -> None:
    """Public hosts need https, this machine does not; a slash at the end does not matter."""
    assert make_client(base_url)


@pytest.mark.parametrize("key", ["", "a b", "schlüssel", "line\nbreak"])
def test_a_key_that_no_header_can_carry(make_client: MakeClient, key: str) -> None:
    """A key with a slip in it is named without being repeated."""
    with pytest.raises(ValueError, match="the provider key is empty, or has") as caught:
        make_client("https://muapi.ai/api/v1", key=key)

    assert not key or key not in str(caught.value)


def test_an_orders_whole_time_is_known() -> None:
    """Whoever judges an attempt can tell when its order must have ended."""
    assert Timeouts().submit_s == 70
    assert KEY not in repr(Timeouts())
