"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

from typing import Any

from tests.adapters.slack.fake.blocks import checked_blocks
from tests.adapters.slack.fake.calls import Asked, method
from tests.adapters.slack.fake.rendered import message_json
from tests.adapters.slack.fake.values import Channel, Edit, FakeMessage, Json, SlackError

LONGEST_TEXT = 40_000


def content(asked: Asked, args: Json) -> dict[str, Any]:
    """Text and blocks of what is to be posted.

    Raises:
        SlackError: there are none, or they break a limit.
    """
    text, blocks = str(args.get("text") or ""), args.get("blocks")
    if len(text) > LONGEST_TEXT:
        raise SlackError(error="msg_too_long")
    if not text and not blocks and not args.get("attachments"):
        raise SlackError(error="no_text")
    return {"text": text, "blocks": checked_blocks(asked.kit.world, blocks or [])}


def place(asked: Asked) -> Channel:
    """Where a message goes: a channel, or by a person's id the direct messages with them.

    Raises:
        SlackError: the bot may not post there.
    """
    wanted = asked.args.get("channel")
    person = asked.kit.world.people.get(str(wanted))
    if person is not None and person.team == asked.team.id:
        return asked.kit.world.direct_channel(person.id)
    channel = asked.channel()
    if channel.archived:
        raise SlackError(error="is_archived")
    if not asked.kit.world.bot_is_in(channel) and "chat:write.public" not in asked.team.scopes:
        raise SlackError(error="not_in_channel")
    return channel


def thread(asked: Asked, channel: Channel) -> str | None:
    """The thread to post in.

    Raises:
        SlackError: there is no such message, or it is itself a reply.
    """
    ts = asked.args.get("thread_ts")
    if not ts:
        return None
    try:
        parent = asked.kit.world.message(channel.id, str(ts))
    except SlackError:
        raise SlackError(error="thread_not_found") from None
    if parent.thread_ts not in (None, parent.ts):
        raise SlackError(error="cannot_reply_to_message")
    return parent.ts


@method("chat.postMessage", "chat:write")
async def post_message(asked: Asked) -> Json:
    world, channel = asked.kit.world, place(asked)
    facts = content(asked, asked.args)
    message = world.post(
        channel=channel.id,
        user=asked.team.bot_user,
        thread_ts=thread(asked, channel),
        metadata=asked.args.get("metadata"),
        **facts,
    )
    return {"channel": channel.id, "ts": message.ts, "message": message_json(world, message)}


@method("chat.postEphemeral", "chat:write")
async def post_ephemeral(asked: Asked) -> Json:
    world, channel = asked.kit.world, asked.channel()
    (user,) = asked.need("user")
    if channel.archived:
        raise SlackError(error="is_archived")
    if not world.bot_is_in(channel):
        raise SlackError(error="not_in_channel")
    if user not in channel.members:
        raise SlackError(error="user_not_in_channel")
    facts = content(asked, asked.args)
    message = world.post(
        channel=channel.id, user=asked.team.bot_user, only=user, thread_ts=thread(asked, channel), **facts
    )
    return {"message_ts": message.ts}


def own(asked: Asked, wrong: str) -> FakeMessage:
    """The bot's message that is meant.

    Raises:
        SlackError: there is none, or it is somebody else's.
    """
    (ts,) = asked.need("ts")
    message = asked.kit.world.message(asked.channel().id, str(ts))
    if message.user != asked.team.bot_user:
        raise SlackError(error=wrong)
    return message


@method("chat.update", "chat:write")
async def update(asked: Asked) -> Json:
    message = own(asked, "cant_update_message")
    change(asked.kit.world.now(), message, content(asked, asked.args))
    shown = message_json(asked.kit.world, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def change(at: float, message: FakeMessage, facts: dict[str, Any]) -> None:
    """Show this instead; text without blocks takes the blocks away."""
    message.edits.append(Edit(at=at, text=message.text, blocks=message.blocks))
    message.text, message.blocks = facts["text"], facts["blocks"]


@method("chat.delete", "chat:write")
async def delete(asked: Asked) -> Json:
    message = own(asked, "cant_delete_message")
    message.deleted = True  # its files stay, shared one place less
    return {"channel": message.channel, "ts": message.ts}


@method("chat.getPermalink")
async def permalink(asked: Asked) -> Json:
    channel = asked.channel()
    (ts,) = asked.need("message_ts")
    message = asked.kit.world.message(channel.id, str(ts))
    link = f"https://{asked.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts not in (None, message.ts):
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}
