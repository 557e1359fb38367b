"""What people do in an office: type, react, press; and what they then see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.core.commands import Actor, CastVote, Place, React
from bot.core.emoji import normalise
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.parsing import parse_action, parse_clip, parse_dailies, parse_modal
from bot.core.ports import Button, Charge, Job, JobStatus, Message, Reaction
from bot.core.ports.chat import Sent
from bot.core.rows import Card, Meaning, Source, Take
from tests.jobs.conftest import DANA, LAUNCH, MINA, Office

BOT = Actor(id="a-bot", name="a bot", bot=True)


async def types(office: Office, line: str, actor: Actor = MINA, place: Place = LAUNCH, event: str = "") -> Notice:
    """Type a line beginning with ``/clip`` or ``/dailies``."""
    root, _, text = line.partition(" ")
    parse = {"/clip": parse_clip, "/dailies": parse_dailies}[root]
    event = event or f"line-{next(office.events)}"
    return await office.manager.handle(parse(text, actor=actor, place=place, event=event, now=office.clock.now()))


async def votes(
    office: Office,
    subject: str,
    actor: Actor = MINA,
    *,
    given: bool = True,
    source: Source = Source.BUTTON,
    meaning: Meaning = Meaning.APPROVE,
    at: int | None = None,
    place: Place = LAUNCH,
) -> Notice:
    """Vote by button or verb, or take such a vote back."""
    when = office.clock.now() if at is None else at
    return await office.handle(
        CastVote, actor, place, subject=subject, meaning=meaning, source=source, given=given, at=when
    )


async def reacts(
    office: Office,
    emoji: str,
    message: Message,
    actor: Actor = MINA,
    *,
    at: int | None = None,
    event: str | None = None,
) -> Notice:
    """React on a message: it stands there, and the platform says so."""
    standing = await office.chat.reactions(message)
    who = {"person": actor.id, "name": actor.name, "guest": actor.guest, "bot": actor.bot, "groups": actor.groups}
    new = Reaction(emoji=normalise(emoji), **who)  # type: ignore[arg-type]  # as its own fields
    office.chat.react(message, *standing, new)
    return await _said(office, emoji, message, actor, added=True, at=at, event=event)


async def unreacts(
    office: Office,
    emoji: str,
    message: Message,
    actor: Actor = MINA,
    *,
    at: int | None = None,
    event: str | None = None,
) -> Notice:
    """Take a reaction back."""
    gone = (actor.id, normalise(emoji))
    standing = await office.chat.reactions(message)
    office.chat.react(message, *(each for each in standing if (each.person, each.emoji) != gone))
    return await _said(office, emoji, message, actor, added=False, at=at, event=event)


async def _said(
    office: Office, emoji: str, message: Message, actor: Actor, *, added: bool, at: int | None, event: str | None
) -> Notice:
    place = replace(LAUNCH, channel=message.channel, name=message.channel.partition(":")[2])
    when = office.clock.now() if at is None else at
    return await office.handle(React, actor, place, event=event, message=message.id, emoji=emoji, added=added, at=when)


async def presses(
    office: Office, label: str, where: Notice | Sent, actor: Actor = MINA, place: Place = LAUNCH, event: str = ""
) -> Notice:
    """Press the button of an answer, a card or a line that begins so."""
    button = button_of(where, label)
    event = event or f"press-{next(office.events)}"
    command = parse_action(button.action, actor=actor, place=place, event=event, now=office.clock.now())
    return await office.manager.handle(command)


async def declines(office: Office, where: Notice | Sent, actor: Actor = DANA, why: str = "") -> Notice:
    """Press *Decline…* and say why in the window that it opens, or why not."""
    opened = await presses(office, "Decline", where, actor)
    return opened if opened.modal is None else await fills_in(office, opened, actor, why=why)


async def fills_in(office: Office, opened: Notice, actor: Actor = MINA, **changed: str) -> Notice:
    """Change what the fields of a window have, and submit it; their dashes are underscores here."""
    assert opened.modal is not None, opened.text
    before = {field.name: field.value for field in opened.modal.fields}
    values = before | {name.replace("_", "-"): text for name, text in changed.items()}
    return await sends_in(office, opened.modal.action, values, actor, opened.modal.pictures, before=before)


async def sends_in(
    office: Office,
    action: str,
    values: Mapping[str, str],
    actor: Actor = MINA,
    pictures: tuple[str, ...] = (),
    *,
    event: str = "",
    before: Mapping[str, str] | None = None,
) -> Notice:
    """Submit a window."""
    command = parse_modal(
        action,
        values,
        pictures,
        actor=actor,
        place=LAUNCH,
        event=event or f"modal-{next(office.events)}",
        now=office.clock.now(),
        before=before or {},
    )
    return await office.manager.handle(command)


def button_of(where: Notice | Sent, label: str) -> Button:
    buttons = where.buttons if isinstance(where, Notice) else where.view.buttons
    found = [button for button in buttons if button.label.startswith(label)]
    assert found, f"no {label!r} among {[button.label for button in buttons]}"
    return found[0]


async def card_of(office: Office, take: Take | str) -> Sent:
    """The card as it is on the screen, once everything is drawn."""
    while await office.outbox.once():
        pass
    card_id = take if isinstance(take, str) else take.card
    card = await office.store.transact(lambda tx: tx.get(Card, card_id))
    assert card is not None
    assert card.message is not None, f"nobody has seen {card_id}"
    sent = office.chat.at(Message(channel=card.channel, id=card.message))
    assert sent is not None
    return sent


def clip_of(office: Office, take: Take | str) -> Sent:
    """The message with the clip."""
    name = take if isinstance(take, str) else take.id
    return next(sent for sent in office.chat.sent if sent.file == f"{name}.mp4")


async def drafted(office: Office, prompt: str = "a fox in snow", actor: Actor = MINA, **options: Any) -> list[Take]:
    """Order drafts and have them delivered."""
    takes = await office.order(prompt, actor, **options)
    await office.work()
    made = [await office.take(take.id) for take in takes]
    assert {take.state for take in made} == {State.DELIVERED}
    return made


async def sets(office: Office, line: str) -> None:
    """The owner sets something."""
    notice = await types(office, f"/dailies {line}", DANA)
    assert notice.text


async def finals(office: Office) -> list[Take]:
    """Every final that was promoted from a draft, by their ids."""
    return [take for take in await office.rows(Take, order=("id",)) if take.draft is not None]


async def state_of(office: Office, take: Take | str) -> State:
    return (await office.take(take if isinstance(take, str) else take.id)).state


def charges(office: Office, *amounts: str) -> None:
    """The next clips that are done cost so much."""
    for amount in amounts:
        charge = Charge(amount=Money.usd(amount))
        done = JobStatus(job=Job.DONE, said="completed", output_url="https://files.invalid/clip.mp4", charge=charge)
        office.provider.script.add("poll", done)


def to_dana(office: Office, says: str) -> Sent:
    """The newest line to the owner that says so."""
    return [sent for sent in office.chat.sent if sent.to == "dana" and says in sent.view.title][-1]


def models(office: Office, **modes: tuple[str, ...]) -> None:
    """Further models are on: as mini is, with these of its modes alone."""
    mini = office.kit.catalogue.model("mini")
    more = (replace(mini, name=name, modes={mode: mini.modes[mode] for mode in only}) for name, only in modes.items())
    catalogue = replace(office.kit.catalogue, models=(*office.kit.catalogue.models, *more))
    object.__setattr__(office.kit, "catalogue", catalogue)


def submits(office: Office) -> int:
    """How often an order was sent to the provider."""
    return len(office.provider.script.called("submit"))
