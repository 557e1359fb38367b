"""The real bot on the fake Slack: the real bolt and slack_sdk, a file of rows, a simulated provider over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.muapi.simulator import Simulator
from adapters.slack import needs
from bot.app import App, open_app
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money, total
from bot.core.rows import Budget, Line, Take
from bot.settings import Settings, load
from bot.slack import opened
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.values import FakeMessage, FakeView

MINA, JO, RAVI, DANA, LEE = "U1", "U2", "U3", "U4", "U5"
LAUNCH = "C1"
#: Long enough for a loaded machine.
PATIENCE_S = 60.0


@asynccontextmanager
async def workspace() -> AsyncIterator[FakeSlack]:
    """Mina, Jo, Ravi, the owner Dana and the guest Lee in #launch, where the bot is not yet."""
    async with FakeSlack() as slack:
        slack.scopes = set(needs.scopes())
        for user, name in ((MINA, "mina"), (JO, "jo"), (RAVI, "ravi"), (DANA, "dana")):
            slack.person(user, name)
        slack.person(LEE, "lee", guest=True)
        slack.channel(LAUNCH, "launch", members=(MINA, JO, RAVI, DANA, LEE), bot_is_in=False)
        yield slack


def settings_for(slack: FakeSlack, simulator: Simulator, home: Path, **more: str) -> Settings:
    """An installation whose Slack and provider are these."""
    return load(
        {
            "HOME": str(home),
            "DAILIES_HOME": str(home / "home"),
            "DAILIES_OWNERS": DANA,
            "DAILIES_PROVIDER_SCALE": str(simulator.plan.scale),
            "MUAPI_API_KEY": simulator.plan.key,
            "MUAPI_BASE_URL": simulator.base_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            **more,
        }
    )


@asynccontextmanager
async def at_work(
    settings: Settings,
    slack: FakeSlack,
    *,
    tokens: Mapping[str, str] | None = None,
    through: Callable[[App], App] = lambda app: app,
) -> AsyncIterator[App]:
    """The bot from its start, once Slack is heard, to its graceful end; ``tokens`` are of more workspaces.

    ``through`` gives the app that is served, from the one that was opened.
    """
    stop = asyncio.Event()
    async with (
        opened(settings) as served,
        open_app(settings, chats=[served.make_chat], pictures_from=served.fetched) as app_opened,
    ):
        app = through(app_opened)
        deeds = [asyncio.create_task(app.run(stop)), asyncio.create_task(served.serve(app, stop))]
        try:
            await slack.until(lambda: slack.connections, within_s=PATIENCE_S)
            for team, token in (tokens or {}).items():
                served.clients.install(team, token)
            yield app
        finally:
            stop.set()
            await asyncio.gather(*deeds)


@dataclass(frozen=True, slots=True)
class Room:
    """#launch and its people, as they look at it."""

    slack: FakeSlack

    def buttons(self, shown: FakeMessage | FakeView | None) -> list[str]:
        """The labels of the buttons of a message or a view."""
        rows = [block["elements"] for block in shown.blocks if block["type"] == "actions"] if shown else []
        return [button["text"]["text"] for row in rows for button in row]

    def says(self, shown: FakeMessage | FakeView, *words: str) -> bool:
        """Whether all of it stands there, in text or on buttons."""
        read = self.slack.shown(shown)
        return all(word in read for word in words)

    def messages(self, *words: str) -> list[FakeMessage]:
        """Messages that everybody sees, and that say all of it."""
        return [message for message in self.slack.messages(LAUNCH) if self.says(message, *words)]

    def told(self, person: str, *words: str) -> list[FakeMessage]:
        """What one person alone was told, and that says all of it."""
        return [message for message in self.slack.private(person) if self.says(message, *words)]

    async def sees(self, *words: str) -> FakeMessage:
        """The newest message that says all of it, waited for."""
        return await self._seen(lambda: self.messages(*words))

    async def hears(self, person: str, *words: str) -> FakeMessage:
        """The newest thing said to one person that says all of it, waited for."""
        return await self._seen(lambda: self.told(person, *words))

    async def becomes(self, message: FakeMessage, *words: str) -> FakeMessage:
        """The message, once it says all of it."""
        return await self._seen(lambda: [message] if self.says(message, *words) else [])

    async def clip(self, person: str, text: str) -> str:
        """Type ``/clip``; what the answer says."""
        return await self._typed(person, "/clip", text)

    async def dailies(self, person: str, text: str) -> str:
        """Type ``/dailies``; what the answer says."""
        return await self._typed(person, "/dailies", text)

    async def order(self, person: str, prompt: str, *words: str) -> FakeMessage:
        """The card of an order, once it says all of it, and at least stands."""
        before = self.slack.messages(LAUNCH)
        await self.clip(person, prompt)
        return await self._seen(
            lambda: [each for each in self.messages("🎬", *words) if each not in before and not each.thread_ts]
        )

    async def _typed(self, person: str, root: str, text: str) -> str:
        acked = await self.slack.command(person, LAUNCH, root, text)
        assert acked.ok
        return str(acked.payload.get("text", ""))

    async def _seen(self, look: Callable[[], list[FakeMessage]]) -> FakeMessage:
        await self.slack.until(look, within_s=PATIENCE_S)
        return look()[-1]


def id_of(card: FakeMessage) -> str:
    """The id that a card begins with, behind its sign."""
    return card.text.removeprefix("🎬 ").split()[0]


def standing(slack: FakeSlack) -> Counter[str]:
    """How often each clip stands in the channels, by the hash of its bytes."""
    files = [slack.files[each] for message in slack.said if not message.deleted for each in message.files]
    clips = [file.content for file in files if file.kind == "mp4" and not file.deleted]
    return Counter(hashlib.sha256(content).hexdigest() for content in clips)


async def require_books(app: App, simulator: Simulator) -> Money:
    """What the provider billed is what each budget says and its ledger, and nothing is held; the sum is given."""
    report = simulator.report()
    billed = report.billed - report.refunded
    takes = await app.kit.store.transact(lambda tx: tx.rows(Take))
    lines = await app.kit.store.transact(lambda tx: tx.rows(Line))
    assert total(take.charged for take in takes) == billed
    for budget in await app.kit.store.transact(lambda tx: tx.rows(Budget)):
        booked = total(line.amount for line in lines if line.scope == budget.scope)
        assert (budget.used, budget.held) == (booked, ZERO), budget.scope
        if not budget.scope.startswith("person:"):
            assert booked == billed, budget.scope
    return billed


async def require_clips(app: App, slack: FakeSlack, *, twice: tuple[str, ...] = ()) -> None:
    """Every delivered clip stands once, its very bytes; those that were asked for again, by id, twice."""
    takes = await app.kit.store.transact(lambda tx: tx.rows(Take, state=State.DELIVERED))
    wanted = Counter(take.clip_sha256 for take in takes if not take.hidden)
    wanted.update(take.clip_sha256 for take in takes if take.id in twice)
    assert standing(slack) == wanted
