"""A server of simcord in words, as people read it on a phone.

Markdown is drawn as Discord draws it: a backslash before a sign is not seen, bold is bold, small print begins with
``·``. A mention that would notify somebody is ``@name``, one that only names them ``(@name)``. What one person alone
sees says so. Messages that were edited are shown as they are now, or with ``Film`` as they were each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from simcord.backend.models import Channel, Message

from tests.adapters.discord.server import Server

Json = dict[str, Any]
#: Before each line of a reply.
REPLY = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
INDENT = "    "
#: Buttons in one row on a phone.
ROW = 5
STYLES = {1: "primary", 2: "", 3: "green", 4: "red", 5: "link"}

TIME = re.compile(r"<t:(\d+)(?::([tTdDfFR]))?>")
PERSON = re.compile(r"<@!?(\d+)>")
PLACE = re.compile(r"<#(\d+)>")
ROLE = re.compile(r"<@&(\d+)>")
COMMAND = re.compile(r"</([^:>]+):\d+>")
LINK = re.compile(r"(?<!\\)\[([^\]]+)\]\((https?://[^)\s]+)\)")
BOLD = re.compile(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*")
ESCAPED = re.compile(r"\\([\\*_~`|>#\-:\[\]()<@.+!{}])")
#: What a reader sees as markup, if it is left in a text.
FORMS = {"t": "%H:%M", "d": "%d/%m/%Y", "D": "%d %B %Y", "f": "%d %B %Y %H:%M", "F": "%A, %d %B %Y %H:%M"}


def transcript(here: Server) -> str:
    """Every channel, then every thread and direct message, as somebody who saw everything would read them."""
    backend = here.env.backend
    return "\n\n".join(
        "\n".join(channel_lines(here, channel)) for channel in backend.channels.values() if backend.messages[channel.id]
    )


def channel_lines(here: Server, channel: Channel) -> Iterator[str]:
    """A channel with everything that stands in it."""
    yield f"== {_place(here, channel)} =="
    for message in sorted(here.env.backend.messages[channel.id].values(), key=lambda each: each.id):
        yield from message_lines(here, message)


def message_lines(here: Server, message: Message) -> Iterator[str]:
    """One message: who said it to whom, its text, its card, its files, buttons and reactions."""
    lines = list(_lines(here, message))
    if message.reference and message.reference.get("type", 0) == 0:
        yield f"  {REPLY} " + lines[0].strip()
        yield from (f"  {REPLY} {line}" for line in lines[1:])
    else:
        yield from (f"  {line}" if number == 0 else line for number, line in enumerate(lines))


def shown(here: Server, message: Any) -> str:
    """One message as somebody reads it."""
    channel = message.channel_id if hasattr(message, "channel_id") else message.channel.id
    return "\n".join(message_lines(here, here.env.backend.get_message(channel, message.id)))


def everything(here: Server) -> list[str]:
    """Every message that stands, one by one."""
    backend = here.env.backend
    return [
        "\n".join(message_lines(here, message)) for channel in backend.messages.values() for message in channel.values()
    ]


def _place(here: Server, channel: Channel) -> str:
    backend = here.env.backend
    if channel.guild_id is None:
        return "direct: " + " ".join(backend.get_user(each).name for each in channel.recipient_ids)
    above = f"#{backend.channels[channel.parent_id].name} > " if channel.parent_id else "#"
    return f"{above}{channel.name}"


def _lines(here: Server, message: Message) -> Iterator[str]:
    backend = here.env.backend
    edited = " (edited)" if message.edited_timestamp else ""
    to = f" (only {_only(message)} sees this)" if message.is_ephemeral else ""
    used = _used(message)
    yield f"{backend.get_user(message.author_id).name}{edited}{to}{used}:"
    pings = set(message.ping_user_ids)
    if message.content:
        yield from _indented(read(here, message.content, pings))
    for embed in message.embeds:
        yield from _embed(here, embed)
    for file in message.attachments:
        if not _drawn_in(message, file["filename"]):
            about = f": {file['description']}" if file.get("description") else ""
            yield f"{INDENT}[file {file['filename']}, {file['size']:,} B{about}]"
    yield from _buttons(message.components)
    if message.reactions:
        yield INDENT + "  ".join(
            f"{each.emoji} {', '.join(backend.get_user(user).name for user in each.user_ids)}"
            for each in message.reactions
        )


def _used(message: Message) -> str:
    """What Discord writes above an answer to a command."""
    about = message.interaction_metadata or {}
    return f" [{about['user']['username']} used /{about['name']}]" if about.get("name") else ""


def _only(message: Message) -> str:
    return str((message.interaction_metadata or {}).get("user", {}).get("username"))


def _indented(text: str, bar: str = "") -> Iterator[str]:
    yield from (f"{INDENT}{bar}{line}".rstrip() for line in text.splitlines())


def _embed(here: Server, embed: Mapping[str, Any]) -> Iterator[str]:
    """What it says, behind the bar at its left; nobody is notified from there."""
    bar = "| "
    for part in ("title", "description"):
        if embed.get(part):
            yield from _indented(read(here, embed[part], ()), bar)
    for each in embed.get("fields", ()):
        yield from _indented(f"{each['name']}: {read(here, each['value'], ())}", bar)
    if image := embed.get("image"):
        yield f"{INDENT}{bar}[picture {image['url'].removeprefix('attachment://').rsplit('/', 1)[-1]}]"
    if footer := embed.get("footer"):
        yield from _indented(footer["text"], bar)


def _drawn_in(message: Message, name: str) -> bool:
    return any((embed.get("image") or {}).get("url", "").endswith(f"/{name}") for embed in message.embeds)


def _buttons(components: Iterable[Json]) -> Iterator[str]:
    for row in components:
        labels = []
        for one in row.get("components", ()):
            style = STYLES.get(one.get("style", 2), "")
            label = one.get("label") or one.get("placeholder") or (one.get("emoji") or {}).get("name", "")
            labels.append(f"[{label}{f' ({style})' if style else ''}{' (disabled)' if one.get('disabled') else ''}]")
        yield INDENT + " ".join(labels)


def read(here: Server, text: str, pings: Iterable[int]) -> str:
    """Text as the screen draws it."""
    backend = here.env.backend

    def person(found: re.Match[str]) -> str:
        user = backend.users.get(int(found[1]))
        name = user.name if user else "unknown-user"
        return f"@{name}" if user and user.id in set(pings) else f"(@{name})"

    drawn = PERSON.sub(person, text)
    drawn = PLACE.sub(lambda found: f"#{_named(here, int(found[1]))}", drawn)
    drawn = ROLE.sub(lambda found: f"(@{_role(here, int(found[1]))})", drawn)
    drawn = COMMAND.sub(lambda found: f"/{found[1]}", drawn)
    drawn = TIME.sub(lambda found: _time(int(found[1]), found[2] or "f"), drawn)
    drawn = LINK.sub(r"\1 (\2)", drawn)
    drawn = BOLD.sub(r"\1", drawn)
    drawn = re.sub(r"(?m)^-# ", "· ", drawn)
    drawn = re.sub(r"(?m)^> ", "“ ", drawn)
    return ESCAPED.sub(r"\1", drawn)


def _named(here: Server, channel: int) -> str:
    found = here.env.backend.channels.get(channel)
    return (found.name if found else None) or "unknown"


def _role(here: Server, role: int) -> str:
    found = here.env.backend.get_guild(here.guild.id).roles.get(role)
    return found.name if found else "deleted-role"


def _time(seconds: int, form: str) -> str:
    at = datetime.fromtimestamp(seconds, UTC)
    if form != "R":
        return at.strftime(FORMS.get(form, FORMS["f"]))
    left = seconds - round(datetime.now(UTC).timestamp())
    return f"in {left} seconds" if left >= 0 else f"{-left} seconds ago"


class Film:
    """Each state in which public messages were seen, in the order in which people saw them."""

    def __init__(self, here: Server) -> None:
        self._here = here
        self.scenes: list[str] = []
        here.env.backend.subscribers.append(self._seen)

    def _seen(self, event: str, payload: Mapping[str, Any]) -> None:
        if event in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            message = self._here.env.backend.get_message(int(payload["channel_id"]), int(payload["id"]))
            scene = "\n".join(message_lines(self._here, message))
            if scene not in self.scenes[-1:]:
                self.scenes.append(scene)

    def shown(self) -> str:
        """All of them."""
        return "\n---\n".join(self.scenes)
