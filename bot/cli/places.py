"""``dailies places``: the workspaces and servers that may spend, and those that may not."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from bot.cli import codes
from bot.cli.asking import add_where, ask, settings_of, write

NONE_YET = "No workspace or server is known yet; one is from the moment that somebody there writes to Dailies.\n"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "places",
        help="the workspaces and servers that may spend: list, add ID, remove ID",
        description="The first workspace or server of a platform is the place of Dailies; any other may spend only "
        "when it is added here. Removed, it can order nothing; what it ordered before goes on.",
    )
    parser.add_argument("act", nargs="?", choices=("list", "add", "remove"), default="list", help="list by default")
    parser.add_argument("id", nargs="?", help="the workspace or server, as the list names it")
    add_where(parser)
    parser.set_defaults(run=run, parser=parser)


async def run(args: argparse.Namespace) -> int:
    """List, add or remove."""
    if (args.act == "list") != (args.id is None):
        args.parser.error("add and remove take the id of a workspace, list takes none")
    if args.act == "list":
        answer = await ask(settings_of(args), "places")
        write(answer, "".join(f"{line}\n" for line in _lines(answer)) or NONE_YET, as_json=args.json)
        return codes.DONE
    answer = await ask(settings_of(args), f"places {args.act}", {"id": args.id})
    may = "may spend" if answer["active"] else "may order nothing"
    since = "from now on" if answer["changed"] else "as before"
    write(answer, f"{answer['id']} {may}, {since}.\n", as_json=args.json)
    return codes.DONE


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    for place in answer["places"]:
        state = "may spend" if place["active"] else "may not spend (dailies places add ID)"
        yield f"{place['id']} ({place['platform']}) {place['name']}".rstrip() + f": {state}{_money(place)}"
        for channel in place["channels"]:
            contact = f", {channel['contact']} looks after it" if channel["contact"] else ""
            yield f"  #{channel['name']} ({channel['id']}){_money(channel)}{contact}"


def _money(of: Mapping[str, Any]) -> str:
    cap = "no cap" if of["cap"] is None else f"cap ${of['cap']}"
    paused = f" · paused by {of['paused_by']}" if of["paused_by"] else ""
    return f" · {cap} · ${of['spent']} spent, ${of['held']} held{paused}"
