"""``dailies spend``: what each scope has spent in its period; or the lines of one of them, or its chart, as a file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.cli import codes
from bot.cli.asking import add_where, ask, settings_of, write
from bot.cli.texts import day, table
from bot.settings import Settings

HEADER = ("scope", "period from", "spent", "held", "cap", "left", "")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "spend",
        help="what each channel, workspace and person has spent in its period",
        description="Each scope in its newest period: what is charged, what is held for orders under way, its cap.",
    )
    add = parser.add_argument
    file = parser.add_mutually_exclusive_group().add_argument
    file("--export", type=Path, metavar="FILE", help="write every ledger line to FILE.csv or FILE.json instead")
    file("--plot", type=Path, metavar="FILE", help="draw a chart into FILE.png instead")
    add("--what", default="", help="with --plot: days, people or finished (default: days)")
    add("--theme", default="", help="with --plot: light or dark (default: light)")
    add("--scope", default="", help="with a file: whose, as listed (default: the only workspace)")
    add("--period", default="", help="with a file: last, 2026-11, 2026-10-01..2026-10-15, all (default: the current)")
    add("--force", action="store_true", help="with a file: replace FILE")
    add_where(parser)
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Print the table, or write the file."""
    settings = settings_of(args)
    if args.export is not None:
        return await _export(args, settings)
    if args.plot is not None:
        return await _plot(args, settings)
    answer = await ask(settings, "spend")
    rows = [row(scope, settings.timezone) for scope in answer["scopes"]]
    write(answer, table([HEADER, *rows]) if rows else "Nothing was ordered yet.\n", as_json=args.json)
    return codes.DONE


async def _export(args: argparse.Namespace, settings: Settings) -> int:
    file = args.export.absolute()
    asked = {"file": str(file), "form": file.suffix.lower().removeprefix("."), "zone": settings.timezone}
    asked |= {"scope": args.scope, "reach": args.period, "force": args.force}
    answer = await ask(settings, "export", asked)
    text = (
        f"{answer['lines']:,} lines of {answer['scope']}, {answer['period']}, are in {answer['file']}: "
        f"${answer['spent']} spent, ${answer['held']} held.\n"
    )
    write(answer, text, as_json=args.json)
    return codes.DONE


async def _plot(args: argparse.Namespace, settings: Settings) -> int:
    asked = {"file": str(args.plot.absolute()), "what": args.what, "theme": args.theme, "zone": settings.timezone}
    asked |= {"scope": args.scope, "reach": args.period, "force": args.force}
    answer = await ask(settings, "plot", asked)
    write(answer, f"{answer['about']}\nThe chart is in {answer['file']}.\n", as_json=args.json)
    return codes.DONE


def row(scope: Mapping[str, Any], zone: str) -> tuple[str, ...]:
    """A scope's line of the table, under ``HEADER``; what is used above the cap stands apart from what is left."""
    notes = [
        f"${scope['excess']} over" if scope["excess"] not in (None, "0.00") else "",
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
