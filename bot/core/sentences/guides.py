"""Longer answers: help, tips, the welcome, and the listings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.budgets import Purse
from bot.core.catalogue import Catalogue, Model
from bot.core.money import ZERO, Money
from bot.core.parsing.actions import action
from bot.core.ports.chat import Button, CardView
from bot.core.rows import Shot, Take
from bot.core.sentences.answers.purses import standing
from bot.core.sentences.numbers import count, joined
from bot.core.sentences.plain import NAME_CHARACTERS, plain, sentence, unlinked
from bot.core.sentences.states import doing, maker, who_paused

HELP = {
    "clip": (
        "/clip <prompt>  one draft: 480p, a few seconds, in about half a minute",
        "/clip a mug on {marble|oak|steel}  one draft per variant, on one card · --count 4 rolls the prompt again",
        "/clip image: <prompt> --image <URL>  from a picture · /clip ref: <prompt> --ref1 <URL>  with references",
        "/clip build  the six parts of a good prompt, one by one",
        "/clip batch  a list, a prompt on each line below it, or an attached CSV (label, prompt, image, options)",
        "/clip final: <prompt>  straight to 720p, for approvers",
        "/clip promote A7K-2 · reject A7K-2  as ✅ and ❌ · again A7K · remix A7K: <new prompt>",
        "/clip status · show A7K · cancel A7K · hide A7K · rescue A7K · keep A7K",
        "/clip link A7K  addresses at which anybody can fetch the clips for some days, where the archive has one",
        "/clip tips  how to write a prompt",
        "Options: --seconds 4–15 (the final) · --draft-seconds 4–15 · --ratio 16:9 9:16 1:1 3:4 4:3 21:9",
        "· --count 1–10 · --audio on|off · --bitrate normal|high · --model",
        "· --look new|match: a final is a new roll of the prompt, or starts from its draft's frame",
        "Money and settings: /dailies help",
    ),
    "dailies": (
        "/dailies budget  the cap, what is used of it, when it resets",
        "/dailies budget set 50 [--period day|week|month|none] [--zone Europe/Berlin] [--envelope 20]  for owners",
        "· the ladder of a cap: [--tell 50|off] [--warn 80|off] [--approve 95|off] [--drafts-only on|off]",
        "· whose cap: [--scope channel|workspace|person]",
        "/dailies budget raise 10 [--scope workspace]  for owners: so much more, at once",
        "/dailies budget ask 20 [for the launch film]  for everyone who makes clips: asks whoever looks after it",
        "/dailies pause [why] · resume  for owners: nothing more is ordered here, or with --everywhere anywhere",
        "/dailies spend report [day|person|stage|model] [last|today|week|month|2026-11|all]  where the money went",
        "· as in: spend report last by person · spend report 2026-11 by day --scope workspace",
        "/dailies spend plot [days|people|finished] [last|2026-11|…] [--theme dark|light]  the same as a picture",
        "/dailies spend export [csv|json] [2026-11]  every line of the ledger as a file, for owners",
        "/dailies savings [2026-11]  what drafting has saved, against all at 720p · --scope workspace, for owners",
        "/dailies settings [name=value …]  ratio, seconds, draft-seconds, model, audio, bitrate, look, grace,",
        "· quorum, approvers, makers, confirm-above, owner-above, hour; owners change them",
        "/dailies models  what can be rendered, and what it costs",
        "Clips, and many at once with /clip batch: /clip help",
    ),
}

TIPS = (
    "Say six things, in this order: subject · action · environment · camera · style · constraints.",
    "“A ceramic mug on marble, steam rising, a morning kitchen, slow push-in, photorealistic, sharp crisp frames.”",
    "Say what you want to see: the model follows “sharp, crisp frames” better than “no motion blur”.",
    "One camera move per clip. One action per clip. Light and lens help: “soft window light”, “35 mm”.",
    "Try variants side by side: a mug on {marble|oak|steel}. Drafts are cheap; finish only the one you like.",
    "A final is a new roll: same prompt, other pixels. Keep this look, on a draft's card, starts it from the draft.",
)


#: Lengths in seconds that begin with a vowel when they are read.
SAID_WITH_AN = (8, 11)
#: The contact that the settings name by an id alone.
AN_OWNER = "An owner"


def welcome(draft_price: Money, standing_line: str, contact: str | None, *, seconds: int) -> str:
    """What the product says of itself; ``seconds`` is a draft's length here."""
    who = f"{_name(contact)} looks after it." if contact else "Nobody looks after it yet."
    a = "an" if seconds in SAID_WITH_AN else "a"
    return (
        f"I make short video clips here. Try /clip a fox in snow: {a} {seconds} s draft, {draft_price}. "
        f"✅ finishes it at 720p.\n{standing_line} {who}"
    )


