"""What nobody should send on Discord, and what happens while one is not looking, through the real bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.enums import ComponentType

from adapters.muapi.simulator import Simulator
from bot.app import App
from bot.core.lifecycle import Stage
from bot.core.money import Money
from bot.core.rows import Shot, Take, Vote
from tests.adapters.discord.openapi import complaints
from tests.adapters.discord.server import Server, server, until
from tests.adapters.discord.transcript import everything
from tests.end_to_end.discord import at_work, buttons, settings_for
from tests.end_to_end.slack import require_books

PROMPT = "a fox in snow"
#: In make check; make test asks the same of single parts, in tests/adapters/discord.
LONG = pytest.mark.long
#: What a keyboard may make of a sign: with a skin, as a picture or as text.
APPROVALS = ("✅", "✅\N{VARIATION SELECTOR-16}", "✔️", "👍", "👍🏽", "1️⃣", "1\N{COMBINING ENCLOSING KEYCAP}")


@dataclass(slots=True, kw_only=True)
class Shown:
    """A draft that waits for its verdict in #launch."""

    app: App
    here: Server
    simulator: Simulator
    card: discord.Message

    async def takes(self, **conditions: Any) -> list[Take]:
        return await self.app.kit.store.transact(lambda tx: tx.rows(Take, order=("created_at", "id"), **conditions))

    async def finals(self) -> list[Take]:
        return await self.takes(stage=Stage.FINAL)

    async def votes(self) -> list[Vote]:
        return await self.app.kit.store.transact(lambda tx: tx.rows(Vote))

    def newest(self) -> discord.Message:
        """The card as it stands now."""
        return next(each for each in self.here.launch.history() if each.id == self.card.id)


@asynccontextmanager
async def shown(folder: Path, here: Server, **settings: str) -> AsyncIterator[Shown]:
    """The bot with one draft on a card, which two have to approve."""
    given = {"DAILIES_QUORUM": "2", "DAILIES_GRACE": "0"} | settings
    async with Simulator(scale=0.005, folder=folder / "provider") as simulator:
        async with at_work(settings_for(here, simulator, folder, **given), here) as app:
            ordered = await here.mina.slash(here.launch, "clip draft", prompt=PROMPT)
            await app.until_idle()
            assert ordered.response is not None
            (offered,) = await here.mina.autocomplete(here.launch, "clip show", "id", "")
            assert PROMPT in offered["name"]  # While one types, takes are offered by the bot as it is served.
            yield Shown(app=app, here=here, simulator=simulator, card=ordered.response.message)
            await app.until_idle()
            await require_books(app, simulator)
        assert complaints(here.env.http_requests) == []


def private(result: Any) -> str:
    """What only the person who did it was told."""
    said = [each for each in (result.response, *result.followups) if each is not None and each.ephemeral]
    return "\n".join(each.content for each in said)


@LONG
async def test_options_that_nobody_offered(tmp_path: Path) -> None:
    """Ids, models and numbers that no suggestion had are refused in private, with what is allowed."""
    async with server() as here, shown(tmp_path, here) as draft:
        before = await draft.takes()
        for command, options, words in (
            ("clip promote", {"id": "X2P-9"}, "There is no X2P-9 here"),
            ("clip show", {"id": "'; drop table"}, "id is that of a take or a slate"),
            ("clip draft", {"prompt": PROMPT, "model": "sora-9000"}, "model"),
            ("dailies budget raise", {"amount": "plenty"}, "plenty"),
        ):
            result = await here.dana.slash(here.launch, command, **options)
            assert words in private(result), (command, private(result))
        assert await draft.takes() == before


@LONG
async def test_buttons_of_another_version(tmp_path: Path) -> None:
    """What their actions say means nothing, or is about nothing: that is answered, and nothing is ordered."""
    async with server() as here, shown(tmp_path, here) as draft:
        before = await draft.takes()
        view = discord.ui.View(timeout=None)
        for action in ("approve:ZZZ", "undo:", "x" * 100, "raise:ask:" + "9" * 80, "window:1:0", "\u202e:::"):
            view.add_item(discord.ui.Button(label="Press", custom_id=action))
        view.stop()
        message = await draft.card.channel.send(view=view)
        for button in buttons(message):
            pressed = await here.zed.click(message, custom_id=button.custom_id)
            assert private(pressed), button.custom_id
        assert await draft.takes() == before
        assert len(draft.simulator.bills()) == 1


@LONG
@pytest.mark.parametrize("emoji", APPROVALS)
async def test_signs_in_every_spelling(emoji: str, tmp_path: Path) -> None:
    """Of one who approves alone, ✅ and 1 in every spelling order the final; a thumb in no colour does."""
    async with server() as here, shown(tmp_path, here, DAILIES_QUORUM="1") as draft:
        await here.jo.react(draft.card, emoji)
        await draft.app.until_idle()
        assert bool(await draft.finals()) == (emoji[0] not in "👍1")


