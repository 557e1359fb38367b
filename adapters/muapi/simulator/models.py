"""The models that the simulated service knows, with their fields, limits and prices.

A second statement of the catalogue on purpose, written from the provider spec: a client that is
checked against its own data would never be found wrong. Prices are those listed around mid-2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from bot.core.money import Money

ALL_RATIOS = ("16:9", "9:16", "1:1", "3:4", "4:3", "21:9")
THREE_RATIOS = ("16:9", "9:16", "1:1")
#: Third parties say so of the omni endpoint.
VIDEO_REFERENCE_PERCENT = 30


class Kind(Enum):
    """What a model starts from."""

    #: A prompt alone.
    TEXT = "text-to-video"
    #: A start picture.
    IMAGE = "image-to-video"
    #: Pictures, videos and sounds that the prompt may name.
    OMNI = "omni-reference"
    #: The first and the last picture.
    FIRST_LAST = "first-last-frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One endpoint."""

    endpoint: str
    #: The name that is drawn into the clip.
    title: str
    kind: Kind
    #: Price per second of output by resolution; the first is the default.
    rates: Mapping[str, Money]
    #: Whether ``resolution`` is a field; else the endpoint has the one that it has.
    chooses: bool
    seconds: tuple[int, int] = (4, 15)
    ratios: tuple[str, ...] = ALL_RATIOS
    prompt_limit: int = 20_000
    #: Percent of the rate that each second of a video reference costs.
    reference_percent: int = 0

    def resolution(self, payload: Mapping[str, object]) -> str:
        """The resolution that a valid body asks for."""
        asked = payload.get("resolution")
        return asked if self.chooses and isinstance(asked, str) else next(iter(self.rates))

    def duration(self, payload: Mapping[str, object]) -> int:
        """The seconds that a valid body asks for; 5 when it does not say."""
        asked = payload.get("duration")
        return asked if isinstance(asked, int) else max(self.seconds[0], 5)

    def ratio(self, payload: Mapping[str, object]) -> str:
        """The aspect ratio that a valid body asks for."""
        asked = payload.get("aspect_ratio")
        return asked if isinstance(asked, str) else self.ratios[0]

    def price(self, payload: Mapping[str, object], *, reference_seconds: int = 0) -> Money:
        """Seconds of output times the rate, and a part of it for each second of the video references."""
        rate = self.rates[self.resolution(payload)]
        surcharge = -(-rate.micros * self.reference_percent * reference_seconds // 100)
        return rate * self.duration(payload) + Money(surcharge)


def _rates(**dollars: str) -> dict[str, Money]:
    return {name.removeprefix("r"): Money.usd(amount) for name, amount in dollars.items()}


def _mini() -> Iterator[Model]:
    for kind in (Kind.TEXT, Kind.IMAGE, Kind.OMNI):
        yield Model(
            endpoint=f"seedance-2-mini-{kind.value}",
            title="Seedance 2 Mini",
            kind=kind,
            rates=_rates(r720p="0.15", r480p="0.08"),
            chooses=True,
            reference_percent=VIDEO_REFERENCE_PERCENT if kind is Kind.OMNI else 0,
        )


def _seedance_2() -> Iterator[Model]:
    for title, suffix, rate in (("Seedance 2 Fast", "-fast", "0.15"), ("Seedance 2", "", "0.25")):
        for kind in (Kind.TEXT, Kind.IMAGE, Kind.FIRST_LAST):
            endpoint = f"seedance-2-{kind.value}{suffix}"
            rates = _rates(r720p=rate)
            yield Model(endpoint=endpoint, title=title, kind=kind, rates=rates, chooses=False, prompt_limit=4_000)
    for suffix, resolution, rate in (("", "r720p", "0.30"), ("-1080p", "r1080p", "0.675"), ("-4k", "r4k", "1.35")):
        for kind in (Kind.TEXT, Kind.IMAGE, Kind.FIRST_LAST):
            endpoint = f"seedance-2-vip-{kind.value}{suffix}"
            rates = _rates(**{resolution: rate})
            yield Model(
                endpoint=endpoint, title="Seedance 2 VIP", kind=kind, rates=rates, chooses=False, prompt_limit=4_000
            )


def _seedance_25() -> Iterator[Model]:
    tiers = (("-480p", "0.17"), ("", "0.34"), ("-1080p", "0.85"), ("-4k", "1.70"))
    for suffix, rate in tiers:
        for kind in (Kind.TEXT, Kind.IMAGE):
            yield Model(
                endpoint=f"seedance-2.5-{kind.value}{suffix}",
                title="Seedance 2.5",
                kind=kind,
                rates={suffix.removeprefix("-") or "720p": Money.usd(rate)},
                chooses=False,
                seconds=(4, 30),
            )


def _others() -> Iterator[Model]:
    for kind in (Kind.TEXT, Kind.IMAGE):
        for tier in ("standard", "pro"):
            yield Model(
                endpoint=f"kling-v3.0-{tier}-{kind.value}",
                title="Kling 3.0",
                kind=kind,
                rates=_rates(r720p="0.144"),
                chooses=False,
                seconds=(3, 15),
                ratios=THREE_RATIOS,
            )
        yield Model(
            endpoint=f"minimax-h3-{kind.value}",
            title="MiniMax Hailuo 03",
            kind=kind,
            rates=_rates(r2k="0.1825"),
            chooses=False,
            seconds=(5, 15),
        )
        yield Model(
            endpoint=f"wan2.7-{kind.value}",
            title="Wan 2.7",
            kind=kind,
            rates=_rates(r720p="0.1", r1080p="0.1"),
            chooses=True,
            seconds=(2, 15),
        )


MODELS = {model.endpoint: model for models in (_mini(), _seedance_2(), _seedance_25(), _others()) for model in models}

#: Frame sizes seen for the family at 24 fps; 16:9, 9:16, 1:1, 3:4, 4:3, 21:9. Spec: "The model".
_SIZES_480P = ((864, 496), (496, 864), (640, 640), (560, 752), (752, 560), (992, 432))
_SIZES_720P = ((1280, 720), (720, 1280), (960, 960), (834, 1112), (1112, 834), (1470, 630))
#: Guesses: the 720p frame, so many times as wide and high.
_TIMES = {"720p": 1.0, "1080p": 1.5, "2k": 2.0, "4k": 3.0}


def frame_size(resolution: str, ratio: str) -> tuple[int, int]:
    """Width and height in pixels, both even, as H.264 with half-size colour needs."""
    index = ALL_RATIOS.index(ratio)
    if resolution == "480p":
        return _SIZES_480P[index]
    width, height = _SIZES_720P[index]
    times = _TIMES[resolution]
    return round(width * times / 2) * 2, round(height * times / 2) * 2
