from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError

from adapters.slack.views import errors_of, read_view, view_of
from bot.core.modals import Choice, Field, FieldKind, Modal, ModalRefused
from bot.core.moments import marked
from tests.core.builders import NOW

RATIOS = (Choice(value="16:9", label="16:9"), Choice(value="9:16", label="tall, 9:16"))
PROMPT = Field(name="prompt", label="Prompt", kind=FieldKind.TEXT, required=True, most_characters=20_000)
FIELDS = (
    PROMPT,
    Field(name="ratio", label="Ratio", kind=FieldKind.CHOICE, value="16:9", choices=RATIOS),
    Field(name="why", label="Why", value="to see", hint="in a few words", most_characters=200),
    Field(name="pictures", label="Pictures", kind=FieldKind.PICTURES, most_files=9, hint="PNG or JPEG"),
    Field(name="file", label="Or a file", kind=FieldKind.DOCUMENT, most_files=1),
    Field(name="approvers-named", label="The people", kind=FieldKind.PEOPLE, value="U1 U2"),
)
MODAL = Modal(action="edit:A7K-2", title="Edit A7K-2", submit="Order", fields=FIELDS, about="A draft costs $0.32.")


def with_prompt(prompt: str) -> Modal:
    return replace(MODAL, fields=(replace(PROMPT, value=prompt), *FIELDS[1:]))


