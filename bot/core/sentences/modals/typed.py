"""How to type what a window asks, for chats that have none."""

from __future__ import annotations

from bot.core.modals import Form
from bot.core.money import Money
from bot.core.parsing.batch import HOW
from bot.core.sentences.numbers import count
from bot.core.sentences.plain import NAME_CHARACTERS, plain, unlinked


def to_build() -> str:
    """The six parts, as one prompt."""
    return (
        "Write the six parts as one prompt, as in /clip a ceramic mug, steam rising, a morning kitchen, slow push-in, "
        "photorealistic, sharp crisp frames. /clip tips says more."
    )


def to_picture(form: Form) -> str:
    """A prompt with what it lacks."""
    if form is Form.IMAGE:
        return "image needs a prompt and a picture: attach one, or write /clip image: a fox in snow --image https://…"
    return "ref needs a prompt and 1 to 9 pictures: attach them, or write /clip ref: a fox in snow --ref1 https://…"


def to_edit(subject: str, prompt: str) -> str:
    """A take once more; its prompt is all there, to be copied."""
    return f"Write /clip remix {subject}: and the new prompt. Now it is:\n“{unlinked(prompt)}”"


def to_list() -> str:
    """A list below the verb."""
    return HOW


def to_change_settings() -> str:
    """A setting by its name."""
    return "Write /dailies settings and what changes, as in /dailies settings ratio=9:16 quorum=2."


def to_change_budget(scope: str) -> str:
    """A cap by its options."""
    whose = "" if scope == "channel" else f" --scope {scope}"
    return f"Write /dailies budget set and what changes, as in /dailies budget set 50 --period month{whose}."


def to_ask_more() -> str:
    """An amount and a reason."""
    return "Write how much more and what for, as in /dailies budget ask 20 for the launch film."


def to_decline(subject: str, maker: str, number: int, price: Money) -> str:
    """A no, as a question: once it is given, what was asked for has ended."""
    what = subject if number == 1 else f"{count(number, 'take')} of {subject}"
    return f"{plain(maker, NAME_CHARACTERS)} asks for {what} at {price}. Declined, it ends here and costs nothing."
