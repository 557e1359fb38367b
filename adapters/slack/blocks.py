"""Blocks, built with slack_sdk's models, which refuse what is over Slack's limits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    ImageBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from adapters.slack import text as mrkdwn
from bot.core.moments import worded
from bot.core.ports.chat import Button

Json = dict[str, Any]

MOST_BLOCKS = 50
MOST_BUTTONS = 25
LABEL_CHARACTERS = 75
ALT_CHARACTERS = 2_000
#: What a notification shows, and whoever cannot see blocks reads.
FALLBACK_CHARACTERS = 3_000
_FENCE = "```"
#: Of the verbs of buttons (bot.core.parsing.actions): what goes on, and what ends something.
_STYLES = {
    "allow": "primary",
    "confirm": "primary",
    "go-on": "primary",
    "promote": "primary",
    "raise": "primary",
    "raise-cap": "primary",
    "try": "primary",
    "cancel": "danger",
    "decline": "danger",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as Slack takes it."""

    #: The fallback, in mrkdwn.
    text: str
    blocks: tuple[Json, ...]

    @property
    def digest(self) -> str:
        """The same for what looks the same."""
        return _digest([self.text, *self.blocks])


def rendered(fallback: str, blocks: Iterable[Block]) -> Rendered:
    """The message; each block's id changes with its place and what it shows, as Slack wants it of an edit."""
    shown = [block.to_dict() for block in blocks][:MOST_BLOCKS]
    named = tuple({**block, "block_id": f"{place}-{_digest(block)}"} for place, block in enumerate(shown))
    return Rendered(text=mrkdwn.linking(mrkdwn.cut(fallback, FALLBACK_CHARACTERS)), blocks=named)


def section(markdown: str) -> SectionBlock:
    """Mrkdwn that fits into one section. Slack adds nothing to it: no links, no mentions."""
    return SectionBlock(text=MarkdownTextObject(text=markdown, verbatim=True))


def sections(plain: str) -> Iterator[SectionBlock]:
    """Sentences of ours, in as many sections as they need."""
    for piece in mrkdwn.pieces(plain):
        yield section(mrkdwn.linking(piece))


def context(markdown: str) -> ContextBlock:
    """The small print below."""
    return ContextBlock(elements=[MarkdownTextObject(text=markdown, verbatim=True)])


def table(lines: str) -> Iterator[SectionBlock]:
    """Lines in a font of fixed width, their columns kept; in as many sections as they need."""
    room = mrkdwn.SECTION_CHARACTERS - 2 * len(_FENCE) - 2
    for piece in mrkdwn.pieces(worded(lines), room):
        yield section(f"{_FENCE}\n{mrkdwn.escaped(piece.replace('`', mrkdwn.BACKTICK))}\n{_FENCE}")


def image(file: str, about: str) -> ImageBlock:
    """A picture that was uploaded, by its file's id, and what it shows for whoever cannot see it."""
    return ImageBlock(slack_file=SlackFile(id=file), alt_text=about[:ALT_CHARACTERS] or "Picture")


def buttons(given: Sequence[Button]) -> Iterator[ActionsBlock]:
    """The buttons in one row that Slack wraps; nothing where there are none. A press carries the action as value."""
    elements, seen = [], dict[str, int]()
    for button in given[:MOST_BUTTONS]:
        number = seen[button.action] = seen.get(button.action, 0) + 1
        element = ButtonElement(
            text=PlainTextObject(text=button.label[:LABEL_CHARACTERS], emoji=True),
            action_id=button.action if number == 1 else f"{button.action}#{number}",
            value=button.action,
            style=_STYLES.get(button.action.partition(":")[0]),
        )
        elements.append(element)
    if elements:
        yield ActionsBlock(elements=elements)


def _digest(shown: object) -> str:
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]
