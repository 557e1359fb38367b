"""Windows with fields as Discord's modals: five fields at most, so that a longer one has pages.

A text longer than Discord's 4,000 characters is asked in parts that are joined again exactly. What a window was opened
with is noted, and its id says where: it is read when it comes back, so that neither a restart nor a mistake in it loses
what was written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from adapters.chat import parts
from adapters.chat.notes import Notes, Shelf
from bot.core.modals import Choice, Field, FieldKind, Modal
from bot.core.parsing.modals.money import GROUPS, PEOPLE
from bot.core.ports import Button

#: How the ids of our windows begin, and those of the buttons that open one again; what follows is the note's key.
WINDOW = "window:"
#: A window that stays open longer is forgotten.
WINDOWS = Shelf(prefix="discord:window:", days=2)
SHELVES = (WINDOWS,)
#: Of a modal.
MOST_CELLS = 5
#: Of a text input.
PART_CHARACTERS = 4_000
#: Kinds whose files are kept apart from the text.
FILES = (FieldKind.PICTURES, FieldKind.DOCUMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What takes one of a window's places: a field, or a part of one."""

    field: Field
    #: Of a text in parts, from 1; otherwise 0.
    part: int = 0
    value: str = ""

    @property
    def name(self) -> str:
        """By which it comes back."""
        return f"{self.field.name}.{self.part}" if self.part else self.field.name


@dataclass(frozen=True, kw_only=True)
class Window:
    """A window as it is noted."""

    modal: Modal
    #: The id of the interaction that it was first opened with: whatever comes of it is carried out once.
    root: str
    #: Who opened it; what is in it is shown to nobody else. Nobody, where an earlier version noted it.
    person: str = ""
    #: By field: what it has now, with what came back from earlier pages.
    values: Mapping[str, str]
    #: The fields that are not asked, for their values were given.
    given: tuple[str, ...] = ()
    page: int = 0

    @cached_property
    def pages(self) -> tuple[tuple[Cell, ...], ...]:
        """Its cells, as many together as fit; people stand with the choice whether they count."""
        pages: list[list[Cell]] = [[]]
        for together in _together(self._cells):
            if pages[-1] and len(pages[-1]) + len(together) > MOST_CELLS:
                pages.append([])
            pages[-1] += together
        return tuple(map(tuple, pages))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Those of the page."""
        return self.pages[self.page]

    @property
    def continued(self) -> Field | None:
        """The field whose text goes on with the next page."""
        if self.page + 1 >= len(self.pages):
            return None
        last, first = self.cells[-1], self.pages[self.page + 1][0]
        return last.field if last.part and first.part and last.field.name == first.field.name else None

    @property
    def before(self) -> dict[str, str]:
        """What its fields had when it was opened."""
        return {each.name: _whole(self.modal, each) for each in self.modal.fields if each.kind not in FILES}

    def filled(self, submitted: Mapping[str, str]) -> Window:
        """With what came back from the page; what did not come back is left as it is."""
        values = dict(self.values)
        for each in self._asked:
            cut = _cut(each, values[each.name]) if each.kind not in FILES else None
            if cut is not None:
                texts = [*cut.texts, *[""] * (MOST_CELLS + 1)]
                texts = [submitted.get(f"{each.name}.{number}", text) for number, text in enumerate(texts, start=1)]
                values[each.name] = parts.join(texts, cut.joints)
            elif each.name in submitted:
                values[each.name] = submitted[each.name]
        return replace(self, values=values)

    @property
    def form(self) -> str:
        """The verb of its form."""
        return self.modal.action.partition(":")[0]

    def page_of(self, name: str) -> int:
        """Where a field is asked; the first page where it is nowhere."""
        pages = (number for number, cells in enumerate(self.pages) if any(cell.field.name == name for cell in cells))
        return next(pages, 0)

    def labelled(self, errors: Mapping[str, str]) -> dict[str, str]:
        """What is said of each field, by its label."""
        labels = {each.name: each.label for each in self.modal.fields}
        return {labels.get(name, name): sentence for name, sentence in errors.items()}

    @property
    def _asked(self) -> tuple[Field, ...]:
        """The fields with places of their own: groups are chosen with the people."""
        groups = {GROUPS.format(each.name.removesuffix(_NAMED)) for each in self.modal.fields if _is_people(each)}
        return tuple(each for each in self.modal.fields if each.name not in self.given and each.name not in groups)

    @property
    def _cells(self) -> list[Cell]:
        found = [cell for each in self._asked for cell in _cells(each, self.values.get(each.name, ""))]
        long = next((cell for cell in reversed(found) if cell.part), None)
        if long is not None and long.part < MOST_CELLS:  # Room to write on in.
            spare = max(1, MOST_CELLS - len(found))
            at = found.index(long) + 1
            found[at:at] = [replace(long, part=long.part + more, value="") for more in range(1, spare + 1)]
        return found


_NAMED = PEOPLE.format("")


def _is_people(each: Field) -> bool:
    return each.kind is FieldKind.PEOPLE and each.name.endswith(_NAMED)


def _whole(modal: Modal, each: Field) -> str:
    """A field's value; of people with the groups that are named beside them."""
    if not _is_people(each):
        return "" if _is_groups(modal, each) else each.value
    groups = GROUPS.format(each.name.removesuffix(_NAMED))
    return " ".join(filter(None, (each.value, *(other.value for other in modal.fields if other.name == groups))))


