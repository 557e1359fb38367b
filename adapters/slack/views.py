"""Windows with fields as Slack's modal views: built by the models of slack_sdk, and read when they come back.

A field is an input block of its name. A text longer than Slack's 3,000 characters is asked in parts, ``prompt.1``,
``prompt.2``, …, that are joined again exactly; what stood between two of them is kept in the view's metadata.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from slack_sdk.models.blocks import InputBlock, Option, PlainTextObject, SectionBlock
from slack_sdk.models.blocks.block_elements import (
    FileInputElement,
    InputInteractiveElement,
    PlainTextInputElement,
    StaticSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from adapters.chat import parts
from bot.core.modals import Field, FieldKind, Modal, ModalRefused
from bot.core.moments import worded

#: Of every view of ours; what it is about is in its metadata.
CALLBACK = "dailies-modal"
CLOSE = "Cancel"
#: Each block has one element.
ELEMENT = "value"
#: Of a ``plain_text_input``.
PART_CHARACTERS = 3_000
#: Fields for one text; a text that needs more gets them.
MOST_PARTS = 7
#: Of a section.
ABOUT_CHARACTERS = 3_000
#: Of the sentence below a field.
ERROR_CHARACTERS = 1_000
#: What file pickers let through; what it is, is looked at when it is fetched.
PICTURES = ("png", "jpg", "jpeg", "webp", "gif")
DOCUMENTS = ("csv", "tsv", "txt", "text")
_PART = re.compile(r"(?P<name>[^.]+)(?:\.(?P<part>[1-9][0-9]*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A view that came back."""

    action: str
    #: The channel that it was opened for, by Slack's own id.
    channel: str
    #: By field: what it has now; of people, their ids with blanks between. Files are kept apart.
    values: Mapping[str, str]
    #: By field: what it had when the view was opened.
    before: Mapping[str, str]
    #: By field: Slack's file objects.
    files: Mapping[str, Sequence[Mapping[str, Any]]]
    #: What the modal was given already.
    pictures: tuple[str, ...]
    #: The blocks that an error may stand below.
    blocks: tuple[str, ...]


def view_of(modal: Modal, *, channel: str) -> dict[str, Any]:
    """The view to open; ``channel`` is Slack's id of the channel that it is about.

    Raises:
        slack_sdk.errors.SlackObjectFormationError: it does not fit; always a defect.
    """
    cuts = {field.name: parts.split(field.value, PART_CHARACTERS) for field in modal.fields if _is_long(field)}
    kept = {"action": modal.action, "channel": channel}
    joints = {name: cut.joints for name, cut in cuts.items() if cut.joints}
    more = {"pictures": modal.pictures} if modal.pictures else {}
    about = [SectionBlock(text=PlainTextObject(text=worded(modal.about)[:ABOUT_CHARACTERS]))] if modal.about else []
    blocks = chain.from_iterable(_blocks(field, cuts.get(field.name)) for field in modal.fields)
    made: dict[str, Any] = View(
        type="modal",
        callback_id=CALLBACK,
        title=PlainTextObject(text=modal.title),
        submit=PlainTextObject(text=modal.submit),
        close=PlainTextObject(text=CLOSE),
        blocks=[*about, *blocks],
        private_metadata=json.dumps(kept | more | ({"joints": joints} if joints else {}), separators=(",", ":")),
    ).to_dict()
    return made


def _is_long(field: Field) -> bool:
    return field.kind is FieldKind.TEXT and field.most_characters > PART_CHARACTERS


def _blocks(field: Field, cut: parts.Cut | None) -> Iterator[InputBlock]:
    """The field's block, or one for each of its parts, with one more to write on in."""
    if cut is None:
        yield _block(field, field.name, field.label, _element(field), optional=not field.required)
        return
    texts = cut.texts if len(cut.texts) >= MOST_PARTS else (*cut.texts, "")
    for number, text in enumerate(texts, start=1):
        label = field.label if number == 1 else f"{field.label}, continued ({number})"
        optional = not field.required or number > 1
        element = _text(text, field.hint if number == 1 else "", PART_CHARACTERS, multiline=True)
        yield _block(field, f"{field.name}.{number}", label, element, optional=optional)


def _block(field: Field, name: str, label: str, element: InputInteractiveElement, *, optional: bool) -> InputBlock:
    below = PlainTextObject(text=field.hint) if field.hint and field.kind in _HINTED_BELOW else None
    return InputBlock(block_id=name, label=PlainTextObject(text=label), element=element, hint=below, optional=optional)


