"""Asking for an operation: of the process that runs, or, when none does, of the rows themselves.

Nobody has to know which: one line on the error stream says who answered.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.app import KEY, client_of
from bot.archives import open_archive
from bot.control import ControlError, Failed, NobodyThere, request, socket_path
from bot.core.clock import SystemClock
from bot.core.errors import StoreError
from bot.core.ports import Transaction
from bot.jobs.answers import Answers
from bot.operations import Operations, Premises, rows_name
from bot.settings import Settings, load
from storage import StoreClock, open_store
from storage.opening import database_path

PRACTICE_FOLDER = "practice"
SQLITE = "sqlite"


def add_where(parser: argparse.ArgumentParser, *, with_json: bool = True) -> None:
    """The options that every operator's verb has."""
    if with_json:
        parser.add_argument("--json", action="store_true", help="the answer as JSON, on one line")
    parser.add_argument("--practice", action="store_true", help="of the practice rows of dailies local --practice")


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings, of the practice rows where they are meant.

    Raises:
        SettingsError
    """
    settings = load()
    if not args.practice:
        return settings
    return replace(settings, home=settings.home / PRACTICE_FOLDER, own_database_url=None, archive=None)


async def ask(settings: Settings, verb: str, arguments: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Have an operation carried out; its answer.

    Raises:
        StoreError: it was not carried out, in a sentence.
    """
    url = settings.database_url.reveal()
    try:
        path = socket_path(settings.home)
        answered = await request(path, verb, arguments or {}, rows=rows_name(url), said=_note)
    except NobodyThere:
        return await _here(settings, verb, arguments or {})
    except (Failed, ControlError) as error:
        raise StoreError(str(error)) from error
    _note(f"answered by the running process {answered.pid}")
    return answered.answer


async def _here(settings: Settings, verb: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Carry it out ourselves, with the rows to ourselves."""
    url, clock = settings.database_url.reveal(), StoreClock(SystemClock())
    if url.startswith(SQLITE) and not database_path(url).is_file():
        msg = f"There is no database at {database_path(url)} yet; dailies run makes it. Look at DAILIES_HOME."
        raise StoreError(msg)
    store = await open_store(url, clock)
    provider = None if settings.muapi_api_key is None else client_of(settings, clock)
    try:
        async with open_archive(settings) as archive:
            premises = Premises(
                store=store,
                copying=store,
                archive=archive,
                answers=Answers(settings.home / "answers"),
                provider=provider,
                key=KEY,
                scale=settings.provider_scale,
                wake=_nobody_to_wake,
            )
            return await Operations(premises).table()[verb](arguments, _say)
    except Failed as error:
        raise StoreError(str(error)) from error
    finally:
        if provider is not None:
            await provider.close()
        await store.close()


def write(answer: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    """The answer on the screen, for a person or for a program."""
    sys.stdout.write(f"{json.dumps(answer, ensure_ascii=False)}\n" if as_json else text)


async def _say(text: str) -> None:
    _note(text)


def _note(text: str) -> None:
    sys.stderr.write(f"({text})\n")


def _nobody_to_wake(_tx: Transaction, _take: str, _at: int) -> None:
    """The next start looks at every take."""
