"""files.*: reserving, completing, looking at and deleting files."""

from __future__ import annotations

from typing import Any

from tests.adapters.slack.fake.blocks import checked_blocks
from tests.adapters.slack.fake.calls import Asked, method
from tests.adapters.slack.fake.chat import thread
from tests.adapters.slack.fake.files import FakeFile, file_json
from tests.adapters.slack.fake.values import Json, SlackError

LARGEST = 1 << 30


@method("files.getUploadURLExternal", "files:write")
async def upload_url(asked: Asked) -> Json:
    name, length = asked.need("filename", "length")
    if not str(length).isdigit() or not int(length) > 0:
        raise SlackError(error="invalid_arguments", said=["[ERROR] length must be positive"])
    if int(length) > LARGEST:
        raise SlackError(error="file_upload_size_restricted")
    file = asked.kit.files.reserved(
        asked.team.id, asked.team.bot_user, str(name), int(length), asked.args.get("alt_txt")
    )
    return {"upload_url": f"{asked.kit.world.origin}/upload/v1/{file.id}", "file_id": file.id}


@method("files.completeUploadExternal", "files:write")
async def complete(asked: Asked) -> Json:
    (listed,) = asked.need("files")
    files = [_uploaded(asked, each) for each in listed]
    message = _message(asked) if asked.args.get("channel_id") else None
    for file in files:
        file.completed = True
    asked.kit.delivery.spawn(asked.kit.files.settle(files, message))
    return {"files": [file_json(asked.kit.world, file) for file in files]}


def _uploaded(asked: Asked, listed: Json) -> FakeFile:
    file = asked.kit.files.found(asked.team.id, str(listed.get("id")))
    if not file.uploaded:
        raise SlackError(error="file_not_found")
    file.title = str(listed.get("title") or file.name)
    file.alt_text = file.alt_text or listed.get("alt_txt")
    return file


def _message(asked: Asked) -> dict[str, Any]:
    channel = asked.channel("channel_id")
    if channel.archived:
        raise SlackError(error="is_archived")
    if not asked.kit.world.bot_is_in(channel):
        raise SlackError(error="not_in_channel")
    comment = str(asked.args.get("initial_comment") or "")
    blocks = checked_blocks(asked.kit.world, asked.args.get("blocks") or [])
    return {
        "channel": channel.id,
        "user": asked.team.bot_user,
        "text": comment,
        "blocks": [] if comment else blocks,
        "thread_ts": thread(asked, channel),
    }


@method("files.info", "files:read")
async def info(asked: Asked) -> Json:
    (file,) = asked.need("file")
    return {"file": file_json(asked.kit.world, asked.kit.files.found(asked.team.id, file)), "comments": []}


@method("files.delete", "files:write")
async def delete(asked: Asked) -> Json:
    (wanted,) = asked.need("file")
    file = asked.kit.files.found(asked.team.id, wanted)
    if file.user != asked.team.bot_user:
        raise SlackError(error="cant_delete_file")
    asked.kit.files.deleted(file)
    return {}