def _is_groups(modal: Modal, each: Field) -> bool:
    return any(
        _is_people(other) and each.name == GROUPS.format(other.name.removesuffix(_NAMED)) for other in modal.fields
    )


def _cut(each: Field, value: str) -> parts.Cut | None:
    """The parts of a text that may be longer than one place."""
    long = max(each.most_characters, parts.width(value)) > PART_CHARACTERS
    return parts.split(value, PART_CHARACTERS) if each.kind is FieldKind.TEXT and long else None


def _cells(each: Field, value: str) -> list[Cell]:
    cut = _cut(each, value) if each.kind not in FILES else None
    if cut is None:
        return [Cell(field=each, value=value)]
    return [Cell(field=each, part=number, value=text) for number, text in enumerate(cut.texts, start=1)]


def _together(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """A choice with the people whom it may name; everything else alone."""
    waiting: list[Cell] = []
    for number, cell in enumerate(cells):
        waiting.append(cell)
        following = cells[number + 1].field if number + 1 < len(cells) else None
        if following is None or following.name != PEOPLE.format(cell.field.name):
            yield waiting
            waiting = []


def opened(modal: Modal, *, root: str, person: str, given: Mapping[str, str]) -> Window:
    """A window that was never open; ``given`` are by field what it need not ask."""
    window = Window(modal=modal, root=root, person=person, values={}, given=tuple(given))
    return replace(window, values=window.before | dict(given))


class Windows:
    """The windows that were opened, as they are noted."""

    def __init__(self, notes: Notes) -> None:
        """``notes`` have our shelf."""
        self._notes = notes

    async def keep(self, key: str, window: Window) -> None:
        """Note it under a key of its own.

        Raises:
            ChatBusy
        """
        modal = asdict(window.modal)
        for each in modal["fields"]:
            each["kind"] = each["kind"].value
        facts = {"root": window.root, "person": window.person, "page": str(window.page), "modal": json.dumps(modal)}
        more = {"values": json.dumps(dict(window.values)), "given": json.dumps(window.given)}
        await self._notes.put(WINDOWS, key, facts | more)
        await self._notes.tidy()

    async def attempt(self, window: Window) -> int:
        """How often what was asked for with a window was refused.

        Raises:
            ChatBusy
        """
        facts = await self._notes.get(WINDOWS, _attempts(window))
        return int(facts["refused"]) if facts else 0

    async def was_refused(self, window: Window, attempt: int) -> None:
        """Whoever opens it again asks anew: nothing came of this attempt.

        Raises:
            ChatBusy
        """
        await self._notes.put(WINDOWS, _attempts(window), {"refused": str(attempt + 1)})

    async def known(self, custom_id: str) -> Window | None:
        """The window of an id, or of a button that opens it again; ``None``: it is not ours, or too old.

        Raises:
            ChatBusy
        """
        if not custom_id.startswith(WINDOW):
            return None
        facts = await self._notes.get(WINDOWS, custom_id.split(":")[1])
        if facts is None:
            return None
        return Window(
            modal=_modal(json.loads(facts["modal"])),
            root=facts["root"],
            person=facts.get("person", ""),
            values=json.loads(facts["values"]),
            given=tuple(json.loads(facts["given"])),
            page=int(facts["page"]),
        )


def _attempts(window: Window) -> str:
    return f"refused-{window.root}"


def id_of(window: Window, key: str) -> str:
    """Of a modal: where it is noted, and which form it is."""
    return f"{WINDOW}{key}:{window.form}"


def button_of(key: str, label: str) -> Button:
    """Opens a window that is noted."""
    return Button(label=label, action=f"{WINDOW}{key}")


def form_of(custom_id: str) -> str:
    """The verb of the form that a modal's id names."""
    return custom_id.rpartition(":")[2]


def _modal(facts: dict[str, Any]) -> Modal:
    fields = tuple(_field(each) for each in facts.pop("fields"))
    return Modal(**facts | {"fields": fields, "pictures": tuple(facts["pictures"])})


def _field(facts: dict[str, Any]) -> Field:
    choices = tuple(Choice(**each) for each in facts["choices"])
    return Field(**facts | {"kind": FieldKind(facts["kind"]), "choices": choices})
