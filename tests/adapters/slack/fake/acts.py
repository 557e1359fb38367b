"""What people do in the workspace, delivered to the app as Slack delivers it."""

from __future__ import annotations

from typing import Any

from tests.adapters.slack.fake.kit import Kit
from tests.adapters.slack.fake.markup import typed
from tests.adapters.slack.fake.pressing import pressed, usable
from tests.adapters.slack.fake.reactions import reaction_event, taken
from tests.adapters.slack.fake.rendered import message_json, view_json
from tests.adapters.slack.fake.submitting import filled
from tests.adapters.slack.fake.values import Acked, Channel, FakeMessage, FakeView, FileStub, Json, SlackError


class Acts:
    """The hands of everybody in the workspace."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def _who(self, user: str) -> Json:
        person = self.kit.world.people[user]
        return {"id": user, "username": person.name, "name": person.name, "team_id": person.team}

    def _typed(self, text: str, *, labelled: bool) -> str:
        names = {person.name: person.id for person in self.kit.world.people.values()}
        return typed(text, names, labelled=labelled)

    def _frame(self, user: str, kind: str, *, view: FakeView | None = None) -> Json:
        team = self.kit.world.teams[self.kit.world.people[user].team]
        return {
            "type": kind,
            "user": self._who(user),
            "api_app_id": self.kit.world.app_id,
            "token": "legacy-verification",
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.kit.screens.trigger(user, view=view),
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
            "trigger_id": self.kit.screens.trigger(user),
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
        if isinstance(target, FakeView):
            place = self._in_view(user, target, action)
        else:
            place = self._in_message(user, target)
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
            raise LookupError("the message is gone")
        channel = self.kit.world.channels[message.channel]
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.only is not None,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        whole = self._frame(user, "block_actions") | {
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
        raise NotImplementedError

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
                screens.opened(user, said["view"], onto=True)
            case other:
                raise ValueError(f"Slack knows no response_action {other}")

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
        return await self.kit.delivery.once("interactive", self._frame(user, "view_closed") | shown)

    async def shortcut(self, user: str, message: FakeMessage | None, callback: str) -> Acked:
        """Choose a message's shortcut, or without a message a global one."""
        frame = self._frame(user, "shortcut" if message is None else "message_action")
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

    async def react(self, user: str, message: FakeMessage, name: str) -> Acked:
        """Give a reaction; one that is given already changes nothing."""
        givers = message.reactions.setdefault(name, [])
        if user in givers:
            return Acked(ok=True, payload={}, seconds=0)
        givers.append(user)
        return await self._reacted(user, message, "reaction_added", name)

    async def unreact(self, user: str, message: FakeMessage, name: str) -> Acked:
        """Take one's reaction back."""
        taken(message, name, user)
        return await self._reacted(user, message, "reaction_removed", name)

    async def _reacted(self, user: str, message: FakeMessage, kind: str, name: str) -> Acked:
        event = reaction_event(message, kind, user, name, self.kit.world.ts())
        return await self._happened(self.kit.world.channels[message.channel], event)

    async def _happened(self, channel: Channel, event: Json) -> Acked:
        if not self.kit.world.bot_is_in(channel):
            return Acked(ok=True, payload={}, seconds=0)
        return await self.kit.delivery.event(channel.team, event)

    def say(self, user: str, channel: str, text: str, *, thread: str | None = None) -> FakeMessage:
        """Write a message that the app hears nothing of."""
        said = self._typed(text, labelled=False)
        return self.kit.world.post(channel=channel, user=user, text=said, thread_ts=thread)

    async def mention(
        self, user: str, channel: str, text: str, *, thread: str | None = None, files: tuple[FileStub, ...] = ()
    ) -> Acked:
        """Write a message that begins with the bot's name."""
        place = self.kit.world.channels[channel]
        said = f"<@{self.kit.world.teams[place.team].bot_user}> {self._typed(text, labelled=False)}"
        return await self._written("app_mention", user, place, said, thread, files)

    async def direct(
        self, user: str, text: str, *, thread: str | None = None, files: tuple[FileStub, ...] = ()
    ) -> Acked:
        """Write to the bot alone."""
        said = self._typed(text, labelled=False)
        return await self._written("message", user, self.kit.world.direct_channel(user), said, thread, files)

    async def _written(
        self, kind: str, user: str, place: Channel, said: str, thread: str | None, files: tuple[FileStub, ...]
    ) -> Acked:
        shared = [self._picked(user, stub) for stub in files]
        message = self.kit.world.post(
            channel=place.id, user=user, text=said, thread_ts=thread, files=[each["id"] for each in shared]
        )
        event = message_json(self.kit.world, message) | {"type": kind, "channel": place.id, "event_ts": message.ts}
        if kind == "message":
            event["channel_type"] = "im"
        if shared:
            event |= {"files": shared, **({"subtype": "file_share"} if kind == "message" else {})}
        return await self._happened(place, event)

    async def open_home(self, user: str) -> Acked:
        """Look at the app's home."""
        channel, view = self.kit.world.direct_channel(user), self.kit.world.home(user)
        event = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": "home"}
        event["event_ts"] = self.kit.world.ts()
        if view is not None:
            event["view"] = view_json(self.kit.world, view)
        return await self.kit.delivery.event(channel.team, event)

    async def invite(self, channel: str, *, by: str | None = None) -> Acked:
        """Invite the bot to a channel."""
        place = self.kit.world.channels[channel]
        place.members.add(self.kit.world.teams[place.team].bot_user)
        return await self.kit.delivery.event(place.team, self.kit.delivery.joined(place, by))
