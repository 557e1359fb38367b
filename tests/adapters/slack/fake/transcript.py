"""Channels, messages and views in words, as people read them on their screens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tests.adapters.slack.fake.pressing import label_of
from tests.adapters.slack.fake.values import FakeMessage, FakeView, Json
from tests.adapters.slack.fake.world import World

#: Before each line of a thread.
REPLY = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
MARKUP = re.compile(r"<([^<>]+)>")


def transcript(world: World, channels: Iterable[str]) -> str:
    """The channels one after the other; a thread stands below its parent."""
    return "\n\n".join("\n".join(_channel(world, channel)) for channel in channels)


def _channel(world: World, channel: str) -> Iterator[str]:
    place = world.channels[channel]
    yield f"@{world.people[place.direct_with].name}" if place.direct_with else f"#{place.name}"
    here = [each for each in world.said if each.channel == channel]
    for message in here:
        replies = [each for each in here if each.thread_ts == message.ts and each is not message]
        if message.thread_ts in (None, message.ts):
            yield from _top(world, message, [each for each in replies if not each.deleted])


def _top(world: World, message: FakeMessage, replies: list[FakeMessage]) -> Iterator[str]:
    if not message.deleted:
        yield from message_lines(world, message)
    elif replies:
        yield "  This message was deleted."
    for reply in replies:
        yield from (f"  {REPLY} {line.removeprefix('  ')}" for line in message_lines(world, reply))


def message_lines(world: World, message: FakeMessage) -> Iterator[str]:
    """A message: who said it to whom, its blocks or its text, its files and reactions."""
    to = f"(only {world.people[message.only].name}) " if message.only else ""
    edited = " (edited)" if message.edits else ""
    yield f"  {to}{world.people[message.user].name}{edited}:"
    if message.blocks:
        yield from (f"    {line}" for line in block_lines(world, message.blocks))
    elif message.text:
        yield from (f"    {line}" for line in read(world, message.text).splitlines())
    for file in message.files:
        yield f"    (file {world.files[file].title})"
    if message.reactions:
        given = [(name, [world.people[user].name for user in users]) for name, users in message.reactions.items()]
        yield "    " + " ".join(f":{name}: {', '.join(users)}" for name, users in given)


def view_lines(world: World, view: FakeView) -> Iterator[str]:
    """A view: its title, its blocks with what is typed so far, what is wrong, and its buttons."""
    yield f"== {view.title or 'Home'} =="
    for block in view.blocks:
        yield from block_lines(world, [block], typed=view.typed)
        if wrong := view.errors.get(block["block_id"]):
            yield f"  ! {wrong}"
    buttons = [view.payload[name]["text"] for name in ("close", "submit") if name in view.payload]
    if buttons:
        yield " ".join(f"[{button}]" for button in buttons)


def block_lines(world: World, blocks: list[Json], typed: dict[str, dict[str, Json]] | None = None) -> Iterator[str]:
    """Blocks as lines: buttons and menus in brackets, pictures with their alternative text."""
    for block in blocks:
        match block["type"]:
            case "section":
                yield from _section(world, block)
            case "header":
                yield f"# {read(world, block['text']['text'])}"
            case "context":
                yield " · ".join(_small(world, one) for one in block["elements"])
            case "actions":
                yield " ".join(f"[{label_of(one)}]" for one in block["elements"])
            case "image":
                yield _picture(block)
            case "divider":
                yield "---"
            case "input":
                yield f"{block['label']['text']}: {_filled(block, typed or {})}"
            case other:
                yield f"({other})"


def _section(world: World, block: Json) -> Iterator[str]:
    texts = [block["text"]] if "text" in block else []
    for text in texts + block.get("fields", []):
        yield from read(world, text["text"]).splitlines()
    if accessory := block.get("accessory"):
        yield _picture(accessory) if accessory["type"] == "image" else f"[{label_of(accessory) or 'more'}]"


def _small(world: World, one: Json) -> str:
    return _picture(one) if one["type"] == "image" else read(world, one["text"])


def _picture(block: Json) -> str:
    return f"(picture: {block['alt_text']})"


def _filled(block: Json, typed: dict[str, dict[str, Json]]) -> str:
    element = block["element"]
    state = typed.get(block["block_id"], {}).get(element["action_id"])
    if state is None:
        state = {name: value for name, value in element.items() if name.startswith("initial_")}
    value = next((value for name, value in state.items() if name != "type"), None)
    each = value if isinstance(value, list) else [value] if value else []
    words = [one if isinstance(one, str) else one.get("name") or one["text"]["text"] for one in each]
    return ", ".join(words) or "…"


def read(world: World, text: str) -> str:
    """Text as the screen shows it: names for ids, labels for links, dates by their fallback."""
    shown = MARKUP.sub(lambda found: _marked(world, found[1]), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _marked(world: World, inside: str) -> str:
    target, _, label = inside.partition("|")
    match target[0]:
        case "@" if target[1:] in world.people:
            return f"@{world.people[target[1:]].name}"
        case "#" if target[1:] in world.channels:
            return f"#{world.channels[target[1:]].name}"
        case "!":
            return label or f"@{target[1:]}"
        case _:
            return label or target
