"""The console script ``dailies``: the map of what can be run."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import sys
from collections.abc import Mapping, Sequence

from bot.cli.codes import BAD_SETTING, EXIT_CODES, FAILED, INTERRUPTED, LOCK_LOST
from bot.core.catalogue import CatalogueError
from bot.core.errors import ArchiveError, LockLost, StoreError
from bot.settings import SettingsError, describe

#: Every verb with the module that adds its parser and runs it, and what the first help says of it.
#: Only the module of the chosen verb is imported, so that help and slips are answered at once.
VERBS: Mapping[str, tuple[str, str]] = {
    "run": ("bot.cli.run", "serve the chats that have tokens, and work off what is open"),
    "local": ("bot.cli.local", "a channel in this terminal"),
    "demo": ("bot.cli.demo", "a story on the built-in simulator: no account, no network"),
    "simulate": ("bot.cli.simulate", "run the simulated provider"),
    "migrate": ("bot.cli.migrate", "bring the database to the tables of this version"),
    "move": ("bot.cli.move", "copy a stopped installation into another database"),
    "doctor": ("bot.cli.doctor", "whether this installation can work, and how to mend what cannot"),
    "audit": ("bot.cli.audit", "whether the rows, the ledger, the archive and the answers agree"),
    "show": ("bot.cli.show", "what happened to a take, step by step"),
    "spend": ("bot.cli.spend", "what each channel, workspace and person has spent in its period"),
    "discord": ("bot.cli.discord", "the bot's address for an invitation; telling Discord of its commands"),
    "places": ("bot.cli.places", "the workspaces and servers that may spend"),
    "models": ("bot.cli.models", "the catalogue; models check compares its prices with the provider's"),
    "backup": ("bot.cli.backup", "copy the rows to a file"),
    "restore": ("bot.cli.restore", "put a backup in the place of the rows"),
}


def parser(chosen: str | None = None) -> argparse.ArgumentParser:
    """The whole command line, in which the chosen verb knows its options and the others are names only."""
    whole = argparse.ArgumentParser(
        prog="dailies",
        description="AI video drafts, reviews and finals inside a team's own channel, under a budget cap.",
        epilog=f"{EXIT_CODES}\n\nSettings, from the environment or a file:\n\n{describe()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = whole.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (module, says) in VERBS.items():
        if verb == chosen:
            importlib.import_module(module).add_parser(subparsers)
        else:
            subparsers.add_parser(verb, help=says)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; what is wrong is said in one line each, on the error stream."""
    words = sys.argv[1:] if arguments is None else arguments
    chosen = parser(next(iter(words), None)).parse_args(words)
    try:
        status: int = asyncio.run(chosen.run(chosen))
    except (SettingsError, CatalogueError) as error:
        return _fail("\n".join(error.problems), BAD_SETTING)
    except LockLost as error:
        return _fail(str(error), LOCK_LOST)
    except (StoreError, ArchiveError) as error:
        return _fail(str(error), FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _fail(text: str, status: int) -> int:
    print(text, file=sys.stderr)  # noqa: T201 - the console's own words
    return status


if __name__ == "__main__":
    sys.exit(main())