def submitted(view: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """The view as Slack sends it back: each input's state, as it was unless it was changed."""
    values = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            name, element = block["block_id"], block["element"]
            state = {"type": element["type"]} | state_of(element)
            values[name] = {element["action_id"]: state | changed.get(name.replace("-", "_").replace(".", "_"), {})}
    return {**view, "id": "V1", "state": {"values": values}}


def state_of(element: Mapping[str, Any]) -> dict[str, Any]:
    match element["type"]:
        case "static_select":
            return {"selected_option": element.get("initial_option")}
        case "multi_users_select":
            return {"selected_users": element.get("initial_users", [])}
        case "file_input":
            return {"files": []}
        case _:
            return {"value": element.get("initial_value")}


def test_a_view_is_within_slacks_limits() -> None:
    """Title, buttons and blocks as the models of slack_sdk check them, with what it is about above."""
    view = view_of(MODAL, channel="C1")
    assert view["type"] == "modal"
    assert [view[name]["text"] for name in ("title", "submit", "close")] == ["Edit A7K-2", "Order", "Cancel"]
    assert view["blocks"][0]["text"] == {"type": "plain_text", "text": "A draft costs $0.32."}
    assert json.loads(view["private_metadata"]) == {"action": "edit:A7K-2", "channel": "C1"}
    with pytest.raises(SlackObjectFormationError):
        view_of(replace(MODAL, title="x" * 25), channel="C1")


def test_moments_are_words() -> None:
    """A window and the sentences below its fields have no dates of Slack's."""
    said = f"Until {marked(NOW, '1 Dec, 00:00')}."
    view = view_of(replace(MODAL, about=said), channel="C1")
    assert view["blocks"][0]["text"]["text"] == "Until 1 Dec, 00:00."
    back = read_view(submitted(view))
    assert back is not None
    assert errors_of(ModalRefused({"ratio": said}), back)["errors"] == {"ratio": "Until 1 Dec, 00:00."}


def test_each_field_is_a_block_of_its_name() -> None:
    """With its label, its hint, what it has now, and whether it may stay empty."""
    blocks = {block["block_id"]: block for block in view_of(MODAL, channel="C1")["blocks"][1:]}
    assert list(blocks) == ["prompt.1", "prompt.2", "ratio", "why", "pictures", "file", "approvers-named"]
    assert [name for name, block in blocks.items() if not block["optional"]] == ["prompt.1"]
    assert blocks["prompt.2"]["label"]["text"] == "Prompt, continued (2)"
    assert blocks["prompt.1"]["element"]["multiline"] is True
    assert blocks["ratio"]["element"]["initial_option"]["value"] == "16:9"
    assert blocks["ratio"]["element"]["options"][1]["text"]["text"] == "tall, 9:16"
    assert (blocks["why"]["element"]["max_length"], blocks["why"]["element"]["multiline"]) == (200, False)
    assert blocks["why"]["element"]["placeholder"]["text"] == "in a few words"
    assert (blocks["pictures"]["element"]["max_files"], blocks["pictures"]["hint"]["text"]) == (9, "PNG or JPEG")
    assert "csv" in blocks["file"]["element"]["filetypes"]
    assert blocks["approvers-named"]["element"]["initial_users"] == ["U1", "U2"]


@pytest.mark.parametrize(
    ("prompt", "blocks"),
    [
        ("", 2),
        ("a fox", 2),
        ("a fox in snow " * 300, 3),
        ("ثعلب في الثلج " * 1_400, 7),
        ("a fox\n\n" * 2_857, 7),
        ("🦊" * 12_000, 8),
    ],
)
def test_a_long_prompt_comes_back_as_it_was(prompt: str, blocks: int) -> None:
    """In as many parts as it needs and one to write on in, seven at most where they suffice."""
    view = view_of(with_prompt(prompt), channel="C1")
    assert sum(block.get("block_id", "").startswith("prompt.") for block in view["blocks"]) == blocks
    back = read_view(submitted(view))
    assert back is not None
    assert back.values["prompt"] == back.before["prompt"] == prompt


def test_what_was_written_on_is_joined() -> None:
    """The part that was empty is the prompt's end."""
    view = view_of(with_prompt("a fox"), channel="C1")
    back = read_view(submitted(view, prompt_2={"value": "in snow"}))
    assert back is not None
    assert back.values["prompt"] == "a fox in snow"


def test_what_comes_back() -> None:
    """The action, the channel, each field now and before, files apart, and the pictures that were given."""
    view = view_of(replace(MODAL, pictures=("slack:F1",)), channel="C1")
    tall = {"selected_option": {"value": "9:16", "text": {"type": "plain_text", "text": "9:16"}}}
    back = read_view(
        submitted(view, ratio=tall, approvers_named={"selected_users": ["U3"]}, pictures={"files": [{"id": "F2"}]})
    )
    assert back is not None
    assert (back.action, back.channel, back.pictures) == ("edit:A7K-2", "C1", ("slack:F1",))
    assert back.values == {"prompt": "", "ratio": "9:16", "why": "to see", "approvers-named": "U3"}
    assert back.before == {"prompt": "", "ratio": "16:9", "why": "to see", "approvers-named": "U1 U2"}
    assert back.files == {"pictures": ({"id": "F2"},), "file": ()}


@pytest.mark.parametrize(
    "changes",
    [
        {"callback_id": "another"},
        {"private_metadata": ""},
        {"private_metadata": "[]"},
        {"private_metadata": "{}"},
        {"private_metadata": '{"action":"build","channel":"C1","joints":7}'},
    ],
)
def test_a_foreign_view_is_none_of_ours(changes: dict[str, str]) -> None:
    """A view without what ours carry is not read."""
    assert read_view({**submitted(view_of(MODAL, channel="C1")), **changes}) is None


def test_a_block_that_no_field_of_ours_has() -> None:
    """Is left out."""
    view = submitted(view_of(MODAL, channel="C1"))
    view["state"]["values"][".1.2"] = {"value": {"type": "plain_text_input", "value": "x"}}
    back = read_view(view)
    assert back is not None
    assert not {".1.2", ".1", ""} & set(back.values)


def test_a_view_without_fields_has_no_values() -> None:
    """Events may lack anything."""
    view = {key: value for key, value in view_of(MODAL, channel="C1").items() if key != "blocks"}
    back = read_view(view)
    assert back is not None
    assert (back.values, back.before, back.files) == ({}, {}, {})
    assert errors_of(ModalRefused({"prompt": "Empty."}), back) == {"response_action": "errors", "errors": {}}


def test_errors_stand_below_their_fields() -> None:
    """Of a field in parts below the first; what belongs to no field that is there stands below the first of all."""
    back = read_view(submitted(view_of(MODAL, channel="C1")))
    assert back is not None
    refused = ModalRefused({"prompt": "The prompt is empty.", "ratio": "x" * 2_000, "model": "There is no such model."})
    answer = errors_of(refused, back)
    assert answer["response_action"] == "errors"
    assert answer["errors"] == {"prompt.1": "The prompt is empty. There is no such model.", "ratio": "x" * 1_000}
