"""Whether blocks and views are what Slack takes: its limits, and every id once."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator
from typing import Any

from tests.adapters.slack.fake import limits
from tests.adapters.slack.fake.values import Json, SlackError
from tests.adapters.slack.fake.world import World

MOST_IN_MESSAGE, MOST_IN_VIEW = 50, 100
MOST_ELEMENTS, MOST_IN_CONTEXT, MOST_FIELDS = 25, 10, 10
LONGEST_TITLE, LONGEST_METADATA, LONGEST_ALT = 24, 3000, 2000

Wrong = Iterator[str]


def checked_blocks(world: World, blocks: Any) -> list[Json]:
    """The blocks of a message, with ids for those that have none.

    Raises:
        SlackError: they break a limit.
    """
    if not isinstance(blocks, list):
        raise SlackError(error="invalid_blocks_format")
    wrong = list(_blocks(world, blocks, MOST_IN_MESSAGE, modal=False))
    if wrong:
        raise SlackError(error="invalid_blocks", said=wrong)
    return _named(blocks)


def checked_view(world: World, view: Json, kind: str) -> Json:
    """A view of this kind, with ids for the blocks that have none.

    Raises:
        SlackError: it is of another kind, or breaks a limit.
    """
    wrong = list(_view(world, view, kind))
    if wrong:
        raise SlackError(error="invalid_arguments", said=wrong)
    return {**view, "blocks": _named(view["blocks"])}


def _view(world: World, view: Json, kind: str) -> Wrong:
    if view.get("type") != kind:
        yield f"[ERROR] must be {kind} [json-pointer:/view/type]"
    if kind == "modal":
        yield from limits.text(view.get("title"), "/view/title", LONGEST_TITLE, plain=True)
        for name in ("submit", "close"):
            if name in view:
                yield from limits.text(view[name], f"/view/{name}", LONGEST_TITLE, plain=True)
    for name, most in (
        ("private_metadata", LONGEST_METADATA),
        ("callback_id", limits.LONGEST_ID),
        ("external_id", 255),
    ):
        if name in view:
            yield from limits.string(view[name], f"/view/{name}", most, least=0)
    yield from _blocks(world, view.get("blocks"), MOST_IN_VIEW, modal=kind == "modal", at="/view/blocks")
    inputs = [block for block in view.get("blocks") or [] if block.get("type") == "input"]
    if kind == "modal" and inputs and "submit" not in view:
        yield "[ERROR] submit is required when an input block is in blocks [json-pointer:/view/submit]"


def _blocks(world: World, blocks: Any, most: int, *, modal: bool, at: str = "/blocks") -> Wrong:
    yield from limits.counted(blocks, at, most, least=0)
    if not isinstance(blocks, list):
        return
    seen = set()
    for n, block in enumerate(blocks):
        where = f"{at}/{n}"
        if not isinstance(block, dict):
            yield f"[ERROR] must be an object [json-pointer:{where}]"
            continue
        yield from _block(world, block, where, modal=modal)
        if name := block.get("block_id"):
            if name in seen:
                yield f"[ERROR] `block_id` {name!r} already exists [json-pointer:{where}/block_id]"
            seen.add(name)


def _block(world: World, block: Json, at: str, *, modal: bool) -> Wrong:
    if "block_id" in block:
        yield from limits.string(block["block_id"], f"{at}/block_id", limits.LONGEST_ID)
    match block.get("type"):
        case "section":
            yield from _section(world, block, at)
        case "actions":
            yield from limits.counted(block.get("elements"), f"{at}/elements", MOST_ELEMENTS)
            yield from _elements(block, at)
        case "context":
            yield from limits.counted(block.get("elements"), f"{at}/elements", MOST_IN_CONTEXT)
            yield from _context(world, block, at)
        case "header":
            yield from limits.text(block.get("text"), f"{at}/text", limits.LONGEST_HEADER, plain=True)
        case "image":
            yield from _image(world, block, at)
        case "input":
            yield from _input(block, at, modal=modal)
        case "divider":
            pass
        case kind:
            yield f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]"


def _section(world: World, block: Json, at: str) -> Wrong:
    fields = block.get("fields")
    if "text" in block or not fields:
        yield from limits.text(block.get("text"), f"{at}/text", limits.LONGEST_SECTION, plain=False)
    if fields is not None:
        yield from limits.counted(fields, f"{at}/fields", MOST_FIELDS)
        for n, one in enumerate(fields):
            yield from limits.text(one, f"{at}/fields/{n}", limits.LONGEST_VALUE, plain=False)
    if "accessory" in block:
        if block["accessory"].get("type") == "image":
            yield from _image(world, block["accessory"], f"{at}/accessory")
        else:
            yield from limits.element(block["accessory"], f"{at}/accessory", in_input=False)


def _elements(block: Json, at: str) -> Wrong:
    seen = set()
    for n, one in enumerate(block.get("elements") or []):
        yield from limits.element(one, f"{at}/elements/{n}", in_input=False)
        if name := one.get("action_id"):
            if name in seen:
                yield f"[ERROR] `action_id` {name!r} already exists [json-pointer:{at}/elements/{n}/action_id]"
            seen.add(name)


def _context(world: World, block: Json, at: str) -> Wrong:
    for n, one in enumerate(block.get("elements") or []):
        if one.get("type") == "image":
            yield from _image(world, one, f"{at}/elements/{n}")
        else:
            yield from limits.text(one, f"{at}/elements/{n}", limits.LONGEST_SECTION, plain=False)


def _input(block: Json, at: str, *, modal: bool) -> Wrong:
    if not modal and (block.get("element") or {}).get("type") == "file_input":
        yield f"[ERROR] unsupported type: file_input [json-pointer:{at}/element/type]"
    yield from limits.text(block.get("label"), f"{at}/label", limits.LONGEST_LABEL, plain=True)
    if "hint" in block:
        yield from limits.text(block["hint"], f"{at}/hint", limits.LONGEST_LABEL, plain=True)
    yield from limits.element(block.get("element"), f"{at}/element", in_input=True)


def _image(world: World, block: Json, at: str) -> Wrong:
    yield from limits.string(block.get("alt_text"), f"{at}/alt_text", LONGEST_ALT)
    if "title" in block:
        yield from limits.text(block["title"], f"{at}/title", limits.LONGEST_VALUE, plain=True)
    if "image_url" in block:
        yield from limits.string(block["image_url"], f"{at}/image_url", limits.LONGEST_URL)
        return
    named = block.get("slack_file") or {}
    shown = named.get("id") or named.get("url")
    if shown is None:
        yield f"[ERROR] must have image_url or slack_file [json-pointer:{at}]"
    elif not world.is_picture(shown):
        yield f"[ERROR] invalid slack file [json-pointer:{at}/slack_file]"


def _named(blocks: list[Json]) -> list[Json]:
    named = copy.deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", secrets.token_hex(3))
        parts = [*block.get("elements", []), block.get("accessory", {}), block.get("element", {})]
        for one in parts:
            if one.get("type") not in (None, "image", "mrkdwn", "plain_text"):
                one.setdefault("action_id", secrets.token_hex(3))
    return named
