"""What the doctor looks at on this machine; each check says how to mend what it finds."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from adapters.muapi.catalogue import load_catalogue
from bot.archives import COPIES, FOLDER, open_archive, place_of
from bot.cli.asking import SQLITE, ask
from bot.cli.texts import counted
from bot.core.catalogue import CatalogueError
from bot.core.errors import ArchiveError, ClipDamaged, StoreError
from bot.media.errors import MediaUnavailable
from bot.media.media import Media
from bot.settings import Settings, exposed
from storage.inspecting import damage_of
from storage.opening import database_path

GIGABYTE = 1_000_000_000
#: Less is broken: a clip of the largest size and the rows beside it no longer fit; less than the other is a warning.
LEAST_FREE_BYTES, LITTLE_FREE_BYTES = GIGABYTE, 5 * GIGABYTE
#: Prices that nobody has looked at for so long.
OLD_PRICES_DAYS = 120
CLOCK_BEHIND_MS = 60_000
OTHERS = 0o077
#: Why a key is paused, and what ends it.
PAUSES = {
    "credit": "Top up the provider's wallet; what waits starts by itself.",
    "key": "Set MUAPI_API_KEY to a key that the provider accepts, and restart.",
    "unknowns": "It is being looked into; answer the question in the chat.",
    "restored": "After a restore nothing is ordered until you say: dailies restore --go-on",
}


class Grade(Enum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's."""

    name: str
    grade: Grade
    says: str
    remedy: str = ""


async def home(settings: Settings) -> Sequence[Check]:
    """The folder of everything, and who may read it."""
    folder = settings.home
    if not folder.is_dir():
        remedy = "dailies run makes it; look at DAILIES_HOME if it should be there."
        return [Check("home", Grade.WARNING, f"{folder} is not there yet", remedy)]
    found = [_writable("home", folder)]
    open_home = [folder] if folder.stat().st_mode & OTHERS else []
    for path in (*open_home, *exposed(settings)):
        mode = "700" if path.is_dir() else "600"
        says = f"{path} can be read by other users of this machine"
        found.append(Check("permissions", Grade.WARNING, says, f"chmod {mode} {path}"))
    return found


def _writable(name: str, folder: Path) -> Check:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            return Check(name, Grade.OK, f"{folder} can be written")
    except OSError as error:
        remedy = "Give the user who runs Dailies the right to write there, and look at the disk."
        return Check(name, Grade.BROKEN, f"{folder} cannot be written: {error.strerror}", remedy)


async def disks(settings: Settings) -> Sequence[Check]:
    """Space for the rows and for the clips."""
    archive = FOLDER if settings.archive is None else COPIES
    folders = {"home": settings.home, "archive": settings.home / archive}
    return [_space(name, folder) for name, folder in folders.items() if folder.is_dir()]


