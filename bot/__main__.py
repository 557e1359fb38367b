"""The console script ``dailies``: the map of what can be run.

``run``       serve the chats that have tokens, and work off what is open
``local``     a channel in this terminal
``demo``      a story on the built-in simulator: no account, no network
``simulate``  the simulated provider as a server of its own

For the operator, also while it runs:

``doctor``    whether this installation can work, and how to mend what cannot
``audit``     whether the rows, the ledger, the archive and the answers agree
``show``      what happened to a take
``spend``     what each channel, workspace and person has spent in its period
``places``    the workspaces and servers that may spend
``models``    the catalogue; models check compares its prices with the provider's
``backup``    copy the rows to a file
``restore``   put a backup in their place
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot.cli import audit, backup, demo, doctor, local, models, places, restore, run, show, simulate, spend
from bot.cli.codes import EXIT_CODES
from bot.core.catalogue import CatalogueError
from bot.core.errors import ArchiveError, StoreError
from bot.settings import SettingsError, describe

VERBS = (run, local, demo, simulate, doctor, audit, show, spend, places, models, backup, restore)
EXIT_FAILED = 1
EXIT_BAD_SETTING = 2
EXIT_INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(
        prog="dailies",
        description="AI video drafts, reviews and finals inside a team's own channel, under a budget cap.",
        epilog=f"{EXIT_CODES}\n\nSettings, from the environment or a file:\n\n{describe()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = whole.add_subparsers(dest="verb", required=True, metavar="VERB")
    for each in VERBS:
        each.add_parser(subparsers)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; what is wrong is said in one line each, on the error stream."""
    chosen = parser().parse_args(arguments)
    try:
        status: int = asyncio.run(chosen.run(chosen))
    except (SettingsError, CatalogueError) as error:
        return _fail("\n".join(error.problems), EXIT_BAD_SETTING)
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
