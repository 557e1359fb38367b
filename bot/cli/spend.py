"""``dailies spend``: what each scope has spent in its period."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from bot.cli import codes
from bot.cli.asking import add_where, ask, settings_of, write
from bot.cli.texts import day, table

HEADER = ("scope", "period from", "spent", "held", "cap", "left", "")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "spend",
        help="what each channel, workspace and person has spent in its period",
        description="Each scope in its newest period: what is charged, what is held for orders under way, its cap.",
    )
    add_where(parser)
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Print the table."""
    settings = settings_of(args)
    answer = await ask(settings, "spend")
    rows = [_row(scope, settings.timezone) for scope in answer["scopes"]]
    write(answer, table([HEADER, *rows]) if rows else "Nothing was ordered yet.\n", as_json=args.json)
    return codes.DONE


def _row(scope: Mapping[str, Any], zone: str) -> tuple[str, ...]:
    notes = [
        "period over" if scope["over"] else "",
        f"stopped by {scope['stopped_by']}" if scope["stopped_by"] else "",
    ]
    return (
        f"{scope['scope']} {scope['name']}".strip(),
        day(scope["from"], zone),
        f"${scope['spent']}",
        f"${scope['held']}",
        "no cap" if scope["cap"] is None else f"${scope['cap']}",
        "" if scope["left"] is None else f"${scope['left']}",
        ", ".join(filter(None, notes)),
    )
