"""A person's home: budgets as bars and figures, what waits, what they have made. Nothing is said by a bar alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.budgets import Purse
from bot.core.homes import Home, HomeLine, HomePart
from bot.core.modals import Form
from bot.core.parsing.actions import action, raise_cap_action
from bot.core.policy import ChannelPolicy
from bot.core.ports.chat import Button
from bot.core.prompts import shorten
from bot.core.rows import Take
from bot.core.sentences.answers.purses import begin
from bot.core.sentences.budgets import in_short
from bot.core.sentences.ladder import RAISES
from bot.core.sentences.numbers import count, dollars, joined
from bot.core.sentences.plain import NAME_CHARACTERS, plain
from bot.core.sentences.states import doing, maker, who_paused
from bot.core.settings_options import in_one_line

BAR_CELLS = 20
FULL, EMPTY = "█", "░"
#: How much of a prompt stands behind a take's id.
PROMPT_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenChannel:
    """A channel as its person sees it."""

    id: str
    name: str
    purse: Purse
    policy: ChannelPolicy
    #: Whoever looks after it, by name; ``None``: nobody.
    contact: str | None
    paused_by: str = ""
    #: What the person may here.
    owner: bool = False
    maker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTake:
    """A take with the prompt that it was made from, and where it is seen."""

    take: Take
    prompt: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenQueue:
    """What is under way in the person's channels."""

    running: Sequence[Take] = ()
    #: With the place of those that may start.
    waiting: Sequence[tuple[int | None, Take]] = ()
    #: Those that are not named.
    more: int = 0


def home(
    channels: Sequence[SeenChannel],
    others: Sequence[Purse],
    queue: SeenQueue,
    takes: Sequence[SeenTake],
    *,
    more_channels: int,
    now: int,
) -> Home:
    """``others`` are the caps that count in every channel: the workspace's, and the person's."""
    parts = [_channel(each) for each in channels] or [_nothing_yet()]
    if more_channels:
        said = f"{count(more_channels, 'more channel')}: /dailies budget there says how they stand."
        parts.append(HomePart(title="", lines=(HomeLine(text=said),)))
    capped = [purse for purse in others if purse.budget.cap is not None]
    parts += [HomePart(title=begin(purse), lines=_budget(purse)) for purse in capped]
    return Home(parts=(*parts, _queue(queue, now), _takes(takes, now), _help()))


def bar(purse: Purse) -> str:
    """``█████████░░░░░░░░░░░ 47 % used``; nothing without a cap. Full only where nothing is left."""
    cap = purse.budget.cap
    if cap is None:
        return ""
    used = max(0, purse.budget.used.micros)
    percent = 100 * used // cap.micros if cap.micros else 100
    cells = min(BAR_CELLS, BAR_CELLS * used // cap.micros) if cap.micros else BAR_CELLS
    return f"{FULL * cells}{EMPTY * (BAR_CELLS - cells)} {percent} % used"


def _budget(purse: Purse) -> tuple[HomeLine, ...]:
    return tuple(HomeLine(text=text) for text in (*in_short(purse), bar(purse)) if text)


def _channel(seen: SeenChannel) -> HomePart:
    who = plain(seen.contact, NAME_CHARACTERS) if seen.contact else "Nobody"
    said = [who_paused(seen.paused_by) if seen.paused_by else "", f"{who} looks after it."]
    said += [in_one_line(seen.policy)] if seen.owner else []
    lines = tuple(HomeLine(text=text) for text in said if text)
    return HomePart(
        title=f"#{plain(seen.name, NAME_CHARACTERS)}",
        lines=(*_budget(seen.purse), *lines),
        buttons=_buttons(seen),
        channel=seen.id,
    )


def _buttons(seen: SeenChannel) -> tuple[Button, ...]:
    report = Button(label="Report", action=action("report"))
    if seen.owner:
        by, budget = RAISES[0], seen.purse.budget
        raising = Button(label=f"Raise by {dollars(by)}", action=raise_cap_action(budget.scope, by, budget.cap_version))
        return (
            *((raising,) if budget.cap is not None else ()),
            Button(label="Change budget", action=action(Form.BUDGET.value, argument="channel")),
            Button(label="Settings", action=action(Form.SETTINGS.value)),
            report,
        )
    return (Button(label="Ask for more", action=action(Form.ASK_MORE.value)), report) if seen.maker else (report,)


def _nothing_yet() -> HomePart:
    said = "I am in none of your channels yet. Type /invite @dailies in one, then /clip a fox in snow there."
    return HomePart(title="No channel yet", lines=(HomeLine(text=said),))


def _queue(queue: SeenQueue, now: int) -> HomePart:
    lines = [_under_way(take, doing(take, now)) for take in queue.running]
    lines += [
        _under_way(take, "waiting, held back" if place is None else f"waiting, place {place}")
        for place, take in queue.waiting
    ]
    if queue.more:
        lines.append(f"{queue.more} more: /clip status in their channel names them.")
    return HomePart(
        title="Under way", lines=tuple(HomeLine(text=text) for text in lines or ["Nothing is under way here."])
    )


def _under_way(take: Take, what: str) -> str:
    return joined(take.id, what, f"for {maker(take)}", str(take.price))


def _takes(takes: Sequence[SeenTake], now: int) -> HomePart:
    lines = tuple(HomeLine(text=_mine(each, now), address=each.address) for each in takes)
    return HomePart(title="My takes", lines=lines or (HomeLine(text="You have made none yet."),))


def _mine(seen: SeenTake, now: int) -> str:
    """``A7K-2 · draft · ready · $0.32 · “a mug on oak”``."""
    take, prompt = seen.take, plain(shorten(seen.prompt, PROMPT_CHARACTERS), PROMPT_CHARACTERS)
    return joined(take.id, take.stage.value, doing(take, now), str(take.price), f"“{prompt}”" if prompt else "")


def _help() -> HomePart:
    buttons = tuple(Button(label=label, action=action(label.lower())) for label in ("Help", "Tips", "Models"))
    return HomePart(title="", buttons=buttons)
