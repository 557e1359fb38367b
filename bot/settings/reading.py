"""Settings from the environment and the file, with everything that is wrong with them collected.

The environment wins over ``.env`` in the working directory (or the file that ``DAILIES_ENV_FILE`` names), which wins
over the file of settings. That is the one that ``DAILIES_CONFIG`` names, else ``dailies.toml`` in ``DAILIES_HOME``,
else in the working directory; its keys are flat.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings.table import CONFIG, ENTRIES, ENV_FILE, ENV_FILE_NAME, FILE_NAME, HOME, Settings

#: Names that begin so are ours alone, so that one we do not know is a slip.
OUR_PREFIXES = ("DAILIES_", "MUAPI_")
#: In a file of ``NAME=value``; a value in quotes ends where they do, any other before a blank and a #.
_LINE = re.compile(
    r"""(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*
        (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' | (?P<bare>[^"'\s#][^"']*?)? )\s*(?:(?<=\s)\#.*)?""",
    re.VERBOSE,
)
#: The rights of whoever is not the owner of a file.
OTHERS = 0o077
#: How much of a wrong value is shown.
LONGEST_FOUND_CHARS = 60


class SettingsError(Exception):
    """Settings that cannot be used; ``problems`` holds one line for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep every line; ``str()`` gives them one below the other."""
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A value as somebody wrote it, and where."""

    text: str
    #: " in <file>", or nothing for the environment.
    place: str = ""


def load(environ: Mapping[str, str] = os.environ, *, working_folder: Path | None = None) -> Settings:
    """Read every setting from the environment and the file; what is empty counts as not set.

    Raises:
        SettingsError: with a line for every setting that is wrong or unknown.
    """
    problems: list[str] = []
    folder = working_folder or Path.cwd()
    env_file = _env_file(environ, folder)
    lines = _in_env_file(env_file, problems) if env_file else {}
    named = {name: each.text for name, each in lines.items()}
    file = _file(named | {name: text for name, text in environ.items() if text.strip()}, folder)
    found = _in_file(file, problems) if file else {}
    found |= lines | _in_environment(environ, problems)
    # Read like any other, because an account without a home folder makes even the default wrong.
    found.setdefault(HOME, _Found(text=ENTRIES[HOME][1].default))
    values: dict[str, object] = {"config": file, "env_file": env_file}
    for name, written in found.items():
        field, entry = ENTRIES[name]
        try:
            values[field] = entry.kind.read(written.text)
        except ValueError:
            shown = "what is set" if entry.kind.secret else _shown(written.text)
            problems.append(f"{name}{written.place}: {shown} is not {entry.kind.allowed}")
    if problems:
        raise SettingsError(problems)
    settings = Settings(**values)  # type: ignore[arg-type]  # each was read by the kind of its own field
    if settings.contradictions:
        raise SettingsError(settings.contradictions)
    return settings


def exposed(settings: Settings) -> list[Path]:
    """The files of settings that other users of this machine may read; they may hold tokens and keys."""
    files = (file for file in (settings.env_file, settings.config) if file)
    return [file for file in files if file.is_file() and file.stat().st_mode & OTHERS]


def _env_file(environ: Mapping[str, str], working_folder: Path) -> Path | None:
    """The one that the environment itself names, else the one that is there."""
    if named := environ.get(ENV_FILE, "").strip():
        return _read_or_none(ENV_FILE, named)
    path = working_folder / ENV_FILE_NAME
    return path if path.is_file() else None


def _in_env_file(path: Path, problems: list[str]) -> dict[str, _Found]:
    """What it sets of ours; other programs may keep theirs in the same file. No line of it is ever shown."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        problems.append(f"{path}: cannot be read: {_one_line(error)}")
        return {}
    place = f" in {path}"
    found: dict[str, _Found] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if (read := _LINE.fullmatch(line.strip())) is None:
            problems.append(f"{path}: line {number} is not NAME=value")
            continue
        name, value = read["name"], read["double"] or read["single"] or read["bare"] or ""
        if name == ENV_FILE:
            problems.append(f"{name}{place}: belongs into the environment itself")
        elif name in ENTRIES:
            found |= {name: _Found(text=value.strip(), place=place)} if value.strip() else {}
        elif name.upper().startswith(OUR_PREFIXES):
            problems.append(_unknown(name, ENTRIES, place))
    return found


def _file(environ: Mapping[str, str], working_folder: Path) -> Path | None:
    """The settings file: the one that is named, else the first that is there."""
    if named := environ.get(CONFIG, "").strip():
        return _read_or_none(CONFIG, named)
    home = _read_or_none(HOME, environ.get(HOME, "").strip() or ENTRIES[HOME][1].default)
    folders = (home, working_folder) if home else (working_folder,)
    return next((path for each in folders if (path := each / FILE_NAME).is_file()), None)


def _read_or_none(name: str, text: str) -> Path | None:
    """A path among the settings, before all of them are read; a wrong one is reported then."""
    try:
        path = ENTRIES[name][1].kind.read(text)
    except ValueError:
        return None
    return path if isinstance(path, Path) else None


def _in_environment(environ: Mapping[str, str], problems: list[str]) -> dict[str, _Found]:
    ours = [name for name in environ if name.upper().startswith(OUR_PREFIXES)]
    problems += [_unknown(name, ENTRIES) for name in sorted(ours) if name not in ENTRIES]
    return {name: _Found(text=environ[name].strip()) for name in ENTRIES if environ.get(name, "").strip()}


def _in_file(path: Path, problems: list[str]) -> dict[str, _Found]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=str)
    except (OSError, ValueError) as error:
        problems.append(f"{path}: cannot be read as TOML: {_one_line(error)}")
        return {}
    place = f" in {path}"
    known = {name.lower(): name for name in ENTRIES if name != CONFIG}
    problems += [_unknown(key, known, place) for key in table if key not in known]
    written = {known[key]: _as_text(value) for key, value in table.items() if key in known}
    problems += [
        f"{name}{place}: what is set is neither a text, a number nor a list of them"
        for name, text in written.items()
        if text is None
    ]
    return {name: _Found(text=text, place=place) for name, text in written.items() if text}


def _as_text(value: object) -> str | None:
    """A TOML value as it would stand in the environment; ``None`` for what cannot stand there."""
    match value:
        case bool():
            return None
        case str() | int():
            return str(value).strip()
        case list():
            parts = [_as_text(each) for each in value]
            return None if None in parts else ",".join(part for part in parts if part)
        case _:
            return None


def _unknown(name: str, known: Iterable[str], place: str = "") -> str:
    """The line for a name that is no setting; its value is not shown, for it may be a secret."""
    bare = {_bare(each): each for each in known}
    near = difflib.get_close_matches(_bare(name), bare, n=1)
    hint = f"; the nearest is {bare[near[0]]}" if near else ""
    return f"{_one_line(name)}{place}: there is no such setting{hint}"


def _bare(name: str) -> str:
    """A name without what all of them begin with, which would make any two look alike."""
    return re.sub(f"^({'|'.join(OUR_PREFIXES)})", "", name.upper())


def _shown(text: str) -> str:
    """What was found, in one line, shortened, and without the user and password of an address."""
    return repr(_one_line(re.sub(r"//[^/\s]*@", "//***@", text)))


def _one_line(text: object) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= LONGEST_FOUND_CHARS else f"{line[: LONGEST_FOUND_CHARS - 1]}…"
