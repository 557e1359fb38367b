"""Commands, presses, forms and shortcuts: what the app has three seconds for, and what becomes of its answer."""

from __future__ import annotations

from typing import Any

from tests.adapters.slack.fake.files import file_json
from tests.adapters.slack.fake.kit import Kit
from tests.adapters.slack.fake.markup import typed
from tests.adapters.slack.fake.pressing import pressed, usable
from tests.adapters.slack.fake.rendered import message_json, view_json
from tests.adapters.slack.fake.submitting import filled
from tests.adapters.slack.fake.values import Acked, FakeMessage, FakeView, FileStub, Json, SlackError


class Interactions:
    """What people do with what the app shows them."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def _who(self, user: str) -> Json:
        person = self.kit.world.people[user]
        return {"id": user, "username": person.name, "name": person.name, "team_id": person.team}

    def _typed(self, text: str, *, labelled: bool) -> str:
        escaped = self.kit.world.escape_commands or not labelled
        people = {person.name: person.id for person in self.kit.world.people.values()}
        names = self.kit.world.handles | people if escaped else {}
        return typed(text, names, labelled=labelled)

    def _frame(self, user: str, kind: str, *, team: str | None = None, view: FakeView | None = None) -> Json:
        at = self.kit.world.teams[team or (view.team if view else self.kit.world.people[user].team)]
        return {
            "type": kind,
            "user": self._who(user),
            "api_app_id": self.kit.world.app_id,
            "token": "legacy-verification",
            "team": {"id": at.id, "domain": at.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.kit.screens.trigger(user, at.id, view=view),
        }

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Acked:
        """Type a slash command; what the app answers in its acknowledgement is shown."""
        world = self.kit.world
        place, person = world.channels[channel], world.people[user]
        url = self.kit.replies.url(channel, user)
        payload = {
            "token": "legacy-verification",
            "team_id": place.team,
            "team_domain": world.teams[place.team].domain,
            "channel_id": channel,
            "channel_name": "privategroup" if place.private and not place.direct_with else place.name,
            "user_id": user,
            "user_name": person.name,
            "command": command,
            "text": self._typed(text, labelled=True),
            "api_app_id": world.app_id,
            "is_enterprise_install": "false",
            "response_url": url,
            "trigger_id": self.kit.screens.trigger(user, place.team),
        }
        acked = await self.kit.delivery.once("slash_commands", payload)
        if not acked.ok:
            self.complain(user, channel, f'{command} failed with the error "operation_timeout"')
        elif acked.payload:
            self._show_answer(url, acked.payload, user, command)
        return acked

    def _show_answer(self, url: str, said: Json, user: str, command: str) -> None:
        reply = self.kit.replies.given[url.rsplit("/", 1)[1]]
        try:
            self.kit.replies.answer(reply, said)
        except SlackError as refusal:
            self.complain(user, reply.channel, f'{command} failed with the error "{refusal.error}"', *refusal.said)

    def complain(self, user: str, channel: str, said: str, *why: str) -> None:
        """Tell somebody that the app failed."""
        self.kit.world.complaints.append(" ".join((said, *why)))
        self.kit.world.post(channel=channel, user="USLACKBOT", text=said, only=user)

    async def press(self, user: str, target: FakeMessage | FakeView, what: str, choice: Any = None) -> Acked:
        """Press the button that is labelled ``what`` or has it as ``action_id``; of a menu, choose ``choice``."""
        block, element = usable(target.blocks, what)
        action = pressed(block, element, choice) | {"action_ts": self.kit.world.ts()}
        place = self._in_view(user, target, action) if isinstance(target, FakeView) else self._in_message(user, target)
        acked = await self.kit.delivery.once("interactive", place | {"actions": [action]})
        if not acked.ok:
            self.kit.world.complaints.append(f"{what}: the app did not acknowledge")
        return acked

    def _in_view(self, user: str, view: FakeView, action: Json) -> Json:
        if view.payload["type"] == "modal":
            view.typed.setdefault(action["block_id"], {})[action["action_id"]] = {
                name: value for name, value in action.items() if name.startswith(("selected", "value", "type"))
            }
        container = {"type": "view", "view_id": view.id}
        shown = view_json(self.kit.world, view)
        return self._frame(user, "block_actions", view=view) | {"container": container, "view": shown}

    def _in_message(self, user: str, message: FakeMessage) -> Json:
        if message.deleted:
            said = "the message is gone"
            raise LookupError(said)
        channel = self.kit.world.channels[message.channel]
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.only is not None,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        whole = self._frame(user, "block_actions", team=channel.team) | {
            "container": container,
            "channel": {"id": channel.id, "name": channel.name},
            "state": {"values": {}},
            "response_url": self.kit.replies.url(message.channel, user, original=message),
        }
        return whole if message.only else whole | {"message": message_json(self.kit.world, message)}

    async def submit(
        self,
        user: str,
        view: FakeView,
        values: dict[str, Any] | None = None,
        *,
        files: dict[str, list[FileStub]] | None = None,
    ) -> Acked:
        """Fill in the fields by their labels or ids, and submit; what the app answers is done.

        Raises:
            LookupError: there is no such field.
            ValueError: Slack itself would not submit this.
        """
        uploaded = {name: [self._picked(user, stub) for stub in stubs] for name, stubs in (files or {}).items()}
        filled(view, values or {}, uploaded)
        shown = {"view": view_json(self.kit.world, view), "response_urls": []}
        acked = await self.kit.delivery.once("interactive", self._frame(user, "view_submission", view=view) | shown)
        if acked.ok:
            self._done(user, view, acked.payload)
        else:
            self.kit.world.complaints.append(f"{view.title}: we had some trouble connecting")
        return acked

    def _picked(self, user: str, stub: FileStub) -> Json:
        return file_json(self.kit.world, self.kit.files.picked(user, stub))

    def _done(self, user: str, view: FakeView, said: Json) -> None:
        screens = self.kit.screens
        view.errors = {}
        match said.get("response_action"):
            case None:
                screens.closed(view)
            case "clear":
                screens.closed(view, all_of_them=True)
            case "errors":
                self._show_errors(view, said["errors"])
            case "update":
                screens.changed(view, said["view"])
            case "push":
                screens.opened(user, view.team, said["view"], onto=True)
            case other:
                unknown = f"Slack knows no response_action {other}"
                raise ValueError(unknown)

    def _show_errors(self, view: FakeView, errors: dict[str, str]) -> None:
        fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        unknown = set(errors) - fields
        if unknown or not errors:
            self.kit.world.complaints.append(f"{view.title}: errors for {unknown or 'nothing'}")
        view.errors = dict(errors)

    async def close(self, user: str, view: FakeView) -> Acked:
        """Close a modal by its cross; the app hears of it where the view asks for that."""
        self.kit.screens.closed(view)
        if not view.payload.get("notify_on_close"):
            return Acked(ok=True, payload={}, seconds=0)
        shown = {"view": view_json(self.kit.world, view), "is_cleared": False}
        frame = self._frame(user, "view_closed", team=view.team)
        return await self.kit.delivery.once("interactive", frame | shown)

    async def shortcut(self, user: str, message: FakeMessage | None, callback: str) -> Acked:
        """Choose a message's shortcut, or without a message a global one."""
        team = None if message is None else self.kit.world.channels[message.channel].team
        frame = self._frame(user, "shortcut" if message is None else "message_action", team=team)
        frame |= {"callback_id": callback, "action_ts": self.kit.world.ts()}
        if message is not None:
            channel = self.kit.world.channels[message.channel]
            frame |= {
                "message_ts": message.ts,
                "message": message_json(self.kit.world, message),
                "channel": {"id": channel.id, "name": channel.name},
                "response_url": self.kit.replies.url(message.channel, user, original=message),
            }
        acked = await self.kit.delivery.once("interactive", frame)
        if not acked.ok:
            self.kit.world.complaints.append(f"{callback}: the app did not acknowledge")
        return acked
