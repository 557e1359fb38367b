"""What is said of clips that cannot be archived, read or posted."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.parsing.actions import action
from bot.core.ports.chat import Button, CardView
from bot.core.sentences.numbers import count
from bot.core.sentences.plain import reason, sentence

Facts = Mapping[str, str]


def not_archived(facts: Facts) -> CardView:
    """A clip whose address is about to end."""
    return CardView(
        title=f"{facts['subject']} is paid, {facts['charged']}, and not archived yet; its address ends within six "
        f"hours. {_why(facts)} "
        + ("Its bytes are on our disk already." if facts.get("here") else "Fetching goes on until then.")
    )


def archive_refuses(facts: Facts) -> CardView:
    """The archive takes nothing."""
    one = facts["waiting"] == "1"
    waiting = f"{count(int(facts['waiting']), 'clip')} {'waits' if one else 'wait'}"
    goes_on = "It is paid and goes" if one else "They are paid and go"
    return CardView(
        title=f"No clip could be archived for some minutes, and {waiting}. {_why(facts)}",
        lines=(f"{goes_on} on as soon as the archive works. Nothing is bought again.",),
    )


def not_readable(facts: Facts) -> CardView:
    """A clip that is archived and is to be posted."""
    return CardView(
        title=f"The archived clip of {facts['subject']} cannot be read. {_why(facts)} It is read every minute."
    )


def lost(facts: Facts) -> CardView:
    """Paid, and the bytes are gone."""
    return CardView(
        title=f"{facts['subject']} is lost: {facts['charged']} was charged, and the clip is gone. {_why(facts)}"
    )


def undeliverable(facts: Facts) -> CardView:
    """The chat takes it in no form, or is closed to us."""
    return CardView(
        title=f"{facts['subject']} could not be posted: {reason(facts['why'])}. The clip is kept; /clip rescue "
        f"{facts['subject']} posts it.",
        buttons=(Button(label="Post it", action=action("rescue", facts["subject"])),),
    )


def _why(facts: Facts) -> str:
    return sentence(reason(facts["why"]))
