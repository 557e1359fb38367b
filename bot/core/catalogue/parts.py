"""What a model is made of: its price, its modes, and the provider's names for our options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bot.core.money import Money


class Field(Enum):
    """An option of ours that a model may have a field for; pictures have their own form."""

    #: The scene's description.
    PROMPT = "prompt"
    #: The frame's shape, ``16:9``.
    RATIO = "ratio"
    #: ``480p``, or whatever the model calls its qualities.
    RESOLUTION = "resolution"
    #: The clip's length, whole seconds.
    SECONDS = "seconds"
    #: Whether the clip has sound; a boolean.
    AUDIO = "audio"
    #: Whether the file is larger for better pictures; a boolean.
    BITRATE = "bitrate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a clip costs: an amount for each begun block of seconds, by resolution.

    A rate per second is a block of one second. A begun block counts in full, so that a hold is never
    smaller than its bill.
    """

    rates: Mapping[str, Money]
    #: The block's length in seconds, at least 1.
    block_s: int
    #: Somebody has seen the provider name it; a model whose price is not confirmed stays off.
    confirmed: bool

    def quote(self, resolution: str, seconds: int) -> Money:
        """The price of a clip; ``resolution`` is one that the model has."""
        blocks = -(-seconds // self.block_s)
        return self.rates[resolution] * blocks

    def says(self, resolution: str) -> str:
        """The rate as the list of models shows it: ``$0.15 per second``, ``$0.72 per 5 s begun``."""
        per = "second" if self.block_s == 1 else f"{self.block_s} s begun"
        return f"{self.rates[resolution]} per {per}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """How many reference pictures a mode takes, and in which fields.

    Either each picture has a field of its own (``image_url``, ``last_image``), or all go in one list.
    """

    least: int
    most: int
    #: The field of each picture, in order; empty when they go in a list.
    fields: tuple[str, ...] = ()
    #: The field that takes them all.
    in_list: str | None = None
    #: What a prompt calls one of them, before its number: ``@image``; empty: it cannot name them.
    named: str = ""

    def naming(self, number: int) -> str:
        """What a prompt calls the picture at this place, from 1: ``@image2``; empty where it cannot."""
        return f"{self.named}{number}" if self.named else ""

    def payload(self, urls: tuple[str, ...]) -> dict[str, object]:
        """The part of an order's body that names the pictures."""
        if self.in_list is not None:
            return {self.in_list: list(urls)}
        return dict(zip(self.fields, urls, strict=False))

    @property
    def says(self) -> str:
        """How many, in words: ``1 picture``, ``1 to 9 pictures``."""
        if self.least != self.most:
            return f"{self.least} to {self.most} pictures"
        return "1 picture" if self.most == 1 else f"{self.most} pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way to use a model: its endpoint, and the provider's names of our options there."""

    #: ``text``, ``image``, ``omni``, ``first-last``.
    name: str
    #: The endpoint for each of the model's resolutions; often the same for all.
    endpoints: Mapping[str, str]
    #: Options that are not listed are not sent.
    fields: Mapping[Field, str]
    #: ``None``: the mode takes no pictures.
    pictures: Pictures | None = None
