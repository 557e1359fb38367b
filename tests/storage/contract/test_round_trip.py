from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.conditions import key_of
from bot.core.money import Money
from bot.core.ports.store import Transaction
from bot.core.rows import TABLES
from bot.core.transacting import Transactor

NUMBERS = st.integers(-(2**63), 2**63 - 1)
#: No text with a NUL: databases keep another letter in its place.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Every value of a field's type, the empty and the largest among them."""
    if get_origin(hint) is UnionType:
        return st.one_of(*(values(part) for part in get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) is dict:
        return st.dictionaries(TEXTS, values(get_args(hint)[1]), max_size=3)
    if is_dataclass(hint) and hint is not Money:
        return whole(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    known: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS,
        int: NUMBERS,
        bool: st.booleans(),
        Money: NUMBERS.map(Money),
        type(None): st.none(),
    }
    return known[hint]


def whole(kind: Any) -> st.SearchStrategy[Any]:
    """A value of the class with every field set."""
    types = get_type_hints(kind)
    return st.builds(kind, **{field.name: values(types[field.name]) for field in fields(kind)})


class Undo(Exception):
    pass


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_every_field_of_every_row_survives(bare: Transactor, kind: Any, data: st.DataObject) -> None:
    """A row with anything in every field is read back equal: by its key, by listing, and after being replaced."""
    row = data.draw(whole(kind))

    async def work(tx: Transaction) -> None:
        await tx.add(row)
        assert await tx.get(kind, *key_of(row)) == row
        assert await tx.rows(kind) == [row]
        raise Undo  # its parents are not there

    with pytest.raises(Undo):
        await bare.transact(work)