@pytest.mark.parametrize("by_button", [True, False])
async def test_banned_in_mid_vote(by_button: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """A vote of somebody who was banned since counts no more; the next one completes nothing with it."""
    async with server() as here, shown(tmp_path, here) as draft:
        if by_button:
            (finish,) = [each for each in buttons(draft.newest()) if (each.label or "").startswith("Finish it")]
            await here.jo.click(draft.newest(), custom_id=finish.custom_id)
        else:
            await here.jo.react(draft.card, "✅")
        assert [vote.standing for vote in await draft.votes()] == [True]
        here.env.backend.apply_ban(here.guild.id, here.jo.id, "spam")
        await here.env.settle()
        await here.ravi.react(draft.card, "✅")
        await draft.app.until_idle()
        finals = await draft.finals()
        assert [each.state.value for each in finals] in ([], ["cancelled"]), finals
        assert len(draft.simulator.bills()) == 1


async def test_a_role_that_is_gone(tmp_path: Path) -> None:
    """Where makers are a role that was deleted nobody orders but the owner, and everybody is told why."""
    async with server() as here, shown(tmp_path, here) as draft:
        assert "crew" in private(
            await here.dana.slash(here.launch, "dailies settings set", makers=f"<@&{here.crew.id}>")
        )
        ordered = await here.mina.slash(here.launch, "clip draft", prompt="a dog")
        assert private(ordered) == ""
        refused = await here.zed.slash(here.launch, "clip draft", prompt="a cat")
        assert private(refused)
        here.env.backend.delete_role(here.guild.id, here.crew.id)
        await here.env.settle()
        assert private(await here.mina.slash(here.launch, "clip draft", prompt="a cow"))
        shots = await draft.app.kit.store.transact(lambda tx: tx.rows(Shot))
        assert {each.prompt for each in shots} == {PROMPT, "a dog"}


@LONG
async def test_a_prompt_of_six_thousand_characters(tmp_path: Path) -> None:
    """A window has room for all of it in two fields; what comes back is one prompt, refused with both numbers."""
    async with server() as here, shown(tmp_path, here) as draft:
        window = await here.mina.slash(here.launch, "clip build")
        assert window.modal is not None
        fields = [each["component"] for each in window.modal["components"]]
        texts = [each["custom_id"] for each in fields if each["type"] == ComponentType.TEXT_INPUT]
        submitted = await here.mina.submit_modal(window, dict.fromkeys(texts, "x" * 1_200))
        told = private(submitted)
        assert told or submitted.response is not None
        orders = [each.prompt for each in await _shots(draft)]
        assert all(len(each) < 6_000 for each in orders) or "x" * 1_200 in orders[-1], told


async def _shots(draft: Shown) -> list[Shot]:
    return await draft.app.kit.store.transact(lambda tx: tx.rows(Shot))


@LONG
@pytest.mark.parametrize(
    ("status", "code"), [(401, 50027), (404, 10062), (404, 10015), (400, 40060), (500, 0), (403, 50013)]
)
async def test_dead_tokens(status: int, code: int, tmp_path: Path) -> None:
    """However an answer fails, the order stands once, its card is shown once, and one clip is billed."""
    async with server() as here, shown(tmp_path, here) as draft:
        here.env.inject_error("POST", "/interactions/*/callback", status=status, code=code, times=None)
        here.env.inject_error("*", "/webhooks/*", status=status, code=code, times=None)
        await here.mina.slash(here.launch, "clip draft", prompt="a dog")
        await draft.app.until_idle()
        await until(lambda: any("a dog" in each for each in everything(here)), what="the card of a dog")
        cards = [each for each in everything(here) if "a dog" in each and "🎬" in each]
        assert len(cards) == 1
        assert [each.charged for each in await draft.takes()] == [Money.usd("0.32")] * 2


@LONG
async def test_a_strangers_buttons(tmp_path: Path) -> None:
    """Who may not make clips presses every button of a card, and orders nothing."""
    async with server() as here, shown(tmp_path, here) as draft:
        await here.dana.slash(
            here.launch, "dailies settings set", makers=f"<@&{here.crew.id}>", approvers=f"<@&{here.crew.id}>"
        )
        before = await draft.takes()
        for button in buttons(draft.newest()):
            result = await here.zed.click(draft.newest(), custom_id=button.custom_id)
            assert result.acknowledged, button.label
        await here.zed.react(draft.card, "✅")
        await draft.app.until_idle()
        assert await draft.takes() == before
        assert not [vote for vote in await draft.votes() if vote.person == str(here.zed.id) and vote.counted]
        assert any("zed" in each for each in everything(here))
