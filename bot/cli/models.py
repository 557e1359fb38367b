"""``dailies models``: the catalogue; and whether the provider names the same prices."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import Enum

from adapters.muapi.catalogue import load_catalogue
from adapters.muapi.client import MuapiClient
from bot.app import client_of
from bot.cli import codes
from bot.cli.texts import table
from bot.core.catalogue import Catalogue, Model
from bot.core.clock import SystemClock
from bot.core.errors import ProviderError
from bot.core.money import Money
from bot.core.ports import Order
from bot.settings import SettingsError, load

AT_ONCE = 4
#: Stands in an order that is only asked about.
PROMPT = "a fox in snow"
PICTURE_URL = "https://example.com/fox.png"
NO_KEY = ("MUAPI_API_KEY is not set: the provider cannot be asked without its key.",)


class Verdict(Enum):
    """How the provider's price compares."""

    EQUAL = "equal"
    DIFFERS = "differs"
    SILENT = "does not say"
    NOT_SERVED = "not served"
    NOT_ASKED = "could not be asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One price of the catalogue beside the provider's."""

    model: str
    resolution: str
    seconds: int
    listed: Money
    said: Money | None
    verdict: Verdict
    why: str = ""

    @property
    def differs(self) -> bool:
        """Whether the catalogue cannot be relied on here."""
        return self.verdict in (Verdict.DIFFERS, Verdict.NOT_SERVED, Verdict.NOT_ASKED)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "models",
        help="the catalogue with its prices; models check compares them with the provider's",
        description="List the models with their prices, their date, and which are on. models check asks the provider's "
        f"estimate for each resolution and length; it orders and writes nothing. Exit status {codes.FOUND} when a "
        "price differs.",
    )
    parser.add_argument("act", nargs="?", choices=("list", "check"), default="list", help="list by default")
    parser.add_argument("--all", action="store_true", help="check: models that are off too")
    parser.add_argument("--json", action="store_true", help="the answer as JSON, on one line")
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """List, or check."""
    settings = load()
    catalogue = load_catalogue(settings.catalogue)
    if args.act == "list":
        sys.stdout.write(_as_json(catalogue) if args.json else _as_text(catalogue))
        return codes.DONE
    if settings.muapi_api_key is None:
        raise SettingsError(NO_KEY)
    client = client_of(settings, SystemClock())
    try:
        models = catalogue.models if args.all else catalogue.on
        compared = [each for model in models for each in await check(client, model)]
    finally:
        await client.close()
    sys.stdout.write(_checked_as_json(compared) if args.json else "".join(f"{line}\n" for line in _checked(compared)))
    return codes.FOUND if any(each.differs for each in compared) else codes.DONE


async def check(client: MuapiClient, model: Model) -> list[Compared]:
    """Every resolution and length of a model, a few at once."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(resolution: str, seconds: int) -> Compared:
        async with places:
            return await _compare(client, model, resolution, seconds)

    lengths = range(model.least_seconds, model.most_seconds + 1)
    return await asyncio.gather(*(one(resolution, each) for resolution in model.resolutions for each in lengths))


async def _compare(client: MuapiClient, model: Model, resolution: str, seconds: int) -> Compared:
    listed, why, said = model.quote(resolution, seconds), "", None
    try:
        served, said = await client.ask_price(_order(model, resolution, seconds))
    except ProviderError as error:
        verdict, why = Verdict.NOT_ASKED, error.text
    else:
        if said is not None:
            verdict = Verdict.EQUAL if said == listed else Verdict.DIFFERS
        else:
            verdict = Verdict.SILENT if served else Verdict.NOT_SERVED
    return Compared(
        model=model.name, resolution=resolution, seconds=seconds, listed=listed, said=said, verdict=verdict, why=why
    )


def _order(model: Model, resolution: str, seconds: int) -> Order:
    """The plainest order of the model."""
    mode = min(model.modes.values(), key=lambda mode: 0 if mode.pictures is None else mode.pictures.least)
    pictures = 0 if mode.pictures is None else mode.pictures.least
    return model.order(
        mode.name,
        prompt=PROMPT,
        ratio=model.ratios[0],
        resolution=resolution,
        seconds=seconds,
        audio=True,
        high_bitrate=False,
        picture_urls=(PICTURE_URL,) * pictures,
    )


def _checked(compared: list[Compared]) -> Iterator[str]:
    for each in compared:
        if each.verdict is Verdict.DIFFERS and each.said is not None:
            by = each.said - each.listed
            yield f"{_name(each)}: listed {each.listed}, the provider says {each.said} (differs by {by})"
        elif each.verdict is not Verdict.EQUAL:
            yield f"{_name(each)}: {each.verdict.value}" + (f": {each.why}" if each.why else "")
    counted = Counter(each.verdict for each in compared)
    yield (
        ", ".join(f"{counted[verdict]} {verdict.value}" for verdict in Verdict if counted[verdict]) or "Nothing is on."
    )
    if any(each.verdict is Verdict.DIFFERS for each in compared):
        yield "Correct a copy of the catalogue and name it in DAILIES_CATALOGUE."


def _name(each: Compared) -> str:
    return f"{each.model} {each.resolution} {each.seconds} s"


def _checked_as_json(compared: list[Compared]) -> str:
    rows = [
        asdict(each)
        | {
            "listed": str(each.listed.decimal),
            "said": None if each.said is None else str(each.said.decimal),
            "verdict": each.verdict.value,
        }
        for each in compared
    ]
    return f"{json.dumps({'version': 1, 'agree': not any(each.differs for each in compared), 'prices': rows})}\n"


def _as_text(catalogue: Catalogue) -> str:
    rows = [
        (
            model.name,
            "on" if model.on else "off" if model.price.confirmed else "off, price not confirmed",
            ", ".join(f"{resolution} {model.price.says(resolution)}" for resolution in model.resolutions),
            f"{model.least_seconds}-{model.most_seconds} s",
            model.title,
        )
        for model in catalogue.models
    ]
    return f"{table(rows)}Prices of {catalogue.priced_on.isoformat()}.\n"


def _as_json(catalogue: Catalogue) -> str:
    models = [
        {
            "name": model.name,
            "title": model.title,
            "on": model.on,
            "confirmed": model.price.confirmed,
            "seconds": [model.least_seconds, model.most_seconds],
            "block_s": model.price.block_s,
            "prices": {resolution: str(model.price.rates[resolution].decimal) for resolution in model.resolutions},
        }
        for model in catalogue.models
    ]
    return f"{json.dumps({'version': 1, 'priced_on': catalogue.priced_on.isoformat(), 'models': models})}\n"
