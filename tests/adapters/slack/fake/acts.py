"""What people do in the workspace, delivered to the app as Slack delivers it."""

from __future__ import annotations

from tests.adapters.slack.fake.interactions import Interactions
from tests.adapters.slack.fake.reactions import reaction_event, taken
from tests.adapters.slack.fake.rendered import message_json, view_json
from tests.adapters.slack.fake.values import Acked, Channel, FakeMessage, FileStub, Json


class Acts(Interactions):
    """The hands of everybody in the workspace."""

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
        if not self.kit.world.bot_is_in(channel) or not self.kit.world.teams[channel.team].installed:
            return Acked(ok=True, payload={}, seconds=0)
        return await self.kit.delivery.event(channel.team, event)

    def say(
        self, user: str, channel: str, text: str, *, thread: str | None = None, files: tuple[FileStub, ...] = ()
    ) -> FakeMessage:
        """Write a message that the app hears nothing of."""
        return self._posted(user, channel, self._typed(text, labelled=False), thread, files)

    def _posted(
        self, user: str, channel: str, said: str, thread: str | None, files: tuple[FileStub, ...]
    ) -> FakeMessage:
        shared = [self.kit.files.picked(user, stub).id for stub in files]
        message = self.kit.world.post(channel=channel, user=user, text=said, thread_ts=thread, files=shared)
        self.kit.files.shared(message)
        return message

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
        message = self._posted(user, place.id, said, thread, files)
        event = message_json(self.kit.world, message) | {"type": kind, "channel": place.id, "event_ts": message.ts}
        if kind == "message":
            event["channel_type"] = "im"
            event |= {"subtype": "file_share"} if files else {}
        return await self._happened(place, event)

    async def open_home(self, user: str) -> Acked:
        """Look at the app's home."""
        channel, view = self.kit.world.direct_channel(user), self.kit.world.home(user)
        event: Json = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": "home"}
        event["event_ts"] = self.kit.world.ts()
        if view is not None:
            event["view"] = view_json(self.kit.world, view)
        return await self.kit.delivery.event(channel.team, event)

    async def invite(self, channel: str, *, by: str | None = None) -> Acked:
        """Invite the bot to a channel."""
        place = self.kit.world.channels[channel]
        place.members.add(self.kit.world.teams[place.team].bot_user)
        return await self.kit.delivery.event(place.team, self.kit.delivery.joined(place, by))

    def remove(self, channel: str) -> None:
        """Take the bot out of a channel; no event of this app tells it."""
        place = self.kit.world.channels[channel]
        place.members.discard(self.kit.world.teams[place.team].bot_user)

    async def uninstall(self, team: str = "T1") -> Acked:
        """Take the app out of a workspace: its token is worth nothing from now on, and two events say so."""
        gone = self.kit.world.teams[team]
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [gone.bot_user]}}
        gone.installed = False
        at = {"event_ts": self.kit.world.ts()}
        await self.kit.delivery.event(team, revoked | at)
        return await self.kit.delivery.event(team, {"type": "app_uninstalled"} | at)
