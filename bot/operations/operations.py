"""The table of operations."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.control.protocol import Failed, Operation, Say
from bot.core.lifecycle import OPEN
from bot.core.ports import Archive, Provider, Store, Transaction
from bot.core.rows import Inbound, Key, Outbox, Take
from bot.jobs import restored
from bot.jobs.answers import Answers
from bot.jobs.audit import Severity, audit
from bot.jobs.restored import Since, Wake
from bot.jobs.story import NotFound, stories
from bot.media.media import Media
from bot.operations import exporting, placing, plotting, spending
from bot.operations.views import as_finding, as_since, as_story

#: More findings than anybody reads; the rest is counted.
MOST_FINDINGS = 1_000
PROBE = "doctor"


class Copying(Protocol):
    """Rows that can be copied to a file."""

    async def copy_to(self, target: Path, *, overwrite: bool = False) -> int:
        """Write a whole copy; its size in bytes.

        Raises:
            StoreError
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """What operations work with."""

    store: Store
    #: The same rows, where they are a file of our own.
    copying: Copying
    archive: Archive
    answers: Answers
    #: ``None`` without a provider key.
    provider: Provider | None
    #: The key that new takes use.
    key: str
    #: Real seconds in a provider second.
    scale: float
    #: Has a take looked at, where a worker runs.
    wake: Wake
    #: Draws charts.
    media: Media = field(default_factory=Media)


class Operations:
    """Everything that an operator may ask; each method is an ``Operation``."""

    def __init__(self, premises: Premises) -> None:
        """``premises`` are those of the process that has the rows."""
        self._at = premises

    def table(self) -> Mapping[str, Operation]:
        """The operations by their verbs."""
        return {
            "audit": self.audit,
            "backup": self.backup,
            "spend": self.spend,
            "export": self.export,
            "plot": self.plot,
            "places": self.places,
            "places add": self.add_place,
            "places remove": self.remove_place,
            "show": self.show,
            "health": self.health,
            "go on": self.go_on,
        }

    async def audit(self, arguments: Mapping[str, Any], say: Say) -> dict[str, Any]:
        """``files``: read every clip's bytes too."""
        found = await audit(
            self._at.store,
            archive=self._at.archive,
            answers=self._at.answers,
            scale=self._at.scale,
            hashed=arguments.get("files") is True,
            tell=say,
        )
        serious = sum(finding.severity is Severity.SERIOUS for finding in found.findings)
        return {
            "version": 1,
            "takes": found.takes,
            "clean": not found.findings,
            "serious": serious,
            "notices": len(found.findings) - serious,
            "findings": [as_finding(finding) for finding in found.findings[:MOST_FINDINGS]],
            "left_off": max(0, len(found.findings) - MOST_FINDINGS),
        }

    async def backup(self, arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
        """``file``: an absolute path; ``force``: replace what is there."""
        file = Path(_text(arguments, "file"))
        if not file.is_absolute():
            msg = f"{file} is not an absolute path."
            raise Failed(msg)
        size = await self._at.copying.copy_to(file, overwrite=arguments.get("force") is True)
        return {"file": str(file), "bytes": size}

    async def spend(self, _arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
        """Every scope in its newest period."""
        return {"scopes": await self._at.store.transact(spending.scopes)}

    async def export(self, arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
        """``file``: an absolute path; ``form``, ``scope``, ``reach``, ``zone``; ``force``: replace what is there."""
        wanted = {name: str(arguments.get(name) or "") for name in ("form", "scope", "reach", "zone")}
        return await exporting.export(self._at.store, _file(arguments), **wanted, force=arguments.get("force") is True)

    async def plot(self, arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
        """``file``: an absolute path; ``what``, ``theme``, ``scope``, ``reach``, ``zone``; ``force`` as above."""
        wanted = {name: str(arguments.get(name) or "") for name in ("what", "theme", "scope", "reach", "zone")}
        force = arguments.get("force") is True
        return await plotting.plot(self._at.store, self._at.media, _file(arguments), **wanted, force=force)

    async def places(self, _arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
        """Every workspace with its channels."""
        return {"places": await self._at.store.transact(placing.places)}

    async def add_place(self, arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
        """``id``: the workspace that may spend from now on."""
        wanted = _text(arguments, "id")
        return await self._at.store.transact(lambda tx: placing.set_active(tx, wanted, active=True))

    async def remove_place(self, arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
        """``id``: the workspace that may order nothing from now on."""
        wanted = _text(arguments, "id")
        return await self._at.store.transact(lambda tx: placing.set_active(tx, wanted, active=False))

    async def show(self, arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
        """``id``: a take or a slate."""
        try:
            told = await stories(self._at.store, _text(arguments, "id"))
        except NotFound as error:
            raise Failed(str(error)) from error
        return {"takes": [as_story(story) for story in told]}

    async def health(self, _arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
        """Whether the rows can be read and written, and what waits."""
        return {
            **await self._at.store.transact(_health),
            "pid": os.getpid(),
            "behind_ms": self._at.store.behind_ms,
            "answers": len(await self._at.answers.waiting()),
        }

    async def go_on(self, arguments: Mapping[str, Any], _say: Say) -> dict[str, Any]:
        """Order again after a restore; ``unread``: although the provider's history cannot be read back so far."""
        unread = arguments.get("unread") is True
        seen = await self._read_since(unread=unread)
        if seen is not None and not seen.complete and not unread:
            msg = (
                "The provider's history could not be read back to the backup, so what was ordered since is not known. "
                "Look at the provider's own list of jobs, then say it with --unread; or try again later."
            )
            raise Failed(msg)
        waiting = await restored.go_on(self._at.store, self._at.wake)
        return {**as_since(seen), "waiting": waiting}

    async def _read_since(self, *, unread: bool = False) -> Since | None:
        if self._at.provider is None and not unread:
            msg = "MUAPI_API_KEY is not set, so the provider's history cannot be read; set it first, or say --unread."
            raise Failed(msg)
        return await restored.read_since(self._at.store, self._at.provider, self._at.key)


def rows_name(database_url: str) -> str:
    """A name by which both ends of the control socket know that they mean the same rows; nothing is read out of it."""
    return hashlib.sha256(database_url.encode()).hexdigest()


async def _health(tx: Transaction) -> dict[str, Any]:
    """Write a row and take it back: a disk that takes nothing more shows here."""
    await tx.put(Inbound(id=PROBE, at=tx.now))
    await tx.delete(Inbound, PROBE)
    keys = await tx.rows(Key)
    return {
        "open": await tx.count(Take, state=tuple(OPEN)),
        "outbox": await tx.count(Outbox),
        "paused": {key.id: key.paused_for for key in keys if key.paused_for},
    }


def _file(arguments: Mapping[str, Any]) -> Path:
    file = Path(_text(arguments, "file"))
    if not file.is_absolute():
        msg = f"{file} is not an absolute path."
        raise Failed(msg)
    return file


def _text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value or "\0" in value:
        msg = f"{name} is missing, or is no text."
        raise Failed(msg)
    return value
