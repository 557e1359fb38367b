"""``dailies show A7K-2``: what happened to a take, from the rows."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from bot.cli import codes
from bot.cli.asking import add_where, ask, settings_of, write
from bot.cli.texts import moment


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "show",
        help="what happened to a take or a slate, step by step",
        description="Everything that the rows know of a take, in the order of time: its states, tries, money, votes "
        "and posts. Times are in DAILIES_TIMEZONE.",
    )
    parser.add_argument("id", help="A7K, A7K-2, A7K-2F; a slate's id shows all its takes")
    add_where(parser)
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Tell the story."""
    settings = settings_of(args)
    answer = await ask(settings, "show", {"id": args.id})
    text = "\n".join("".join(f"{line}\n" for line in _lines(take, settings.timezone)) for take in answer["takes"])
    write(answer, text, as_json=args.json)
    return codes.DONE


def _lines(take: Mapping[str, Any], zone: str) -> Iterator[str]:
    money = f"price ${take['price']}, ${take['held']} held, ${take['charged']} charged"
    yield f"{take['id']} · {take['stage']} for {take['person']} in {take['channel']} · {take['state']} · {money}"
    if take["job"]:
        yield f"  provider job {take['job']}"
    if take["clip"]:
        yield f"  file {take['clip']}"
    for event in take["events"]:
        yield f"  {moment(event['at'], zone)}  {event['what']:<7}  {event['says']}"
