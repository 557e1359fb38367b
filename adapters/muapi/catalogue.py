"""Loads the catalogue's file: the packaged one, or the owner's."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from bot.core.catalogue import Catalogue, CatalogueError, read_catalogue

#: More than any catalogue has; a larger file is not one.
MOST_BYTES = 1_048_576


def load_catalogue(path: Path | None = None) -> Catalogue:
    """The catalogue in the owner's file, or the packaged one when none is named.

    Raises:
        CatalogueError: cannot be read, is no TOML, or describes something that cannot be ordered.
    """
    # A rate is an exact decimal even where an owner forgets the quotes: 0.15 never becomes a float.
    try:
        data = tomllib.loads(_text(path), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line = f"{path or 'catalogue.toml'} is no TOML file: {error}."
        raise CatalogueError([line]) from error
    return read_catalogue(data)


def _text(path: Path | None) -> str:
    if path is None:
        return files("adapters.muapi").joinpath("catalogue.toml").read_text(encoding="utf-8")
    try:
        if path.stat().st_size > MOST_BYTES:
            line = f"{path} is larger than {MOST_BYTES:,} bytes; it is no catalogue."
            raise CatalogueError([line])
        return path.read_text(encoding="utf-8")
    except OSError as error:
        line = f"{path} cannot be read: {error.strerror or error}."
        raise CatalogueError([line]) from error
    except UnicodeDecodeError as error:
        line = f"{path} is no text in UTF-8; save it as such."
        raise CatalogueError([line]) from error