def welcome_buttons(draft_price: Money | str) -> tuple[Button, ...]:
    """What a newcomer may press."""
    return (
        Button(label=f"Try it · {draft_price}", action=action("try")),
        Button(label="Build a prompt", action=action("build")),
        Button(label="Change budget", action=action("change-budget", argument="channel")),
        Button(label="I look after this budget", action=action("lookafter")),
    )


def to_channel(facts: Mapping[str, str]) -> CardView:
    """The welcome as a line in the channel that the bot was added to."""
    title, *lines = facts["welcome"].split("\n")
    return CardView(title=title, lines=tuple(lines), buttons=welcome_buttons(facts["price"]))


def _name(name: str) -> str:
    return plain(name, NAME_CHARACTERS)


def catalogue(models: Catalogue) -> str:
    """Every model: whether it is on, its limits, its prices and their date."""
    lines = [_model(model) for model in models.models]
    return "\n".join(
        [*lines, f"Prices as listed on {models.priced_on:%d %b %Y}; those not confirmed keep a model off."]
    )


def _model(model: Model) -> str:
    prices = ", ".join(f"{resolution} {model.price.says(resolution)}" for resolution in model.resolutions)
    state = "on" if model.on else "off" if model.price.confirmed else "off, price not confirmed"
    return joined(f"{model.name} ({state})", model.title, prices, f"{model.least_seconds}–{model.most_seconds} s")


def budget_set(purse: Purse, changes: Sequence[str]) -> str:
    """A cap after a change."""
    return "\n".join([standing((purse, purse.left or ZERO)), *changes])


def queue(
    running: Sequence[Take],
    waiting: Sequence[tuple[int | None, Take]],
    asked: Sequence[Take],
    now: int,
    slots: int,
    *,
    paused_for: str,
    batches: Sequence[str] = (),
    paused_by: str = "",
) -> str:
    """What runs and what waits, and in which place; a take that may not start now has no place."""
    if not (running or waiting or asked or batches):
        return "Nothing is under way here."
    lines = [_under_way(take, doing(take, now)) for take in running]
    held_back = "waiting, paused" if paused_by else "waiting, stopped"
    lines += [_under_way(take, held_back if place is None else f"waiting, place {place}") for place, take in waiting]
    lines += [_under_way(take, doing(take, now)) for take in asked]
    lines += batches
    lines.append(f"{slots} at once, finals first.")
    if paused_by:
        lines.append(f"{who_paused(paused_by)}; what waits keeps its place.")
    if paused_for:
        lines.append(PAUSES.get(paused_for, "Ordering pauses for a moment."))
    return "\n".join(lines)


#: Why a key's takes wait, by the reason in its row.
PAUSES = {
    "credit": "Waiting for provider credit: what waits starts by itself when there is some.",
    "key": "The provider does not accept our key; the operator has been told.",
    "rate": "The provider asked us to wait a moment; what waits starts by itself.",
    "network": "The provider cannot be reached right now; what waits starts by itself.",
    "restored": "My rows were restored from a backup: nothing is ordered until the operator says that it may go on.",
    "unknowns": "Two orders in a row had no clear answer; the provider is being looked at first.",
}


def _under_way(take: Take, what: str) -> str:
    return joined(f"{take.id} {what}", f"for {maker(take)}", str(take.price))


def take_in_full(take: Take, shot: Shot, *, look: str, booked: Sequence[str], submits: int, now: int) -> str:
    """Everything about one take: what was asked, what it cost line by line, where its clip is.

    ``look`` is a final's own, or that of the finals to come.
    """
    sound = "with sound" if shot.audio else "silent"
    pictures = count(len(shot.pictures), "picture") if shot.pictures else ""
    facts = [
        joined(take.id, f"{take.stage.value} for {maker(take)}", doing(take, now)),
        f"“{unlinked(shot.prompt)}”",
        joined(take.model, take.resolution, f"{take.seconds} s", shot.ratio, sound, pictures, f"look {look}"),
        joined(f"price {take.price}", *booked) if booked else f"price {take.price} · nothing booked",
        joined(_submitted(submits), f"provider job {take.job}" if take.job else ""),
        f"approved by {take.approved_by}" if take.approved_by else "",
        f"file {take.clip}" if take.clip else "",
        sentence(take.problem),
        sentence(take.clip_note),
    ]
    return "\n".join(fact for fact in facts if fact)


def _submitted(submits: int) -> str:
    """How often it was sent to the provider; more than once only after proof that there was no job."""
    return ("not ordered yet", "ordered once")[submits] if submits <= 1 else f"ordered {submits} times"