def _space(name: str, folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    grade = Grade.OK if free >= LITTLE_FREE_BYTES else Grade.WARNING if free >= LEAST_FREE_BYTES else Grade.BROKEN
    remedy = "" if grade is Grade.OK else "Free some space, or move DAILIES_HOME to a larger disk: docs/operating.md."
    return Check(f"disk of {name}", grade, f"{free / GIGABYTE:.1f} GB free at {folder}", remedy)


async def rows(settings: Settings) -> Sequence[Check]:
    """The database: whole, readable, writable, of this version; who has it; what keeps orders waiting."""
    url = settings.database_url.reveal()
    found: list[Check] = []
    if url.startswith(SQLITE):
        database = database_path(url)
        if not database.is_file():
            says = f"there is none at {database} yet"
            return [Check("database", Grade.WARNING, says, "dailies run makes it; else look at DAILIES_HOME.")]
        if (damage := await asyncio.to_thread(damage_of, database)) is not None:
            remedy = "Restore the last backup: dailies restore FILE"
            return [Check("database", Grade.BROKEN, f"{database} is damaged: {damage}", remedy)]
        found.append(Check("database", Grade.OK, f"{database} is whole"))
    try:
        health = await ask(settings, "health")
    except StoreError as error:
        return [*found, Check("database", Grade.BROKEN, str(error), "Mend that first, then look again.")]
    return [*found, *_health(health)]


def _health(health: Mapping[str, Any]) -> list[Check]:
    who = "no process has them" if health["pid"] == os.getpid() else f"process {health['pid']} has them"
    messages = f"{health['outbox']} {'message waits' if health['outbox'] == 1 else 'messages wait'}"
    waits = f"{counted(health['open'], 'take')} open, {messages}"
    says = f"they can be read and written, {who}; {waits}"
    found = [Check("rows", Grade.OK, says)]
    for key, why in health["paused"].items():
        remedy = PAUSES.get(why, "It ends by itself.")
        found.append(Check("orders", Grade.WARNING, f"nothing is ordered with the key {key}: {why}", remedy))
    if health["behind_ms"] > CLOCK_BEHIND_MS:
        says = f"this machine's clock is {health['behind_ms'] // 1000} s behind the newest row; nothing new is ordered"
        found.append(Check("clock", Grade.BROKEN, says, "Set the clock, by NTP."))
    if health["answers"]:
        says = f"{health['answers']} answers of the provider wait to be booked"
        found.append(Check("answers", Grade.WARNING, says, "Restart Dailies, and look with dailies audit."))
    return found


async def clips(settings: Settings) -> Sequence[Check]:
    """The archive, and the process that looks into clips."""
    found = [await _archive(settings)] if settings.home.is_dir() else []
    return [*found, await _checker()]


async def _archive(settings: Settings) -> Check:
    """A small file is kept and removed; in a bucket it is read as well."""
    place = place_of(settings)
    try:
        async with open_archive(settings) as archive:
            await archive.probe()
            says = f"{archive} can be written"
    except ArchiveError as error:
        return Check("archive", Grade.BROKEN, str(error), "Clips cannot be kept before that is mended.")
    if place is None:
        return Check("archive", Grade.OK, says)
    links = f"hold {settings.link_days} days" if place.has_public_address else "are not given"
    return Check("archive", Grade.OK, f"{says} and read; links {links}")


async def _checker() -> Check:
    """A file that is no clip has to be found to be none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "no-clip.mp4"
        path.write_bytes(b"no clip")
        try:
            await Media().check_clip(path, seconds=4, width_over_height=None, audio=True)
        except ClipDamaged:
            return Check("clip checker", Grade.OK, "it runs")
        except MediaUnavailable as error:
            remedy = "Install Dailies anew from its lock; look at the memory and process limits of its user."
            return Check("clip checker", Grade.BROKEN, f"it does not run: {error}", remedy)
    return Check("clip checker", Grade.BROKEN, "it takes anything for a clip", "Install Dailies anew from its lock.")


async def catalogue(settings: Settings) -> Sequence[Check]:
    """The models and the age of their prices."""
    try:
        models = load_catalogue(settings.catalogue)
    except CatalogueError as error:
        return [Check("catalogue", Grade.BROKEN, problem, "Correct the file.") for problem in error.problems]
    names = ", ".join(model.name for model in models.on)
    if not names:
        remedy = "Confirm a price and turn its model on in the file that DAILIES_CATALOGUE names."
        return [Check("catalogue", Grade.BROKEN, "no model is on, so nothing can be ordered", remedy)]
    age = (datetime.now(UTC).date() - models.priced_on).days
    says = f"on: {names}; prices of {models.priced_on.isoformat()}, {max(0, age)} days old"
    if age > OLD_PRICES_DAYS:
        remedy = "Compare them with the provider's: dailies models check. Then date a copy of the file anew."
        return [Check("catalogue", Grade.WARNING, says, remedy)]
    return [Check("catalogue", Grade.OK, says)]


async def zones(settings: Settings) -> Sequence[Check]:
    """The data by which days and months begin."""
    if settings.timezone not in available_timezones():
        says = f"nothing is known of the zone {settings.timezone}"
        return [Check("time zones", Grade.BROKEN, says, "Install the package tzdata.")]
    says = f"periods are those of {settings.timezone}; tzdata {importlib.metadata.version('tzdata')}"
    return [Check("time zones", Grade.OK, says)]


async def chats(settings: Settings) -> Sequence[Check]:
    """Whether any chat is served."""
    if settings.slack_bot_token is not None or settings.discord_bot_token is not None:
        return ()
    says = "no chat has a token: dailies run works off what is open, dailies local is a channel in the terminal"
    return [Check("chats", Grade.OK, says)]
