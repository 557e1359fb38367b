"""Who orders, and where; whose settings, whose cap and which price hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import Actor
from bot.core.money import Money
from bot.core.rows import Budget, Card, Channel, Shot, Take
from tests.jobs.acts import card_of, charges, drafted, presses, sets, submits, to_dana, types, votes
from tests.jobs.conftest import DANA, GUEST, LAUNCH, MINA, ON_BOTH_STORES, RAVI, TEAM, Office


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        (GUEST, "Guests and people of other organisations cannot order clips in #launch"),
        (RAVI, "by the makers that its settings name"),
    ],
)
async def test_who_is_no_maker_orders_nothing(office: Office, actor: Actor, said: str) -> None:
    """Guests never, others only while the makers are not named."""
    await sets(office, "settings makers=@mina")
    take = (await office.order(actor=MINA))[0]
    for line in ("/clip a fox", f"/clip again {take.id}", f"/clip remix {take.id}: a dog"):
        assert said in (await types(office, line, actor)).text
    assert len(await office.rows(Take)) == 1


async def test_a_bot_orders_nothing(office: Office) -> None:
    """Bots have no role, not even where they are named, and no answer."""
    assert not (await types(office, "/clip a fox", Actor(id="dana", name="x", bot=True))).text
    assert await office.rows(Take) == []


@ON_BOTH_STORES
async def test_nothing_is_ordered_in_direct_messages(office: Office) -> None:
    """A cap belongs to a channel: in private every order is refused, and no channel or budget comes of it."""
    take = (await office.order())[0]
    private = replace(LAUNCH, channel="local:mina", name="mina", direct=True)
    for line in ("/clip a fox", "/clip final: a fox", f"/clip again {take.id}", f"/clip remix {take.id}: a dog"):
        assert "nothing can be ordered in private" in (await types(office, line, place=private)).text
    assert len(await office.rows(Take)) == 1
    assert await office.rows(Channel, id="local:mina") == []
    assert await office.rows(Budget, scope="channel:local:mina") == []


async def test_where_nothing_may_be_posted_nothing_is_ordered(office: Office) -> None:
    """May not post there: found out before money is spent, by every verb that orders."""
    first = (await drafted(office))[0]
    notice = await types(office, "/clip final: a fox")
    office.chat.closed_channels["local:launch"] = "I may not attach files in #launch."
    for line in ("/clip a fox", "/clip final: a fox", f"/clip again {first.id}", f"/clip remix {first.id}: a dog"):
        assert (await types(office, line)).text == "I may not attach files in #launch."
    assert (await presses(office, "Order", notice)).text == "I may not attach files in #launch."
    assert submits(office) == 1


@ON_BOTH_STORES
async def test_an_order_goes_where_it_is_given(office: Office) -> None:
    """``again`` in another channel of the workspace is an order there: its settings, its cap, its card."""
    first = (await office.order(place=LAUNCH))[0]
    await types(office, f"/clip again {first.id}", place=TEAM)
    second = next(take for take in await office.rows(Take) if take.id != first.id)
    assert second.channel == TEAM.channel
    assert (await office.budget("channel:local:team")).held == Money.usd("0.32")
    assert (await office.budget("channel:local:launch")).held == Money.usd("0.32")


async def test_the_channels_settings_fill_in_what_was_not_said(office: Office) -> None:
    """Ratio, lengths, sound and bitrate are the channel's; what is typed goes before them."""
    await sets(office, "settings ratio=9:16 seconds=8 draft-seconds=6 audio=off bitrate=high")
    await types(office, "/clip a fox --ratio 1:1")
    shot = (await office.rows(Shot))[0]
    assert (shot.ratio, shot.seconds, shot.draft_seconds, shot.audio, shot.bitrate) == ("1:1", 8, 6, False, "high")
    assert (await office.rows(Take))[0].price == Money.usd("0.48")


@ON_BOTH_STORES
async def test_ids_are_never_given_twice(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids are unique for ever; when the short ones are taken they grow."""
    words = iter(["A7K"] * 10 + ["A7KB", "A7K"] + ["C8D"])
    monkeypatch.setattr(office.kit.ids, "word", lambda _: next(words))
    for _ in range(3):
        await office.order()
    assert [card.id for card in await office.rows(Card, order=("id",))] == ["A7K", "A7KB", "C8D"]


@ON_BOTH_STORES
async def test_a_charge_above_its_hold_makes_the_model_dearer(office: Office) -> None:
    """From an overrun on, a model is quoted at the higher of table and last charge; a later charge mends that."""
    charges(office, "0.50", "0.60", "0.20")
    await drafted(office)
    await presses(office, "Go on", to_dana(office, "cost"), DANA)
    for price in ("$0.625", "$0.60", "$0.40"):
        assert f"480p: {price} held" in (await types(office, "/clip a fox --draft-seconds 5")).text
        await office.work()


async def test_a_card_names_the_price_that_is_held(office: Office) -> None:
    """After an overrun of a final the next draft's card, its vote and its hold all have the higher price."""
    draft = (await drafted(office))[0]
    charges(office, "0.90")
    await votes(office, draft.id)
    await office.work()
    await presses(office, "Go on", to_dana(office, "cost"), DANA)
    other = (await drafted(office, "a dog"))[0]
    assert "5 s at 720p, $0.90" in " ".join((await card_of(office, other)).view.lines)
    assert "$0.90 held" in (await votes(office, other.id)).text


async def test_an_owner_is_a_maker(office: Office) -> None:
    """The owner orders as everyone does, whatever the makers are."""
    await sets(office, "settings makers=@mina")
    assert "held" in (await types(office, "/clip a fox", DANA)).text
