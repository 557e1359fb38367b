"""A model, and what is asked of it: check an order, quote it, write its body; and the catalogue of them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.catalogue.parts import Field, Mode, Price
from bot.core.errors import Refusal
from bot.core.money import Money
from bot.core.ports.provider import Order

MS_PER_S = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model with its limits, its price and its modes."""

    #: The short name that people type: ``mini``.
    name: str
    title: str
    #: Whether people may order it.
    on: bool
    prompt_characters: int
    #: The clip's length in whole seconds, both ends included.
    least_seconds: int
    most_seconds: int
    ratios: tuple[str, ...]
    resolutions: tuple[str, ...]
    draft_resolution: str
    final_resolution: str
    price: Price
    modes: Mapping[str, Mode]
    #: For each resolution, points (seconds of clip, seconds of rendering), by rising length.
    usual_s: Mapping[str, tuple[tuple[int, int], ...]]

    def check(self, mode: str, *, prompt: str, ratio: str, resolution: str, seconds: int, pictures: int) -> None:
        """Refuse an order that the model cannot take; ``pictures`` is their number.

        Raises:
            Refusal: names the option, what was given, and what is allowed.
        """
        self._check_prompt(prompt)
        self._check_member("ratio", ratio, self.ratios)
        self._check_member("resolution", resolution, self.resolutions)
        self._check_seconds(seconds)
        self._check_pictures(self._mode(mode), pictures)

    def quote(self, resolution: str, seconds: int) -> Money:
        """The exact price of a clip of ``seconds``.

        Raises:
            Refusal: the model does not have the resolution or the length.
        """
        self._check_member("resolution", resolution, self.resolutions)
        self._check_seconds(seconds)
        return self.price.quote(resolution, seconds)

    def order(
        self,
        mode: str,
        *,
        prompt: str,
        ratio: str,
        resolution: str,
        seconds: int,
        audio: bool,
        high_bitrate: bool,
        picture_urls: tuple[str, ...] = (),
    ) -> Order:
        """The order in the provider's words; the same values give the same body.

        Raises:
            Refusal: as ``check``.
        """
        self.check(mode, prompt=prompt, ratio=ratio, resolution=resolution, seconds=seconds, pictures=len(picture_urls))
        form = self._mode(mode)
        values: dict[Field, object] = {
            Field.PROMPT: prompt,
            Field.RATIO: ratio,
            Field.RESOLUTION: resolution,
            Field.SECONDS: seconds,
            Field.AUDIO: audio,
            Field.BITRATE: high_bitrate,
        }
        payload = {form.fields[field]: value for field, value in values.items() if field in form.fields}
        if form.pictures is not None:
            payload |= form.pictures.payload(picture_urls)
        return Order(endpoint=form.endpoints[resolution], payload=payload)

    def _mode(self, name: str) -> Mode:
        if name not in self.modes:
            allowed = tuple(self.modes)
            sentence = f"{self.name} is made from {', '.join(allowed)}; you asked for {name}."
            raise Refusal(sentence, allowed=allowed)
        return self.modes[name]

    def _check_prompt(self, prompt: str) -> None:
        if not prompt.strip():
            sentence = "The prompt is empty; write what the clip shows."
            raise Refusal(sentence)
        if len(prompt) > self.prompt_characters:
            sentence = (
                f"prompt is at most {self.prompt_characters:,} characters for {self.name}; yours has {len(prompt):,}."
            )
            raise Refusal(sentence)

    def _check_member(self, option: str, given: str, allowed: tuple[str, ...]) -> None:
        if given not in allowed:
            sentence = f"{option} is {one_of(allowed)} for {self.name}; you asked for {given}."
            raise Refusal(sentence, allowed=allowed)

    def _check_seconds(self, seconds: int) -> None:
        if not self.least_seconds <= seconds <= self.most_seconds:
            allowed = tuple(str(length) for length in range(self.least_seconds, self.most_seconds + 1))
            span = f"{self.least_seconds} to {self.most_seconds}"
            sentence = f"seconds is {span} for {self.name}; you asked for {seconds}."
            raise Refusal(sentence, allowed=allowed)

    def _check_pictures(self, mode: Mode, given: int) -> None:
        form = mode.pictures
        if form is None:
            if given:
                sentence = f"{mode.name} takes no pictures for {self.name}; you gave {given}."
                raise Refusal(sentence)
            return
        if not form.least <= given <= form.most:
            sentence = f"{mode.name} takes {form.says} for {self.name}; you gave {given or 'none'}."
            raise Refusal(sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every model that is known, on or off."""

    #: The day on which the prices were read.
    priced_on: date
    models: tuple[Model, ...]

    @property
    def on(self) -> tuple[Model, ...]:
        """The models that people may order."""
        return tuple(model for model in self.models if model.on)

    def known(self, name: str) -> Model | None:
        """The model of this short name, on or off, for showing what was ordered once; ``None``: no longer listed."""
        return next((model for model in self.models if model.name == name), None)

    def model(self, name: str) -> Model:
        """The model that people may order under this short name.

        Raises:
            Refusal: unknown, or off; names the models that are on.
        """
        allowed = tuple(model.name for model in self.on)
        known = {model.name: model for model in self.models}
        if name not in known:
            sentence = f"model is {one_of(allowed)}; you asked for {name}."
            raise Refusal(sentence, allowed=allowed)
        if not known[name].on:
            why = "" if known[name].price.confirmed else ", its price is not confirmed"
            sentence = f"model is {one_of(allowed)}; {name} is off{why}."
            raise Refusal(sentence, allowed=allowed)
        return known[name]


def usual_ms(model: Model, resolution: str, seconds: int) -> int:
    """How long such a clip usually renders, in milliseconds, before anything was learned from past takes.

    Linear between the catalogue's points; below the first and above the last in proportion to the length.

    Raises:
        Refusal: the model does not have the resolution.
    """
    if resolution not in model.usual_s:
        sentence = f"resolution is {one_of(model.resolutions)} for {model.name}; you asked for {resolution}."
        raise Refusal(sentence, allowed=model.resolutions)
    points = model.usual_s[resolution]
    length, renders = points[0]
    for further, longer in points[1:]:
        if length < seconds <= further:
            share = MS_PER_S * (longer - renders) * (seconds - length) // (further - length)
            return MS_PER_S * renders + share
        if seconds > further:
            length, renders = further, longer
    return MS_PER_S * renders * seconds // length


def one_of(values: tuple[str, ...]) -> str:
    """``4:3, 16:9 or 1:1``; ``nothing`` of nothing."""
    if not values:
        return "nothing (every model is off)"
    *most, last = values
    return f"{', '.join(most)} or {last}" if most else last
