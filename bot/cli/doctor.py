"""``dailies doctor``: whether this installation can work, and how to mend what cannot."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Awaitable, Callable, Sequence

from bot.cli import codes
from bot.cli.asking import add_where, settings_of
from bot.cli.doctor_checks import Check, Grade, catalogue, chats, clips, disks, home, rows, zones
from bot.cli.doctor_discord import discord
from bot.cli.doctor_provider import provider
from bot.cli.doctor_slack import slack
from bot.settings import Settings, SettingsError

#: In the order in which they are said.
CHECKS: tuple[Callable[[Settings], Awaitable[Sequence[Check]]], ...] = (
    home,
    disks,
    rows,
    clips,
    provider,
    catalogue,
    zones,
    chats,
    slack,
    discord,
)
#: In practice nobody's key is used.
PRACTISED = Check("provider", Grade.OK, "the built-in one, which costs nothing and needs no key")
SIGNS = {Grade.OK: "ok      ", Grade.WARNING: "warning ", Grade.BROKEN: "broken  "}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the sub-command to the console script's parser."""
    parser = subparsers.add_parser(
        "doctor",
        help="whether this installation can work, and how to mend what cannot",
        description="Check settings, permissions, disks, the database, the archive, the clip checker, the provider's "
        "key, balance and time, the catalogue, the time zones, and what Slack and Discord say of their "
        "tokens. Nothing is ordered or posted; a bucket gets a small file, "
        "which is removed again. "
        f"Exit status {codes.DONE} when all is well, {codes.FOUND} for warnings, {codes.BROKEN} when something does "
        "not work.",
    )
    add_where(parser)
    parser.set_defaults(run=run)


async def run(args: argparse.Namespace) -> int:
    """Check everything; the exit status is that of the worst."""
    try:
        settings = settings_of(args)
    except SettingsError as error:
        found = [Check("settings", Grade.BROKEN, problem, "Correct it; dailies --help lists what each setting takes.")
                 for problem in error.problems]  # fmt: skip
    else:
        files = [str(file) for file in (settings.env_file, settings.config) if file]
        source = f"the environment and {' and '.join(files)}" if files else "the environment; no file is there"
        found = [Check("settings", Grade.OK, f"read from {source}")]
        for check in CHECKS:
            found += [PRACTISED] if args.practice and check is provider else await check(settings)
    sys.stdout.write(_as_json(found) if args.json else _as_text(found))
    worst = {check.grade for check in found}
    if Grade.BROKEN in worst:
        return codes.BROKEN
    return codes.FOUND if Grade.WARNING in worst else codes.DONE


def _as_text(found: Sequence[Check]) -> str:
    lines = [f"{SIGNS[check.grade]}{check.name}: {check.says}" for check in found]
    return "".join(
        f"{line}\n" + (f"          {check.remedy}\n" if check.remedy else "")
        for line, check in zip(lines, found, strict=True)
    )


def _as_json(found: Sequence[Check]) -> str:
    checks = [
        {"name": check.name, "grade": check.grade.value, "says": check.says, "remedy": check.remedy} for check in found
    ]
    return f"{json.dumps({'version': 1, 'checks': checks}, ensure_ascii=False)}\n"
