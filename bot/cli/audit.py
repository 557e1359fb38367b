"""``dailies audit``: whether rows, ledger, archive and answers agree."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from bot.cli import codes
from bot.cli.asking import add_where, ask, settings_of, write


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "audit",
        help="whether the rows, the ledger, the archive and the answers agree",
        description="Look at every take, budget, slot, clip and answer; it only reads, also while Dailies runs. "
        f"Exit status {codes.DONE} when all of it agrees, {codes.FOUND} when something was found.",
    )
    parser.add_argument("--files", action="store_true", help="read every archived clip and compare its bytes")
    add_where(parser)
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Audit; 0 when clean, 3 for findings."""
    found = await ask(settings_of(args), "audit", {"files": args.files})
    write(found, "".join(f"{line}\n" for line in _lines(found)), as_json=args.json)
    return codes.DONE if found["clean"] else codes.FOUND


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    for each in found["findings"]:
        yield f"{each['severity']} {each['code']} {each['subject']}: {each['says']}."
        yield f"    {each['remedy']}"
    if found["left_off"]:
        yield f"… and {found['left_off']:,} more."
    if found["clean"]:
        yield f"{found['takes']:,} takes: everything agrees."
    else:
        yield f"{found['takes']:,} takes: {found['serious']} serious, {found['notices']} to look at."
