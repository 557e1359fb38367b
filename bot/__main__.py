"""The console script ``dailies``: the map of what can be run."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import sys
from collections.abc import Mapping, Sequence

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
}
EXIT_FAILED = 1
EXIT_BAD_SETTING = 2
#: The database's lock was lost, so another process may have taken over; whoever watches over this one restarts it.
EXIT_LOCK_LOST = 3
EXIT_INTERRUPTED = 130


def parser(chosen: str | None = None) -> argparse.ArgumentParser:
    """The whole command line, in which the chosen verb knows its options and the others are names only."""
    whole = argparse.ArgumentParser(
        prog="dailies",
        description="AI video drafts, reviews and finals inside a team's own channel, under a budget cap.",
        epilog=f"Settings, from the environment or a file:\n\n{describe()}",
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
        return _fail("\n".join(error.problems), EXIT_BAD_SETTING)
    except LockLost as error:
        return _fail(str(error), EXIT_LOCK_LOST)
    except (StoreError, ArchiveError) as error:
        return _fail(str(error), EXIT_FAILED)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return status


def _fail(text: str, status: int) -> int:
    print(text, file=sys.stderr)  # noqa: T201 - the console's own words
    return status


if __name__ == "__main__":
    sys.exit(main())
