"""The console script ``dailies``: the map of what can be run.

``run``       serve the chats that have tokens, and work off what is open
``local``     a channel in this terminal
``demo``      a story on the built-in simulator: no account, no network
``simulate``  the simulated provider as a server of its own
``migrate``   bring the database to the tables of this version
``move``      copy a stopped installation into another database
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot.cli import demo, local, migrate, move, run, simulate
from bot.core.catalogue import CatalogueError
from bot.core.errors import ArchiveError, LockLost, StoreError
from bot.settings import SettingsError, describe

EXIT_FAILED = 1
EXIT_BAD_SETTING = 2
#: The database's lock was lost, so another process may have taken over; whoever watches over this one restarts it.
EXIT_LOCK_LOST = 3
EXIT_INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(
        prog="dailies",
        description="AI video drafts, reviews and finals inside a team's own channel, under a budget cap.",
        epilog=f"Settings, from the environment or a file:\n\n{describe()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = whole.add_subparsers(dest="verb", required=True, metavar="VERB")
    for each in (run, local, demo, simulate, migrate, move):
        each.add_parser(subparsers)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; what is wrong is said in one line each, on the error stream."""
    chosen = parser().parse_args(arguments)
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