#: File pickers have nowhere else to say it.
_HINTED_BELOW = (FieldKind.PICTURES, FieldKind.DOCUMENT)


def _element(field: Field) -> InputInteractiveElement:
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            most = min(field.most_characters, PART_CHARACTERS)
            return _text(field.value, field.hint, most, multiline=field.kind is FieldKind.TEXT)
        case FieldKind.CHOICE:
            options = {each.value: _option(each.value, each.label) for each in field.choices}
            chosen = options.get(field.value)
            return StaticSelectElement(action_id=ELEMENT, options=list(options.values()), initial_option=chosen)
        case FieldKind.PICTURES:
            return FileInputElement(action_id=ELEMENT, filetypes=list(PICTURES), max_files=field.most_files)
        case FieldKind.DOCUMENT:
            return FileInputElement(action_id=ELEMENT, filetypes=list(DOCUMENTS), max_files=field.most_files)
        case FieldKind.PEOPLE:  # pragma: no branch - the last of all kinds
            return UserMultiSelectElement(action_id=ELEMENT, initial_users=field.value.split() or None)


def _option(value: str, label: str) -> Option:
    return Option(value=value, text=PlainTextObject(text=label))


def _text(value: str, hint: str, most: int, *, multiline: bool) -> PlainTextInputElement:
    return PlainTextInputElement(
        action_id=ELEMENT,
        initial_value=value or None,
        placeholder=PlainTextObject(text=hint) if hint else None,
        max_length=most,
        multiline=multiline,
    )


def read_view(view: Mapping[str, Any]) -> Submitted | None:
    """What came back with a submission; ``None`` of a view that is not ours or not whole."""
    try:
        return _read(view) if view.get("callback_id") == CALLBACK else None
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def _read(view: Mapping[str, Any]) -> Submitted:
    kept = json.loads(view["private_metadata"])
    joints = dict(kept.get("joints", {}))
    elements = {block: _only(each) for block, each in ((view.get("state") or {}).get("values") or {}).items()}
    initial = {block["block_id"]: block["element"] for block in view.get("blocks") or () if block.get("element")}
    return Submitted(
        action=str(kept["action"]),
        channel=str(kept["channel"]),
        values=_joined({block: _value(each) for block, each in elements.items() if "files" not in each}, joints),
        before=_joined({block: _initial(each) for block, each in initial.items() if _has_text(each)}, joints),
        files={block: tuple(each["files"] or ()) for block, each in elements.items() if "files" in each},
        pictures=tuple(map(str, kept.get("pictures", ()))),
        blocks=tuple(elements),
    )


def _only(element: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(iter(element.values()), {})
    return found


def _has_text(element: Mapping[str, Any]) -> bool:
    return element.get("type") != FileInputElement.type


def _value(element: Mapping[str, Any]) -> str:
    """What an element has now; nothing where it is empty."""
    if chosen := element.get("selected_option"):
        return str(chosen["value"])
    return str(element.get("value") or "") or " ".join(map(str, element.get("selected_users") or ()))


def _initial(element: Mapping[str, Any]) -> str:
    """What an element was opened with."""
    if chosen := element.get("initial_option"):
        return str(chosen["value"])
    return str(element.get("initial_value") or "") or " ".join(map(str, element.get("initial_users") or ()))


def _joined(values: Mapping[str, str], joints: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The fields, the parts of each joined."""
    found: dict[str, dict[int, str]] = {}
    for block, value in values.items():
        if name := _PART.fullmatch(block):
            found.setdefault(name["name"], {})[int(name["part"] or 1)] = value
    return {
        name: parts.join([texts[number] for number in sorted(texts)], joints.get(name, ()))
        for name, texts in found.items()
    }


def errors_of(refused: ModalRefused, submitted: Submitted) -> dict[str, Any]:
    """The answer to a submission that leaves the view open: each sentence below its field, in parts the first.

    A sentence about a field that the view has not stands below the first one.
    """
    blocks = {block.partition(".")[0]: block for block in reversed(submitted.blocks)}
    errors: dict[str, str] = {}
    for name, sentence in refused.errors.items() if blocks else ():
        block = blocks.get(name, submitted.blocks[0])
        errors[block] = f"{errors[block]} {sentence}" if block in errors else sentence
    return {
        "response_action": "errors",
        "errors": {block: worded(said)[:ERROR_CHARACTERS] for block, said in errors.items()},
    }
