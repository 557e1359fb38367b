"""What is served while it works, and what happens when it stops."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.muapi.simulator import Simulator
from bot.app import SIGNING_FILE, open_app
from bot.core.errors import StoreError
from bot.core.fakes.chat import FakeChat
from bot.core.fakes.provider import FakeProvider
from bot.core.lifecycle import State
from bot.serving import require_servable, serving
from bot.settings import Settings, SettingsError
from bot.settings.values import Listen
from tests.end_to_end.conftest import Studio, at_work, free_port, until


async def test_health_readiness_and_figures(studio: Studio) -> None:
    """Well, ready, and in agreement with what was ordered, delivered and asked of the provider."""
    take = await studio.order("a fox [[latency=2]]")
    await studio.comes_to(take, State.DELIVERED)
    async with httpx.AsyncClient(base_url=f"http://{studio.settings.http}", trust_env=False, verify=False) as http:
        health, ready, figures = [await http.get(path) for path in ("/healthz", "/readyz", "/metrics")]
    assert (health.status_code, ready.status_code, figures.status_code) == (200, 200, 200)
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(figures.text)
        for sample in family.samples
    }
    assert found["dailies_provider_calls_total", "submit"] == 1
    assert found["dailies_provider_seconds_count", "download"] == 1
    assert found["dailies_database_transactions_total",] > 10
    assert found["dailies_database_failures_total",] == 0
    assert [value for key, value in found.items() if key[0] == "dailies_spent_dollars"] == [0.32, 0.32]


async def test_a_restart_between_order_and_call(settings: Settings, simulator: Simulator) -> None:
    """Addresses are known again after a restart: a call that comes again finds its take."""
    simulator.arm("history-status", times=10_000)
    chat = FakeChat("local")
    async with at_work(settings, simulator, chat) as before:
        take = await before.order("a fox [[drop]] [[latency=60]]")
        await before.comes_to(take, State.UNKNOWN)
    await until(lambda: bool(simulator.calls()), what="a call that nobody takes")
    async with at_work(settings, simulator, chat) as after:
        await after.comes_to(take, State.DELIVERED)
        await after.require_books()
    assert [call.status for call in simulator.calls()][-1] == 204
    assert len(simulator.bills()) == 1
    assert (settings.home / SIGNING_FILE).stat().st_mode & 0o777 == 0o600


async def test_nothing_is_served_after_the_stop(settings: Settings, simulator: Simulator) -> None:
    """Stopping lets go of the port."""
    async with at_work(settings, simulator, FakeChat("local")):
        pass
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://{settings.http}/healthz")


async def test_without_a_public_address_nothing_is_called(settings: Settings, simulator: Simulator) -> None:
    """No order names an address, and no call is taken."""
    alone = replace(settings, public_url=None)
    async with at_work(alone, simulator, FakeChat("local")) as studio:
        take = await studio.order("a fox [[latency=1]]")
        await studio.comes_to(take, State.DELIVERED)
        async with httpx.AsyncClient(trust_env=False, verify=False) as http:
            assert (await http.post(f"http://{settings.http}/webhooks/muapi/a/b", content=b"{}")).status_code == 404
    assert simulator.report().calls == 0
    assert not (settings.home / SIGNING_FILE).exists()


async def test_not_served_by_default(settings: Settings, simulator: Simulator) -> None:
    """Without DAILIES_HTTP nothing listens."""
    async with (
        at_work(replace(settings, http=None, public_url=None), simulator, FakeChat("local")),
        httpx.AsyncClient(trust_env=False, verify=False) as http,
    ):
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://{settings.http}/healthz")


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1"])
async def test_where_nothing_can_listen(settings: Settings, host: str) -> None:
    """A port that is taken, or a host that is not this machine, is one line with the setting's name."""
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", free_port())
    there = Listen(host, taken.sockets[0].getsockname()[1])
    async with taken, open_app(settings, chats=[], provider=FakeProvider()) as app:
        with pytest.raises(SettingsError) as caught:
            async with serving(replace(settings, http=there), app):
                pass
    (line,) = caught.value.problems
    assert line.startswith(f"DAILIES_HTTP: nothing can listen on {there}: ")
    assert "\n" not in line


def test_a_public_address_needs_a_place_to_listen(settings: Settings) -> None:
    """An address that the provider is to call, and behind which nobody listens, is a slip."""
    require_servable(settings)
    with pytest.raises(SettingsError, match="set DAILIES_HTTP too"):
        require_servable(replace(settings, http=None))


async def test_a_damaged_secret_lets_go_of_the_rows(settings: Settings) -> None:
    """It is said before anything starts, and the next start finds the rows free."""
    settings.home.mkdir(exist_ok=True)
    (settings.home / SIGNING_FILE).write_bytes(b"short")
    for _ in range(2):
        with pytest.raises(StoreError, match="is damaged"):
            async with open_app(settings, chats=[], provider=FakeProvider()):
                pass
